/** Where the images of one annotation file are when nobody says. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isPictureName } from '@shared/formats/names';

const isFolder = (path: string) => existsSync(path) && statSync(path).isDirectory();

/**
 * The `images` folder beside the file where no picture lies beside it too, else the file's own folder; of a file in a folder `annotations` without pictures, as COCO
 * has it, the folder above, where those of the images lie.
 */
export function defaultImagesFolder(file: string): string {
  const own = dirname(resolve(file));
  return apartImagesFolder(file) ?? (isFolder(join(own, 'images')) && !hasPictures(own) ? join(own, 'images') : own);
}

/** A picture beside the file is meant by its name before one in `images` is. */
function hasPictures(folder: string): boolean {
  try {
    return readdirSync(folder).some(isPictureName);
  } catch {
    return false;
  }
}

/** The folder above one of annotations; null: the images are not apart from the file. */
export function apartImagesFolder(file: string): string | null {
  const own = dirname(resolve(file));
  if (!/^(annotations?|labels?|jsons?)$/i.test(basename(own)) || isFolder(join(own, 'images'))) return null;
  try {
    if (readdirSync(own).some(isPictureName)) return null;
    const above = dirname(own);
    const others = readdirSync(above, { withFileTypes: true }).filter(
      (entry) => !entry.name.startsWith('.') && entry.name !== basename(own),
    );
    const hasImages = others.some((entry) => isPictureName(entry.name) || entry.isDirectory());
    return hasImages ? above : null;
  } catch {
    // Who reads the file tells what is wrong.
    return null;
  }
}
