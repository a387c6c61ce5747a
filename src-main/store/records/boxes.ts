/** What models that answer boxes and examples are told of an image: its boxes without a mask, and the masks that are there. */
import { boxesToFill } from '@shared/document/boxes';
import { fittingMask, rleToSegmentation } from '@shared/document/segmentation';
import type { Annotation, RleSegmentation } from '@shared/document/types';
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { CallContext } from '@shared/errors/work';
import type { ImageBoxes } from '@shared/project/types';
import { setImmediate } from 'node:timers/promises';
import type { Sqlite } from '../database/database';
import { readAnnotations } from './annotations';
import { listCategories } from './categories';
import { imageSize } from './images';

export function boxesOf(db: Sqlite, imageId: number): ImageBoxes {
  const size = imageSize(db, imageId);
  const names = new Map(listCategories(db).map(({ id, name }) => [id, name]));
  const boxes = boxesToFill(readAnnotations(db, imageId, size)).map(({ id, bbox, categoryId }) => ({
    annotationId: id,
    box: bbox,
    categoryName: names.get(categoryId) ?? 'object',
  }));
  return { size, boxes };
}

/** Gestures are stored in between. */
const SLICE_MS = 40;

export async function imagesWithBoxes(
  db: Sqlite,
  imageIds: readonly number[],
  { signal, progress }: CallContext,
): Promise<(readonly [imageId: number, boxes: number])[]> {
  const found: (readonly [number, number])[] = [];
  let until = performance.now() + SLICE_MS;
  for (const [done, imageId] of imageIds.entries()) {
    const count = boxesToFill(readAnnotations(db, imageId, imageSize(db, imageId))).length;
    if (count > 0) found.push([imageId, count]);
    if (performance.now() < until) continue;
    progress({ done, total: imageIds.length, text: 'looking for boxes' });
    await setImmediate();
    throwIfCancelled(signal);
    until = performance.now() + SLICE_MS;
  }
  return found;
}

export function masksOf(db: Sqlite, imageId: number): RleSegmentation[] {
  const size = imageSize(db, imageId);
  return masksOfAnnotations(readAnnotations(db, imageId, size), size);
}

/** Of those that have one of the image's size. */
export function masksOfAnnotations(
  annotations: readonly Annotation[],
  size: readonly [height: number, width: number],
): RleSegmentation[] {
  return annotations.flatMap((annotation) => {
    const mask = fittingMask(annotation, size);
    if (!mask) return [];
    return annotation.segmentation?.kind === 'rle' ? annotation.segmentation : rleToSegmentation(mask);
  });
}
