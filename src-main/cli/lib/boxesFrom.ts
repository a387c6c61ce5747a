/** Boxes of a COCO file by image, for models that turn boxes into masks. */
import { sep } from 'node:path';
import type { Box } from '@shared/geometry/box';
import { AppError } from '@shared/errors/appError';
import { readCocoFile } from './cocoReader';
import type { Session } from './session';

export interface ImageBoxes {
  readonly width: number | null;
  readonly height: number | null;
  readonly boxes: readonly { readonly box: Box; readonly categoryName: string }[];
}

export interface BoxesFrom {
  /** Names of the categories in the file's order. */
  readonly categories: readonly string[];
  /** The boxes of the image at the path; null where the file does not name it. */
  of(path: string): ImageBoxes | null;
}

/** Crowds are left out: their boxes hold many objects. Throws `bad-input` with file and pointer. */
export async function readBoxes(file: string, session: Session): Promise<BoxesFrom> {
  session.inputs.add(file);
  const { images, annotations, categories } = await readCocoFile(file, { signal: session.signal });
  const names = new Map(categories.map(({ id, name }) => [String(id), name]));
  const byImage = new Map<string, { box: Box; categoryName: string }[]>();
  for (const { imageId, categoryId, bbox, isCrowd, pointer } of annotations) {
    if (isCrowd || !bbox || !(bbox[2] > 0 && bbox[3] > 0)) continue;
    const categoryName = names.get(String(categoryId));
    if (categoryName === undefined) {
      throw new AppError('bad-input', `${file}: an annotation is of a category that is not there`, {
        place: { file, pointer: `${pointer}/category_id` },
      });
    }
    const list = byImage.get(String(imageId)) ?? [];
    byImage.set(String(imageId), list);
    list.push({ box: bbox, categoryName });
  }
  if (byImage.size === 0) throw new AppError('bad-input', `${file} has no boxes`, { place: { file } });
  const entries = images.map(({ id, fileName, width, height }) => {
    const boxes = byImage.get(String(id)) ?? [];
    return { fileName: fileName.split('\\').join('/'), value: { width, height, boxes } satisfies ImageBoxes };
  });
  const exact = new Map(entries.map(({ fileName, value }) => [fileName, value]));
  return {
    categories: categories.map(({ name }) => name),
    of(path) {
      // The longest end of the path that the file names: folders may be written or not.
      const parts = path.split(sep);
      for (let i = 0; i < parts.length; i++) {
        const found = exact.get(parts.slice(i).join('/'));
        if (found) return found;
      }
      return null;
    },
  };
}
