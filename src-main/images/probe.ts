/** Finds out an image file's kind and size without decoding it, and whether its end is missing. */
import { basename } from 'node:path';
import { decodeRgb } from './decode';
import { type ExifOrientation, swapsSides } from './exif';
import { fingerprintOf } from './fingerprint';
import { mediaTypes } from './formats';
import { toImageError } from './imageErrors';
import { inspectOpen } from './inspect';
import { openRegular } from './openRegular';

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
    const handle = await openRegular(path);
    try {
      const stats = await handle.stat();
      const header = await inspectOpen(path, handle, stats.size);
      const { format, storedWidth, storedHeight, orientation, pages = 1, suspect } = header;
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
