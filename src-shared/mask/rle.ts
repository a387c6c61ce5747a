/** The run-length mask itself: its type, its invariants, area and bounding box. */
import { MaskError } from './error';

/**
 * A binary mask of `size` = [height, width] pixels as run lengths in column-major order (down the first column, then
 * the next), first run background. Invariant: the runs sum to height * width. The encoders here write the canonical
 * form (no zero run but possibly the first); the readers accept zero runs anywhere. Values are immutable by convention:
 * no function of this module writes into its input, and results never share memory with it.
 */
export interface Rle {
  readonly size: readonly [height: number, width: number];
  readonly counts: Uint32Array;
}

/** [x, y, width, height] in image pixels, half-open. */
export type Box = readonly [x: number, y: number, width: number, height: number];

const MAX_PIXELS = 2 ** 31 - 1;

/**
 * Pixel count of an image of `h` rows and `w` columns.
 * @throws MaskError unless both are whole numbers >= 0 with a product below 2^31 (46,340 x 46,340).
 */
export function pixelCount(h: number, w: number): number {
  if (!Number.isInteger(h) || !Number.isInteger(w) || h < 0 || w < 0) {
    throw new MaskError(`Mask size is [${h}, ${w}] when [height, width] in whole pixels was expected`);
  }
  if (h * w > MAX_PIXELS) {
    throw new MaskError(`Mask size is [${h}, ${w}] (${h * w} pixels) when at most ${MAX_PIXELS} pixels were expected`);
  }
  return h * w;
}

/**
 * The mask over its own copy of `counts`, after checking that they are whole numbers which sum to height * width.
 * @throws MaskError otherwise.
 */
export function fromCounts(counts: ArrayLike<number>, size: readonly [number, number]): Rle {
  const total = pixelCount(size[0], size[1]);
  const copy = new Uint32Array(counts.length);
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    const run = counts[i];
    if (!(run >= 0 && run <= total && Number.isInteger(run))) {
      throw new MaskError(`Run ${i} of the mask is ${String(run)} when a whole number from 0 to ${total} was expected`);
    }
    copy[i] = run;
    sum += run;
  }
  if (sum !== total) {
    throw new MaskError(`The mask's runs sum to ${sum} when ${total} (${size[0]} x ${size[1]}) was expected`);
  }
  return { size: [size[0], size[1]], counts: copy };
}

/** A mask of `h` x `w` pixels with nothing in it. */
export function emptyMask(h: number, w: number): Rle {
  return { size: [h, w], counts: Uint32Array.of(pixelCount(h, w)) };
}

/** True where both masks have the same size and the same pixels, however their runs are written. */
export function equals(a: Rle, b: Rle): boolean {
  if (a.size[0] !== b.size[0] || a.size[1] !== b.size[1]) return false;
  if (a === b || haveSameRuns(a.counts, b.counts)) return true;
  const x = foregroundEdges(a);
  const y = foregroundEdges(b);
  if (x.length !== y.length) return false;
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return false;
  return true;
}

function haveSameRuns(a: Uint32Array, b: Uint32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Number of foreground pixels. Source: maskApi.c rleArea. O(runs). */
export function area(rle: Rle): number {
  const { counts } = rle;
  let sum = 0;
  for (let i = 1; i < counts.length; i += 2) sum += counts[i];
  return sum;
}

/**
 * Smallest box [x, y, width, height] that holds every foreground pixel; [0, 0, 0, 0] where there is none.
 * A run that continues in the next column takes the full height, as in the source: maskApi.c rleToBbox. O(runs).
 */
export function toBbox(rle: Rle): [number, number, number, number] {
  const { counts } = rle;
  const h = rle.size[0];
  let xMin = 0;
  let yMin = h;
  let yMax = -1;
  let foregroundEnd = 0;
  let end = 0;
  // First position of the column that the current run starts in: one division a column, not two a run.
  let base = 0;
  for (let i = 1; i < counts.length; i += 2) {
    const start = (end + counts[i - 1]) | 0;
    end = (start + counts[i]) | 0;
    if (start === end) continue;
    if (start - base >= h) base = (start - (start % h)) | 0;
    if (foregroundEnd === 0) xMin = base / h;
    if (end - base > h) {
      yMin = 0;
      yMax = h - 1;
    } else {
      if (yMin > start - base) yMin = start - base;
      if (yMax < end - 1 - base) yMax = end - 1 - base;
    }
    foregroundEnd = end;
  }
  if (foregroundEnd === 0) return [0, 0, 0, 0];
  const xMax = Math.floor((foregroundEnd - 1) / h);
  return [xMin, yMin, xMax - xMin + 1, yMax - yMin + 1];
}

/**
 * Foreground as column-major pixel positions [start0, end0, start1, end1, ...), strictly increasing: zero runs dropped
 * and the runs they separate joined.
 */
export function foregroundEdges(rle: Rle): Uint32Array {
  const out = new Uint32Array(rle.counts.length + 1);
  return out.subarray(0, writeForegroundEdges(rle, out, 0));
}

/**
 * `foregroundEdges` into `out` from index `at`; returns the index after the last value. `out` needs counts.length room.
 */
export function writeForegroundEdges(rle: Rle, out: Uint32Array, at: number): number {
  const { counts } = rle;
  let n = at;
  let end = 0;
  for (let i = 1; i < counts.length; i += 2) {
    const start = end + counts[i - 1];
    end = start + counts[i];
    if (start === end) continue;
    if (n > at && out[n - 1] === start) n--;
    else out[n++] = start;
    out[n++] = end;
  }
  return n;
}

/** The canonical mask whose foreground is the first `length` positions of `edges` (see `foregroundEdges`). */
export function fromForegroundEdges(edges: ArrayLike<number>, length: number, h: number, w: number): Rle {
  const total = h * w;
  const endsWithForeground = length > 0 && edges[length - 1] === total;
  const counts = new Uint32Array(endsWithForeground ? length : length + 1);
  let last = 0;
  for (let i = 0; i < length; i++) {
    counts[i] = edges[i] - last;
    last = edges[i];
  }
  if (!endsWithForeground) counts[length] = total - last;
  return { size: [h, w], counts };
}
