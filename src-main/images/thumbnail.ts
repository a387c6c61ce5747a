/** Small JPEG pictures for lists. */
import type { ImageSource } from '@shared/images/source';
import { explain, openPixels } from './decode';
import { turnPipeline } from './exif';
import { ownBytes } from './ownBytes';

/**
 * A JPEG of the image, at most `side` pixels on its longer side and never enlarged, transparent parts on mid grey.
 * Errors as `decodeRgb`.
 */
export async function makeThumbnail(source: ImageSource, side: number): Promise<Uint8Array> {
  try {
    const { image, turn } = await openPixels(source);
    // Turned when it is small: an image of a gigapixel is never whole in memory.
    const small = image.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true });
    const jpeg = await turnPipeline(small, turn).flatten({ background: '#808080' }).jpeg({ quality: 82 }).toBuffer();
    return ownBytes(jpeg);
  } catch (error) {
    throw await explain(source.path, error);
  }
}
