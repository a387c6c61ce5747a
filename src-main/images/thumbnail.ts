/** Small JPEG pictures for lists. */
import type { ImageSource } from '../../src-shared/ipc/contract';
import { explain, openPixels } from './decode';
import { ownBytes } from './ownBytes';

/**
 * A JPEG of the image, at most `side` pixels on its longer side and never enlarged, transparent parts on mid grey.
 * Errors as `decodeRgb`.
 */
export async function makeThumbnail(source: ImageSource, side: number): Promise<Uint8Array> {
  try {
    const pixels = await openPixels(source);
    const jpeg = await pixels
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#808080' })
      .jpeg({ quality: 82 })
      .toBuffer();
    return ownBytes(jpeg);
  } catch (error) {
    throw await explain(source.path, error);
  }
}
