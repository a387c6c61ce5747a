/** Whole images as PNG, for what the window cannot show itself (see `windowNeedsPng`). */
import type { ImageSource } from '../../src-shared/ipc/contract';
import { explain, openPixels } from './decode';
import { ownBytes } from './ownBytes';

/** The image as an 8-bit PNG in the source's orientation, lightly compressed for speed. Errors as `decodeRgb`. */
export async function toPng(source: ImageSource): Promise<Uint8Array> {
  try {
    const pixels = await openPixels(source);
    return ownBytes(await pixels.png({ compressionLevel: 2, adaptiveFiltering: false }).toBuffer());
  } catch (error) {
    throw await explain(source.path, error);
  }
}
