/** One object on a transparent background. */
import { decodeRegion, type Rle, toBbox } from '@shared/mask';
import type { RgbImage } from './canvas';

/** 8-bit RGBA, row-major, four bytes a pixel. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * The image's pixels under the mask, cropped to its box; alpha is 255 on the mask, and all four bytes are 0 outside.
 * Null for an empty mask. The mask must have the image's size.
 */
export function cutOut(image: RgbImage, mask: Rle): RgbaImage | null {
  const [left, top, width, height] = toBbox(mask);
  if (width === 0 || height === 0) return null;
  const inside = decodeRegion(mask, [left, top, width, height]);
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (inside[at] === 0) continue;
      const from = ((top + y) * image.width + left + x) * 3;
      data.set(image.data.subarray(from, from + 3), at * 4);
      data[at * 4 + 3] = 255;
    }
  }
  return { width, height, data };
}
