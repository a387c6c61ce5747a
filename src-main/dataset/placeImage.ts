/** Copies a picture of a dataset to where its export has it: a picture, and only one that lies where the dataset's pictures are. */
import { createWriteStream } from 'node:fs';
import { link, mkdir, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '@shared/errors/appError';
import { fileError } from '../files/fileErrors';
import { haveSameContent } from '../files/sameContent';
import { toImageError } from '../images/imageErrors';
import { type MayShow, openPicture, type PictureFile } from '../images/pictureFile';

/** Where the picture of an image is. */
export interface PicturePlace {
  /** Absolute. */
  readonly path: string;
  /** It must lie below this one, links followed. */
  readonly root: string;
}

/**
 * What is copied is what was opened and looked at, whatever lies at the path a moment later. Why a file was not copied comes
 * back (`there`: it was there already), as what is no picture or lies elsewhere; a fault of the writing is thrown.
 */
export async function placeImage(
  { path, root }: PicturePlace,
  to: string,
  how: 'copy' | 'link',
  mayShow: MayShow,
): Promise<'placed' | 'there' | { readonly fault: string }> {
  if (resolve(path) === resolve(to)) return 'there';
  let from: PictureFile;
  try {
    from = await openPicture(path, root, mayShow);
  } catch (error) {
    return { fault: toImageError(path, error).message };
  }
  try {
    await mkdir(dirname(to), { recursive: true });
    if (how === 'copy' || !(await linked(from, to))) await copied(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw fileError(error, to);
    // What lies there already is left as it is: a picture is never replaced.
    if (await haveSameContent(path, to)) return 'there';
    throw taken(path, to);
  } finally {
    await from.handle.close();
  }
  return 'placed';
}

/** Whether nothing else lies where the picture goes; throws as `placeImage` would. */
export async function checkPlace({ path }: PicturePlace, to: string): Promise<void> {
  if (resolve(path) === resolve(to)) return;
  const [from, there] = [await stat(path).catch(() => null), await stat(to).catch(() => null)];
  if (from && there && !(there.isFile() && (await haveSameContent(path, to)))) throw taken(path, to);
}

const taken = (path: string, to: string) =>
  new AppError('bad-input', `${path} cannot be copied: another picture is at ${to} already`, {
    place: { file: to },
    hint: 'a picture is never replaced: write to another place, or move it away',
  });

/** False where there can be no link, as between two drives, or where it would be one to something else than was opened. */
async function linked({ path, handle }: PictureFile, to: string): Promise<boolean> {
  try {
    await link(path, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    return false;
  }
  const [opened, made] = [await handle.stat(), await stat(to)];
  if (opened.ino === made.ino && opened.dev === made.dev) return true;
  await rm(to, { force: true });
  return false;
}

async function copied({ handle }: PictureFile, to: string): Promise<void> {
  try {
    await pipeline(handle.createReadStream({ start: 0, autoClose: false }), createWriteStream(to, { flags: 'wx' }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(to, { force: true });
    throw error;
  }
}
