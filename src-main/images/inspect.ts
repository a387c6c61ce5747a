/** What must be known of an image file before its pixels are read: its header, from the decoder where a few bytes do not tell. */
import sharp from 'sharp';
import type { ImageSource } from '@shared/images/source';
import { asOrientation, type ExifOrientation } from './exif';
import type { ImageFormat } from './formats';
import { FileBytes, type ImageHeader, readHeader } from './header';
import { imageError, maxPixels, notAnImage, tooLarge } from './imageErrors';
import { openRegular } from './openRegular';
import { refuseUnreadable } from './tiffSamples';

/** The header of a file of `size` bytes; throws an AppError naming it where it is no image, over a gigapixel, or of a kind that no reader knows. */
export async function inspectOpen(path: string, handle: FileBytes['handle'], size: number): Promise<ImageHeader> {
  if (size === 0) throw imageError(path, { code: 'empty' });
  const { format, header } = await readHeader(new FileBytes(handle, size));
  if (!format) throw notAnImage(path);
  const known = header ?? (await askDecoder(path, format));
  if (known.storedWidth * known.storedHeight > maxPixels) throw tooLarge(path);
  refuseUnreadable(path, known);
  return known;
}

/** As `inspectOpen`, of the file at `path`; what the file system throws comes as it is. */
export async function inspect(path: string): Promise<ImageHeader> {
  const handle = await openRegular(path);
  try {
    return await inspectOpen(path, handle, (await handle.stat()).size);
  } finally {
    await handle.close();
  }
}

/** The turn that the source asks for. */
export function turnOf({ orientation }: ImageSource, header: ImageHeader): ExifOrientation {
  return orientation === 'exif' ? header.orientation : 1;
}

async function askDecoder(path: string, format: ImageFormat): Promise<ImageHeader> {
  const { width, height, orientation, pages, depth } = await sharp(path, { limitInputPixels: maxPixels }).metadata();
  return {
    format,
    storedWidth: width,
    storedHeight: height,
    orientation: asOrientation(orientation),
    windowTurnsAlike: false,
    deep: depth !== 'uchar',
    pages,
    suspect: false,
  };
}
