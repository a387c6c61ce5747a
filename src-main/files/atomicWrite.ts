/** Whole files or none: writes beside the target, syncs, renames; unfinished files can be removed at any moment. */
import { unlinkSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError } from './fileErrors';
import { sweepOnce, temporaryBeside } from './temporaryName';

export type FileContent = string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

const unfinished = new Set<string>();

/**
 * Replaces `path` by the content in one step: readers see the old file or the new one, also after a power cut. Missing
 * folders are made. On any error nothing is left behind. Content that comes in pieces is never held whole.
 */
export async function writeFileAtomic(path: string, content: FileContent): Promise<void> {
  await (await StagedFile.write(path, content)).commit();
  await syncFolder(dirname(path));
}

/** A file that is on the disk, whole, but not yet in its place: for several that take their places together or not at all. */
export class StagedFile {
  readonly path: string;
  readonly #temporary: string;

  private constructor(path: string, temporary: string) {
    this.path = path;
    this.#temporary = temporary;
  }

  /** Missing folders are made. On any error nothing is left behind. Content that comes in pieces is never held whole. */
  static async write(path: string, content: FileContent): Promise<StagedFile> {
    const staged = new StagedFile(path, temporaryBeside(path));
    try {
      await sweepOnce(dirname(path));
      unfinished.add(staged.#temporary);
      const file = await openNew(staged.#temporary);
      try {
        for await (const piece of pieces(content)) await file.writeFile(piece);
        await file.sync();
      } finally {
        await file.close();
      }
      return staged;
    } catch (error) {
      await staged.discard();
      throw fileError(error, path);
    }
  }

  /** Takes its place, in one step; durable once the folder is synced. */
  async commit(): Promise<void> {
    try {
      await rename(this.#temporary, this.path);
      unfinished.delete(this.#temporary);
    } catch (error) {
      await this.discard();
      throw fileError(error, this.path);
    }
  }

  async discard(): Promise<void> {
    await unlink(this.#temporary).catch(() => undefined);
    unfinished.delete(this.#temporary);
  }
}

/** Removes what a write in progress has left so far; for a process that is about to exit. */
export function removeUnfinishedFiles(): void {
  for (const path of unfinished) {
    try {
      unlinkSync(path);
    } catch {
      // Not created yet, or renamed a moment ago.
    }
  }
  unfinished.clear();
}

function pieces(content: FileContent): Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array> {
  return typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
}

/** In a folder that is made where it is missing. */
async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true });
    return open(path, 'wx');
  }
}

/** A rename is durable once its folder is synced; some systems cannot open folders, and there it is not needed. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(folder, 'r');
  } catch {
    return;
  }
  try {
    await handle.sync();
  } catch {
    // Network shares refuse it.
  } finally {
    await handle.close();
  }
}
