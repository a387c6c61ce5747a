/** Which files an export may replace. */
import { AppError } from '@shared/errors/appError';
import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InputFiles } from '../../files/inputFiles';
import type { DatasetFormat } from '@shared/formats/format';
import { checkOutputFile, checkOutputFolder } from '../../files/outputs';
import type { Sqlite } from '../database/database';
import { imagePath } from '../records/images';
import { realPath } from '../projects/location';
import { getText, getTexts } from '../database/meta';
import { earlierExports } from './exportNotes';

export interface ExportTarget {
  readonly path: string;
  /** What may not be written over. */
  readonly inputs: InputFiles;
  /** Whether what is there may be replaced. */
  readonly replaces: boolean;
  /** What to do where it may not be, for a part of a split; absent: what the command line offers. */
  readonly ifTaken?: string;
}

/**
 * The path to write to, links resolved. Throws `bad-input` with what to do instead when the file may not be replaced:
 * `refuse` none, `export` only an earlier export of this project, `any` every file but the project's own and its images.
 */
export async function checkExportTarget(
  db: Sqlite,
  file: string,
  format: DatasetFormat,
  overwrite: 'refuse' | 'export' | 'any',
  imagesFolder: string,
): Promise<ExportTarget> {
  const target = realPath(file);
  const refuse = (fault: string, hint: string) => {
    throw new AppError('bad-input', `${target} ${fault}`, { place: { file: target }, hint });
  };
  // The window has no way to say so: there another file is the only answer.
  const ifTaken = overwrite === 'export' ? 'export to another file' : undefined;
  const another = ifTaken ?? 'export to another file, or say that it is to be replaced';
  if (isOwnFile(db.file, target)) refuse('is the project itself', 'export to another file');
  const source = getText(db, 'importSource');
  if (overwrite !== 'any' && source !== null && (await isSameFile(source, target))) {
    refuse('is the file this project was imported from', another);
  }
  const replaces = overwrite === 'any' || (overwrite === 'export' && earlierExports(db).includes(target));
  const inputs = filesOfProject(db, imagesFolder);
  // A part of a split has another name than the one that was asked about.
  if (overwrite !== 'any') inputs.addAll(await importedFiles(db));
  if (format.target === 'folder') {
    await checkFolderTarget(db, target, overwrite, refuse, replaces);
    return { path: target, inputs, replaces, ifTaken };
  }
  const there = await statOrNull(target);
  if (there?.isDirectory()) refuse('is a folder', 'name a file in it');
  const exists = there !== null;
  if (exists && overwrite === 'refuse') {
    refuse('exists already', another);
  }
  if (exists && !replaces) {
    refuse('was not written by this project', another);
  }
  if (exists) await inputs.checkOutputs([target]);
  await checkOutputFile(target, { force: true });
  return { path: target, inputs, replaces, ifTaken };
}

/** The path that a copy of the project is written to: not the project's own, and no picture. Throws `bad-input` otherwise. */
export async function checkCopyTarget(
  db: Sqlite,
  projectFile: string,
  file: string,
  imagesFolder: string,
): Promise<string> {
  const target = realPath(file);
  if (isOwnFile(projectFile, target)) {
    throw new AppError('bad-input', `${target} is the project itself`, {
      place: { file: target },
      hint: 'choose another file',
    });
  }
  if (await statOrNull(target)) await filesOfProject(db, imagesFolder).checkOutputs([target]);
  await checkOutputFile(target, { force: true, isProject: true });
  return target;
}

function isOwnFile(projectFile: string, target: string): boolean {
  const own = realPath(projectFile);
  return target === own || ['-wal', '-shm', '-journal', '.lock'].some((suffix) => target === own + suffix);
}

/** A folder is written into where it is new, empty, or an earlier export of this project. */
async function checkFolderTarget(
  db: Sqlite,
  target: string,
  overwrite: 'refuse' | 'export' | 'any',
  refuse: (fault: string, hint: string) => void,
  replaces: boolean,
): Promise<void> {
  if (target === realPath(dirname(db.file))) refuse('is the folder of the project', 'export to a folder of its own');
  const source = getText(db, 'importSource');
  if (overwrite !== 'any' && source !== null && realPath(source) === target) {
    refuse('is the folder this project was imported from', 'export to another folder');
  }
  const isTaken = overwrite === 'export' && !replaces && (await listed(target)).some((name) => !name.startsWith('.'));
  if (isTaken) refuse('holds files that are no export of this project', 'choose an empty folder, or make a new one');
  await checkOutputFolder(target, { force: replaces });
}

/** What is in a folder; nothing in what is none. */
const listed = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

/** The files that the project was made of, as far as they are still there. */
async function importedFiles(db: Sqlite): Promise<string[]> {
  const source = getText(db, 'importSource');
  const found = source === null ? null : await statOrNull(source);
  if (source === null || !found) return [];
  if (found.isFile()) return [source];
  return (getTexts(db, 'importFiles') ?? []).map((name) => join(source, name));
}

/** Its pictures, and the project itself. */
function filesOfProject(db: Sqlite, imagesFolder: string): InputFiles {
  const files = new InputFiles();
  files.add(db.file);
  for (const [path, fileName] of db.iterate<readonly [string | null, string]>('SELECT path, file_name FROM images')) {
    files.add(imagePath(imagesFolder, path, fileName));
  }
  return files;
}

/** Hard links and case-insensitive disks give one file several paths. */
async function isSameFile(a: string, b: string): Promise<boolean> {
  if (realPath(a) === b) return true;
  const [x, y] = [await statOrNull(a), await statOrNull(b)];
  return x !== null && y !== null && x.ino !== 0 && x.ino === y.ino && x.dev === y.dev;
}

async function statOrNull(path: string) {
  try {
    return await stat(path);
  } catch {
    return null;
  }
}
