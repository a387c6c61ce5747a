/** Resizes an image as Pillow does: where it gets smaller, each pixel is a weighted mean of all that it covers. */
import type { RgbImage } from './rgbImage';

/** RGB samples 0..255 with fractions, row-major. */
export interface FloatImage {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/**
 * The image at `width` x `height`: `F.interpolate(mode='bilinear', antialias=True)` of PyTorch, which is Pillow's BILINEAR
 * without its rounding to bytes. Rows are mixed one at a time: beside the result only a row is held. O(image + result).
 */
export function resampleAntialiased(image: RgbImage, width: number, height: number): FloatImage {
  const columns = makeFilter(image.width, width);
  const rows = makeFilter(image.height, height);
  const data = new Float32Array(width * height * 3);
  const length = image.width * 3;
  const row = new Float32Array(length);
  for (let y = 0; y < height; y++) {
    row.fill(0);
    for (let k = 0; k < rows.counts[y]; k++) {
      const weight = rows.weights[y * rows.most + k];
      const at = (rows.starts[y] + k) * length;
      for (let i = 0; i < length; i++) row[i] += image.data[at + i] * weight;
    }
    mixColumns(row, columns, data, y * width * 3);
  }
  return { width, height, data };
}

function mixColumns(row: Float32Array, { starts, counts, weights, most }: Filter, out: Float32Array, at: number): void {
  for (let x = 0; x < starts.length; x++) {
    let [r, g, b] = [0, 0, 0];
    for (let k = 0, i = starts[x] * 3; k < counts[x]; k++, i += 3) {
      const weight = weights[x * most + k];
      r += row[i] * weight;
      g += row[i + 1] * weight;
      b += row[i + 2] * weight;
    }
    out[at + 3 * x] = r;
    out[at + 3 * x + 1] = g;
    out[at + 3 * x + 2] = b;
  }
}

/** For each output position the first source position, how many there are, and their weights, which add up to 1. */
interface Filter {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Float32Array;
  /** Weights kept a position. */
  readonly most: number;
}

/** A triangle as wide as two output pixels, but never narrower than two source pixels. */
function makeFilter(from: number, to: number): Filter {
  const scale = from / to;
  const reach = Math.max(scale, 1);
  const most = Math.ceil(reach) * 2 + 1;
  const starts = new Int32Array(to);
  const counts = new Int32Array(to);
  const weights = new Float32Array(to * most);
  for (let i = 0; i < to; i++) {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const end = Math.min(from, Math.trunc(centre + reach + 0.5));
    let sum = 0;
    for (let k = 0; k < end - first; k++) {
      const weight = Math.max(0, 1 - Math.abs(first + k + 0.5 - centre) / reach);
      weights[i * most + k] = weight;
      sum += weight;
    }
    for (let k = 0; k < end - first; k++) weights[i * most + k] /= sum;
    starts[i] = first;
    counts[i] = end - first;
  }
  return { starts, counts, weights, most };
}
