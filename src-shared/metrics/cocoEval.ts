/** The COCO detection metrics (AP and AR of masks or boxes), equal to pycocotools' COCOeval to 1e-9. */
import { accumulate, type CategoryCurves } from './accumulate';
import { AREA_RANGES, IOU_THRESHOLDS, matchImage, type MatchedCategory } from './matching';
import {
  MetricsError,
  type CategoryMetrics,
  type CocoEvalOptions,
  type CocoEvalResult,
  type Detection,
  type GroundTruth,
} from './types';

const DEFAULT_MAX_DETS = [1, 10, 100];
const THRESHOLD_50 = 0;
const THRESHOLD_75 = 5;

/**
 * Evaluates detections against ground truth. Every AP is taken at the last (largest) of maxDets, AR at each of them.
 *
 * What the reference does and this repeats: categories and images in ascending order; detections by descending score,
 * equal scores in input order; crowds and objects outside the size range are ignored, not missed; a ground truth of id
 * 0 counts as unmatched; of several ground truths with one id, the last stands in for all.
 *
 * Source: cocoeval.py (evaluate, accumulate, summarize). O(images x categories + pairs per image and category).
 * @throws MetricsError for a score that is not finite, a mask missing under 'segm', an image that `imageIds` lacks, or
 * maxDets that are not whole numbers >= 1.
 */
export function evaluateDetections(
  groundTruths: readonly GroundTruth[],
  detections: readonly Detection[],
  options: CocoEvalOptions,
): CocoEvalResult {
  const { iouType } = options;
  const maxDets = checkMaxDets(options.maxDets ?? DEFAULT_MAX_DETS);
  const truths = lastOfEachId(groundTruths);
  const images = indexImages(truths, detections, options);
  const { ids: categoryIds, names } = listCategories(truths, detections, options);
  const categoryIndex = new Map(categoryIds.map((id, index) => [id, index]));
  check(truths, detections, options, images);

  const truthGroups = group(truths, categoryIndex, images);
  const detectionGroups = group(detections, categoryIndex, images);
  const curves: CategoryCurves[] = categoryIds.map((_, k) => {
    const category = matchCategory(truths, detections, truthGroups[k], detectionGroups[k], options, maxDets);
    return accumulate(category, maxDets);
  });
  const perCategory = categoryIds.map((id, k) => summariseCategory(id, names.get(id), curves[k]));
  return { iouType, maxDets, ...summarise(perCategory, maxDets), perCategory };
}

/** Indices of records by image, ascending, for each category; records of other categories are left out. */
function group(
  records: readonly { readonly imageId: number; readonly categoryId: number }[],
  categoryIndex: ReadonlyMap<number, number>,
  images: ReadonlyMap<number, number>,
): Map<number, number[]>[] {
  const groups = Array.from({ length: categoryIndex.size }, () => new Map<number, number[]>());
  records.forEach((record, index) => {
    const k = categoryIndex.get(record.categoryId);
    const image = images.get(record.imageId);
    if (k === undefined || image === undefined) return;
    const members = groups[k].get(image);
    if (members) members.push(index);
    else groups[k].set(image, [index]);
  });
  return groups;
}

const NONE: readonly number[] = [];

function matchCategory(
  truths: readonly GroundTruth[],
  detections: readonly Detection[],
  truthGroups: ReadonlyMap<number, number[]>,
  detectionGroups: ReadonlyMap<number, number[]>,
  options: CocoEvalOptions,
  maxDets: readonly number[],
): MatchedCategory {
  const images = Float64Array.from(new Set([...truthGroups.keys(), ...detectionGroups.keys()])).sort();
  const limit = maxDets[maxDets.length - 1];
  const category: MatchedCategory = {
    positives: AREA_RANGES.map(() => 0),
    scores: [],
    ranks: [],
    matched: AREA_RANGES.map(() => []),
    ignored: AREA_RANGES.map(() => []),
  };
  for (const image of images) {
    const gt = (truthGroups.get(image) ?? NONE).map((index) => truths[index]);
    const dt = (detectionGroups.get(image) ?? NONE).map((index) => detections[index]);
    // Array.prototype.sort is stable, as the reference's merge sort.
    if (dt.length > 1) dt.sort((a, b) => b.score - a.score);
    matchImage(gt, dt.length > limit ? dt.slice(0, limit) : dt, options.iouType, category);
  }
  return category;
}

function summariseCategory(categoryId: number, name: string | undefined, curves: CategoryCurves): CategoryMetrics {
  const { precision, recall } = curves;
  const last = recall[0].length - 1;
  return {
    categoryId,
    ...(name === undefined ? {} : { name }),
    AP: mean(precision[0]),
    AP50: precision[0][THRESHOLD_50],
    AP75: precision[0][THRESHOLD_75],
    APs: mean(precision[1]),
    APm: mean(precision[2]),
    APl: mean(precision[3]),
    AR: recall[0].map(mean),
    ARs: mean(recall[1][last]),
    ARm: mean(recall[2][last]),
    ARl: mean(recall[3][last]),
  };
}

/** Every number is a plain mean over categories, since each has the same number of thresholds and recall points. */
function summarise(
  perCategory: readonly CategoryMetrics[],
  maxDets: readonly number[],
): Pick<CocoEvalResult, 'statNames' | 'stats'> {
  const over = (value: (category: CategoryMetrics) => number): number =>
    mean(perCategory.map(value).filter((x) => x > -1));
  const columns: [string, (category: CategoryMetrics) => number][] = [
    ['AP', (c) => c.AP],
    ['AP50', (c) => c.AP50],
    ['AP75', (c) => c.AP75],
    ['APs', (c) => c.APs],
    ['APm', (c) => c.APm],
    ['APl', (c) => c.APl],
    ...maxDets.map((count, m): [string, (category: CategoryMetrics) => number] => [`AR${count}`, (c) => c.AR[m]]),
    ['ARs', (c) => c.ARs],
    ['ARm', (c) => c.ARm],
    ['ARl', (c) => c.ARl],
  ];
  return { statNames: columns.map(([name]) => name), stats: columns.map(([, value]) => over(value)) };
}

/** Mean; -1, COCO's "not defined", of nothing. */
function mean(values: ArrayLike<number>): number {
  if (values.length === 0) return -1;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

function checkMaxDets(maxDets: readonly number[]): number[] {
  if (maxDets.length === 0 || !maxDets.every((count) => Number.isInteger(count) && count >= 1)) {
    throw new MetricsError(`maxDets is [${maxDets.join(', ')}] when whole numbers >= 1 were expected`);
  }
  return [...maxDets].sort((a, b) => a - b);
}

function check(
  truths: readonly GroundTruth[],
  detections: readonly Detection[],
  { iouType }: CocoEvalOptions,
  images: ReadonlyMap<number, number>,
): void {
  detections.forEach(({ score, imageId, rle }, index) => {
    if (!Number.isFinite(score)) {
      throw new MetricsError(`Detection ${index} has the score ${String(score)} when a finite number was expected`);
    }
    if (!images.has(imageId)) {
      throw new MetricsError(
        `Detection ${index} is of image ${imageId}, which is not among the images of the ground truth`,
      );
    }
    if (iouType === 'segm' && !rle) throw new MetricsError(`Detection ${index} has no mask when 'segm' needs one`);
  });
  truths.forEach(({ id, rle }) => {
    if (iouType === 'segm' && !rle) throw new MetricsError(`Annotation ${id} has no mask when 'segm' needs one`);
  });
}

/** COCO looks annotations up by id, so of several with one id only the last is ever seen, once for each. */
function lastOfEachId(truths: readonly GroundTruth[]): readonly GroundTruth[] {
  const byId = new Map<number, GroundTruth>();
  for (const truth of truths) byId.set(truth.id, truth);
  return byId.size === truths.length ? truths : truths.map((truth) => byId.get(truth.id) ?? truth);
}

/** Position of each image in ascending order of id. */
function indexImages(
  truths: readonly GroundTruth[],
  detections: readonly Detection[],
  { imageIds }: CocoEvalOptions,
): Map<number, number> {
  const ids = new Set(imageIds ?? [...truths.map((gt) => gt.imageId), ...detections.map((dt) => dt.imageId)]);
  return new Map([...ids].sort((a, b) => a - b).map((id, index) => [id, index]));
}

function listCategories(
  truths: readonly GroundTruth[],
  detections: readonly Detection[],
  { categories }: CocoEvalOptions,
): { ids: number[]; names: Map<number, string> } {
  const names = new Map<number, string>();
  const ids = new Set<number>();
  if (categories) {
    for (const { id, name } of categories) {
      ids.add(id);
      if (name !== undefined) names.set(id, name);
    }
  } else {
    for (const { categoryId } of truths) ids.add(categoryId);
    for (const { categoryId } of detections) ids.add(categoryId);
  }
  return { ids: [...ids].sort((a, b) => a - b), names };
}

/** The ten IoU thresholds behind AP and AR. */
export { IOU_THRESHOLDS };
