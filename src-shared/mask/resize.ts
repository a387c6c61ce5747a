/** Brings a mask to another size of its image, pixel by pixel. */
import type { Rle } from './rle';

/**
 * The mask at another `[height, width]`: each pixel has the value of the source pixel under its centre (nearest neighbour, as
 * `cv.resize` with `INTER_NEAREST_EXACT`). A mask thinner than a pixel of the new size may vanish. O(runs * growth in width).
 */
export function resizeMask(rle: Rle, size: readonly [number, number]): Rle {
  const [fromHeight, fromWidth] = rle.size;
  const [height, width] = size;
  const columns = runsByColumn(rle);
  /** The first pixel of the new side whose centre lies at or after this edge of the old one. */
  const row = (edge: number) => Math.max(0, Math.ceil((edge * height) / fromHeight - 0.5));
  const counts: number[] = [];
  let written = 0;
  for (let x = 0; x < width; x++) {
    const from = Math.min(fromWidth - 1, Math.floor(((x + 0.5) * fromWidth) / width));
    for (const [start, end] of columns[from]) {
      const [first, last] = [x * height + row(start), x * height + row(end)];
      if (first === last) continue;
      if (counts.length > 0 && first === written) counts[counts.length - 1] += last - first;
      else counts.push(first - written, last - first);
      written = last;
    }
  }
  counts.push(width * height - written);
  return { size: [height, width], counts: Uint32Array.from(counts) };
}

/** Runs of each column, `[start, end)` in rows. */
function runsByColumn({ size: [height, width], counts }: Rle): (readonly [number, number])[][] {
  const columns = Array.from({ length: width }, (): (readonly [number, number])[] => []);
  let end = 0;
  for (let i = 1; i < counts.length; i += 2) {
    let start = end + counts[i - 1];
    end = start + counts[i];
    while (start < end) {
      const column = Math.floor(start / height);
      const stop = Math.min(end, (column + 1) * height);
      columns[column].push([start - column * height, stop - column * height]);
      start = stop;
    }
  }
  return columns;
}
