/** Smooths a mask's outline: each pixel takes the value of the majority around it. */
import { decodeRegion, encodeRegion } from './bitmap';
import { MaskError } from './error';
import { toBbox, type Box, type Rle } from './rle';

/**
 * The mask where each pixel has the value of most pixels of the image at most `radius` (pixels, >= 1) from its centre; an
 * even vote keeps its own. The image border neither adds nor removes: outside pixels have no vote. Canonical.
 * Only pixels near the outline are counted: O(bbox + outline length * radius^2).
 */
export function smooth(rle: Rle, radius: number): Rle {
  if (!(radius >= 1)) throw new MaskError(`Smoothing radius is ${radius} when at least 1 pixel was expected`);
  const reach = Math.floor(radius);
  const region = padded(toBbox(rle), reach, rle.size);
  const bitmap = decodeRegion(rle, region);
  /** Half-widths of the disc's rows, from the top one to the bottom one. */
  const half = Int32Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.floor(Math.sqrt(radius ** 2 - (i - reach) ** 2)),
  );
  const band = outlineBand(bitmap, region, half);
  return encodeRegion(vote(bitmap, band, region, half, rle.size), region, rle.size);
}

function padded([x, y, width, height]: Box, by: number, [h, w]: readonly [number, number]): Box {
  const x0 = Math.max(0, x - by);
  const y0 = Math.max(0, y - by);
  return [x0, y0, Math.min(w, x + width + by) - x0, Math.min(h, y + height + by) - y0];
}

/** Marks every pixel whose disc holds both values: those within the disc of a pixel that has an unlike neighbour. */
function outlineBand(bitmap: Uint8Array, [, , width, height]: Box, half: Int32Array): Uint8Array {
  const band = new Uint8Array(bitmap.length);
  const reach = half.length >> 1;
  const differs = (x: number, y: number): boolean => {
    const i = y * width + x;
    const value = bitmap[i];
    return (
      (x > 0 && bitmap[i - 1] !== value) ||
      (x + 1 < width && bitmap[i + 1] !== value) ||
      (y > 0 && bitmap[i - width] !== value) ||
      (y + 1 < height && bitmap[i + width] !== value)
    );
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!differs(x, y)) continue;
      const start = x;
      while (x + 1 < width && differs(x + 1, y)) x++;
      for (let k = 0; k < half.length; k++) {
        const row = y + k - reach;
        if (row < 0 || row >= height) continue;
        band.fill(1, row * width + Math.max(0, start - half[k]), row * width + Math.min(width, x + half[k] + 1));
      }
    }
  }
  return band;
}

function vote(
  bitmap: Uint8Array,
  band: Uint8Array,
  [left, top, width, height]: Box,
  half: Int32Array,
  [h, w]: readonly [number, number],
): Uint8Array {
  const stride = width + 1;
  /** Foreground pixels of each row left of each column. */
  const before = width < 65536 ? new Uint16Array(stride * height) : new Uint32Array(stride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0, n = 0; x < width; x++) before[y * stride + x + 1] = n += bitmap[y * width + x];
  }
  const out = bitmap.slice();
  const reach = half.length >> 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (band[y * width + x] === 0) continue;
      let set = 0;
      let all = 0;
      for (let k = 0; k < half.length; k++) {
        const row = y + k - reach;
        if (row + top < 0 || row + top >= h) continue;
        all += Math.min(w, left + x + half[k] + 1) - Math.max(0, left + x - half[k]);
        if (row < 0 || row >= height) continue;
        const base = row * stride;
        set += before[base + Math.min(width, x + half[k] + 1)] - before[base + Math.max(0, x - half[k])];
      }
      if (2 * set !== all) out[y * width + x] = 2 * set > all ? 1 : 0;
    }
  }
  return out;
}
