/** Checks of paths before the work starts, so that hours are not lost to a folder that cannot be written. */
import { mkdtemp, readdir, rmdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '@shared/errors/appError';
import { sniffFormat } from '../images/formats';
import { fileError } from './fileErrors';
import { isSqlite, readHead } from './fileKind';
import { InsideFolder } from './insideFolder';

export interface OutputFileOptions {
  /** What is there may be replaced, but a picture never. */
  readonly force: boolean;
  /** What to do where it may not; absent: what the command line offers. */
  readonly hint?: string;
  /** What is written is a project itself, and may take another one's place. */
  readonly isProject?: boolean;
}

/** Refuses a file that exists (see the options), a folder in its place, and a folder that cannot be written. */
export async function checkOutputFile(path: string, options: OutputFileOptions): Promise<void> {
  const found = await statOrNull(path);
  if (found?.isDirectory()) {
    throw new AppError('bad-input', `${path} is a folder`, { place: { file: path }, hint: 'give the path of a file' });
  }
  if (found && !options.force) {
    throw new AppError('bad-input', `${path} exists already`, {
      place: { file: path },
      hint: options.hint ?? 'give another path, or --force to replace it',
    });
  }
  const kind = found?.isFile() ? await precious(path, options) : null;
  if (kind) {
    throw new AppError('bad-input', `${path} is ${kind}: it would be overwritten`, {
      place: { file: path },
      hint: 'give another path',
    });
  }
  await checkWritable(dirname(resolve(path)));
}

/** What is written to one file is a dataset, a table or a project: no picture is ever in its way on purpose, and no other's project. */
async function precious(path: string, { isProject = false }: OutputFileOptions): Promise<string | null> {
  try {
    const head = await readHead(path);
    if (sniffFormat(head)) return 'a picture';
    return isSqlite(head) && !isProject ? 'a Maskwright project or another database' : null;
  } catch {
    // What cannot be read is told when it is written.
    return null;
  }
}

/** Refuses a folder that holds something (unless `force`), a file in its place, and one that cannot be written. */
export async function checkOutputFolder(path: string, options: { force: boolean }): Promise<void> {
  const found = await statOrNull(path);
  if (found && !found.isDirectory()) {
    throw new AppError('bad-input', `${path} is not a folder`, {
      place: { file: path },
      hint: 'give the path of a folder',
    });
  }
  if (found && !options.force && (await listFolder(path)).length > 0) {
    throw new AppError('bad-input', `${path} is not empty`, {
      place: { file: path },
      hint: 'give another folder, or --force to write into this one',
    });
  }
  await checkWritable(resolve(path));
}

/** Refuses a folder in that of an input, links followed: a dataset that is written into another one would be read with it the next time. */
export async function checkApart(input: string, out: string, hint: string): Promise<void> {
  if (!(await new InsideFolder(input).holds(join(resolve(out), 'file')))) return;
  throw new AppError('bad-input', `${out} lies in the dataset itself`, { place: { file: out }, hint });
}

/** Refuses what is no folder, or is not there. */
export async function checkFolder(path: string): Promise<void> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (error) {
    throw fileError(error, path);
  }
  if (isFolder) return;
  throw new AppError('bad-input', `${path} is not a folder`, {
    place: { file: path },
    hint: 'give the path of a folder',
  });
}

/** Makes and removes a folder in the nearest folder that exists: permission bits alone do not tell (root, read-only disks). */
async function checkWritable(folder: string): Promise<void> {
  let existing = folder;
  while (!(await statOrNull(existing)) && dirname(existing) !== existing) existing = dirname(existing);
  try {
    const probe = await mkdtemp(join(existing, '.maskwright-'));
    await rmdir(probe);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === 'EROFS' ? 'it is on a read-only disk' : 'it is read-only or not a folder';
    const cannot = code === 'ENOSPC' ? `the disk of ${existing} is full` : `${existing} cannot be written (${why})`;
    throw new AppError('bad-input', `Nothing can be saved: ${cannot}`, {
      place: { file: existing },
      hint: 'choose another place for the output',
      cause: error,
    });
  }
}

async function statOrNull(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // ENOTDIR: a part of the path is a file; the nearest existing one is then found to be no folder.
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw fileError(error, path);
  }
}

async function listFolder(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    throw fileError(error, path);
  }
}
