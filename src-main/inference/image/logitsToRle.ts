/** A small grid of logits as a mask of the whole image, by runs: what is far from a border costs nothing. */
import type { Rle } from '@shared/mask';
import { type Axis, makeAxis, RunWriter } from './gridRuns';
import type { Corners, MaskGrid } from './postprocess';

/**
 * The pixels of an image of `size` [height, width] whose centre has a value > `threshold` where the grid is stretched over
 * `gridCorners` (image space; may reach beyond the image) and sampled bilinearly between cell centres, the outermost cells
 * reaching to its border. What lies outside of `gridCorners`, or of `within`, is not set.
 * Column-major runs are made directly: no bitmap, and only cells that a border crosses are sampled.
 * O(grid + columns * borders in a column * log(pixels of a cell) + runs). Null when no pixel is set.
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
  const stretches: Stretches = { from: new Int32Array(grid.height), to: new Int32Array(grid.height), count: 0 };
  const runs = new RunWriter();
  const corners = cornersSet(grid, threshold);
  if (!corners) return null;
  for (let cell = 0; cell < grid.width; cell++) {
    const end = columns.starts[cell + 1];
    if (columns.starts[cell] === end) continue;
    findStretches(corners, cell * grid.height, rows, stretches);
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

/**
 * How many of a cell, its neighbours to the right and below, and the one across are above the threshold, column by column; null
 * where none is at all. The grid is gone through in its own order, which is what takes the time.
 */
function cornersSet({ values, offset, width, height }: MaskGrid, threshold: number): Uint8Array | null {
  const counts = new Uint8Array(width * height);
  let any = 0;
  for (let y = 0, at = offset; y < height; y++) {
    let here = values[at] > threshold ? 1 : 0;
    for (let x = 0, to = y; x < width; x++, to += height) {
      at++;
      const next = x + 1 < width ? (values[at] > threshold ? 1 : 0) : here;
      const pair = here + next;
      any |= pair;
      // What is below of the row above.
      if (y > 0) counts[to - 1] += pair;
      counts[to] = y + 1 < height ? pair : 2 * pair;
      here = next;
    }
  }
  return any ? counts : null;
}

/** Bilinear weights, rounding included, never lead out of the range of the four values around a pixel. */
function findStretches(corners: Uint8Array, start: number, rows: Axis, into: Stretches): void {
  let count = 0;
  const height = into.from.length;
  for (let j = 0; j < height; j++) {
    const set = corners[start + j];
    if (set === 0) continue;
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
  let [low, high] = [first, end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (a + (b - a) * rows.weight[middle - rows.first] > threshold === isLowerSet) high = middle;
    else low = middle + 1;
  }
  return low;
}
