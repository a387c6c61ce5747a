/** Whole images as PNG, for what the window cannot show itself: foreign formats, and windows of 16-bit values. */
import sharp, { type Sharp } from 'sharp';
import type { ImageSource, PixelRange } from '../../src-shared/ipc/contract';
import { decode16, explain, openPixels, readBmp, readOptions } from './decode';
import { ownBytes } from './ownBytes';

/**
 * The image as an 8-bit PNG in the source's orientation, lightly compressed for speed. `window`: values of a picture of more
 * than 8 bits (on the 16-bit scale of `decode16`) that become black and white; ignored for others. Errors as `decodeRgb`.
 */
export async function toPng(source: ImageSource, window?: readonly [low: number, high: number]): Promise<Uint8Array> {
  try {
    const deep = window !== undefined && (await isDeep(source));
    const pixels = deep ? await openWindow(source, window) : await openPixels(source);
    return ownBytes(await pixels.png({ compressionLevel: 2, adaptiveFiltering: false }).toBuffer());
  } catch (error) {
    throw await explain(source.path, error);
  }
}

/** Least and greatest value of any channel; of 8-bit files 0 and 255, unread. Errors as `decodeRgb`. */
export async function readRange(source: ImageSource): Promise<PixelRange> {
  try {
    if (!(await isDeep(source))) return { bits: 8, low: 0, high: 255 };
    const { data } = await decode16(source);
    let [low, high] = [65535, 0];
    for (const value of data) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return { bits: 16, low, high };
  } catch (error) {
    throw await explain(source.path, error);
  }
}

async function isDeep({ path }: ImageSource): Promise<boolean> {
  if (await readBmp(path)) return false;
  return (await sharp(path, readOptions).metadata()).depth !== 'uchar';
}

async function openWindow(source: ImageSource, [low, high]: readonly [number, number]): Promise<Sharp> {
  const { width, height, data } = await decode16(source);
  const scale = 255 / (high - low);
  // Clamped and rounded by the array itself.
  const shown = Uint8ClampedArray.from(data, (value) => (value - low) * scale);
  return sharp(shown, { raw: { width, height, channels: 3 } });
}
