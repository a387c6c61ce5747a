/** Makes projects: from a folder of images, and from a dataset. */
import type { Finding } from '@shared/dataset/finding';
import { AppError } from '@shared/errors/appError';
import type { CallContext } from '@shared/errors/work';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { AbortSignalLike } from '@shared/errors/cancellation';
import type { FormatOptions } from '@shared/formats/format';
import { cocoFiles } from '@shared/formats/coco/format';
import { formats } from '@shared/formats/registry';
import { splitFiles } from '@shared/formats/splitFiles';
import type { RecognisedDataset } from '@shared/project/types';
import { leadsOut } from '../../files/leadsOut';
import { buildProject } from './build';
import { Sqlite } from '../database/database';
import { insertImages, scanNewFolder, takeInFolder } from './folderImages';
import { defaultImagesFolder } from '../../dataset/imagesFolder';
import { DatasetFolder, stampOfFile } from '../../dataset/datasetFolder';
import { recogniseDataset } from '../../dataset/recognise';
import { importDataset } from '../import/importDataset';
import { projectExtension, projectFileFor, realPath, toStoredFolder } from './location';
import { acquireWriterLock, type WriterLock } from '../database/lock';
import { getText, getTexts, setNumber, setText } from '../database/meta';
import { schemaVersion } from '../database/schema';
import { type OpenProjectOptions, ProjectStore } from './projectStore';
import { readOnlyError } from './writability';

export interface MadeProject {
  readonly store: ProjectStore;
  readonly findings: readonly Finding[];
}

export interface MakeOptions extends Pick<OpenProjectOptions, 'whenLocked'> {
  /** Where projects go whose own folder cannot be written. */
  readonly userDataFolder: string;
}

interface FolderParams {
  readonly folder: string;
  /** The project file, where it is not the folder's own. */
  readonly file?: string;
}

interface ImportParams {
  /** The dataset: a file or a folder. */
  readonly path: string;
  readonly format?: string;
  /** Of the format's reader. */
  readonly options?: FormatOptions;
  /** COCO files below the path, a folder, that are read together. */
  readonly parts?: readonly string[];
  readonly imagesFolder?: string;
  readonly file?: string;
  /** Records that cannot be read are left out, and told. */
  readonly repair?: boolean;
}

/** The project file of an image folder, existing or not. */
export function folderProjectFile({ folder, file }: FolderParams, { userDataFolder }: MakeOptions): string {
  return realPath(file ?? projectFileFor(requireFolder(folder), userDataFolder));
}

/** The project file that an import makes. */
export function importProjectFile(params: ImportParams, { userDataFolder }: MakeOptions): string {
  return realPath(params.file ?? projectFileFor(importPlaces(params).imagesFolder, userDataFolder));
}

/** Opens the project of an image folder, or makes it; either way it then has every image that is there now. */
export async function openFolderProject(
  params: FolderParams,
  options: MakeOptions,
  context: CallContext,
): Promise<MadeProject> {
  const folder = requireFolder(params.folder);
  const file = folderProjectFile(params, options);
  if (existsSync(file)) {
    const store = ProjectStore.open(file, { ...options, progress: context.progress });
    try {
      return { store, findings: store.readOnly ? [] : await takeInFolder(store.db, store.imagesFolder, context) };
    } catch (error) {
      store.close();
      throw error;
    }
  }
  return make(file, options, async (db) => {
    const { images, findings } = await scanNewFolder(folder, context);
    const name = projectName(file, folder);
    writeIdentity(db, file, folder, name);
    const info = JSON.stringify({ description: name });
    const parts = [
      ['info', info],
      ['images', null],
      ['annotations', null],
      ['categories', null],
    ] as const;
    for (const [key, raw] of parts) db.run('INSERT INTO parts (key, raw) VALUES (?, ?)', key, raw);
    setNumber(db, 'nextAnnotationId', 1);
    insertImages(db, images);
    return findings;
  });
}

/** Makes a project from a dataset. An existing project file is replaced only when told. */
export async function importProject(
  params: ImportParams & { readonly replace?: boolean },
  options: MakeOptions,
  context: CallContext,
): Promise<MadeProject> {
  const { path, imagesFolder } = importPlaces(params);
  const file = importProjectFile(params, options);
  if (existsSync(file) && !params.replace) {
    throw new AppError('bad-input', `There is a project at ${file} already`, {
      place: { file },
      hint: 'open it, or say that it is to be replaced',
    });
  }
  // What is replaced is a project: a dataset, a picture or anything else is no place for one, whatever was said.
  if (existsSync(file)) requireProject(file);
  const { signal, progress: onProgress } = context;
  const source = new DatasetFolder(path, { signal, onProgress, imagesFolder });
  const { parts } = params;
  const { format } = await recogniseDataset(source, parts ? 'coco' : params.format);
  return make(file, options, async (db) => {
    const { options: given, repair } = params;
    const findings = await importDataset(db, format, source, imagesFolder, { given, parts, repair, context });
    writeIdentity(db, file, imagesFolder, projectName(file, imagesFolder));
    setText(db, 'importSource', path);
    if (parts) setText(db, 'importParts', JSON.stringify(parts));
    setText(db, 'importFiles', JSON.stringify([...source.read.keys()]));
    setText(db, 'importStamp', stampOfAll([...source.read]));
    return findings;
  });
}

/** The project of a dataset, existing or not: its images' own project, or a further one where that has another source. */
export function datasetProjectFile(params: ImportParams, { userDataFolder }: MakeOptions): string {
  const { path, imagesFolder } = importPlaces(params);
  const own = projectFileFor(imagesFolder, userDataFolder);
  // Before the images of a folder `annotations` were looked for above it, the project was made in it.
  const before =
    params.imagesFolder || dirname(path) === imagesFolder ? null : projectFileFor(dirname(path), userDataFolder);
  const isOf = (file: string) => {
    const [source, parts] = importedFrom(file);
    return source === path && parts === (params.parts ? JSON.stringify(params.parts) : null);
  };
  if (before !== null && existsSync(before) && isOf(before)) return realPath(before);
  for (let n = 1; ; n++) {
    const file = n === 1 ? own : `${own.slice(0, -projectExtension.length)}-${n}${projectExtension}`;
    if (!existsSync(file) || isOf(file)) return realPath(file);
  }
}

/** Opens the project of a dataset, or makes it. */
export async function openDatasetProject(
  params: ImportParams,
  options: MakeOptions,
  context: CallContext,
): Promise<MadeProject> {
  const file = datasetProjectFile(params, options);
  if (!existsSync(file)) return importProject({ ...params, file }, options, context);
  const store = ProjectStore.open(file, { ...options, progress: context.progress });
  const { path } = importPlaces(params);
  if (!hasChanged(store.db, path)) return { store, findings: [] };
  const message = `${basename(path)} has changed since it was opened first: the project has what it said then, and your work`;
  return { store, findings: [{ severity: 'warning', file: path, message }] };
}

/** What the path may be opened as; a folder of images is no dataset. */
export async function recognise(
  path: string,
  { userDataFolder }: MakeOptions,
  signal?: AbortSignalLike,
): Promise<RecognisedDataset> {
  const source = new DatasetFolder(realPath(path), { signal });
  const own = source.entry === null ? projectFileFor(source.path, userDataFolder) : null;
  const found = await formats.recognise(source);
  const files = found.length === 0 && source.entry === null ? await cocoFiles(source) : [];
  return {
    together: splitFiles(files),
    formats: found.map(({ format: { id, title, readOptions = [] }, why }) => ({
      id,
      title,
      why,
      asked: readOptions.filter(({ isAsked }) => isAsked),
    })),
    files: files.length > 1 ? files : [],
    hasProject: own !== null && existsSync(own),
  };
}

/** A file below a folder of several: their images lie anywhere in it. Throws `bad-input` for one that lies outside. */
export function oneOfSeveral(folder: string, file: string): { readonly path: string; readonly imagesFolder: string } {
  const path = resolve(folder, file);
  const below = relative(folder, path);
  if (below === '' || leadsOut(below)) {
    throw new AppError('bad-input', `${JSON.stringify(file)} leads out of the folder ${folder}`, {
      place: { file: folder },
      hint: 'open the file itself',
    });
  }
  return { path, imagesFolder: folder };
}

/** Path, and the files below it where they were read together. */
function importedFrom(file: string): readonly [source: string | null, parts: string | null] {
  return readProject(file, (db) => [getText(db, 'importSource'), getText(db, 'importParts')]);
}

function requireProject(file: string): void {
  readProject(file, () => undefined);
}

/** Refuses what is no project. */
function readProject<T>(file: string, read: (db: Sqlite) => T): T {
  const db = new Sqlite(file, { mode: 'read' });
  try {
    schemaVersion(db);
    return read(db);
  } finally {
    db.close();
  }
}

/**
 * Whether one of the files that were read from a dataset has changed since. Older projects know the stamp of the path alone,
 * which for a folder says nothing: the project itself is made in it.
 */
function hasChanged(db: Sqlite, path: string): boolean {
  const [stamp, files] = [getText(db, 'importStamp'), getTexts(db, 'importFiles')];
  const found = statSync(path);
  if (stamp === null || (files === null && found.isDirectory())) return false;
  if (files === null) return stamp !== stampOfFile(found);
  const root = found.isDirectory() ? path : dirname(path);
  const now = files.map((name) => {
    const file = statSync(join(root, name), { throwIfNoEntry: false });
    return [name, file ? stampOfFile(file) : ''] as const;
  });
  return stamp !== stampOfAll(now);
}

function stampOfAll(files: readonly (readonly [name: string, stamp: string])[]): string {
  return createHash('sha256').update(JSON.stringify(files)).digest('hex');
}

/** Builds the file under the writer's lock, then opens it with that lock. */
async function make(
  file: string,
  options: MakeOptions,
  fill: (db: Sqlite) => Promise<readonly Finding[]>,
): Promise<MadeProject> {
  const lock = requireLock(file);
  let findings: readonly Finding[];
  try {
    findings = await buildProject(file, fill);
  } catch (error) {
    lock.release({ removeFile: !existsSync(file) });
    throw error;
  }
  return { store: ProjectStore.open(file, { ...options, lock }), findings };
}

function requireLock(file: string): WriterLock {
  let lock: WriterLock | null;
  try {
    mkdirSync(dirname(file), { recursive: true });
    lock = acquireWriterLock(file);
  } catch (cause) {
    throw new AppError('read-only', `The project cannot be saved: ${dirname(file)} cannot be written`, {
      place: { file },
      hint: 'choose a project file in another folder',
      cause,
    });
  }
  if (!lock) throw readOnlyError(file, 'open-elsewhere');
  return lock;
}

function writeIdentity(db: Sqlite, file: string, imagesFolder: string, name: string): void {
  setText(db, 'name', name);
  setText(db, 'imagesFolder', toStoredFolder(imagesFolder, file));
}

/** A project beside its images is called as their folder, one elsewhere as its file. */
function projectName(file: string, imagesFolder: string): string {
  return dirname(file) === imagesFolder ? basename(imagesFolder) : basename(file, projectExtension);
}

function importPlaces(params: ImportParams): { readonly path: string; readonly imagesFolder: string } {
  const path = realPath(params.path);
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found)
    throw new AppError('bad-input', `${path} does not exist`, { place: { file: path }, hint: 'check the path' });
  if (params.imagesFolder) return { path, imagesFolder: requireFolder(params.imagesFolder) };
  return { path, imagesFolder: found.isDirectory() ? path : defaultImagesFolder(path) };
}

function requireFolder(path: string): string {
  const absolute = realPath(path);
  const found = statSync(absolute, { throwIfNoEntry: false });
  if (found?.isDirectory()) return absolute;
  const fault = found ? 'is not a folder' : 'does not exist';
  throw new AppError('bad-input', `${absolute} ${fault}`, { place: { file: absolute }, hint: 'check the path' });
}
