/** What is wrong with one annotation's shape, area and bbox in its image: what trainers and evaluators stumble over. */
import { counted } from '../../errors/counted';
import { segmentationToRle } from '../../document/segmentation';
import type { Segmentation } from '../../document/types';
import type { Box } from '../../geometry/box';
import { partsArea, partsBox, ringArea } from '../../geometry/polygon';
import { area, components, iou, type Rle, toBbox } from '../../mask';
import type { IssueCode, Repair } from '../finding';
import { canRasterise, maskSizeIssue } from '../maskSize';
import type { AnnotationContent } from '../records';

type Size = readonly [height: number, width: number];

/** A finding of one record; `path` continues the record's pointer. */
export interface RecordFinding {
  readonly code: IssueCode;
  readonly path: string;
  readonly message: string;
  readonly repair?: Repair;
}

/** Relative difference of a stated area that still passes. */
const areaTolerance = 0.01;
/** Pixels a stated bbox may be off: official crowds say one less than the mask's. */
const boxTolerancePx = 1.01;
/** A part of an object below both is a fragment. */
const fragmentPx = 10;
const fragmentShare = 0.01;
/** Two annotations of one category that overlap more are one drawn twice. */
const duplicateIou = 0.95;

/** A segmentation in an image of `size`, with what more than one question needs of it: each is worked out once, when it is asked. */
export class ShapeInImage {
  /** Whether it has a mask in the image. */
  readonly canDraw: boolean;
  #rle: Rle | null = null;
  #extrema: Box | null = null;

  constructor(
    readonly segmentation: Segmentation | null,
    readonly size: Size,
  ) {
    this.canDraw = segmentation !== null && canRasterise(segmentation, size);
  }

  /** Of one that can be drawn. */
  get rle(): Rle {
    return (this.#rle ??= segmentationToRle(this.segmentation!, this.size));
  }

  /** Of the vertices; null: it has none. */
  get extrema(): Box | null {
    if (this.segmentation?.kind !== 'polygons') return null;
    return (this.#extrema ??= partsBox(this.segmentation.parts));
  }
}

/** Polygons are rasterised only where their geometry leaves a doubt. */
export function annotationFindings(content: AnnotationContent, shape: ShapeInImage): RecordFinding[] {
  const { segmentation, isCrowd, area: stated, bbox } = content;
  const { size } = shape;
  if (!segmentation) return boxFindings(bbox);
  // What cannot be drawn has its finding from parsing.
  if (!shape.canDraw) return [];
  const misfit = segmentation.kind === 'rle' ? maskSizeIssue(segmentation.size, size, '') : null;
  if (misfit) return [{ code: misfit.code, path: misfit.pointer, message: misfit.message, repair: misfit.repair }];

  const found: RecordFinding[] = [];
  const say = (code: IssueCode, path: string, message: string) => void found.push({ code, path, message });
  const rle = () => shape.rle;
  const parts = segmentation.kind === 'polygons' ? segmentation.parts : null;
  if (parts) {
    if (isCrowd) say('crowd-polygons', '/segmentation', 'iscrowd is 1, but the segmentation is polygons');
    const outside = parts.reduce((count, { outer }) => count + countOutside(outer, size), 0);
    if (outside > 0) say('outside', '/segmentation', `${outside} vertices lie outside the image`);
  }
  const shoelace = parts && partsArea(parts);
  // A ring of more than a few pixels covers some; only thin ones need to be rasterised to know.
  if ((shoelace === null || shoelace < 4) && area(rle()) === 0) {
    say('zero-area', '/segmentation', 'the segmentation covers no pixel');
    return found;
  }
  // Official crowds state an area that rarely is their mask's; evaluators do not use it.
  const isStale = stated !== null && !isCrowd && !(shoelace !== null && isClose(stated, shoelace));
  if (isStale && !isClose(stated, area(rle()))) {
    say('stale-area', '/area', `area is ${stated}, the mask has ${area(rle())} pixels`);
  }
  const { extrema } = shape;
  if (bbox && !(extrema && isCloseBox(bbox, extrema)) && !isCloseBox(bbox, toBbox(rle()))) {
    say('stale-bbox', '/bbox', `bbox is [${bbox.join(', ')}], the mask's is [${toBbox(rle()).join(', ')}]`);
  }
  const fragments = isCrowd ? 0 : countFragments(segmentation, rle);
  if (fragments > 0) {
    const which = counted(fragments, 'part is', 'parts are');
    say('fragment', '/segmentation', `${which} smaller than ${fragmentPx} pixels and 1% of the object`);
  }
  return found;
}

function boxFindings(bbox: Box | null): RecordFinding[] {
  // Negative sides are told when they are read; a record without a box may be a point.
  if (!bbox || bbox.some((value) => value < 0) || (bbox[2] > 0 && bbox[3] > 0)) return [];
  if (bbox.every((value) => value === 0)) return [];
  return [{ code: 'zero-area', path: '/bbox', message: `bbox is [${bbox.join(', ')}]: it has no width or no height` }];
}

function countFragments(segmentation: Segmentation, rle: () => Rle): number {
  if (segmentation.kind === 'polygons' && segmentation.parts.length < 2) return 0;
  const areas =
    segmentation.kind === 'polygons'
      ? segmentation.parts.map(({ outer }) => ringArea(outer))
      : components(rle()).map((part) => area(part));
  const total = areas.reduce((sum, part) => sum + part, 0);
  return areas.filter((part) => part < fragmentPx && part < total * fragmentShare).length;
}

/** The box by which duplicates are looked for; null: it takes no part. */
export function boxToCompare({ segmentation, isCrowd }: AnnotationContent, shape: ShapeInImage): Box | null {
  if (!segmentation || isCrowd || !shape.canDraw) return null;
  if (segmentation.kind === 'polygons') return shape.extrema;
  if (segmentation.size[0] !== shape.size[0] || segmentation.size[1] !== shape.size[1]) return null;
  return toBbox(shape.rle);
}

/** Masks that overlap by 95% have boxes of nearly the same sides; two pixels more for boxes of vertices. */
export function mayBeSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return isCloseBox(a, b, 2 + 0.1 * Math.max(a[2], a[3], b[2], b[3]));
}

/** A mask that is compared with others. */
export interface Compared {
  readonly rle: Rle;
  readonly pixels: number;
}

export function comparedOf(segmentation: Segmentation, size: Size): Compared {
  const rle = segmentationToRle(segmentation, size);
  return { rle, pixels: area(rle) };
}

/** Whether one object was drawn twice. */
export function isDuplicate(a: Compared, b: Compared): boolean {
  // Masks share no more than the smaller one has.
  if (Math.min(a.pixels, b.pixels) <= duplicateIou * Math.max(a.pixels, b.pixels)) return false;
  return iou([a.rle], [b.rle])[0] > duplicateIou;
}

function isClose(stated: number, actual: number): boolean {
  return Math.abs(stated - actual) <= Math.max(0.5, areaTolerance * actual);
}

function isCloseBox(a: ArrayLike<number>, b: ArrayLike<number>, tolerance = boxTolerancePx): boolean {
  return (
    Math.abs(a[0] - b[0]) <= tolerance &&
    Math.abs(a[1] - b[1]) <= tolerance &&
    Math.abs(a[0] + a[2] - b[0] - b[2]) <= tolerance &&
    Math.abs(a[1] + a[3] - b[1] - b[3]) <= tolerance
  );
}

function countOutside(ring: readonly number[], [height, width]: Size): number {
  let count = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const x = ring[i];
    const y = ring[i + 1];
    if (x < 0 || y < 0 || x > width || y > height) count++;
  }
  return count;
}
