/** Names for files that are not finished yet. */
import { randomBytes } from 'node:crypto';
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
