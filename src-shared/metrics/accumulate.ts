/** Precision and recall of one category over all images: the accumulate half of COCOeval. */
import { AREA_RANGES, IOU_THRESHOLDS, type MatchedCategory } from './matching';

/** Values in 0..1, -1 where no ground truth counts. */
export interface CategoryCurves {
  /** [area range][threshold]: precision at the last of maxDets, mean over the 101 recall points. */
  readonly precision: readonly (readonly number[])[];
  /** [area range][maxDets][threshold]: the highest recall reached. */
  readonly recall: readonly (readonly (readonly number[])[])[];
}

/** 0:0.01:1 in the reference's own doubles (numpy.linspace). */
const RECALL_POINTS = Float64Array.from({ length: 101 }, (_, i) => (i === 100 ? 1 : i * (1 / 100)));

/** Keeps precision defined before the first detection, as numpy.spacing(1) does in the reference. */
const EPSILON = 2 ** -52;

/**
 * Precision and recall of one category. Detections of all images are taken by descending score (equal ones in the order
 * of their images). Source: cocoeval.py accumulate. O(detections * (log + thresholds * area ranges)).
 */
export function accumulate(category: MatchedCategory, maxDets: readonly number[]): CategoryCurves {
  const { positives, scores, ranks, matched, ignored } = category;
  // Stable, as the reference's merge sort.
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
  const precisions = new Float64Array(order.length);
  const undefinedAtAll = IOU_THRESHOLDS.map(() => -1);

  const precision = AREA_RANGES.map((_, a) => {
    if (positives[a] === 0) return undefinedAtAll;
    return IOU_THRESHOLDS.map((_threshold, t) =>
      meanPrecision(order, matched[a], ignored[a], 1 << t, positives[a], precisions),
    );
  });
  const recall = AREA_RANGES.map((_, a) =>
    maxDets.map((limit) => {
      if (positives[a] === 0) return undefinedAtAll;
      return IOU_THRESHOLDS.map((_threshold, t) => {
        let found = 0;
        for (let i = 0; i < ranks.length; i++) {
          if (ranks[i] < limit && ((matched[a][i] & ~ignored[a][i]) >> t) & 1) found++;
        }
        return found / positives[a];
      });
    }),
  );
  return { precision, recall };
}

/**
 * Mean over the recall points of the best precision at that recall or above. Only true positives need looking at: they
 * are where recall rises and precision peaks. `work` is scratch of at least order.length.
 */
function meanPrecision(
  order: Uint32Array,
  matched: readonly number[],
  ignored: readonly number[],
  bit: number,
  positives: number,
  work: Float64Array,
): number {
  let tp = 0;
  let fp = 0;
  for (const i of order) {
    if ((ignored[i] & bit) !== 0) continue;
    if ((matched[i] & bit) === 0) {
      fp++;
      continue;
    }
    tp++;
    work[tp - 1] = tp / (fp + tp + EPSILON);
  }
  for (let i = tp - 1; i > 0; i--) if (work[i] > work[i - 1]) work[i - 1] = work[i];
  let sum = 0;
  let i = 0;
  for (const point of RECALL_POINTS) {
    while (i < tp && (i + 1) / positives < point) i++;
    if (i === tp) break;
    sum += work[i];
  }
  return sum / RECALL_POINTS.length;
}
