/** A small grid of logits as a mask of the whole image, by runs: what is far from a border costs nothing. */
import type { Rle } from '@shared/mask';
import { extentOf } from './extent';
import { type Axis, makeAxis, RunWriter } from './gridRuns';
import type { Corners, MaskGrid } from './postprocess';

/**
 * The pixels of an image of `size` [height, width] whose centre has a value > `threshold` where the grid is stretched over
 * `gridCorners` (image space; may reach beyond the image) and sampled bilinearly between cell centres, the outermost cells
 * reaching to its border. What lies outside of `gridCorners`, or of `within`, is not set.
 * Column-major runs are made directly: no bitmap, and only cells that a border crosses are sampled.
 * O(grid + columns * borders in a column + runs). Null when no pixel is set.
 */
export function logitsToRle(
  grid: MaskGrid,
  gridCorners: Corners,
  size: readonly [height: number, width: number],
  threshold: number,
  within?: Corners,
): Rle | null {
  const [height, width] = size;
  const columns = makeAxis(gridCorners[0], gridCorners[2], width, grid.width, within?.[0], within?.[2], grid.knot);
  const rows = makeAxis(gridCorners[1], gridCorners[3], height, grid.height, within?.[1], within?.[3], grid.knot);
  const around = cornersSet(grid, threshold);
  if (!around) return null;
  const stretches = new Stretches(around.rows);
  const runs = new RunWriter();
  for (let cell = around.left; cell < around.left + around.columns; cell++) {
    const end = columns.starts[cell + 1];
    if (columns.starts[cell] === end) continue;
    stretches.find(grid, around, cell, rows);
    if (stretches.count === 0) continue;
    for (let x = columns.starts[cell]; x < end; x++) {
      stretches.addColumn(columns.weight[x - columns.first], rows, threshold, x * height, runs);
    }
  }
  return runs.isEmpty ? null : { size, counts: runs.counts(height * width) };
}

/** The cells around which something is above the threshold, and how many of the four values around each are: column by column. */
interface Around {
  readonly left: number;
  readonly top: number;
  readonly columns: number;
  readonly rows: number;
  readonly counts: Uint8Array;
}

/**
 * The four values of a cell are its own, those to the right and below, and the one across, the last ones repeated. Null where nothing
 * is above. The grid is gone through in its own order: that is what takes the time.
 */
function cornersSet(grid: MaskGrid, threshold: number): Around | null {
  const { values, offset, width, height } = grid;
  const extent = extentOf(grid, threshold);
  if (!extent) return null;
  const { right, bottom } = extent;
  const [left, top] = [Math.max(extent.left - 1, 0), Math.max(extent.top - 1, 0)];
  const [columns, rows] = [right - left + 1, bottom - top + 1];
  const counts = new Uint8Array(columns * rows);
  // Of a row, how many of a cell and the one to its right are.
  const pairs = new Uint8Array(columns);
  for (let y = top; y <= bottom + 1; y++) {
    // The last row is repeated.
    const start = offset + Math.min(y, height - 1) * width;
    let here = values[start + left] > threshold ? 1 : 0;
    for (let k = 0, at = start + left + 1, to = y - 1 - top; k < columns; k++, at++, to += rows) {
      const next = left + k + 1 < width ? (values[at] > threshold ? 1 : 0) : here;
      const pair = here + next;
      if (y > top) counts[to] = pairs[k] + pair;
      pairs[k] = pair;
      here = next;
    }
  }
  return { left, top, columns, rows, counts };
}

/**
 * What may be set between two columns of cells, from the top: pixel rows that are set whatever the column's weight, as all values
 * around them are, and rows of cells that a border crosses. What is the same for all pixel columns between them is worked out once.
 */
class Stretches {
  count = 0;
  /** Pixel rows [from, to). */
  readonly #from: Int32Array;
  readonly #to: Int32Array;
  readonly #isCrossed: Uint8Array;
  /** Of those that are crossed: the value above and how much more it is to the right; the same below. */
  readonly #sides: Float64Array;
  /** How many pixel rows a weight of 1 is. */
  readonly #perWeight: Float64Array;

  constructor(most: number) {
    this.#from = new Int32Array(most);
    this.#to = new Int32Array(most);
    this.#isCrossed = new Uint8Array(most);
    this.#sides = new Float64Array(4 * most);
    this.#perWeight = new Float64Array(most);
  }

  /** Bilinear weights, rounding included, never lead out of the range of the four values around a pixel. */
  find({ values, offset, width, height }: MaskGrid, around: Around, cell: number, rows: Axis): void {
    const [starts, tos, isCrossed, sides] = [this.#from, this.#to, this.#isCrossed, this.#sides];
    const right = cell + 1 < width ? 1 : 0;
    const { counts } = around;
    let count = 0;
    const start = (cell - around.left) * around.rows;
    for (let i = 0; i < around.rows;) {
      const j = around.top + i;
      const set = counts[start + i++];
      // Most cells are like the one above.
      if (set === 0 || set === 4) while (i < around.rows && counts[start + i] === set) i++;
      if (set === 0) continue;
      const from = rows.starts[j];
      const to = rows.starts[around.top + i];
      if (from === to) continue;
      if (set === 4 && count > 0 && !isCrossed[count - 1] && tos[count - 1] === from) {
        tos[count - 1] = to;
        continue;
      }
      starts[count] = from;
      tos[count] = to;
      isCrossed[count] = set < 4 ? 1 : 0;
      if (set < 4) {
        const at = offset + cell + j * width;
        const under = j + 1 < height ? at + width : at;
        sides[4 * count] = values[at];
        sides[4 * count + 1] = values[at + right] - values[at];
        sides[4 * count + 2] = values[under];
        sides[4 * count + 3] = values[under + right] - values[under];
        this.#perWeight[count] = rowsPerWeight(rows, from, to);
      }
      count++;
    }
    this.count = count;
  }

  /** `weight`: of the values to the right. */
  addColumn(weight: number, rows: Axis, threshold: number, start: number, runs: RunWriter): void {
    const [starts, tos, isCrossed, sides] = [this.#from, this.#to, this.#isCrossed, this.#sides];
    for (let i = 0; i < this.count; i++) {
      const from = starts[i];
      const to = tos[i];
      if (isCrossed[i] === 0) {
        runs.add(start + from, start + to);
        continue;
      }
      const a = Math.fround(sides[4 * i] + sides[4 * i + 1] * weight);
      const b = Math.fround(sides[4 * i + 2] + sides[4 * i + 3] * weight);
      const isTopSet = a > threshold;
      const isBottomSet = b > threshold;
      if (isTopSet && isBottomSet) runs.add(start + from, start + to);
      else if (isTopSet || isBottomSet) {
        const turn = turnOf(a, b, rows, from, to, threshold, this.#perWeight[i]);
        if (isTopSet && turn > from) runs.add(start + from, start + turn);
        if (isBottomSet && turn < to) runs.add(start + turn, start + to);
      }
    }
  }
}

/** Weights rise evenly but for rounding, and between knots. */
function rowsPerWeight({ weight, first }: Axis, from: number, to: number): number {
  return to - from > 1 ? (to - from - 1) / (weight[to - 1 - first] - weight[from - first]) : 1;
}

/** The first pixel row of [from, to) that is set as the lower cell is: values only rise, or only fall, from row to row. */
function turnOf(
  a: number,
  b: number,
  rows: Axis,
  from: number,
  to: number,
  threshold: number,
  perWeight: number,
): number {
  const isLowerSet = b > threshold;
  const { weight } = rows;
  const start = from - rows.first;
  const rise = b - a;
  const count = to - from;
  // It is looked for from where evenly rising weights would reach the threshold.
  const guess = Math.ceil(((threshold - a) / rise - weight[start]) * perWeight);
  let at = guess > 0 ? (guess < count ? guess : count) : 0;
  while (at > 0 && a + rise * weight[start + at - 1] > threshold === isLowerSet) at--;
  while (at < count && a + rise * weight[start + at] > threshold !== isLowerSet) at++;
  return from + at;
}
