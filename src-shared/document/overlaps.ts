/** Pixels that several annotations have: which ones, and giving each to one of them. */
import { boxesIntersect, expandBox, intersectBoxes, type Box } from '../geometry/box';
import { area, merge, type Rle, subtract, toBbox } from '../mask';
import { isEmptyMask } from '../mask/edit';
import { BLOCKED, FREE, growLabels, labelRegion, paintMask } from '../mask/grow';
import { flatOrder, type Size } from './labelMap';
import { cutPolygon } from './oneOwner';
import { emptyPatch } from './patch';
import { pixelBox, reshaped, rleToSegmentation, segmentationToRle } from './segmentation';
import type { Annotation, DocumentSnapshot, Patch } from './types';

export interface Overlap {
  /** The one that has the pixels in the label map: things above stuff, then the upper one. */
  readonly upper: Annotation;
  readonly lower: Annotation;
  readonly pixels: number;
}

/** Pairs of annotations that share pixels, the largest overlap first. Pairs whose boxes meet cost O(runs) each. */
export function findOverlaps({ annotations, size }: DocumentSnapshot, stuff: ReadonlySet<number>): Overlap[] {
  const boxed = flatOrder(annotations, stuff)
    .filter(({ segmentation }) => segmentation !== null)
    .map((annotation, order) => ({ annotation, order, box: expandBox(pixelBox(annotation, size), 1) }))
    .sort((a, b) => a.box[0] - b.box[0]);
  const overlaps: Overlap[] = [];
  boxed.forEach((one, at) => {
    const right = one.box[0] + one.box[2];
    for (let i = at + 1; i < boxed.length && boxed[i].box[0] < right; i++) {
      const other = boxed[i];
      if (!boxesIntersect(one.box, other.box)) continue;
      const common = commonPixels(one.annotation, other.annotation, size);
      if (!common) continue;
      const [lower, upper] = one.order < other.order ? [one, other] : [other, one];
      overlaps.push({ upper: upper.annotation, lower: lower.annotation, pixels: area(common) });
    }
  });
  return overlaps.sort((a, b) => b.pixels - a.pixels || a.upper.id - b.upper.id || a.lower.id - b.lower.id);
}

/** Who gets the shared pixels; `nearest`: of each pixel the one whose own part is nearer. */
export type Mending = 'upper' | 'lower' | 'nearest';

export interface Mended {
  readonly patch: Patch;
  /** Annotations that would have lost pixels and keep them, as they are locked or hidden. */
  readonly spared: number;
  /** Polygons that became masks. */
  readonly masked: number;
}

/**
 * Gives the pixels of each overlap to one of its two, one overlap after the other; who has no pixel left is removed. An
 * overlap of which the loser is spared stays.
 */
export function mendOverlaps(
  { size }: DocumentSnapshot,
  overlaps: readonly Overlap[],
  how: Mending,
  isSpared: (annotation: Annotation) => boolean,
): Mended {
  const first = new Map<number, Annotation>();
  const now = new Map<number, Annotation>();
  const spared = new Set<number>();
  const current = (annotation: Annotation) => now.get(annotation.id) ?? annotation;
  const lose = (annotation: Annotation, lost: Rle, to: Annotation) => {
    if (isSpared(annotation)) return void spared.add(annotation.id);
    const { id, provenance } = annotation;
    if (!first.has(id)) first.set(id, annotation);
    now.set(id, without({ ...current(annotation), provenance }, lost, current(to), size));
  };
  for (const { upper, lower } of overlaps) {
    const common = commonPixels(current(upper), current(lower), size);
    if (!common) continue;
    const toLower =
      how === 'upper' ? null : how === 'lower' ? common : nearerLower(current(upper), current(lower), common);
    const toUpper = toLower ? subtract(common, toLower) : common;
    if (toLower && !isEmptyMask(toLower)) lose(upper, toLower, lower);
    if (!isEmptyMask(toUpper)) lose(lower, toUpper, upper);
  }
  const changed = [...first].map(([id, from]) => [from, now.get(id)!] as const);
  const left = changed.filter(([, to]) => to.area > 0);
  return {
    patch: {
      ...emptyPatch,
      updated: left,
      removed: changed.filter(([, to]) => to.area === 0).map(([from]) => from),
    },
    spared: spared.size,
    masked: left.filter(([from, to]) => from.segmentation?.kind === 'polygons' && to.segmentation?.kind === 'rle')
      .length,
  };
}

/** Null where they have none. */
function commonPixels(one: Annotation, other: Annotation, size: Size): Rle | null {
  if (!one.segmentation || !other.segmentation) return null;
  const masks = [one.segmentation, other.segmentation].map((segmentation) => segmentationToRle(segmentation, size));
  if (masks.some((mask) => mask.size[0] !== size[0] || mask.size[1] !== size[1])) return null;
  const common = merge(masks, { intersect: true });
  return isEmptyMask(common) ? null : common;
}

function without(annotation: Annotation, lost: Rle, to: Annotation, size: Size): Annotation {
  const segmentation = annotation.segmentation!;
  const left = subtract(segmentationToRle(segmentation, size), lost);
  return reshaped(annotation, cutPolygon(segmentation, to.segmentation, left, size) ?? rleToSegmentation(left), size);
}

/**
 * Those of the shared pixels that are nearer to what the lower one has alone. Who has nothing alone lies within the other and
 * keeps all of it: else it would be gone.
 */
function nearerLower(upper: Annotation, lower: Annotation, common: Rle): Rle {
  const size: Size = [common.size[0], common.size[1]];
  const alone = ({ segmentation }: Annotation) => subtract(segmentationToRle(segmentation!, size), common);
  const [above, below] = [alone(upper), alone(lower)];
  if (isEmptyMask(above)) return subtract(common, common);
  if (isEmptyMask(below)) return common;
  const region = labelRegion(inside(expandBox(toBbox(common), 1), size), BLOCKED);
  const [UPPER, LOWER] = [0, 1];
  paintMask(region, above, UPPER);
  paintMask(region, below, LOWER);
  paintMask(region, common, FREE);
  return growLabels(region, Infinity, size).get(LOWER) ?? subtract(common, common);
}

const inside = (box: Box, [height, width]: Size): Box => intersectBoxes(box, [0, 0, width, height]);
