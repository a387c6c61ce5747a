/** The files of an export on their way to the disk: each waits for it, and they take their places together or not at all. */
import { existsSync, statSync } from 'node:fs';
import { rmdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type FileContent, StagedFile, syncFolder } from '../files/atomicWrite';
import { fileError } from '../files/fileErrors';
import { removeLeftTemporaries } from '../files/temporaryName';

export class Writes {
  static readonly #atOnce = 16;
  readonly #pending = new Set<Promise<void>>();
  readonly #staged: StagedFile[] = [];
  /** Files that were put where there was none. */
  readonly #placed: string[] = [];
  /** Whether a folder was there before; they are asked about once. */
  readonly #folders = new Map<string, boolean>();
  #fault: { readonly error: unknown } | null = null;

  /** Resolves when there is room for the next one; throws the first fault. */
  async add(file: string, content: FileContent): Promise<void> {
    this.expect(file);
    const tracked: Promise<void> = StagedFile.write(file, content)
      .then(
        (staged) => void this.#staged.push(staged),
        (error: unknown) => void (this.#fault ??= { error }),
      )
      .finally(() => this.#pending.delete(tracked));
    this.#pending.add(tracked);
    if (this.#pending.size >= Writes.#atOnce) await Promise.race(this.#pending);
    if (this.#fault) throw this.#fault.error;
  }

  /** Before a file comes there: the folders that are made for it go again where nothing comes of it all. */
  expect(file: string): void {
    for (let at = dirname(file); !this.#folders.has(at); at = dirname(at)) {
      const isThere = existsSync(at);
      this.#folders.set(at, isThere);
      if (isThere) return;
    }
  }

  /** A file that came there by other ways, and was not there before. */
  placed(file: string): void {
    this.#placed.push(file);
  }

  /** Resolves when all are on the disk, none in its place yet; throws the first fault. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
    if (this.#fault) throw this.#fault.error;
  }

  /** All take their places, for good. `done` is told of each. Throws `bad-input` before, where a folder is in one's place. */
  async commit(done: (file: string) => Promise<void>): Promise<void> {
    for (const { path } of this.#staged) {
      const isTaken = this.#folders.get(dirname(path)) && statSync(path, { throwIfNoEntry: false })?.isDirectory();
      if (isTaken) throw fileError({ code: 'EISDIR' }, path);
    }
    this.#placed.length = 0;
    const folders = new Set(this.#staged.map(({ path }) => dirname(path)));
    while (this.#staged.length > 0) {
      const some = this.#staged.splice(0, Writes.#atOnce);
      await Promise.all(some.map((staged) => staged.commit().then(() => done(staged.path))));
    }
    for (const folder of folders) if (this.#folders.get(folder)) await removeLeftTemporaries(folder);
    for (const [folder] of this.#folders) await syncFolder(folder);
  }

  /** What has no place yet goes, and what this run put there, with the folders it made. */
  async discard(): Promise<void> {
    await Promise.all(this.#pending);
    for (const staged of this.#staged.splice(0)) await staged.discard();
    for (const file of this.#placed) await unlink(file).catch(() => undefined);
    const made = [...this.#folders].flatMap(([folder, wasThere]) => (wasThere ? [] : [folder]));
    // One that lies in another is longer. What holds something of somebody else stays.
    for (const folder of made.sort((a, b) => b.length - a.length)) await rmdir(folder).catch(() => undefined);
  }
}
