/** Small JPEG pictures for lists. */
import type { ImageSource } from '../../src-shared/ipc/contract';
import { explain, openPixels } from './decode';

/**
 * A JPEG of the image, at most `side` pixels on its longer side and never enlarged, transparent parts on mid grey.
 * Errors as `decodeRgb`.
 */
export async function makeThumbnail(source: ImageSource, side: number): Promise<Uint8Array> {
  try {
    return await (
      await openPixels(source)
    )
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#808080' })
      .jpeg({ quality: 82 })
      .toBuffer();
  } catch (error) {
    throw await explain(source.path, error);
  }
}
