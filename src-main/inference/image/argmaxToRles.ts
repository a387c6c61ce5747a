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
 * what is greatest at all ends; nor does a channel count between cells where another is nowhere as small as it is great.
 * O(planes + columns * planes height + pixels near borders * channels that count there).
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
  const strip = new Strip(channels, planeHeight);
  let held = -1;
  const greatest = new Int32Array(planeHeight);
  const [top, bottom] = [new Float32Array(channels), new Float32Array(channels)];
  const runs = Array.from({ length: channels }, () => new RunWriter());
  for (let x = columns.first; x < columns.end; x++) {
    const cell = columns.cell[x - columns.first];
    const weight = columns.weight[x - columns.first];
    if (cell !== held) {
      if (cell === held + 1 && held >= 0) strip.left.set(strip.right);
      else strip.left.set(columnOf(cell));
      strip.right.set(cell + 1 < planeWidth ? columnOf(cell + 1) : strip.left);
      strip.begin();
      held = cell;
    }
    for (let j = 0; j < planeHeight; j++) greatest[j] = strip.greatestAt(j, weight);
    const start = x * height;
    for (let j = 0; j < planeHeight; j++) {
      const from = rows.starts[j];
      const to = rows.starts[j + 1];
      const below = Math.min(j + 1, planeHeight - 1);
      if (greatest[j] === greatest[below]) {
        if (from < to) runs[greatest[j]].add(start + from, start + to);
        continue;
      }
      if (from === to) continue;
      const rivals = strip.rivalsBelow(j);
      for (let k = 0; k < rivals.length; k++) {
        top[k] = strip.valueAt(rivals[k], j, weight);
        bottom[k] = strip.valueAt(rivals[k], below, weight);
      }
      for (let y = from; y < to; y++) {
        const share = rows.weight[y - rows.first];
        let best = 0;
        let most = -Infinity;
        for (let k = 0; k < rivals.length; k++) {
          const value = top[k] + (bottom[k] - top[k]) * share;
          if (value > most) [best, most] = [rivals[k], value];
        }
        runs[best].add(start + y, start + y + 1);
      }
    }
  }
  return runs.map((run) => (run.isEmpty ? null : { size, counts: run.counts(height * width) }));
}

/** What lies between two columns of cells, `[channel * height + row]`, and which channels can be greatest there. */
class Strip {
  readonly left: Float32Array;
  readonly right: Float32Array;
  /** By row, those that can be greatest between its two cells, in their order. */
  readonly #rivals: Int32Array;
  readonly #counts: Int32Array;
  /** The greatest of what channels have at least, by row. */
  readonly #sure: Float32Array;
  /** By row, those that can be greatest between it and the next one; found where they are asked for. */
  readonly #below: (Int32Array | null)[];

  constructor(
    private readonly channels: number,
    private readonly height: number,
  ) {
    this.left = new Float32Array(channels * height);
    this.right = new Float32Array(channels * height);
    this.#rivals = new Int32Array(channels * height);
    this.#counts = new Int32Array(height);
    this.#sure = new Float32Array(height);
    this.#below = Array.from({ length: height }, () => null);
  }

  /** After the columns have changed. */
  begin(): void {
    const { left, right, channels, height } = this;
    const [sure, counts, rivals] = [this.#sure.fill(-Infinity), this.#counts.fill(0), this.#rivals];
    this.#below.fill(null);
    for (let c = 0, at = 0; c < channels; c++) {
      for (let j = 0; j < height; j++, at++) {
        const least = left[at] < right[at] ? left[at] : right[at];
        if (least > sure[j]) sure[j] = least;
      }
    }
    for (let c = 0, at = 0; c < channels; c++) {
      for (let j = 0; j < height; j++, at++) {
        if (!(left[at] < sure[j] && right[at] < sure[j])) rivals[j * channels + counts[j]++] = c;
      }
    }
  }

  valueAt(channel: number, row: number, weight: number): number {
    const at = channel * this.height + row;
    return Math.fround(this.left[at] + (this.right[at] - this.left[at]) * weight);
  }

  greatestAt(row: number, weight: number): number {
    const first = row * this.channels;
    let best = this.#rivals[first];
    if (this.#counts[row] === 1) return best;
    let most = -Infinity;
    for (let k = first; k < first + this.#counts[row]; k++) {
      const value = this.valueAt(this.#rivals[k], row, weight);
      if (value > most) [best, most] = [this.#rivals[k], value];
    }
    return best;
  }

  rivalsBelow(row: number): Int32Array {
    const known = this.#below[row];
    if (known) return known;
    const { left, right, channels, height } = this;
    const next = Math.min(row + 1, height - 1) - row;
    let sure = -Infinity;
    for (let c = 0, at = row; c < channels; c++, at += height) {
      const least = Math.min(left[at], right[at], left[at + next], right[at + next]);
      if (least > sure) sure = least;
    }
    const found: number[] = [];
    for (let c = 0, at = row; c < channels; c++, at += height) {
      if (!(Math.max(left[at], right[at], left[at + next], right[at + next]) < sure)) found.push(c);
    }
    return (this.#below[row] = Int32Array.from(found));
  }
}

function columnOfPlanes({ values, channels, width, height }: ScorePlanes, x: number): Float32Array {
  const column = new Float32Array(channels * height);
  for (let i = 0; i < column.length; i++) column[i] = values[i * width + x];
  return column;
}
