/** Where a project's file lies, given its images: beside them, or in the user's data folder where they cannot be joined. */
import { AppError } from '@shared/errors/appError';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmdirSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { leadsOut } from '../../files/leadsOut';

export const projectExtension = '.maskwright';

/** The project file of a folder, existing or not; its own folder is made where it is missing. */
export function projectFileFor(imagesFolder: string, userDataFolder: string): string {
  const folder = resolve(imagesFolder);
  const stem = stemFor(folder);
  const name = `${stem}${projectExtension}`;
  const beside = join(folder, name);
  if (isWritableFolder(folder)) return beside;
  const key = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const ownFolder = join(userDataFolder, 'projects', `${stem}-${key}`);
  const own = join(ownFolder, name);
  if (existsSync(beside) && !existsSync(own)) return beside;
  try {
    mkdirSync(ownFolder, { recursive: true });
  } catch (cause) {
    throw new AppError('read-only', `${folder} cannot be written, and neither can ${userDataFolder}`, {
      place: { file: userDataFolder },
      hint: 'name a project file in a folder that can be written',
      cause,
    });
  }
  return own;
}

/** The folder's own name, where one with more behind it (SQLite's logs have the longest) still fits a file system's 255 bytes. */
function stemFor(folder: string): string {
  const name = basename(folder);
  return name === '' || Buffer.byteLength(name) > 200 ? 'project' : name;
}

/**
 * Tried by making a folder: permission bits alone do not tell (read-only disks, network shares). A folder that nobody may
 * write to is left alone by root as well, who could.
 */
export function isWritableFolder(folder: string): boolean {
  try {
    if (process.platform !== 'win32' && (statSync(folder).mode & 0o222) === 0) return false;
    rmdirSync(mkdtempSync(join(folder, '.maskwright-')));
    return true;
  } catch {
    return false;
  }
}

/** The absolute path without links; of a file that does not exist yet, its folder's. */
export function realPath(path: string): string {
  const absolute = resolve(path);
  for (const [existing, rest] of [
    [absolute, ''],
    [dirname(absolute), basename(absolute)],
  ]) {
    try {
      return join(realpathSync(existing), rest);
    } catch {
      // Not there: try its folder, or keep the path as given.
    }
  }
  return absolute;
}

/** The images folder as the project file keeps it: relative where it is the file's own folder or below, so that both can move. */
export function toStoredFolder(imagesFolder: string, projectFile: string): string {
  const inside = relative(dirname(projectFile), imagesFolder);
  return leadsOut(inside) ? imagesFolder : inside || '.';
}

export function fromStoredFolder(stored: string, projectFile: string): string {
  return isAbsolute(stored) ? stored : join(dirname(projectFile), stored);
}
