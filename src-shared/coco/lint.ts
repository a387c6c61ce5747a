/** Findings about a parsed dataset that need no image file: what trainers and evaluators stumble over. */
import { segmentationToRle } from '../document/segmentation';
import type { Box } from '../document/types';
import { partsArea, partsBox, ringArea } from '../geometry/polygon';
import { area, components, iou, toBbox } from '../mask';
import type { ParsedAnnotation, ParsedCategory, ParsedImage } from './parse';
import { segmentationFromCoco } from './toDocument';
import type { IdRef, Issue } from './types';

export type LintCode =
  | 'duplicate-id'
  | 'dangling-image'
  | 'dangling-category'
  | 'category-name'
  | 'mask-size'
  | 'outside'
  | 'crowd-polygons'
  | 'stale-area'
  | 'stale-bbox'
  | 'zero-area'
  | 'fragment'
  | 'duplicate';

/** A finding of its own kind, so that a report can group and filter. */
export interface LintFinding extends Issue {
  readonly code: LintCode;
}

type Located<T> = T & { readonly pointer: string };

/** Records as `parseImage`, `parseCategory` and `parseAnnotation` give them, with their JSON pointers. */
export interface LintDataset {
  readonly images: readonly Located<ParsedImage>[];
  readonly categories: readonly Located<ParsedCategory>[];
  readonly annotations: readonly Located<ParsedAnnotation>[];
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

type Warn = (code: LintCode, pointer: string, message: string) => void;

/**
 * All findings, annotations image by image. What parsing itself reports (broken masks and rings, ids 0 or missing) is not
 * repeated. Polygons are rasterised only where their geometry leaves a doubt; duplicates cost O(n^2) boxes an image.
 */
export function lintCoco(dataset: LintDataset): LintFinding[] {
  const findings: LintFinding[] = [];
  const warn: Warn = (code, pointer, message) => void findings.push({ severity: 'warning', code, pointer, message });
  noteDuplicateIds(dataset.images, 'image', warn);
  noteDuplicateIds(dataset.categories, 'category', warn);
  noteDuplicateIds(dataset.annotations, 'annotation', warn);
  noteCategoryNames(dataset.categories, warn);

  const images = new Map(dataset.images.map((image) => [image.id, image]));
  const categories = new Set(dataset.categories.map(({ id }) => id));
  const byImage = new Map<IdRef, Located<ParsedAnnotation>[]>();
  for (const annotation of dataset.annotations) {
    const { imageId, categoryId, pointer } = annotation;
    if (categoryId !== null && !categories.has(categoryId)) {
      warn('dangling-category', `${pointer}/category_id`, `there is no category ${categoryId}`);
    }
    if (imageId === null) continue;
    if (!images.has(imageId)) warn('dangling-image', `${pointer}/image_id`, `there is no image ${imageId}`);
    const list = byImage.get(imageId);
    if (list) list.push(annotation);
    else byImage.set(imageId, [annotation]);
  }
  for (const [imageId, annotations] of byImage) {
    const image = images.get(imageId);
    if (!image || image.width === null || image.height === null) continue;
    const size = [image.height, image.width] as const;
    for (const annotation of annotations) lintAnnotation(annotation, size, warn);
    noteDuplicates(annotations, size, warn);
  }
  return findings;
}

function noteDuplicateIds(records: readonly Located<{ id: IdRef | null }>[], what: string, warn: Warn): void {
  const seen = new Set<IdRef>();
  for (const { id, pointer } of records) {
    if (id === null) continue;
    if (seen.has(id)) warn('duplicate-id', `${pointer}/id`, `id ${id} is used by an earlier ${what}`);
    seen.add(id);
  }
}

function noteCategoryNames(categories: LintDataset['categories'], warn: Warn): void {
  const seen = new Map<string, string>();
  for (const { name, pointer } of categories) {
    const key = name.trim().toLowerCase();
    const earlier = seen.get(key);
    if (earlier === undefined) seen.set(key, name);
    else warn('category-name', `${pointer}/name`, `the name "${name}" is an earlier category's ("${earlier}")`);
  }
}

function lintAnnotation(
  annotation: Located<ParsedAnnotation>,
  size: readonly [height: number, width: number],
  warn: Warn,
): void {
  const { pointer, isCrowd } = annotation;
  if (!annotation.segmentation) return;
  const segmentation = segmentationFromCoco(annotation.segmentation);
  if (segmentation.kind === 'rle' && (segmentation.size[0] !== size[0] || segmentation.size[1] !== size[1])) {
    const [mask, image] = [segmentation.size, size].map(([height, width]) => `${width} x ${height}`);
    warn('mask-size', `${pointer}/segmentation/size`, `the mask is ${mask} pixels, the image ${image}`);
    return;
  }
  const rle = () => segmentationToRle(segmentation, size);
  if (segmentation.kind === 'polygons') {
    if (isCrowd) warn('crowd-polygons', `${pointer}/segmentation`, 'iscrowd is 1, but the segmentation is polygons');
    const outside = segmentation.parts.reduce((count, { outer }) => count + countOutside(outer, size), 0);
    if (outside > 0) warn('outside', `${pointer}/segmentation`, `${outside} vertices lie outside the image`);
  }
  const shoelace = segmentation.kind === 'polygons' ? partsArea(segmentation.parts) : null;
  // A ring of more than a few pixels covers some; only thin ones need to be rasterised to know.
  if ((shoelace === null || shoelace < 4) && area(rle()) === 0) {
    warn('zero-area', `${pointer}/segmentation`, 'the segmentation covers no pixel');
    return;
  }
  const { area: stated, bbox } = annotation;
  // Official crowds state an area that rarely is their mask's; evaluators do not use it.
  if (
    stated !== null &&
    !isCrowd &&
    !(shoelace !== null && isClose(stated, shoelace)) &&
    !isClose(stated, area(rle()))
  ) {
    warn('stale-area', `${pointer}/area`, `area is ${stated}, the mask has ${area(rle())} pixels`);
  }
  const extrema = segmentation.kind === 'polygons' ? partsBox(segmentation.parts) : null;
  if (bbox && !(extrema && isCloseBox(bbox, extrema)) && !isCloseBox(bbox, toBbox(rle()))) {
    warn('stale-bbox', `${pointer}/bbox`, `bbox is [${bbox.join(', ')}], the mask's is [${toBbox(rle()).join(', ')}]`);
  }
  if (isCrowd) return;
  const partAreas =
    segmentation.kind === 'polygons'
      ? segmentation.parts.map(({ outer }) => ringArea(outer))
      : components(rle()).map((part) => area(part));
  const total = partAreas.reduce((sum, part) => sum + part, 0);
  const fragments = partAreas.filter((part) => part < fragmentPx && part < total * fragmentShare).length;
  if (fragments > 0) {
    const which = fragments === 1 ? '1 part is' : `${fragments} parts are`;
    warn('fragment', `${pointer}/segmentation`, `${which} smaller than ${fragmentPx} pixels and 1% of the object`);
  }
}

function noteDuplicates(
  annotations: readonly Located<ParsedAnnotation>[],
  size: readonly [number, number],
  warn: Warn,
): void {
  const drawn = annotations.flatMap(({ pointer, categoryId, isCrowd, segmentation }) => {
    if (!segmentation || isCrowd) return [];
    const form = segmentationFromCoco(segmentation);
    if (form.kind === 'rle' && (form.size[0] !== size[0] || form.size[1] !== size[1])) return [];
    const box = form.kind === 'polygons' ? partsBox(form.parts) : toBbox(segmentationToRle(form, size));
    return [{ pointer, categoryId, form, box }];
  });
  drawn.forEach((later, i) => {
    const earlier = drawn.slice(0, i).find((candidate) => {
      if (candidate.categoryId !== later.categoryId || !mayBeSame(candidate.box, later.box)) return false;
      const [a, b] = [candidate, later].map(({ form }) => segmentationToRle(form, size));
      return iou([a], [b])[0] > duplicateIou;
    });
    if (earlier) warn('duplicate', later.pointer, `nearly the same mask and category as ${earlier.pointer}`);
  });
}

/** Masks that overlap by 95% have boxes of nearly the same sides; two pixels more for boxes of vertices. */
function mayBeSame(a: Box, b: Box): boolean {
  const slack = 2 + 0.1 * Math.max(a[2], a[3], b[2], b[3]);
  return isCloseBox(a, b, slack);
}

function isClose(stated: number, actual: number): boolean {
  return Math.abs(stated - actual) <= Math.max(0.5, areaTolerance * actual);
}

function isCloseBox(a: Box, b: Box, tolerance = boxTolerancePx): boolean {
  return (
    Math.abs(a[0] - b[0]) <= tolerance &&
    Math.abs(a[1] - b[1]) <= tolerance &&
    Math.abs(a[0] + a[2] - b[0] - b[2]) <= tolerance &&
    Math.abs(a[1] + a[3] - b[1] - b[3]) <= tolerance
  );
}

function countOutside(ring: readonly number[], [height, width]: readonly [number, number]): number {
  let count = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const [x, y] = [ring[i], ring[i + 1]];
    if (x < 0 || y < 0 || x > width || y > height) count++;
  }
  return count;
}
