/** Opens an image of the project to show or copy it: only a regular image file, and only where the user put the project's images. */
import { AppError } from '@shared/errors/appError';
import { type FileHandle, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { leadsOut } from '../files/leadsOut';
import { FileBytes, type ImageHeader, readHeader } from './header';
import { imageError, notAnImage, toImageError } from './imageErrors';
import { openRegular } from './openRegular';

export interface PictureFile {
  /** Without links. */
  readonly path: string;
  /** Open for reading; the caller closes it. */
  readonly handle: FileHandle;
  readonly size: number;
  /** null for a rare kind that only the decoder knows. */
  readonly header: ImageHeader | null;
}

/** Asked when a link leads out of the images folder, to `folder`: whether its pictures may be shown. */
export type MayShow = (folder: string, imagesFolder: string) => Promise<boolean>;

/** Says yes to these folders, and to what lies below them. */
export function belowOneOf(folders: readonly string[]): MayShow {
  return (outside) => Promise.resolve(folders.some((folder) => !leadsOut(relative(folder, outside))));
}

/**
 * A program that saves the image meanwhile puts another file there once, or twice. Before, two of 1,600 pictures were refused as well
 * that nothing had touched; why is not known (docs/reliability.md). Each attempt looks at everything anew, so that none is let through.
 */
const attempts = 3;

/**
 * Opens the image at `path`, which is expected below `root`. The path is resolved before opening and again after it, so that
 * a link put in its place in between is not followed: what is there by then is looked at as if it had been there before. Throws
 * `bad-input` with a sentence for everything else than an image.
 */
export async function openPicture(path: string, root: string, mayShow: MayShow): Promise<PictureFile> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const file = await openUnlessReplaced(path, root, mayShow);
    if (file) return file;
  }
  throw imageError(path, 'was replaced while it was being opened', { hint: 'open the image again' });
}

/** null: what was opened is not what lies at the path. */
async function openUnlessReplaced(path: string, root: string, mayShow: MayShow): Promise<PictureFile | null> {
  let handle: FileHandle | undefined;
  try {
    const real = await realpath(path);
    const outside = await folderOutside(path, root, real);
    if (outside !== null && !(await mayShow(outside, root))) {
      throw imageError(path, `is a link to ${real}, outside the images folder`, {
        hint: `open the project again and allow ${outside}, or copy the image into the images folder`,
      });
    }
    handle = await openRegular(real);
    // Numbers of files are longer on Windows than a double is exact.
    const [opened, found] = [await handle.stat({ bigint: true }), await stat(real, { bigint: true })];
    if ((await realpath(path)) !== real || opened.ino !== found.ino || opened.dev !== found.dev) {
      await handle.close();
      return null;
    }
    const size = Number(opened.size);
    const { format, header } = await readHeader(new FileBytes(handle, size));
    if (!format) throw notAnImage(path);
    return { path: real, handle, size, header };
  } catch (error) {
    await handle?.close();
    throw error instanceof AppError ? error : toImageError(path, error);
  }
}

/** The folder that a link below `root` leads out to; null where nothing leads out. Throws for a name that does so itself. */
async function folderOutside(path: string, root: string, real: string): Promise<string | null> {
  const below = relative(root, path);
  if (leadsOut(below)) {
    throw imageError(path, 'lies outside the images folder', {
      hint: 'put the image into the folder, or name it in the dataset without "../"',
    });
  }
  const realRoot = await realpath(root);
  if (!leadsOut(relative(realRoot, real))) return null;
  let folder = realRoot;
  for (const part of below.split(sep).slice(0, -1)) {
    folder = await realpath(join(folder, part));
    if (leadsOut(relative(realRoot, folder))) return folder;
  }
  return dirname(real);
}
