/** A mask looked at in every n-th pixel, for pictures much smaller than the image. */
import type { Box, Rle } from './rle';

/**
 * The mask at the middle of each `step` x `step` block of the region `[x, y, width, height]` (whole image pixels): a row-major
 * bitmap of ceil(width / step) x ceil(height / step) bytes, 1 = set. O(runs + columns); what is thinner than a step may be missed.
 */
export function sampleRegion({ size, counts }: Rle, [left, top, width, height]: Box, step: number): Uint8Array {
  const columns = Math.ceil(width / step);
  const rows = Math.ceil(height / step);
  const out = new Uint8Array(columns * rows);
  const [h] = size;
  const middle = Math.floor(step / 2);
  for (let i = 1, end = 0; i < counts.length; i += 2) {
    const start = end + counts[i - 1];
    end = start + counts[i];
    const lastX = Math.floor((end - 1) / h);
    for (let x = Math.floor(start / h); x <= lastX; x++) {
      const column = (x - left - middle) / step;
      if (column < 0 || column >= columns || !Number.isInteger(column)) continue;
      const y0 = Math.max(start, x * h) - x * h;
      const y1 = Math.min(end, (x + 1) * h) - x * h;
      const first = Math.max(0, Math.ceil((y0 - top - middle) / step));
      const last = Math.min(rows, Math.ceil((y1 - top - middle) / step));
      for (let row = first; row < last; row++) out[row * columns + column] = 1;
    }
  }
  return out;
}
