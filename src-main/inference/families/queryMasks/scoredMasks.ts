/** Masks of queries, enlarged, as probabilities times their scores: worked out only where that decides something. */
import { logit, type Plane, resizePart, sigmoid, tapsTo } from '../../image/planes';

export interface ScoredMask {
  /** All queries' planes are of one size. */
  readonly logits: Plane;
  readonly score: number;
}

/** Cells of the enlarged planes that are decided about together, along a side. */
const block = 8;

/** More than rounding can move a value. */
const [relative, absolute] = [1e-6, 1e-30];

/**
 * `[query, height, width]`: the logits resized, then squashed, then times the score. Around a block of cells where a query is surely
 * below another one, and nowhere above `threshold` (0 to 1), its values are 0: which one is greatest at a cell or between four of them
 * stays as it is, and so does what is above the threshold.
 */
export function scoredMasks(
  queries: readonly ScoredMask[],
  width: number,
  height: number,
  threshold: number,
): Float32Array {
  const cells = width * height;
  const values = new Float32Array(queries.length * cells);
  const { width: fromWidth, height: fromHeight } = queries[0].logits;
  const taps = tapsTo(queries[0].logits, width, height);
  const greatestScore = Math.max(...queries.map(({ score }) => score));
  const highest = new Float64Array(queries.length);
  const part = new Float32Array(block * block);
  for (let top = 0; top < height; top += block) {
    const bottom = Math.min(top + block, height);
    const [above, below] = reach(taps.rows.cell, top, bottom, fromHeight);
    for (let left = 0; left < width; left += block) {
      const right = Math.min(left + block, width);
      const [before, after] = reach(taps.columns.cell, left, right, fromWidth);
      // The query whose least logit here is the greatest; between cells that are not finite nothing is sure.
      let [surest, least] = [-1, -Infinity];
      for (let k = 0; k < queries.length; k++) {
        const { values: logits } = queries[k].logits;
        let [low, high] = [Infinity, -Infinity];
        for (let y = above; y <= below; y++) {
          for (let i = y * fromWidth + before, end = y * fromWidth + after; i <= end; i++) {
            low = Math.min(low, logits[i]);
            high = Math.max(high, logits[i]);
          }
        }
        highest[k] = high;
        if (low > least && high < Infinity) [surest, least] = [k, low];
      }
      const sure = surest < 0 ? 0 : sigmoid(least) * queries[surest].score;
      const enough = logit((Math.min(sure, threshold) * (1 - relative) - absolute) / greatestScore);
      for (let k = 0; k < queries.length; k++) {
        if (highest[k] < enough) continue;
        const { logits, score } = queries[k];
        resizePart(logits, taps, { left, top, right, bottom }, part);
        for (let y = top, i = 0; y < bottom; y++) {
          for (let at = k * cells + y * width + left, end = at + right - left; at < end; at++, i++) {
            values[at] = sigmoid(part[i]) * score;
          }
        }
      }
    }
  }
  return values;
}

/** The first and the last of the plane's cells that enlarged cells [from, end) and the ones beside them are mixed from. */
function reach(cell: Int32Array, from: number, end: number, cells: number): readonly [number, number] {
  return [cell[Math.max(from - 1, 0)], Math.min(cell[Math.min(end, cell.length - 1)] + 1, cells - 1)];
}
