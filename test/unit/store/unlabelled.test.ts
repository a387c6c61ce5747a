/** How much of an image is unlabelled is counted once, and again when its masks have changed, whatever changed them. */
import { expect, test } from 'vitest';
import { join } from 'node:path';
import { annotationFromRle } from '@shared/document/segmentation';
import { fromBox } from '@shared/mask';
import { added, imageFolder, openStore, scratch, writeImage } from './support';

const TOTAL = 200;

test('the unlabelled pixels of images follow gestures, undo, redo and categories, and are kept', async () => {
  const store = openStore();
  const file = join(scratch(), 'work.maskwright');
  await store.call('project.openFolder', { folder: await imageFolder(2), file });
  await store.call('category.create', { name: 'cell' });
  await store.call('category.create', { name: 'other' });
  const kept = async () => (await store.call('image.list', {})).map(({ unlabelled }) => unlabelled);
  const counted = async (...imageIds: readonly number[]) =>
    (await store.call('image.unlabelled', { imageIds })).map(([, pixels]) => pixels);
  const box = (id: number, categoryId: number, x: number) =>
    annotationFromRle(fromBox([x, 0, 6, 10], 10, 20), { id, imageId: 1, categoryId, zOrder: id });

  expect(await kept()).toEqual([undefined, undefined]);
  expect(await counted(1, 2)).toEqual([TOTAL, TOTAL]);
  expect(await kept()).toEqual([TOTAL, TOTAL]);

  const { first } = await store.call('document.reserveIds', { count: 2 });
  const [one, other] = [box(first, 1, 0), box(first + 1, 2, 3)];
  await store.call('document.commit', { imageId: 1, patch: added(one, other), gesture: 'Box' });
  expect(await kept()).toEqual([undefined, TOTAL]);
  // They share 30 pixels.
  expect(await counted(1)).toEqual([TOTAL - 90]);

  // What changes no mask leaves it.
  const locked = { added: [], updated: [[one, { ...one, locked: true }] as const], removed: [] };
  await store.call('document.commit', { imageId: 1, patch: locked, gesture: 'Lock' });
  expect(await kept()).toEqual([TOTAL - 90, TOTAL]);

  await store.call('document.undo', { imageId: 1 });
  await store.call('document.undo', { imageId: 1 });
  expect(await counted(1)).toEqual([TOTAL]);
  await store.call('document.redo', { imageId: 1 });
  expect(await counted(1)).toEqual([TOTAL - 90]);

  await store.call('category.delete', { categoryId: 2, openImageId: null });
  expect(await counted(1)).toEqual([TOTAL - 60]);
  await store.call('project.undo', { openImageId: null });
  expect(await kept()).toEqual([undefined, TOTAL]);
  expect(await counted(1)).toEqual([TOTAL - 90]);
  await store.call('category.merge', { categoryId: 2, into: 1, openImageId: null });
  expect(await counted(1)).toEqual([TOTAL - 90]);

  await store.call('project.close', {});
  await store.call('project.open', { file });
  expect(await kept()).toEqual([TOTAL - 90, TOTAL]);
});

test('an image whose file has become larger is counted again', async () => {
  const store = openStore();
  const folder = await imageFolder(2);
  await store.call('project.openFolder', { folder, file: join(scratch(), 'work.maskwright') });
  const counted = () => store.call('image.unlabelled', { imageIds: [1, 2] });
  for (const imageId of [1, 2]) await store.call('image.open', { imageId });
  expect(await counted()).toEqual([
    [1, TOTAL],
    [2, TOTAL],
  ]);
  await writeImage(join(folder, '1.png'), 40, 30);
  for (const imageId of [1, 2]) await store.call('image.open', { imageId });
  expect((await store.call('image.list', {})).map(({ unlabelled }) => unlabelled)).toEqual([undefined, TOTAL]);
  expect(await counted()).toEqual([
    [1, 1200],
    [2, TOTAL],
  ]);
});
