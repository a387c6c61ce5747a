/** Whether the way from a folder to a file leads out of it. */
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { AppError } from '@shared/errors/appError';

/** `way`: as `relative` and `normalize` give it. A file may be called `..png`, a folder `...`. */
export const leadsOut = (way: string): boolean => way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);

/** The path of a file to write: its name is a format's own, but what it is made of came from a dataset. Throws `bad-input`. */
export function outputBelow(folder: string, name: string): string {
  const path = resolve(folder, name);
  const way = relative(folder, path);
  if (way !== '' && !leadsOut(way) && !name.includes('\0')) return path;
  throw new AppError('bad-input', `${JSON.stringify(name)} would be written outside of ${folder}`, {
    hint: 'rename the image',
  });
}
