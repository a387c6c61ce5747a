/** Thumbnails on disk: made once a file, found again by its path, size and time of change. */
import type { ImageSource } from '@shared/images/source';
import { stat } from 'node:fs/promises';
import { DiskCache } from '../files/diskCache';
import { makeThumbnail } from './thumbnail';

export interface ThumbnailCacheOptions {
  /** Made when the first picture is written. */
  readonly folder: string;
  /** Above it the pictures not looked at for longest go. */
  readonly maxBytes?: number;
  /** Makes one; JPEG. */
  readonly make?: typeof makeThumbnail;
}

/** Raised when the same file becomes another picture: 2, deep images by their own range. */
const version = 2;

export class ThumbnailCache {
  readonly #files: DiskCache;
  readonly #make: typeof makeThumbnail;

  constructor({ folder, maxBytes = 1_000_000_000, make = makeThumbnail }: ThumbnailCacheOptions) {
    this.#files = new DiskCache({ folder, extension: '.jpg', maxBytes, writesBetweenChecks: 2000 });
    this.#make = make;
  }

  /** The picture as it was made before; null when it has to be made. Throws nothing: a cache is never the reason to fail. */
  async find(source: ImageSource, side: number): Promise<Uint8Array | null> {
    const key = await keyOf(source, side);
    const jpeg = key && (await this.#files.find(key));
    return jpeg ? new Uint8Array(jpeg) : null;
  }

  /** Makes the picture and keeps it. Errors as `makeThumbnail`. */
  async make(source: ImageSource, side: number): Promise<Uint8Array> {
    const key = await keyOf(source, side);
    const jpeg = await this.#make(source, side);
    if (key) await this.#files.keep(key, jpeg);
    return jpeg;
  }

  /** Brings the folder below four fifths of its limit when it is above the limit. */
  prune(): Promise<void> {
    return this.#files.prune();
  }
}

/** null where the image itself cannot be looked at. */
async function keyOf({ path, orientation }: ImageSource, side: number): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  return found && JSON.stringify([version, path, found.size, found.mtimeMs, orientation, side]);
}
