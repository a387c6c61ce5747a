/** Masks for boxes: a proposal that is accepted becomes the mask of its box, on one image or on many in one step, and back. */
import { describe, expect, test } from 'vitest';
import type { Annotation } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import { across, annotationsOf, detections, look, propose, rectangle } from './detections';
import { added, boxAnnotation, imageFolder, openStore } from './support';

test('a box that is hidden or locked by then gets no mask: it waits, and that is told', async () => {
  const store = await detections();
  await propose(store, 1);
  const before = await annotationsOf(store, 1);
  expect(await across(store, { spared: [1] })).toMatchObject({ annotations: 1, images: 1, boxesSpared: 1 });
  await store.call('project.undo', { openImageId: null });
  const updated: [Annotation, Annotation][] = [[before[1], { ...before[1], locked: true }]];
  await store.call('document.commit', { imageId: 1, patch: { ...added(), updated }, gesture: 'lock' });
  expect(await across(store, { spared: [1] })).toMatchObject({ annotations: 0, images: 0, boxesSpared: 2 });
  const ids = (await look(store, 1)).proposals.map(({ id }) => id);
  expect(ids).toHaveLength(2);
  const accepted = await store.call('proposals.accept', { imageId: 1, ids, spared: [1] });
  expect(accepted).toMatchObject({ accepted: [], boxesSpared: 2, patch: added() });
  const box = (list: readonly Annotation[], id: number) => list.find((one) => one.id === id);
  expect(box(await annotationsOf(store, 1), 1)).toEqual(box(before, 1));
  expect((await look(store, 1)).proposals).toHaveLength(2);
});

describe('boxes of a detection dataset', () => {
  test('are those without a mask: no crowd, no mask, no polygon, nothing locked', async () => {
    const store = await detections();
    expect(await store.call('image.withBoxes', { imageIds: [1, 2, 3] })).toEqual([
      [1, 2],
      [2, 1],
    ]);
    const { boxes } = await store.call('image.boxes', { imageId: 1 });
    expect(boxes.map(({ annotationId, box, categoryName }) => [annotationId, box, categoryName])).toEqual([
      [1, [2, 2, 6, 5], 'cat'],
      [2, [10, 1, 8, 8], 'cat'],
    ]);
    const [first] = await annotationsOf(store, 1);
    const patch = {
      added: [],
      updated: [[first, { ...first, locked: true }]] as [Annotation, Annotation][],
      removed: [],
    };
    await store.call('document.commit', { imageId: 1, patch, gesture: 'lock' });
    expect(await store.call('image.withBoxes', { imageIds: [1, 2, 3] })).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  test('get their masks on all images in one step that is taken back and made again', async () => {
    const store = await detections();
    const before = await Promise.all([1, 2, 3].map((id) => annotationsOf(store, id)));
    for (const imageId of [1, 2, 3]) await propose(store, imageId);
    const change = await across(store);
    expect(change).toMatchObject({ title: 'Masks for boxes', annotations: 3, images: 2, history: { undo: 1 } });
    expect(change.patch.updated.map(([{ id }]) => id)).toEqual([1, 2]);
    const after = await Promise.all([1, 2, 3].map((id) => annotationsOf(store, id)));
    // The same annotations, whatever else they have; what was no box is as it was.
    expect(after.map((list) => list.map(({ id }) => id))).toEqual(before.map((list) => list.map(({ id }) => id)));
    const shapes = after.flat().map(({ id, bbox, categoryId }) => [id, bbox, categoryId] as const);
    expect(shapes.filter(([id]) => [1, 2, 4].includes(id))).toEqual([
      [1, [3, 3, 4, 3], 1],
      [2, [11, 2, 6, 6], 1],
      [4, [3, 3, 4, 3], 1],
    ]);
    expect(after[0][0]).toMatchObject({
      extra: before[0][0].extra,
      segmentation: { kind: 'rle' },
      provenance: { tool: 'smart-select', params: { box: '2,2,6,5' }, edits: 0 },
    });
    expect(after[0][0].provenance?.params).not.toHaveProperty('annotation');
    for (const [image, id] of [
      [0, 3],
      [1, 5],
      [1, 6],
      [2, 7],
    ]) {
      expect(after[image].find((one) => one.id === id)).toEqual(before[image].find((one) => one.id === id));
    }
    expect((await store.call('image.list', {})).map(({ proposalCount }) => proposalCount)).toEqual([0, 0, 0]);

    await store.call('project.undo', { openImageId: null });
    expect(await Promise.all([1, 2, 3].map((id) => annotationsOf(store, id)))).toEqual(before);
    expect((await store.call('image.list', {})).map(({ proposalCount }) => proposalCount)).toEqual([2, 1, 0]);
    await store.call('project.redo', { openImageId: null });
    expect(await Promise.all([1, 2, 3].map((id) => annotationsOf(store, id)))).toEqual(after);
    expect((await store.call('image.list', {})).map(({ proposalCount }) => proposalCount)).toEqual([0, 0, 0]);
  });

  test('a box that was drawn on, moved or deleted meanwhile is left alone; an accepted mask for it is a new annotation', async () => {
    const store = await detections();
    await propose(store, 1);
    const [first, second] = await annotationsOf(store, 1);
    const moved: Annotation = { ...first, bbox: [3, 2, 6, 5] satisfies Box };
    const patch = { added: [], updated: [[first, moved]] as [Annotation, Annotation][], removed: [second] };
    await store.call('document.commit', { imageId: 1, patch, gesture: 'edit' });
    expect(await across(store)).toMatchObject({ annotations: 0, history: { undo: 0 } });
    const { proposals: waiting } = await look(store, 1);
    const accepted = await store.call('proposals.accept', { imageId: 1, ids: waiting.map(({ id }) => id) });
    expect(accepted.patch).toMatchObject({ added: [{}, {}], updated: [] });
    expect(await annotationsOf(store, 1)).toContainEqual(moved);
  });

  test('accepted by itself a mask takes its box’s place, which undo gives back', async () => {
    const store = await detections();
    await propose(store, 1);
    const { proposals: waiting } = await look(store, 1);
    const one = waiting.find(({ provenance }) => provenance.params?.annotation === 2)!;
    const { patch, accepted, into } = await store.call('proposals.accept', { imageId: 1, ids: [one.id] });
    expect([patch.added, patch.updated.map(([from, to]) => [from.id, to.id, to.bbox]), accepted, into]).toEqual([
      [],
      [[2, 2, [11, 2, 6, 6]]],
      [one.id],
      [2],
    ]);
    await store.call('document.undo', { imageId: 1 });
    expect((await annotationsOf(store, 1)).find(({ id }) => id === 2)).toMatchObject({
      bbox: [10, 1, 8, 8],
      segmentation: null,
    });
    expect((await look(store, 1)).proposals).toHaveLength(2);
  });
});
test('the mask of a box is of the category that the box has by now: an older name is not made again', async () => {
  const store = await detections();
  for (const imageId of [1, 2]) await propose(store, imageId);
  const categories = async () => (await store.call('project.summary', {})).categories;
  const [cat] = await categories();
  await store.call('category.update', { category: { ...cat, name: 'lynx' } });
  await store.call('category.create', { name: 'dog' });
  const dog = (await categories()).find(({ name }) => name === 'dog')!;
  const [box] = await annotationsOf(store, 1);
  const updated: [Annotation, Annotation][] = [[box, { ...box, categoryId: dog.id }]];
  await store.call('document.commit', { imageId: 1, patch: { ...added(), updated }, gesture: 'Category' });
  const names = (await look(store, 1)).proposals.map(({ categoryName, provenance }) => [
    provenance.params?.annotation,
    categoryName,
  ]);
  expect(new Map(names as [number, string][])).toEqual(
    new Map([
      [1, 'dog'],
      [2, 'lynx'],
    ]),
  );
  const known = await categories();
  expect(await across(store, { categoryName: 'cat' })).toMatchObject({ annotations: 0 });
  expect(await across(store, { categoryName: 'dog' })).toMatchObject({ annotations: 1 });
  expect(await across(store, { categoryName: 'lynx' })).toMatchObject({ annotations: 2 });
  expect(await categories()).toEqual(known);
  await store.call('project.undo', { openImageId: null });
  await store.call('category.merge', { categoryId: cat.id, into: dog.id, openImageId: null });
  const ids = (await look(store, 1)).proposals.map(({ id }) => id);
  expect(await store.call('proposals.accept', { imageId: 1, ids })).toMatchObject({ accepted: ids });
  expect(await across(store)).toMatchObject({ annotations: 1 });
  expect((await categories()).map(({ name }) => name)).toEqual(['dog']);
});

test('a rectangle that was drawn is a box, with one owner a pixel its mask takes nothing it did not have', async () => {
  const store = openStore();
  await store.call('project.openFolder', { folder: await imageFolder(1) });
  await store.call('category.create', { name: 'cat' });
  await store.call('project.setLabelRules', { rules: { oneOwner: true } });
  const drawn = (id: number, x: number): Annotation => ({
    ...boxAnnotation(id, 1, x),
    segmentation: rectangle([x, 1, 8, 8]),
    bbox: [x, 1, 8, 8],
    area: 64,
  });
  const { first } = await store.call('document.reserveIds', { count: 2 });
  const patch = added(drawn(first, 0), drawn(first + 1, 10));
  await store.call('document.commit', { imageId: 1, patch, gesture: 'Box' });
  await propose(store, 1);
  expect(await across(store, { imageIds: [1] })).toMatchObject({ annotations: 2, images: 1 });
  expect((await annotationsOf(store, 1)).map(({ id, bbox, area: px }) => [id, bbox, px])).toEqual([
    [first, [1, 2, 6, 6], 36],
    [first + 1, [11, 2, 6, 6], 36],
  ]);
});
