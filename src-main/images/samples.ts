/** Decodes image files to the samples they hold, in their own units, for measuring. */
import sharp, { type Metadata } from 'sharp';
import type { ImageSource } from '@shared/images/source';
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { PixelSamples } from '@shared/measure/types';
import { type DecodedImage, type DecodeOptions, decodeRgb, explain } from './decode';
import { isSpecial, keepBands, readDeep, readOptions } from './deep';
import { turnPipeline } from './exif';
import { inspect, turnOf } from './inspect';
import { promiseMemory } from './limits';

const gray = ['gray'] as const;
const rgb = ['red', 'green', 'blue'] as const;

/** 64-bit samples of three channels, and the copy that turning them makes. */
const mostBytesPerPixel = 48;

/**
 * Samples as stored, turned as the source says: 8 and 16 bits as they are (1-bit files as 0 and 255), signed, floating-point
 * and 32-bit ones unscaled. Greyscale files have one channel, others red, green and blue; CMYK is converted, alpha and
 * further bands are left out. Formats that cannot say that they are grey (BMP, GIF, WebP, HEIF, palettes) have one channel
 * where no pixel has a colour. Throws `bad-input` as `decodeRgb` does. The memory belongs to the caller.
 */
export async function decodeSamples(source: ImageSource, options: DecodeOptions = {}): Promise<PixelSamples> {
  throwIfCancelled(options.signal);
  try {
    const header = await inspect(source.path);
    if (isSpecial(header)) {
      promiseMemory(source.path, header.storedWidth * header.storedHeight, header.deep ? mostBytesPerPixel / 2 : 6);
      const { width, height, channels: stored, data } = await readDeep(source, header);
      const channels = stored >= 3 ? rgb : gray;
      return { width, height, channels, data: keepBands(data, stored, channels.length) };
    }
    const metadata = header.format === 'bmp' ? null : await sharp(source.path, readOptions).metadata();
    if (metadata && isGrey(metadata)) {
      promiseMemory(source.path, header.storedWidth * header.storedHeight, 2);
      const file = turnPipeline(sharp(source.path, readOptions), turnOf(source, header)).toColourspace('b-w');
      const { data, info } = await file.removeAlpha().raw().toBuffer({ resolveWithObject: true });
      const { width, height, channels: stored } = info;
      return { width, height, channels: gray, data: keepBands(new Uint8Array(data), stored, 1) };
    }
    const image = await decodeRgb(source, options);
    return !metadata || hidesGrey(metadata) ? withoutColour(image) : { ...image, channels: rgb };
  } catch (error) {
    throw await explain(source.path, error);
  }
}

const isGrey = ({ space }: Metadata): boolean => space === 'b-w' || space === 'grey16';

/** Formats without greyscale, in which a grey picture is stored as a colour one. */
function hidesGrey({ format, isPalette }: Metadata): boolean {
  return isPalette === true || format === 'gif' || format === 'webp' || format === 'heif';
}

/** An RGB image as greyscale where all pixels are grey. */
function withoutColour({ width, height, data }: DecodedImage): PixelSamples {
  for (let p = 0; p < data.length; p += 3) {
    if (data[p] !== data[p + 1] || data[p] !== data[p + 2]) return { width, height, channels: rgb, data };
  }
  return { width, height, channels: gray, data: keepBands(data, 3, 1) };
}
