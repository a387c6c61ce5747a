/** Whole images as PNG, for what the window cannot show itself: foreign formats, turns, and windows of deep values. */
import sharp, { type Sharp } from 'sharp';
import type { ImageSource, PixelRange } from '@shared/images/source';
import { decode16, explain, openPixels } from './decode';
import { turnPipeline } from './exif';
import { inspect } from './inspect';
import { ownBytes } from './ownBytes';

/**
 * The image as an 8-bit PNG in the source's orientation, lightly compressed for speed. `window`: values of a picture of more
 * than 8 bits (on the 16-bit scale of `decode16`) that become black and white, by default its own least and greatest one;
 * ignored for others. Errors as `decodeRgb`.
 */
export async function toPng(source: ImageSource, window?: readonly [low: number, high: number]): Promise<Uint8Array> {
  try {
    const deep = window !== undefined && (await inspect(source.path)).deep;
    const pixels = deep ? await openWindow(source, window) : await openUpright(source);
    return ownBytes(await pixels.png({ compressionLevel: 2, adaptiveFiltering: false }).toBuffer());
  } catch (error) {
    throw await explain(source.path, error);
  }
}

/** Least and greatest value of any channel; of 8-bit files 0 and 255, unread. Errors as `decodeRgb`. */
export async function readRange(source: ImageSource): Promise<PixelRange> {
  try {
    if (!(await inspect(source.path)).deep) return { bits: 8, low: 0, high: 255 };
    const { range, isScaled } = await decode16(source);
    return isScaled ? { bits: 16, low: 0, high: 65535, values: range } : { bits: 16, low: range[0], high: range[1] };
  } catch (error) {
    throw await explain(source.path, error);
  }
}

async function openUpright(source: ImageSource): Promise<Sharp> {
  const { image, turn } = await openPixels(source);
  return turnPipeline(image, turn);
}

async function openWindow(source: ImageSource, [low, high]: readonly [number, number]): Promise<Sharp> {
  const { width, height, data } = await decode16(source);
  const scale = 255 / (high - low);
  // Clamped and rounded by the array itself.
  const shown = Uint8ClampedArray.from(data, (value) => (value - low) * scale);
  return sharp(shown, { raw: { width, height, channels: 3 } });
}
