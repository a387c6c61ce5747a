/** A detection dataset whose boxes get masks, and what tests do with it. */
import { join } from 'node:path';
import { maskForBox } from '@shared/document/boxes';
import { createAnnotation, rleToSegmentation } from '@shared/document/segmentation';
import type { Annotation, Segmentation } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import { area, fromBox, toBbox } from '@shared/mask';
import { added, imageFolder, openStore, proposals, scratch, type Store, writeDataset } from './support';

export const look = (store: Store, imageId: number) => store.call('image.open', { imageId });
export const annotationsOf = async (store: Store, imageId: number) => (await look(store, imageId)).snapshot.annotations;

/** A detection dataset over three images: boxes on two, besides a crowd, a mask, and a polygon. */
export async function detections(): Promise<Store> {
  const folder = await imageFolder(3);
  const annotation = (id: number, image: number, more: object) => ({
    ...{ id, image_id: image, category_id: 1, bbox: [2, 2, 6, 5], area: 30, iscrowd: 0 },
    ...more,
  });
  const crowd = { size: [10, 20], counts: [0, 10, 190] };
  const text = JSON.stringify({
    images: [1, 2, 3].map((id) => ({ id, file_name: `${id}.png`, width: 20, height: 10 })),
    categories: [{ id: 1, name: 'cat' }],
    annotations: [
      annotation(1, 1, { segmentation: [], attributes: { old: true } }),
      annotation(2, 1, { bbox: [10, 1, 8, 8] }),
      annotation(3, 1, { iscrowd: 1, segmentation: crowd }),
      annotation(4, 2, {}),
      annotation(5, 2, { segmentation: crowd }),
      annotation(6, 2, { segmentation: [[2, 2, 8, 2, 8, 7]] }),
      annotation(7, 3, { segmentation: crowd }),
    ],
  });
  const store = openStore();
  const file = join(scratch(), 'work.maskwright');
  await store.call('project.import', { path: writeDataset(text), imagesFolder: folder, file });
  return store;
}

/** As the model would answer: a mask one pixel inside each box. */
export async function propose(store: Store, imageId: number): Promise<void> {
  const { boxes } = await store.call('image.boxes', { imageId });
  const masks = boxes.map(({ annotationId: id, box: [x, y, w, h], categoryName }): ForBox => ({
    ...{ id, at: [x + 1, y + 1, w - 2, h - 2], score: 0.4, categoryName },
  }));
  await proposeFor(store, masks, imageId);
}

export const across = (store: Store, more: object = {}) =>
  store.call('proposals.acceptAcross', {
    ...{ imageIds: [1, 2, 3], modelScore: 0, methodScore: 0, categoryName: null, forBoxes: true, openImageId: 1 },
    ...more,
  });

/** A mask of these pixels for the box of an annotation. */
export interface ForBox {
  readonly id: number;
  readonly at: Box;
  readonly score: number;
  readonly categoryName?: string;
}

export async function proposeFor(store: Store, masks: readonly ForBox[], imageId = 1): Promise<void> {
  const boxes = new Map((await annotationsOf(store, imageId)).map((one) => [one.id, one]));
  const found = masks.map(({ id, at, score, categoryName = 'cat' }) => {
    const mask = fromBox(at, 10, 20);
    const shape = { segmentation: rleToSegmentation(mask), bbox: toBbox(mask), area: area(mask) };
    return { ...shape, score, categoryName, params: maskForBox(id, boxes.get(id)!.bbox) };
  });
  const provenance = { tool: 'smart-select', model: { id: 'smart-select', sha256: 'x' }, edits: 0 };
  const result = { ...proposals([]), size: [10, 20] as [number, number], proposals: found, provenance };
  await store.call('proposals.put', { imageId, result, categoryName: 'object' });
}

export const withOneOwner = async (store: Store): Promise<Store> => {
  await store.call('project.setLabelRules', { rules: { oneOwner: true } });
  return store;
};

export const rectangle = ([x, y, w, h]: Box): Segmentation => ({
  kind: 'polygons',
  parts: [{ outer: [x, y, x + w, y, x + w, y + h, x, y + h], holes: [] }],
});

/** Draws masks of these pixels on the first image. */
export async function draw(
  store: Store,
  masks: readonly (readonly [id: number, at: Box, more?: Partial<Annotation>])[],
) {
  const made = masks.map(([id, at, more = {}]) => {
    const segmentation = rleToSegmentation(fromBox(at, 10, 20));
    return { ...createAnnotation({ id, imageId: 1, categoryId: 1, segmentation, zOrder: id }, [10, 20]), ...more };
  });
  await store.call('document.reserveIds', { count: 20 });
  await store.call('document.commit', { imageId: 1, patch: added(...made), gesture: 'Brush' });
}

export const pixelsOf = async (store: Store) =>
  Object.fromEntries((await annotationsOf(store, 1)).map(({ id, segmentation, area: px }) => [id, segmentation && px]));
