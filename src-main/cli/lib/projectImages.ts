/** The images of a project for commands that only read them. */
import { resolve } from 'node:path';
import { existsSync } from 'node:fs';
import { getImageFile, listImages } from '../../store/records/images';
import { ProjectStore } from '../../store/projects/projectStore';
import { storeError } from '../../store/database/storeErrors';
import type { ListedImage } from './proposeAll';

/** In the project's order; those with a problem are left out. A project that is open elsewhere is read as it is. */
export function readProjectImages(file: string): {
  readonly images: readonly ListedImage[];
  readonly missing: readonly string[];
} {
  const all = readAll(file);
  const usable = all.filter(({ path, problem }) => problem === null && existsSync(path));
  const missing = all.filter((image) => !usable.includes(image)).map(({ fileName }) => fileName);
  return { images: usable, missing };
}

/** Where the project expects its image files, whether they are there or not. */
export function projectImagePaths(file: string): string[] {
  return readAll(file).map(({ path }) => path);
}

function readAll(file: string) {
  try {
    const store = ProjectStore.open(resolve(file), { whenLocked: 'read-only' });
    try {
      return listImages(store.db).map(({ id }) => ({ id, ...getImageFile(store.db, id, store.imagesFolder) }));
    } finally {
      store.close();
    }
  } catch (error) {
    throw storeError(error, file);
  }
}
