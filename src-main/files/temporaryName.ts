/** Names for files that are not finished yet. */
import { randomBytes } from 'node:crypto';
import { readdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * A hidden name beside `path`, 28 bytes long whatever the name there is: a file system that has room for a name of 255 bytes
 * has none for the same with something behind it. Random, because two machines may write into one shared folder.
 */
export function temporaryBeside(path: string): string {
  return temporaryIn(dirname(path));
}

/** The same in another folder. */
export function temporaryIn(folder: string): string {
  return join(folder, `.maskwright-${randomBytes(6).toString('hex')}.tmp`);
}

const temporary = /^\.maskwright-[0-9a-f]{12}\.tmp$/;
const dayMs = 24 * 60 * 60 * 1000;

/** Removes what a power cut, or the end of the program, has left in a folder; what somebody may still be writing is younger. */
export async function removeLeftTemporaries(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => temporary.test(one))) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found?.isFile() && Date.now() - found.mtimeMs > dayMs) await unlink(path).catch(() => undefined);
  }
}
