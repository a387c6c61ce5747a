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
  const stretches: Stretches = { from: new Int32Array(around.rows), to: new Int32Array(around.rows), count: 0 };
  const runs = new RunWriter();
  for (let cell = around.left; cell < around.left + around.columns; cell++) {
    const end = columns.starts[cell + 1];
    if (columns.starts[cell] === end) continue;
    findStretches(around, cell, rows, stretches);
    if (stretches.count === 0) continue;
    for (let x = columns.starts[cell]; x < end; x++) {
      addColumn(grid, cell, columns.weight[x - columns.first], rows, threshold, stretches, x * height, runs);
    }
  }
  return runs.isEmpty ? null : { size, counts: runs.counts(height * width) };
}

/**
 * What may be set between two columns of cells, from the top: pixel rows [from, to) that are set whatever the column's weight, as
 * all values around them are; or, where `from` is negative, the row of cells `-1 - from` that a border crosses.
 */
interface Stretches {
  readonly from: Int32Array;
  readonly to: Int32Array;
  count: number;
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
  for (let y = top; y <= bottom; y++) {
    let at = offset + y * width + left;
    let here = values[at] > threshold ? 1 : 0;
    for (let x = left, to = y - top; x <= right; x++, to += rows) {
      at++;
      const next = x + 1 < width ? (values[at] > threshold ? 1 : 0) : here;
      const pair = here + next;
      // What is below of the row above.
      if (y > top) counts[to - 1] += pair;
      counts[to] = y + 1 < height ? pair : 2 * pair;
      here = next;
    }
  }
  return { left, top, columns, rows, counts };
}

/** Bilinear weights, rounding included, never lead out of the range of the four values around a pixel. */
function findStretches(around: Around, cell: number, rows: Axis, into: Stretches): void {
  let count = 0;
  const start = (cell - around.left) * around.rows;
  for (let i = 0; i < around.rows; i++) {
    const set = around.counts[start + i];
    if (set === 0) continue;
    const j = around.top + i;
    const from = rows.starts[j];
    const to = rows.starts[j + 1];
    if (from === to) continue;
    if (set < 4) into.from[count++] = -1 - j;
    else if (count > 0 && into.from[count - 1] >= 0 && into.to[count - 1] === from) into.to[count - 1] = to;
    else {
      into.from[count] = from;
      into.to[count++] = to;
    }
  }
  into.count = count;
}

function addColumn(
  { values, offset, width, height }: MaskGrid,
  cell: number,
  weight: number,
  rows: Axis,
  threshold: number,
  stretches: Stretches,
  start: number,
  runs: RunWriter,
): void {
  const next = cell + 1 < width ? 1 : 0;
  for (let i = 0; i < stretches.count; i++) {
    const from = stretches.from[i];
    if (from >= 0) {
      runs.add(start + from, start + stretches.to[i]);
      continue;
    }
    const j = -1 - from;
    const at = offset + cell + j * width;
    const a = Math.fround(values[at] + (values[at + next] - values[at]) * weight);
    const under = j + 1 < height ? at + width : at;
    const b = Math.fround(values[under] + (values[under + next] - values[under]) * weight);
    const isTopSet = a > threshold;
    const isBottomSet = b > threshold;
    const [first, end] = [rows.starts[j], rows.starts[j + 1]];
    if (isTopSet && isBottomSet) runs.add(start + first, start + end);
    else if (isTopSet || isBottomSet) {
      const turn = turnOf(a, b, rows, first, end, threshold);
      if (isTopSet && turn > first) runs.add(start + first, start + turn);
      if (isBottomSet && turn < end) runs.add(start + turn, start + end);
    }
  }
}

/** The first pixel row of [first, end) that is set as the lower cell is: values only rise, or only fall, from row to row. */
function turnOf(a: number, b: number, rows: Axis, first: number, end: number, threshold: number): number {
  const isLowerSet = b > threshold;
  const { weight } = rows;
  const start = first - rows.first;
  const rise = b - a;
  const count = end - first;
  // Weights rise evenly but for rounding, and between knots: where they would reach the threshold is looked for from there.
  const step = count > 1 ? (weight[start + count - 1] - weight[start]) / (count - 1) : 1;
  const guess = Math.ceil(((threshold - a) / rise - weight[start]) / step);
  let at = guess > 0 ? (guess < count ? guess : count) : 0;
  while (at > 0 && a + rise * weight[start + at - 1] > threshold === isLowerSet) at--;
  while (at < count && a + rise * weight[start + at] > threshold !== isLowerSet) at++;
  return first + at;
}
