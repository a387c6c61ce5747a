/** The folder of an export: what lies in it already is kept apart from what an earlier export wrote, and only that goes. */
import { existsSync } from 'node:fs';
import { lstat, readFile, rm, rmdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import type { Beside } from '@shared/dataset/diffWords';
import type { AbortSignalLike } from '@shared/errors/cancellation';
import { leadsOut } from '../files/leadsOut';
import { writeFileAtomic } from '../files/atomicWrite';
import { InputFiles } from '../files/inputFiles';
import { InsideFolder } from '../files/insideFolder';
import { haveSameContent } from '../files/sameContent';
import { DatasetFolder, stampOfFile } from './datasetFolder';

/** In the folder: what was written into it. Hidden, so that no tool takes it for a part of the dataset. */
const manifestName = '.maskwright-export.json';

const byName = new Intl.Collator('en', { numeric: true });

interface Written {
  /** What it was when it was written, see `stampOfFile`. */
  readonly stamp: string;
  readonly isPicture: boolean;
  /** The id of the format it was written for; absent: nobody knows. */
  readonly format?: string;
  /** A picture that the export made and can make again: nobody's original. */
  readonly isMade?: boolean;
}

/** What an earlier export left behind, as its report tells it. */
export interface Leftovers {
  /** How many files of an earlier export are gone, as they are no longer part of it. */
  readonly removed: number;
  /**
   * Files that tools would read along, and that are not this export's: the user's own, changed since they were written, read
   * by this run, or of an export in another format.
   */
  readonly left: readonly string[];
}

export class ExportFolder {
  readonly path: string;
  /** By name below the folder, with `/`. */
  readonly #earlier: ReadonlyMap<string, Written>;
  /** Files that were there before, by name. */
  readonly #there: readonly string[];
  readonly #written = new Map<string, Written>();
  readonly #format: string;
  readonly #isNew: boolean;

  private constructor(
    path: string,
    format: string,
    earlier: ReadonlyMap<string, Written>,
    there: readonly string[] | null,
  ) {
    this.path = path;
    this.#format = format;
    this.#earlier = earlier;
    this.#there = there ?? [];
    this.#isNew = there === null;
  }

  /** A folder that does not exist is as good as an empty one. `format`: the id of what is written; `names`: see `DatasetFolder`. */
  static async look(
    path: string,
    format: string,
    signal?: AbortSignalLike,
    names?: readonly string[],
  ): Promise<ExportFolder> {
    if (!existsSync(path)) return new ExportFolder(path, format, new Map(), null);
    const there = names ?? (await new DatasetFolder(path, { signal }).names());
    return new ExportFolder(path, format, await readManifest(path), there);
  }

  /**
   * What becomes of files that are there, pictures left out, once these are written; null: what is written is not known, and only
   * what an earlier export wrote is looked at.
   */
  async foresee(written: ReadonlySet<string> | null, inputs?: InputFiles): Promise<Required<Beside>> {
    const goes: string[] = [];
    const stays: string[] = [];
    const changedSince: string[] = [];
    for (const [name, known] of this.#earlier) {
      const file = join(this.path, name);
      if (known.isPicture || known.format !== this.#format || !(await isThere(file))) continue;
      const isOurs = await this.#isOurs(file, known, inputs);
      const isWritten = written?.has(name) ?? true;
      if (!isWritten) (isOurs ? goes : stays).push(name);
      else if (!isOurs) changedSince.push(name);
    }
    const there = new Set(this.#there);
    for (const name of written ?? []) if (!this.#earlier.has(name) && there.has(name)) changedSince.push(name);
    // Files are noted as their writing ends.
    for (const names of [goes, stays, changedSince]) names.sort(byName.compare);
    return { goes, stays, changedSince };
  }

  /** Whether any file in it is one of the inputs, links followed. */
  async holdsOneOf(inputs: InputFiles): Promise<boolean> {
    for (const name of this.#there) if (await inputs.has(join(this.path, name))) return true;
    return false;
  }

  /** Of this export, and there now. */
  async note(file: string, isPicture: boolean, isMade = false): Promise<void> {
    const name = this.#nameOf(file);
    const found = await stat(file);
    const made = isMade ? { isMade } : {};
    this.#written.set(name, { stamp: stampOfFile(found), isPicture, format: this.#format, ...made });
  }

  /** Whether an earlier export in this format made that picture, and it is unchanged and nothing that this run reads. */
  async mayMakeAgain(file: string, inputs?: InputFiles): Promise<boolean> {
    const known = this.#earlier.get(this.#nameOf(file));
    return known?.isMade === true && (await isThere(file)) && this.#isOurs(file, known, inputs);
  }

  async #isOurs(file: string, { format, stamp }: Written, inputs?: InputFiles): Promise<boolean> {
    if (format !== this.#format || !(await isUnchanged(file, stamp))) return false;
    return (await new InsideFolder(this.path).holds(file)) && !(await inputs?.goWith(file));
  }

  /** A picture that was there before, and is what the export has there; it stays the earlier export's where it was that. */
  keep(file: string): void {
    const name = this.#nameOf(file);
    const known = this.#earlier.get(name);
    if (known) this.#written.set(name, { ...known, format: this.#format });
  }

  /**
   * Removes what an earlier export in this format wrote and this one did not, as long as it is unchanged and nothing that this
   * run read; a picture only where a copy of it is at another place of this export. `placed`: where its pictures are.
   */
  async clean(placed: readonly { readonly to: string }[], inputs?: InputFiles): Promise<Leftovers> {
    const pictures = placed.map(({ to }) => to);
    const now = new Set(pictures.map((file) => this.#nameOf(file)));
    const copies = new Map<string, string[]>();
    for (const file of pictures) copies.set(basename(file), [...(copies.get(basename(file)) ?? []), file]);
    // The same file may have two names: by a link, or where the disk ignores case.
    const current = new InputFiles();
    for (const name of this.#written.keys()) current.add(join(this.path, name));
    current.addAll(pictures);
    const left: string[] = [];
    let removed = 0;
    for (const [name, written] of this.#earlier) {
      if (this.#written.has(name) || now.has(name)) continue;
      const file = join(this.path, name);
      if (!(await isThere(file)) || (await current.goWith(file))) continue;
      const isSafe =
        (await this.#isOurs(file, written, inputs)) &&
        (!written.isPicture || written.isMade || (await isAmong(file, copies.get(basename(name)) ?? [])));
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
    left.sort(byName.compare);
    return { removed, left };
  }

  /**
   * Call it however the export ended: what is not in the list is never removed. A folder that this export made is there whole or
   * not at all.
   */
  async end(isWhole: boolean): Promise<void> {
    if (this.#isNew && !isWhole) return rm(this.path, { recursive: true, force: true });
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
      const { stamp, isPicture, format, isMade } = (value ?? {}) as Partial<Written>;
      const way = relative(folder, resolve(folder, name));
      if (typeof stamp !== 'string' || leadsOut(way)) continue;
      entries.set(name, {
        stamp,
        isPicture: isPicture === true,
        ...(typeof format === 'string' ? { format } : {}),
        ...(isMade === true ? { isMade } : {}),
      });
    }
  } catch {
    // None, or one that nobody can read: then nothing there is known to be ours.
  }
  return entries;
}

const isThere = async (file: string) => (await stat(file).catch(() => null)) !== null;

/** A link that was put in its place is the user's. */
async function isUnchanged(file: string, stamp: string): Promise<boolean> {
  const found = await lstat(file);
  return found.isFile() && stampOfFile(found) === stamp;
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
