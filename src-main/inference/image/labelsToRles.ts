/** A small map of class numbers as one mask of the whole image for each class, by runs. */
import type { Rle } from '@shared/mask';
import { makeAxis, RunWriter } from './gridRuns';
import type { Corners } from './postprocess';

export interface LabelGrid {
  /** Row-major; 64-bit numbers too. */
  readonly values: ArrayLike<number> | ArrayLike<bigint>;
  readonly width: number;
  readonly height: number;
}

/**
 * For each place that `placeOf` gives a class number, the pixels of an image of `size` [height, width] that have it; undefined
 * places stay null. The grid is stretched over `corners` (image space); each pixel takes the cell its centre lies in.
 * O(columns * grid height + runs).
 */
export function labelsToRles(
  { values, width: gridWidth, height: gridHeight }: LabelGrid,
  corners: Corners,
  size: readonly [height: number, width: number],
  placeOf: (label: number) => number | null,
): (Rle | null)[] {
  const [height, width] = size;
  const columns = makeAxis(corners[0], corners[2], width, gridWidth);
  const rows = makeAxis(corners[1], corners[3], height, gridHeight);
  const nearest = (axis: typeof rows, i: number, cells: number) =>
    // Cells begin half a cell before their centres, between which the axis counts.
    Math.min(axis.cell[i] + (axis.weight[i] >= 0.5 ? 1 : 0), cells - 1);
  const rowStarts = Int32Array.from(rows.cell, (_, i) => nearest(rows, i, gridHeight) * gridWidth);
  const places = new Map<number, number | null>();
  const runs: RunWriter[] = [];
  const place = (label: number) => {
    let known = places.get(label);
    if (known === undefined) places.set(label, (known = placeOf(label)));
    return known;
  };
  for (let x = columns.first; x < columns.end; x++) {
    const column = nearest(columns, x - columns.first, gridWidth);
    let from = rows.first;
    while (from < rows.end) {
      const value = values[rowStarts[from - rows.first] + column];
      let to = from + 1;
      while (to < rows.end && values[rowStarts[to - rows.first] + column] === value) to++;
      const at = place(Number(value));
      if (at !== null) (runs[at] ??= new RunWriter()).add(x * height + from, x * height + to);
      from = to;
    }
  }
  return Array.from(runs, (run) => (run ? { size, counts: run.counts(height * width) } : null));
}
