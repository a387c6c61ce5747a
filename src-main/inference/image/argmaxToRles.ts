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
 * sampled as in `logitsToRle`. Between four cells with the same greatest channel nothing is sampled: bilinear weights keep
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
  const strip = new Strip(scores);
  const [top, bottom] = [new Float32Array(channels), new Float32Array(channels)];
  const runs = Array.from({ length: channels }, () => new RunWriter());
  for (let x = columns.first; x < columns.end; x++) {
    const weight = columns.weight[x - columns.first];
    strip.moveTo(columns.cell[x - columns.first]);
    const start = x * height;
    for (let j = 0; j < planeHeight; j++) {
      const from = rows.starts[j];
      const to = rows.starts[j + 1];
      if (from === to) continue;
      const owner = strip.owners[j];
      if (owner >= 0) {
        runs[owner].add(start + from, start + to);
        continue;
      }
      const rivals = strip.rivals(j);
      strip.values(rivals, j, weight, top);
      strip.values(rivals, Math.min(j + 1, planeHeight - 1), weight, bottom);
      const first = greatest(top, bottom, rivals.length, rows.weight[from - rows.first]);
      const last = greatest(top, bottom, rivals.length, rows.weight[to - 1 - rows.first]);
      if (first === last) {
        runs[rivals[first]].add(start + from, start + to);
        continue;
      }
      for (let y = from; y < to; y++) {
        const best = rivals[greatest(top, bottom, rivals.length, rows.weight[y - rows.first])];
        runs[best].add(start + y, start + y + 1);
      }
    }
  }
  return runs.map((run) => (run.isEmpty ? null : { size, counts: run.counts(height * width) }));
}

/** The place of the greatest of `count` values, `share` of the way from `top` to `bottom`; the first of equal ones. */
function greatest(top: Float32Array, bottom: Float32Array, count: number, share: number): number {
  let best = 0;
  let most = -Infinity;
  for (let k = 0; k < count; k++) {
    const value = top[k] + (bottom[k] - top[k]) * share;
    if (value > most) {
      best = k;
      most = value;
    }
  }
  return best;
}

/** What lies between two columns of cells: who owns what nobody contends for, and which channels can be greatest elsewhere. */
class Strip {
  /** By row: the channel that is greatest at all four cells around what follows it; -1 where there is none. */
  readonly owners: Int32Array;
  readonly #scores: ScorePlanes | ScoreColumns;
  /** Of planes, the greatest channel of every cell. */
  readonly #owned: Int32Array | null;
  /** Greatest channels of the left and the right column. */
  #left: Int32Array;
  #right: Int32Array;
  /** Where a channel's value at a row lies: `data[offset + (channel * height + row) * stride]`. */
  #data: readonly [left: Float32Array, right: Float32Array];
  #offsets: readonly [left: number, right: number] = [0, 0];
  readonly #stride: number;
  #cell = -1;
  /** By row; found where they are asked for. */
  readonly #rivals: (Int32Array | null)[];

  constructor(scores: ScorePlanes | ScoreColumns) {
    const { channels, height, width } = scores;
    this.#scores = scores;
    this.owners = new Int32Array(height);
    [this.#left, this.#right] = [new Int32Array(height), new Int32Array(height)];
    this.#rivals = Array.from({ length: height }, () => null);
    if ('values' in scores) {
      this.#owned = ownersOf(scores.values, channels, width * height);
      this.#data = [scores.values, scores.values];
      this.#stride = width;
    } else {
      this.#owned = null;
      this.#data = [new Float32Array(channels * height), new Float32Array(channels * height)];
      this.#stride = 1;
    }
  }

  /** To what lies between the cell's column and the next one. */
  moveTo(cell: number): void {
    if (cell === this.#cell) return;
    const { height, width } = this.#scores;
    if (cell === this.#cell + 1 && cell > 0) {
      [this.#left, this.#right] = [this.#right, this.#left];
      this.#data = [this.#data[1], this.#data[0]];
    } else this.#read(cell, 0);
    this.#read(Math.min(cell + 1, width - 1), 1);
    this.#cell = cell;
    if (this.#owned) this.#offsets = [cell, Math.min(cell + 1, width - 1)];
    this.#rivals.fill(null);
    const [left, right] = [this.#left, this.#right];
    for (let j = 0; j < height; j++) {
      const below = Math.min(j + 1, height - 1);
      const owner = left[j];
      this.owners[j] = owner === right[j] && owner === left[below] && owner === right[below] ? owner : -1;
    }
  }

  #read(x: number, side: 0 | 1): void {
    const { channels, height, width } = this.#scores;
    const owners = side === 0 ? this.#left : this.#right;
    if (this.#owned) {
      for (let j = 0; j < height; j++) owners[j] = this.#owned[j * width + x];
    } else if (!('values' in this.#scores)) {
      this.#data[side].set(this.#scores.column(x));
      owners.set(ownersOf(this.#data[side], channels, height));
    }
  }

  /** Values of the channels at a row, `weight` of the way from the left column to the right one. */
  values(channels: Int32Array, row: number, weight: number, into: Float32Array): void {
    const { height } = this.#scores;
    const [left, right] = this.#data;
    for (let k = 0; k < channels.length; k++) {
      const at = (channels[k] * height + row) * this.#stride;
      const value = left[this.#offsets[0] + at];
      into[k] = value + (right[this.#offsets[1] + at] - value) * weight;
    }
  }

  /** Channels that can be greatest somewhere between a row and the next one, in their order. */
  rivals(row: number): Int32Array {
    const known = this.#rivals[row];
    if (known) return known;
    const { channels, height } = this.#scores;
    const [left, right] = this.#data;
    const [a, b] = this.#offsets;
    const next = (Math.min(row + 1, height - 1) - row) * this.#stride;
    const plane = height * this.#stride;
    let sure = -Infinity;
    for (let c = 0, at = row * this.#stride; c < channels; c++, at += plane) {
      const least = Math.min(left[a + at], right[b + at], left[a + at + next], right[b + at + next]);
      if (least > sure) sure = least;
    }
    const found: number[] = [];
    for (let c = 0, at = row * this.#stride; c < channels; c++, at += plane) {
      const most = Math.max(left[a + at], right[b + at], left[a + at + next], right[b + at + next]);
      if (!(most < sure)) found.push(c);
    }
    return (this.#rivals[row] = Int32Array.from(found));
  }
}

/** Of each of `cells` the channel with the greatest value, the first of equal ones (what is no number has none); `values[channel * cells + cell]`. */
function ownersOf(values: Float32Array, channels: number, cells: number): Int32Array {
  const owners = new Int32Array(cells);
  const most = new Float32Array(cells).fill(-Infinity);
  for (let c = 0, at = 0; c < channels; c++) {
    for (let i = 0; i < cells; i++, at++) {
      if (values[at] > most[i]) {
        most[i] = values[at];
        owners[i] = c;
      }
    }
  }
  return owners;
}
