/** Smooths a mask by majority, four pixels at a time. */
import type { Marks } from './wand/floodFill';
import type { WorkScope } from './workScope';

/**
 * A pixel is chosen where at least five of the nine of its 3 x 3 neighbourhood are; the region's edge repeats outwards, so that
 * corners stay. Null where nothing would be left. The bitmap is tight to four columns. O(box / 4).
 */
export function smoothMask(
  marks: Marks,
  { inside }: WorkScope,
): { box: readonly [number, number, number, number]; bitmap: Uint8Array } | null {
  const { bytes, stride, width: regionWidth, height: regionHeight } = marks;
  const [x, y, w, h] = marks.box;
  // A pixel outside the box has at most three chosen neighbours: the box cannot grow.
  const left = x & ~3;
  const right = Math.min((x + w + 3) & ~3, stride);
  const words = (right - left) >> 2;
  const perRow = stride >> 2;
  const source = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  const sums = new Int32Array(words + 1);
  const sumBytes = new Uint8Array(sums.buffer);
  const out = new Int32Array(words * h);
  const ONES = 0x01010101;
  let any = 0;
  for (let row = 0; row < h; row++) {
    const line = (y + row) * perRow + (left >> 2);
    const above = y + row > 0 ? -perRow : 0;
    const below = y + row < regionHeight - 1 ? perRow : 0;
    for (let k = line; k < line + words; k++) {
      sums[k - line] = (source[k] & ONES) + (source[k + above] & ONES) + (source[k + below] & ONES);
    }
    if (x + w === regionWidth) sumBytes[regionWidth - left] = sumBytes[regionWidth - left - 1];
    const outLine = row * words;
    let before = left === 0 ? sums[0] << 24 : 0;
    for (let k = 0; k < words; k++) {
      const here = sums[k];
      const after = sums[k + 1];
      // Bytes hold 0..9; adding 123 sets the top bit from 5 on. The lowest byte is the leftmost pixel (little-endian).
      const nine = here + ((here << 8) | (before >>> 24)) + ((here >>> 8) | (after << 24));
      const chosen = (((nine + 0x7b7b7b7b) | 0) >>> 7) & ONES;
      out[outLine + k] = chosen;
      any |= chosen;
      before = here;
    }
  }
  if (any === 0) return null;
  // The region may end within a word: its rows are cut to what exists.
  const width = Math.min(right, regionWidth) - left;
  const padded = new Uint8Array(out.buffer);
  const bitmap = width === words * 4 ? padded : new Uint8Array(width * h);
  if (bitmap !== padded) {
    for (let row = 0; row < h; row++) {
      bitmap.set(padded.subarray(row * words * 4, row * words * 4 + width), row * width);
    }
  }
  if (inside) {
    let kept = 0;
    for (let row = 0; row < h; row++) {
      for (let i = 0; i < width; i++) {
        kept |= bitmap[row * width + i] &= inside[(y + row) * regionWidth + left + i];
      }
    }
    // A majority can lie beyond the mask alone.
    if (kept === 0) return null;
  }
  return { box: [left, y, width, h], bitmap };
}
