/** The pixels of the image that was read last: whoever looks at it while it is open shares one decoding. */
import { stat } from 'node:fs/promises';
import type { ImageSource } from '@shared/images/source';
import { type AbortSignalLike, throwIfCancelled } from '@shared/errors/cancellation';
import { decodeRgb } from '../../images';
import type { RgbImage } from '../image/rgbImage';

/** Larger images are read anew each time. */
const MOST_KEPT_BYTES = 128 * 2 ** 20;

/** Says which picture a source is: a file that changed is another one. */
export async function stampOf({ path, orientation }: ImageSource): Promise<readonly unknown[]> {
  const found = await stat(path).catch(() => null);
  return [path, found?.size, found?.mtimeMs, orientation];
}

/** Whether an image of this size is kept. */
export const isKept = (width: number, height: number): boolean => width * height * 3 <= MOST_KEPT_BYTES;

export class Pictures {
  #last: { readonly stamp: string; readonly path: string; readonly image: Promise<RgbImage> } | null = null;

  /** Not to be written to. Decoding cannot be interrupted: `signal` is looked at before and after. */
  async read(source: ImageSource, signal?: AbortSignalLike): Promise<RgbImage> {
    throwIfCancelled(signal);
    const stamp = JSON.stringify(await stampOf(source));
    if (this.#last?.stamp !== stamp) {
      const read = { stamp, path: source.path, image: decodeRgb(source) };
      this.#last = read;
      const forget = () => this.#last === read && (this.#last = null);
      read.image.then(({ width, height }) => isKept(width, height) || forget(), forget);
    }
    const image = await this.#last.image;
    throwIfCancelled(signal);
    return image;
  }

  forget({ path }: ImageSource): void {
    if (this.#last?.path === path) this.#last = null;
  }
}
