/** Finds the images whose files have another size than the project has, and tells scaled ones from others. */
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { CallContext } from '@shared/errors/work';
import { isSameShape } from '@shared/document/rescale';
import type { Sqlite } from '../database/database';
import { lookAtImage } from '../import/imageCheck';
import { listImages } from '../records/images';

export interface ResizedImages {
  /** `[height, width]` of the file. */
  readonly scaled: readonly (readonly [imageId: number, to: readonly [number, number]])[];
  /** Names of those whose sides have another ratio: cut, or turned. */
  readonly otherShape: readonly string[];
}

/** Looks at the files of the given images, or of all. */
export async function findResized(
  db: Sqlite,
  imagesFolder: string,
  imageIds: readonly number[] | null,
  { signal, progress }: CallContext,
): Promise<ResizedImages> {
  const ids = imageIds ?? listImages(db).map(({ id }) => id);
  const scaled: (readonly [number, readonly [number, number]])[] = [];
  const otherShape: string[] = [];
  for (const [done, id] of ids.entries()) {
    throwIfCancelled(signal);
    if (done % 100 === 0) progress({ done, total: ids.length, text: 'Looking at images' });
    const { problem, fileName } = await lookAtImage(db, id, imagesFolder, false);
    if (problem?.code !== 'size') continue;
    const [from, to] = [problem.stated, problem.file].map(([width, height]) => [height, width] as const);
    if (isSameShape(from, to)) scaled.push([id, to]);
    else otherShape.push(fileName);
  }
  return { scaled, otherShape };
}
