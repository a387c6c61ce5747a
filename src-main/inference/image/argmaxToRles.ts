/** The class of each pixel from small planes of scores, as one mask a class, by runs. */
import type { Rle } from '@shared/mask';
import { Contests, type ScorePlanes } from './contests';
import { type Axis, makeAxis, RunWriter } from './gridRuns';
import type { Corners } from './postprocess';

/**
 * For each channel the pixels of an image of `size` [height, width] at which it has the greatest score (the first of equal
 * ones), null where it has none. Scores are resized bilinearly, never classes: planes stretched over `corners` (image space),
 * sampled as in `logitsToRle`. Between four cells with the same greatest channel nothing is sampled: bilinear weights keep
 * what is greatest at all ends; nor does a channel count between cells where another is nowhere as small as it is great.
 * O(planes + columns * planes height + pixels near borders * channels that count there).
 */
export function argmaxToRles(
  scores: ScorePlanes,
  corners: Corners,
  size: readonly [height: number, width: number],
): (Rle | null)[] {
  const greatest = new GreatestRuns(scores, corners, size);
  greatest.add(scores, 0);
  return greatest.masks();
}

/** The same from planes that are added part by part, from the left to the right. */
export class GreatestRuns {
  readonly #size: readonly [height: number, width: number];
  readonly #cells: number;
  readonly #columns: Axis;
  readonly #rows: Axis;
  readonly #runs: readonly RunWriter[];
  readonly #stretches: Stretches;

  constructor(
    { channels, width, height }: Omit<ScorePlanes, 'values'>,
    corners: Corners,
    size: readonly [height: number, width: number],
  ) {
    this.#size = size;
    this.#cells = width;
    this.#columns = makeAxis(corners[0], corners[2], size[1], width);
    this.#rows = makeAxis(corners[1], corners[3], size[0], height);
    this.#runs = Array.from({ length: channels }, () => new RunWriter());
    this.#stretches = { from: new Int32Array(height), found: new Int32Array(height + 1), count: 0 };
  }

  /** The columns of cells from `left` on; the last one belongs to the next part too, unless it is the last of all. */
  add(part: ScorePlanes, left: number): void {
    const [columns, rows, runs, stretches] = [this.#columns, this.#rows, this.#runs, this.#stretches];
    const contests = new Contests(part, (row) => rows.starts[row] < rows.starts[row + 1]);
    const [top, bottom] = [new Float32Array(part.channels), new Float32Array(part.channels)];
    const end = left + part.width;
    for (let cell = left; cell < (end < this.#cells ? end - 1 : end); cell++) {
      const next = columns.starts[cell + 1];
      if (columns.starts[cell] === next) continue;
      contests.moveTo(cell - left);
      findStretches(contests.found, rows, stretches);
      for (let x = columns.starts[cell]; x < next; x++) {
        const weight = columns.weight[x - columns.first];
        const start = x * this.#size[0];
        for (let i = 0; i < stretches.count; i++) {
          const from = stretches.from[i];
          const to = i + 1 < stretches.count ? stretches.from[i + 1] : rows.end;
          const owner = stretches.found[i];
          if (owner >= 0) {
            runs[owner].add(start + from, start + to);
            continue;
          }
          const first = contests.starts[-1 - owner];
          const count = contests.starts[-owner] - first;
          mix(contests.corners, first, count, weight, top, bottom);
          addContest(contests.rivals, first, count, top, bottom, rows, from, to, start, runs);
        }
      }
    }
  }

  masks(): (Rle | null)[] {
    const size = this.#size;
    return this.#runs.map((run) => (run.isEmpty ? null : { size, counts: run.counts(size[0] * size[1]) }));
  }
}

/** What lies between two columns of cells, from the top: where it begins, and what `Contests` found there. */
interface Stretches {
  readonly from: Int32Array;
  readonly found: Int32Array;
  count: number;
}

/** Rows of cells with pixels; those of one owner in a row are one stretch. */
function findStretches(found: Int32Array, rows: Axis, into: Stretches): void {
  let count = 0;
  for (let j = 0; j < found.length; j++) {
    if (rows.starts[j] === rows.starts[j + 1]) continue;
    const here = found[j];
    if (here >= 0 && count > 0 && into.found[count - 1] === here) continue;
    into.from[count] = rows.starts[j];
    into.found[count++] = here;
  }
  into.count = count;
}

/** The values of `count` rivals from `first` on, `weight` of the way from the left to the right. */
function mix(
  corners: Float32Array,
  first: number,
  count: number,
  weight: number,
  top: Float32Array,
  bottom: Float32Array,
): void {
  for (let k = 0, at = 4 * first; k < count; k++, at += 4) {
    top[k] = corners[at] + (corners[at + 1] - corners[at]) * weight;
    bottom[k] = corners[at + 2] + (corners[at + 3] - corners[at + 2]) * weight;
  }
}

/** Pixels [from, to) of a column: what is greatest at two of them is so between them, so halves are looked at until one channel has them. */
function addContest(
  rivals: Int32Array,
  first: number,
  count: number,
  top: Float32Array,
  bottom: Float32Array,
  { weight, first: before }: Axis,
  from: number,
  to: number,
  start: number,
  runs: readonly RunWriter[],
): void {
  let at = from;
  let best = greatest(top, bottom, count, weight[from - before]);
  const last = greatest(top, bottom, count, weight[to - 1 - before]);
  while (best !== last) {
    // `best` is greatest at `low` and not at `high`.
    let [low, high, beyond] = [at, to - 1, last];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      const there = greatest(top, bottom, count, weight[middle - before]);
      if (there === best) low = middle;
      else [high, beyond] = [middle, there];
    }
    runs[rivals[first + best]].add(start + at, start + high);
    [at, best] = [high, beyond];
  }
  runs[rivals[first + best]].add(start + at, start + to);
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
