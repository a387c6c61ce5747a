/** Which detection finds which ground truth, image by image: the evaluateImg half of COCOeval. */
import { boxIou, iou, type Rle } from '../mask/index';
import type { Detection, GroundTruth, IouType } from './types';

/** 0.50:0.05:0.95 in the reference's own doubles (numpy.linspace: step times index plus start, the end exact). */
export const IOU_THRESHOLDS: readonly number[] = Array.from({ length: 10 }, (_, i) =>
  i === 9 ? 0.95 : i * ((0.95 - 0.5) / 9) + 0.5,
);

/** All, small, medium, large: inclusive bounds of the area in pixels. */
export const AREA_RANGES: readonly (readonly [number, number])[] = [
  [0, 1e10],
  [0, 32 ** 2],
  [32 ** 2, 96 ** 2],
  [96 ** 2, 1e10],
];

/** The reference's limit for a threshold of 1. */
const THRESHOLD_LIMITS = IOU_THRESHOLDS.map((threshold) => Math.min(threshold, 1 - 1e-10));

/** Outcome of a category, detections of all images in one sequence (images ascending, scores descending in each). */
export interface MatchedCategory {
  /** Ground truths that count, per area range. */
  readonly positives: number[];
  readonly scores: number[];
  /** Position of each detection among those of its image. */
  readonly ranks: number[];
  /** Per area range and detection: bit t is set where it matches at threshold t. */
  readonly matched: number[][];
  /** Per area range and detection: bit t is set where it neither counts for nor against at threshold t. */
  readonly ignored: number[][];
}

/**
 * Matches the detections of one image and category (by descending score, at most the last of maxDets) with its ground
 * truths and appends the outcome to `out`. Each detection takes the free ground truth of highest IoU at or above the
 * threshold (the later of equals), an ignored one only where no other is left; a crowd is never used up.
 * Source: cocoeval.py evaluateImg.
 */
export function matchImage(
  gt: readonly GroundTruth[],
  dt: readonly Detection[],
  iouType: IouType,
  out: MatchedCategory,
): void {
  const n = gt.length;
  const crowd = gt.map((g) => g.isCrowd);
  const ious = n > 0 && dt.length > 0 ? overlaps(gt, dt, crowd, iouType) : null;
  dt.forEach((d, rank) => {
    out.scores.push(d.score);
    out.ranks.push(rank);
  });
  AREA_RANGES.forEach(([low, high], a) => {
    const ignore = gt.map((g) => g.isCrowd || g.area < low || g.area > high);
    // Ignored ones last, otherwise in input order.
    const order: number[] = [];
    for (let g = 0; g < n; g++) if (!ignore[g]) order.push(g);
    out.positives[a] += order.length;
    for (let g = 0; g < n; g++) if (ignore[g]) order.push(g);

    const used = new Uint16Array(n);
    for (let d = 0; d < dt.length; d++) {
      let matched = 0;
      let ignored = 0;
      let highest = 0;
      for (let g = 0; ious !== null && g < n; g++) if (ious[d * n + g] > highest) highest = ious[d * n + g];
      for (let t = 0; ious !== null && t < THRESHOLD_LIMITS.length && THRESHOLD_LIMITS[t] <= highest; t++) {
        const bit = 1 << t;
        const g = bestMatch(ious, d * n, order, ignore, crowd, used, bit, THRESHOLD_LIMITS[t]);
        if (g < 0) continue;
        used[g] |= bit;
        if (ignore[g]) ignored |= bit;
        if (gt[g].id !== 0) matched |= bit;
      }
      if (dt[d].area < low || dt[d].area > high) ignored |= ~matched & ALL_THRESHOLDS;
      out.matched[a].push(matched);
      out.ignored[a].push(ignored);
    }
  });
}

const ALL_THRESHOLDS = (1 << IOU_THRESHOLDS.length) - 1;

function overlaps(
  gt: readonly GroundTruth[],
  dt: readonly Detection[],
  crowd: readonly boolean[],
  iouType: IouType,
): Float64Array {
  if (iouType === 'segm') {
    return iou(
      dt.map((d) => d.rle as Rle),
      gt.map((g) => g.rle as Rle),
      crowd,
    );
  }
  return boxIou(
    dt.map((d) => d.bbox),
    gt.map((g) => g.bbox),
    crowd,
  );
}

/** Index of the ground truth that a detection (its IoUs start at `row`) takes at one threshold, -1 for none. */
function bestMatch(
  ious: Float64Array,
  row: number,
  order: readonly number[],
  ignore: readonly boolean[],
  crowd: readonly boolean[],
  used: Uint16Array,
  bit: number,
  threshold: number,
): number {
  let best = threshold;
  let match = -1;
  for (const g of order) {
    if ((used[g] & bit) !== 0 && !crowd[g]) continue;
    if (match >= 0 && !ignore[match] && ignore[g]) break;
    if (ious[row + g] < best) continue;
    best = ious[row + g];
    match = g;
  }
  return match;
}
