/** Nothing of an export lands outside its folder: not by a link that lies in it, nor on a device of the system. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { AppError } from '@shared/errors/appError';
import { leadsOut } from './leadsOut';

/** Windows opens these as devices, whatever folder and ending they have. */
const device = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

export class InsideFolder {
  readonly #root: string;
  readonly #platform: string;
  /** Folders that were looked at. */
  readonly #known = new Set<string>();
  #realRoot: string | null = null;

  constructor(root: string, platform: string = process.platform) {
    this.#root = resolve(root);
    this.#platform = platform;
  }

  /** Throws `bad-input`; `file` is below the root by its name. Links are followed as they are now. */
  async check(file: string): Promise<void> {
    if (this.#platform === 'win32' && relative(this.#root, file).split(/[\\/]/).some(isDevice)) {
      throw new AppError('bad-input', `${file} cannot be written: ${basename(file)} is the name of a device`, {
        place: { file },
        hint: 'rename the image',
      });
    }
    const real = await this.#leadsTo(dirname(file));
    if (real === null) return;
    throw new AppError('bad-input', `${file} would be written outside of ${this.#root}: a link leads to ${real}`, {
      place: { file },
      hint: 'remove the link, or choose another folder',
    });
  }

  /** Whether a file that is below the root by its name is so on the disk. */
  async holds(file: string): Promise<boolean> {
    return (await this.#leadsTo(dirname(file))) === null;
  }

  /** Where a folder is that is outside; null: it is inside. */
  async #leadsTo(folder: string): Promise<string | null> {
    if (this.#known.has(folder)) return null;
    this.#realRoot ??= await realPlace(this.#root);
    const real = await realPlace(folder);
    if (leadsOut(relative(this.#realRoot, real))) return real;
    this.#known.add(folder);
    return null;
  }
}

const isDevice = (part: string) => device.test(part);

/** Links followed as far as there is something. */
export async function realPlace(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : resolve(await realPlace(parent), basename(path));
  }
}
