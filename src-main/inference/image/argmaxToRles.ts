/** The class of each pixel from small planes of scores, as one mask a class, by runs. */
import type { Rle } from '@shared/mask';
import { makeAxis, RunWriter } from './gridRuns';
import type { Corners } from './postprocess';

/** Planes of scores, `values[(channel * height + y) * width + x]`. */
export interface ScorePlanes {
  readonly values: Float32Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** The same, computed one column after the other: `column(x)[channel * height + y]`. What it gave before may be written over. */
export interface ScoreColumns extends Omit<ScorePlanes, 'values'> {
  column(x: number): Float32Array;
}

/**
 * For each channel the pixels of an image of `size` [height, width] at which it has the greatest score (the first of equal
 * ones), null where it has none. Scores are resized bilinearly, never classes: planes stretched over `corners` (image space),
 * sampled as in `logitsToRle`. Between two cells with the same greatest channel nothing is sampled: bilinear weights keep
 * what is greatest at all ends. O(columns * planes height * channels + pixels near borders * channels).
 */
export function argmaxToRles(
  scores: ScorePlanes | ScoreColumns,
  corners: Corners,
  size: readonly [height: number, width: number],
): (Rle | null)[] {
  const { channels, width: planeWidth, height: planeHeight } = scores;
  const [height, width] = size;
  const columns = makeAxis(corners[0], corners[2], width, planeWidth);
  const rows = makeAxis(corners[1], corners[3], height, planeHeight);
  const columnOf = 'values' in scores ? (x: number) => columnOfPlanes(scores, x) : scores.column;
  const [left, right] = [new Float32Array(channels * planeHeight), new Float32Array(channels * planeHeight)];
  let held = -1;
  const lines = new Float32Array(channels * planeHeight);
  const greatest = new Int32Array(planeHeight);
  const runs = Array.from({ length: channels }, () => new RunWriter());
  for (let x = columns.first; x < columns.end; x++) {
    const cell = columns.cell[x - columns.first];
    const weight = columns.weight[x - columns.first];
    if (cell !== held) {
      if (cell === held + 1 && held >= 0) left.set(right);
      else left.set(columnOf(cell));
      right.set(cell + 1 < planeWidth ? columnOf(cell + 1) : left);
      held = cell;
    }
    for (let j = 0; j < planeHeight; j++) {
      let best = 0;
      for (let c = 0; c < channels; c++) {
        const at = c * planeHeight + j;
        const value = left[at] + (right[at] - left[at]) * weight;
        lines[at] = value;
        if (value > lines[best * planeHeight + j]) best = c;
      }
      greatest[j] = best;
    }
    const start = x * height;
    for (let j = 0; j < planeHeight; j++) {
      const from = rows.starts[j];
      const to = rows.starts[j + 1];
      const below = Math.min(j + 1, planeHeight - 1);
      if (greatest[j] === greatest[below]) {
        if (from < to) runs[greatest[j]].add(start + from, start + to);
        continue;
      }
      for (let y = from; y < to; y++) {
        const share = rows.weight[y - rows.first];
        let best = 0;
        let most = -Infinity;
        for (let c = 0; c < channels; c++) {
          const a = lines[c * planeHeight + j];
          const value = a + (lines[c * planeHeight + below] - a) * share;
          if (value > most) [best, most] = [c, value];
        }
        runs[best].add(start + y, start + y + 1);
      }
    }
  }
  return runs.map((run) => (run.isEmpty ? null : { size, counts: run.counts(height * width) }));
}

function columnOfPlanes({ values, channels, width, height }: ScorePlanes, x: number): Float32Array {
  const column = new Float32Array(channels * height);
  for (let i = 0; i < column.length; i++) column[i] = values[i * width + x];
  return column;
}
