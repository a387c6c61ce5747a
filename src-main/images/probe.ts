/** Finds out an image file's kind and size without decoding it, and whether its end is missing. */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import sharp from 'sharp';
import { decodeRgb } from './decode';
import { type ExifOrientation, swapsSides } from './exif';
import { fingerprintOf } from './fingerprint';
import { type ImageFormat, mediaTypes } from './formats';
import { FileBytes, type ImageHeader, readHeader } from './header';
import { imageError, maxPixels, notAnImage, toImageError, tooLarge } from './imageErrors';

export interface ProbedImage {
  /** Absolute path. */
  readonly path: string;
  /** Relative to the scanned folder, with `/`; the bare name of a single file. */
  readonly fileName: string;
  /** Pixels after the EXIF turn. */
  readonly width: number;
  readonly height: number;
  /** Pixels as they lie in the file. */
  readonly storedWidth: number;
  readonly storedHeight: number;
  readonly exifOrientation: ExifOrientation;
  readonly mediaType: string;
  /** Pictures in the file (TIFF), of which the first is read. */
  readonly pages: number;
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
  readonly fingerprint: string;
}

/**
 * Probes one file by reading its header and its last bytes (0.1 ms); a file without its end is decoded to be sure.
 * Throws `bad-input` naming the file when it is missing, empty, not an image, cut off or over a gigapixel. Damage in the
 * middle of the pixels shows only when the image is decoded.
 */
export async function probeImage(path: string, fileName = basename(path)): Promise<ProbedImage> {
  try {
    const handle = await open(path);
    try {
      const stats = await handle.stat();
      if (stats.isDirectory()) throw imageError(path, 'is a folder, not an image');
      if (stats.size === 0) throw imageError(path, 'is empty (0 bytes)');
      const { format, header } = await readHeader(new FileBytes(handle, stats.size));
      if (!format) throw notAnImage(path);
      const { storedWidth, storedHeight, orientation, pages = 1, suspect } = header ?? (await askDecoder(path, format));
      if (storedWidth * storedHeight > maxPixels) throw tooLarge(path);
      if (suspect) await decodeRgb({ path, orientation: 'stored' });
      const turned = swapsSides(orientation);
      return {
        path,
        fileName,
        width: turned ? storedHeight : storedWidth,
        height: turned ? storedWidth : storedHeight,
        storedWidth,
        storedHeight,
        exifOrientation: orientation,
        mediaType: mediaTypes[format],
        pages,
        size: stats.size,
        mtimeMs: stats.mtimeMs,
        fingerprint: await fingerprintOf(handle, stats.size),
      };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw toImageError(path, error);
  }
}

async function askDecoder(path: string, format: ImageFormat): Promise<ImageHeader> {
  const { width, height, orientation, pages } = await sharp(path, { limitInputPixels: maxPixels }).metadata();
  return {
    format,
    storedWidth: width,
    storedHeight: height,
    orientation: (orientation ?? 1) as ExifOrientation,
    pages,
    suspect: false,
  };
}
