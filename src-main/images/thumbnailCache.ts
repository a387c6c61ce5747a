/** Thumbnails on disk: made once a file, found again by its path, size and time of change. */
import type { ImageSource } from '@shared/ipc/contract';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeThumbnail } from './thumbnail';

export interface ThumbnailCacheOptions {
  /** Made when the first picture is written. */
  readonly folder: string;
  /** Above it the pictures not looked at for longest go. */
  readonly maxBytes?: number;
  /** Makes one; JPEG. */
  readonly make?: typeof makeThumbnail;
}

/** How often the space taken is looked at. */
const writesBetweenChecks = 2000;

export class ThumbnailCache {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #make: typeof makeThumbnail;
  #writes = 0;

  constructor({ folder, maxBytes = 1_000_000_000, make = makeThumbnail }: ThumbnailCacheOptions) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
    this.#make = make;
  }

  /** The picture as it was made before; null when it has to be made. Throws nothing: a cache is never the reason to fail. */
  async find(source: ImageSource, side: number): Promise<Uint8Array | null> {
    const file = await this.#fileOf(source, side);
    if (!file) return null;
    const jpeg = await readFile(file).catch(() => null);
    if (!jpeg) return null;
    const now = new Date();
    void utimes(file, now, now).catch(() => undefined);
    return new Uint8Array(jpeg);
  }

  /** Makes the picture and keeps it. Errors as `makeThumbnail`. */
  async make(source: ImageSource, side: number): Promise<Uint8Array> {
    const file = await this.#fileOf(source, side);
    const jpeg = await this.#make(source, side);
    if (file) await this.#keep(file, jpeg).catch(() => undefined);
    return jpeg;
  }

  /** null where the image itself cannot be looked at. */
  async #fileOf({ path, orientation }: ImageSource, side: number): Promise<string | null> {
    const found = await stat(path).catch(() => null);
    if (!found) return null;
    const key = JSON.stringify([path, found.size, found.mtimeMs, orientation, side]);
    const name = createHash('sha256').update(key).digest('hex').slice(0, 40);
    return join(this.#folder, name.slice(0, 2), `${name}.jpg`);
  }

  async #keep(file: string, jpeg: Uint8Array): Promise<void> {
    await mkdir(dirname(file), { recursive: true });
    // Whole or not at all: two windows may make the same picture.
    const temporary = `${file}.${process.pid}.tmp`;
    await writeFile(temporary, jpeg);
    await rename(temporary, file);
    if (this.#writes++ % writesBetweenChecks === 0) await this.prune();
  }

  /** Brings the folder below four fifths of its limit when it is above the limit. */
  async prune(): Promise<void> {
    const files: { path: string; bytes: number; usedMs: number }[] = [];
    for (const shard of await readdir(this.#folder)) {
      for (const name of await readdir(join(this.#folder, shard)).catch(() => [])) {
        const path = join(this.#folder, shard, name);
        const found = await stat(path).catch(() => null);
        if (found) files.push({ path, bytes: found.size, usedMs: found.mtimeMs });
      }
    }
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total <= this.#maxBytes) return;
    for (const { path, bytes } of files.sort((a, b) => a.usedMs - b.usedMs)) {
      if (total <= this.#maxBytes * 0.8) break;
      await unlink(path).catch(() => undefined);
      total -= bytes;
    }
  }
}
