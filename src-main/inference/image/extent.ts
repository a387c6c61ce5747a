/** Where in a plane of numbers something is above a threshold: most of a plane has nothing, so this is what takes the time. */
import type { MaskGrid } from './postprocess';

/**
 * First and last columns and rows with a value above the threshold; null where there is none. What is above and below them is gone
 * through as one long row each, what is beside them row by row; nothing is looked at between what was found on the left and on the right.
 */
export function extentOf({ values, offset, width, height }: MaskGrid, threshold: number) {
  const end = offset + width * height;
  const first = firstAbove(values, offset, end, threshold);
  if (first === end) return null;
  const last = lastAbove(values, first, end, threshold);
  const top = Math.floor((first - offset) / width);
  const bottom = Math.floor((last - offset) / width);
  let [left, right] = [width, -1];
  for (let y = top; y <= bottom; y++) {
    const start = offset + y * width;
    left = firstAbove(values, start, start + left, threshold) - start;
    right = lastAbove(values, start + right + 1, start + width, threshold) - start;
  }
  return { left, top, right, bottom };
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

/** `from - 1` where there is none. */
function lastAbove(values: Float32Array, from: number, end: number, threshold: number): number {
  let at = end - 1;
  for (; at - 7 >= from; at -= 8) {
    const isAny =
      values[at] > threshold ||
      values[at - 1] > threshold ||
      values[at - 2] > threshold ||
      values[at - 3] > threshold ||
      values[at - 4] > threshold ||
      values[at - 5] > threshold ||
      values[at - 6] > threshold ||
      values[at - 7] > threshold;
    if (isAny) break;
  }
  while (at >= from && !(values[at] > threshold)) at--;
  return at;
}
