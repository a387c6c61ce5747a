/** Where in a plane of numbers something is above a threshold: most of a plane has nothing, so this is what takes the time. */
import type { MaskGrid } from './postprocess';

/** First and last columns and rows with a value above the threshold; null where there is none. */
export function extentOf({ values, offset, width, height }: MaskGrid, threshold: number) {
  let [left, top, right, bottom] = [width, -1, -1, -1];
  const end = offset + width * height;
  let warmed = offset;
  for (let y = 0; y < height; y++) {
    const start = offset + y * width;
    if (start + width > warmed) {
      const next = Math.min(end, start + Math.max(width, warmedAtOnce));
      warm(values, warmed, next);
      warmed = next;
    }
    const x = firstAbove(values, start, start + width, threshold) - start;
    if (x === width) continue;
    if (top < 0) top = y;
    bottom = y;
    if (x < left) left = x;
    let last = width - 1;
    while (last > right && !(values[start + last] > threshold)) last--;
    if (last > right) right = last;
  }
  return top < 0 ? null : { left, top, right, bottom };
}

/** Values that come into the processor's cache together. */
const warmedAtOnce = 4096;
const line = 16;

/** Reads a value of each line of the cache, before all are compared: the processor waits for many lines at once, but for few between comparisons. */
export function warm(values: Float32Array, from: number, end: number): number {
  let sum = 0;
  for (let at = from; at < end; at += line) sum += values[at];
  return sum;
}

/** `end` where there is none. Eight are looked at in turn: most of a plane has nothing. */
function firstAbove(values: Float32Array, from: number, end: number, threshold: number): number {
  let at = from;
  for (; at + 8 <= end; at += 8) {
    const isAny =
      values[at] > threshold ||
      values[at + 1] > threshold ||
      values[at + 2] > threshold ||
      values[at + 3] > threshold ||
      values[at + 4] > threshold ||
      values[at + 5] > threshold ||
      values[at + 6] > threshold ||
      values[at + 7] > threshold;
    if (isAny) break;
  }
  while (at < end && !(values[at] > threshold)) at++;
  return at;
}
