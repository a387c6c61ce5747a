/** A part of an image as an image of its own. */
import type { RgbImage } from './rgbImage';

/** `[x, y, width, height]` in whole pixels inside the image; copied. */
export function cropImage(
  { data, width }: RgbImage,
  [x, y, w, h]: readonly [number, number, number, number],
): RgbImage {
  const part = new Uint8Array(w * h * 3);
  for (let row = 0; row < h; row++) {
    const from = ((y + row) * width + x) * 3;
    part.set(data.subarray(from, from + w * 3), row * w * 3);
  }
  return { width: w, height: h, data: part };
}
