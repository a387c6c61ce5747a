/** The files a run reads: nothing that it writes may land on one of them, whatever name or link leads there. */
import { type BigIntStats, realpathSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { AppError } from '@shared/errors/appError';
import { realPlace } from './insideFolder';
import { leadsOut } from './leadsOut';

/** Files looked at at once. */
const batch = 64;

export class InputFiles {
  readonly #paths: { readonly path: string; readonly isNear: boolean }[] = [];
  /** What has been looked at: real paths, and device and inode (hard links, disks that ignore case). */
  readonly #known = new Set<string>();
  /** Of those, the ones that were not only near. */
  readonly #read = new Set<string>();
  readonly #folders: string[] = [];
  #looked = 0;

  /** They are looked at when an output is checked. */
  add(path: string): void {
    this.#paths.push({ path, isNear: false });
  }

  /** One by one: a call with each as an argument fails from about 120,000 on. */
  addAll(paths: Iterable<string>): void {
    for (const path of paths) this.add(path);
  }

  /** Files beside the inputs that nobody has asked for yet: nothing is written over them, but they may be no part of it. */
  addNear(paths: Iterable<string>): void {
    for (const path of paths) this.#paths.push({ path, isNear: true });
  }

  /** Nothing is written into it, new files neither. */
  addFolder(path: string): void {
    this.#folders.push(path);
  }

  /**
   * Throws `bad-input` where an output exists and is an input, or lies in a folder of inputs. Call it before anything is written; outputs that do not
   * exist yet cost one look each, and inputs none as long as no output exists.
   */
  async checkOutputs(outputs: Iterable<string>): Promise<void> {
    for (const output of outputs) {
      for (const folder of this.#folders) {
        const way = relative(await realPlace(folder), await realPlace(output));
        if (leadsOut(way)) continue;
        throw new AppError('bad-input', `${output} lies in ${folder}, which is one of the inputs`, {
          place: { file: output },
          hint: 'write to another place',
        });
      }
      if (!(await this.has(output))) continue;
      throw new AppError('bad-input', `${output} is one of the inputs: it would be overwritten`, {
        place: { file: output },
        hint: 'write to another place',
      });
    }
  }

  /** Whether a file is there, and is one of them. */
  async has(file: string): Promise<boolean> {
    const found = await look(file);
    if (!found || found.isDirectory()) return false;
    await this.#lookAtInputs();
    return signsOf(file, found).some((sign) => this.#known.has(sign));
  }

  /** Whether one of them is gone once this name is: not those that are only near, nor a file with another hard link. */
  async goWith(file: string): Promise<boolean> {
    const found = await look(file);
    if (!found) return false;
    await this.#lookAtInputs();
    const [real, number] = signsOf(file, found);
    return this.#read.has(real) || (found.nlink < 2n && number !== undefined && this.#read.has(number));
  }

  async #lookAtInputs(): Promise<void> {
    for (; this.#looked < this.#paths.length; this.#looked += batch) {
      const some = this.#paths.slice(this.#looked, this.#looked + batch);
      const found = await Promise.all(some.map(({ path }) => look(path)));
      some.forEach(({ path, isNear }, i) => {
        const stats = found[i];
        for (const sign of stats ? signsOf(path, stats) : []) {
          this.#known.add(sign);
          if (!isNear) this.#read.add(sign);
        }
      });
    }
  }
}

function signsOf(path: string, { dev, ino }: BigIntStats): string[] {
  const signs: string[] = [];
  try {
    signs.push(realpathSync.native(path));
  } catch {
    signs.push(resolve(path));
  }
  // Some network disks number no files.
  if (ino !== 0n) signs.push(`${dev}:${ino}`);
  return signs;
}

async function look(path: string): Promise<BigIntStats | null> {
  try {
    return await stat(path, { bigint: true });
  } catch {
    // What cannot be looked at is told when it is read or written.
    return null;
  }
}
