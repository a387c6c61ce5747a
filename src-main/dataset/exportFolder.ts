/** The folder of an export: what lies in it already is kept apart from what an earlier export wrote, and only that goes. */
import { existsSync } from 'node:fs';
import { readFile, rmdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import type { AbortSignalLike } from '@shared/errors/cancellation';
import { writeFileAtomic } from '../files/atomicWrite';
import type { InputFiles } from '../files/inputFiles';
import { haveSameContent } from '../files/sameContent';
import { DatasetFolder, stampOfFile } from './datasetFolder';

/** In the folder: what was written into it. Hidden, so that no tool takes it for a part of the dataset. */
const manifestName = '.maskwright-export.json';

interface Written {
  /** What it was when it was written, see `stampOfFile`. */
  readonly stamp: string;
  readonly isPicture: boolean;
}

/** What an earlier export left behind, as its report tells it. */
export interface Leftovers {
  /** How many files of an earlier export are gone, as they are no longer part of it. */
  readonly removed: number;
  /** Files that tools would read along, and that are not this export's: the user's own, or changed since they were written. */
  readonly left: readonly string[];
}

export class ExportFolder {
  readonly path: string;
  /** By name below the folder, with `/`. */
  readonly #earlier: ReadonlyMap<string, Written>;
  /** Files that were there before, by name. */
  readonly #there: readonly string[];
  readonly #written = new Map<string, Written>();

  private constructor(path: string, earlier: ReadonlyMap<string, Written>, there: readonly string[]) {
    this.path = path;
    this.#earlier = earlier;
    this.#there = there;
  }

  /** A folder that does not exist is as good as an empty one. */
  static async look(path: string, signal?: AbortSignalLike): Promise<ExportFolder> {
    if (!existsSync(path)) return new ExportFolder(path, new Map(), []);
    return new ExportFolder(path, await readManifest(path), await new DatasetFolder(path, { signal }).names());
  }

  /** Whether any file in it is one of the inputs, links followed. */
  async holdsOneOf(inputs: InputFiles): Promise<boolean> {
    for (const name of this.#there) if (await inputs.has(join(this.path, name))) return true;
    return false;
  }

  /** Of this export, and there now. */
  async note(file: string, isPicture: boolean): Promise<void> {
    const name = this.#nameOf(file);
    const found = await stat(file);
    this.#written.set(name, { stamp: stampOfFile(found), isPicture });
  }

  /** A picture that was there before, and is what the export has there; it stays the earlier export's where it was that. */
  keep(file: string): void {
    const name = this.#nameOf(file);
    const known = this.#earlier.get(name);
    if (known) this.#written.set(name, known);
  }

  /**
   * Removes what an earlier export wrote and this one did not, as long as it is unchanged; a picture only where the very same
   * one is at another place of this export. `pictures`: where those are.
   */
  async clean(pictures: readonly string[]): Promise<Leftovers> {
    const now = new Set(pictures.map((file) => this.#nameOf(file)));
    const samePictures = new Map<string, string[]>();
    for (const file of pictures) samePictures.set(basename(file), [...(samePictures.get(basename(file)) ?? []), file]);
    const left: string[] = [];
    let removed = 0;
    for (const [name, { stamp, isPicture }] of this.#earlier) {
      if (this.#written.has(name) || now.has(name)) continue;
      const file = join(this.path, name);
      const found = await stat(file).catch(() => null);
      if (!found) continue;
      const isSafe =
        stampOfFile(found) === stamp && (!isPicture || (await isAmong(file, samePictures.get(basename(name)) ?? [])));
      if (!isSafe) {
        left.push(name);
        continue;
      }
      await unlink(file);
      removed++;
      await removeEmpty(dirname(file), this.path);
    }
    const endings = new Set([...this.#written].flatMap(([name, { isPicture }]) => (isPicture ? [] : [extname(name)])));
    for (const name of this.#there) {
      if (this.#earlier.has(name) || this.#written.has(name) || now.has(name)) continue;
      if (endings.has(extname(name))) left.push(name);
    }
    return { removed, left };
  }

  /** Call it however the export ended: what is not in the list is never removed. */
  async save(): Promise<void> {
    const files: Record<string, Written> = {};
    for (const [name, written] of [...this.#earlier, ...this.#written])
      if (existsSync(join(this.path, name))) files[name] = written;
    if (Object.keys(files).length === 0) return;
    await writeFileAtomic(join(this.path, manifestName), `${JSON.stringify({ version: 1, files }, null, 1)}\n`);
  }

  #nameOf(file: string): string {
    return relative(this.path, resolve(file)).split(sep).join('/');
  }
}

async function readManifest(folder: string): Promise<Map<string, Written>> {
  const entries = new Map<string, Written>();
  try {
    const json = JSON.parse(await readFile(join(folder, manifestName), 'utf8')) as { files?: unknown };
    for (const [name, value] of Object.entries(json.files ?? {})) {
      const { stamp, isPicture } = (value ?? {}) as Partial<Written>;
      const way = relative(folder, resolve(folder, name));
      if (typeof stamp !== 'string' || way.startsWith('..') || resolve(way) === way) continue;
      entries.set(name, { stamp, isPicture: isPicture === true });
    }
  } catch {
    // None, or one that nobody can read: then nothing there is known to be ours.
  }
  return entries;
}

async function isAmong(file: string, others: readonly string[]): Promise<boolean> {
  for (const other of others) if (existsSync(other) && (await haveSameContent(file, other))) return true;
  return false;
}

/** Folders that hold nothing any more, up to the root. */
async function removeEmpty(folder: string, root: string): Promise<void> {
  for (let at = folder; at !== root && at.startsWith(root); at = dirname(at)) {
    try {
      await rmdir(at);
    } catch {
      return;
    }
  }
}
