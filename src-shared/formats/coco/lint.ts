/** Findings about a parsed dataset that need no image file: what trainers and evaluators stumble over. */
import { segmentationToRle } from '../../document/segmentation';
import type { Box } from '../../geometry/box';
import { partsArea, partsBox, ringArea } from '../../geometry/polygon';
import { area, components, iou, toBbox } from '../../mask';
import { lookUp } from '../../dataset/ids';
import { canRasterise, maskSizeIssue } from './maskSize';
import type { ParsedAnnotation, ParsedCategory, ParsedImage } from './parse';
import { segmentationFromCoco } from './toDocument';
import type { IdRef } from './types';
import type { Issue, IssueCode } from '../../dataset/finding';

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

type Warn = (code: IssueCode, pointer: string, message: string, repair?: Issue['repair']) => void;

/** What makes evaluators and trainers fail; the rest they live with. */
const errors: ReadonlySet<IssueCode> = new Set(['duplicate-id', 'dangling-image', 'dangling-category']);

/**
 * All findings, annotations image by image. What parsing itself reports (broken masks and rings, ids 0 or missing) is not
 * repeated. Polygons are rasterised only where their geometry leaves a doubt; duplicates cost O(n^2) boxes an image.
 */
export function lintCoco(dataset: LintDataset): Issue[] {
  const findings: Issue[] = [];
  const warn: Warn = (code, pointer, message, repair) =>
    void findings.push({ severity: errors.has(code) ? 'error' : 'warning', code, pointer, message, repair });
  for (const records of [dataset.images, dataset.categories, dataset.annotations]) noteDuplicateIds(records, warn);
  noteFileNames(dataset.images, warn);
  noteCategoryNames(dataset.categories, warn);

  const images = firstById(dataset.images);
  const categories = firstById(dataset.categories);
  const byImage = new Map<Located<ParsedImage>, Located<ParsedAnnotation>[]>();
  for (const annotation of dataset.annotations) {
    const { imageId, categoryId, pointer } = annotation;
    if (categoryId !== null && !lookUp(categories, categoryId)) {
      warn('dangling-category', `${pointer}/category_id`, `there is no category ${categoryId}`);
    }
    if (imageId === null) continue;
    const image = lookUp(images, imageId);
    if (!image) {
      warn('dangling-image', `${pointer}/image_id`, `there is no image ${imageId}`);
      continue;
    }
    const list = byImage.get(image);
    if (list) list.push(annotation);
    else byImage.set(image, [annotation]);
  }
  for (const [{ width, height }, annotations] of byImage) {
    if (width === null || height === null) continue;
    const size = [height, width] as const;
    // What cannot be drawn has its finding from parsing.
    const drawable = annotations.filter(({ segmentation }) => canRasterise(segmentation, size));
    for (const annotation of drawable) lintAnnotation(annotation, size, warn);
    noteDuplicates(drawable, size, warn);
  }
  return findings;
}

type WithId = Located<{ readonly id: IdRef | null }>;

function firstById<T extends WithId>(records: readonly T[]): Map<IdRef, T> {
  const first = new Map<IdRef, T>();
  for (const record of records) if (record.id !== null && !first.has(record.id)) first.set(record.id, record);
  return first;
}

function noteDuplicateIds(records: readonly WithId[], warn: Warn): void {
  const seen = new Set<IdRef>();
  for (const { id, pointer } of records) {
    if (id === null) continue;
    if (seen.has(id)) warn('duplicate-id', `${pointer}/id`, `id ${id} is taken already`);
    seen.add(id);
  }
}

function noteFileNames(images: LintDataset['images'], warn: Warn): void {
  const seen = new Set<string>();
  for (const { fileName, pointer } of images) {
    if (seen.has(fileName)) warn('same-file', `${pointer}/file_name`, `another image is ${fileName} too`);
    seen.add(fileName);
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
  const misfit = segmentation.kind === 'rle' ? maskSizeIssue(segmentation.size, size, pointer) : null;
  if (misfit) return warn(misfit.code, misfit.pointer, misfit.message, misfit.repair);
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
