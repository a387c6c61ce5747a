/** The user's own models as folders: which there are, also those that cannot be used; taken out, and put back. */
import { readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { OwnModel } from '@shared/models/types';
import { AppError, describeError } from '@shared/errors/appError';
import { fileError } from '../../files/fileErrors';
import { readModelFile } from './modelFile';

/** No catalogue shows it. When it was put aside and its folder's name follow: one never takes the place of another. */
const takenOut = '.removed-';
const asideName = /^\.removed-(\d+)-(.+)$/;

const dayMs = 24 * 60 * 60 * 1000;
/** Until then a model that was removed or replaced can be had back: also when it was no user who asked for that. */
const keptDays = 7;

/** Deletes what was put aside long ago. */
export async function removeLongGone(own: string): Promise<void> {
  for (const name of await readdir(own).catch(() => [])) {
    if (!name.startsWith(takenOut)) continue;
    if (await isOld(join(own, name), keptDays)) await rm(join(own, name), { recursive: true, force: true });
  }
}

/** Whether nobody goes on with it, or wants it back. */
export async function isOld(folder: string, days = 1): Promise<boolean> {
  const changedMs = await stat(folder).then(
    ({ mtimeMs }) => mtimeMs,
    () => Infinity,
  );
  return Date.now() - changedMs > days * dayMs;
}

/** In order of their folders' names. */
export async function listOwnModels(own: string): Promise<OwnModel[]> {
  const names = (await readdir(own).catch(() => [])).filter((name) => !name.startsWith('.')).sort();
  const models = await Promise.all(names.map((name) => describeOwn(own, name)));
  return models.filter((one) => one !== null);
}

async function describeOwn(own: string, folder: string): Promise<OwnModel | null> {
  const path = join(own, folder);
  if (!(await isFile(join(path, 'model.json')))) return null;
  const bytes = await sizeOf(path);
  try {
    const { manifest } = await readModelFile(path);
    return { folder, id: manifest.id, name: manifest.name, licence: manifest.licence, bytes, problem: null };
  } catch (error) {
    return { folder, id: null, name: folder, licence: null, bytes, problem: describeError(error as AppError) };
  }
}

/** Its folder stays aside for a week, so that it can be put back, also after others. */
export async function takeOut(own: string, folder: string): Promise<void> {
  const path = folderOf(own, folder);
  if (!(await isFile(join(path, 'model.json'))))
    throw new AppError('bad-input', `There is no model in ${path}`, { place: { file: path } });
  await removeLongGone(own).catch(() => undefined);
  await putAside(own, folder);
}

/** Out of sight, until it is long gone. */
export async function putAside(own: string, folder: string): Promise<void> {
  const latest = (await asides(own, folder)).at(-1)?.at ?? 0;
  const aside = join(own, `${takenOut}${Math.max(Date.now(), latest + 1)}-${folder}`);
  await rename(join(own, folder), aside).catch((error: unknown) => {
    throw fileError(error, join(own, folder));
  });
  const now = new Date();
  await utimes(aside, now, now);
}

/** Of this name, or all; the latest last. */
async function asides(own: string, folder?: string) {
  const found = (await readdir(own).catch(() => [])).flatMap((name) => {
    const [, at, of] = asideName.exec(name) ?? [];
    return of && (folder === undefined || of === folder) ? [{ path: join(own, name), at: Number(at), of }] : [];
  });
  return found.sort((a, b) => a.at - b.at);
}

/** The one that went last. */
export async function putBack(own: string, folder: string): Promise<void> {
  const path = folderOf(own, folder);
  if (await stat(path).catch(() => null))
    throw new AppError('bad-input', `There is another model in ${path} now`, { place: { file: path } });
  const latest = (await asides(own, folder)).at(-1);
  if (!latest) {
    const others = new Set((await asides(own)).map(({ of }) => of));
    throw new AppError('bad-input', `The files of “${folder}” are gone: add it again`, {
      ...(others.size > 0 ? { hint: `removed and still there: ${[...others].sort().join(', ')}` } : {}),
    });
  }
  await rename(latest.path, path).catch((error: unknown) => {
    throw fileError(error, path);
  });
}

/** A name is no path. */
function folderOf(own: string, folder: string): string {
  if (basename(folder) !== folder || /^\.|[/\\]/.test(folder))
    throw new AppError('usage', `“${folder}” is no folder of a model`);
  return join(own, folder);
}

const isFile = async (path: string) => (await stat(path).catch(() => null))?.isFile() ?? false;

/** Bytes, of its folders' files too. What goes away meanwhile counts nothing; what a link leads to is not the model's own. */
async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    files.map(async (one) => {
      const path = join(folder, one.name);
      if (one.isDirectory()) return sizeOf(path);
      return one.isFile()
        ? stat(path).then(
            ({ size }) => size,
            () => 0,
          )
        : 0;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
