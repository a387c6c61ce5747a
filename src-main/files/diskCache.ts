/** Files that can be made again, kept in a folder under a byte budget: those not used for longest go first. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryBeside } from './temporaryName';

export interface DiskCacheOptions {
  /** Made when the first file is written. */
  readonly folder: string;
  /** With its dot. */
  readonly extension: string;
  /** Above it the files not used for longest go. */
  readonly maxBytes: number;
  /** How often the space taken is looked at. */
  readonly writesBetweenChecks: number;
}

/** Throws nothing: a cache is never the reason to fail. */
export class DiskCache {
  readonly #options: DiskCacheOptions;
  #writes = 0;

  constructor(options: DiskCacheOptions) {
    this.#options = options;
  }

  /** What was kept under the key; null where nothing was. */
  async find(key: string): Promise<Buffer | null> {
    const file = this.#fileOf(key);
    const bytes = await readFile(file).catch(() => null);
    if (!bytes) return null;
    const now = new Date();
    void utimes(file, now, now).catch(() => undefined);
    return bytes;
  }

  async keep(key: string, bytes: Uint8Array): Promise<void> {
    await this.#write(this.#fileOf(key), bytes).catch(() => undefined);
  }

  /** Brings the folder below four fifths of its limit when it is above the limit. */
  async prune(): Promise<void> {
    const { folder, maxBytes } = this.#options;
    const files: { path: string; bytes: number; usedMs: number }[] = [];
    for (const shard of await readdir(folder)) {
      for (const name of await readdir(join(folder, shard)).catch(() => [])) {
        const path = join(folder, shard, name);
        const found = await stat(path).catch(() => null);
        if (found) files.push({ path, bytes: found.size, usedMs: found.mtimeMs });
      }
    }
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    if (total <= maxBytes) return;
    for (const { path, bytes } of files.sort((a, b) => a.usedMs - b.usedMs)) {
      if (total <= maxBytes * 0.8) break;
      await unlink(path).catch(() => undefined);
      total -= bytes;
    }
  }

  #fileOf(key: string): string {
    const name = createHash('sha256').update(key).digest('hex').slice(0, 40);
    return join(this.#options.folder, name.slice(0, 2), name + this.#options.extension);
  }

  async #write(file: string, bytes: Uint8Array): Promise<void> {
    await mkdir(dirname(file), { recursive: true });
    // Whole or not at all: two windows, or two requests of one, may make the same file.
    const temporary = temporaryBeside(file);
    try {
      await writeFile(temporary, bytes);
      await rename(temporary, file);
    } catch (error) {
      // Of all times when the disk is full nothing may be left lying.
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
    if (this.#writes++ % this.#options.writesBetweenChecks === 0) await this.prune();
  }
}
