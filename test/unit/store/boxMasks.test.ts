/** Masks for boxes: a proposal that is accepted becomes the mask of its box, on one image or on many in one step, and back. */
import { describe, expect, test } from 'vitest';
import { join } from 'node:path';
import { randomFrom } from '@shared/dataset/random';
import { isOnlyBox, maskForBox } from '@shared/document/boxes';
import { createAnnotation, rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import type { Annotation, Segmentation } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import { area, fromBox, merge, toBbox } from '@shared/mask';
import { added, boxAnnotation, imageFolder, openStore, proposals, scratch, type Store, writeDataset } from './support';

const look = (store: Store, imageId: number) => store.call('image.open', { imageId });
const annotationsOf = async (store: Store, imageId: number) => (await look(store, imageId)).snapshot.annotations;

/** A detection dataset over three images: boxes on two, besides a crowd, a mask, and a polygon. */
async function detections(): Promise<Store> {
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
async function propose(store: Store, imageId: number): Promise<void> {
  const { size, boxes } = await store.call('image.boxes', { imageId });
  const found = boxes.map(({ annotationId, box, categoryName }) => {
    const [x, y, w, h] = box;
    const mask = fromBox([x + 1, y + 1, w - 2, h - 2], ...size);
    const shape = { segmentation: rleToSegmentation(mask), bbox: toBbox(mask), area: area(mask) };
    return { ...shape, score: 0.4, categoryName, params: maskForBox(annotationId, box) };
  });
  const provenance = { tool: 'smart-select', model: { id: 'smart-select', sha256: 'x' }, edits: 0 };
  await store.call('proposals.put', {
    imageId,
    result: { ...proposals([]), size, proposals: found, provenance },
    categoryName: 'object',
  });
}

const across = (store: Store, more: object = {}) =>
  store.call('proposals.acceptAcross', {
    ...{ imageIds: [1, 2, 3], modelScore: 0, methodScore: 0, categoryName: null, forBoxes: true, openImageId: 1 },
    ...more,
  });

/** A mask of these pixels for the box of an annotation. */
interface ForBox {
  readonly id: number;
  readonly at: Box;
  readonly score: number;
}

async function proposeFor(store: Store, masks: readonly ForBox[], imageId = 1): Promise<void> {
  const boxes = new Map((await annotationsOf(store, imageId)).map((one) => [one.id, one]));
  const found = masks.map(({ id, at, score }) => {
    const mask = fromBox(at, 10, 20);
    const shape = { segmentation: rleToSegmentation(mask), bbox: toBbox(mask), area: area(mask) };
    return { ...shape, score, categoryName: 'cat', params: maskForBox(id, boxes.get(id)!.bbox) };
  });
  const provenance = { tool: 'smart-select', model: { id: 'smart-select', sha256: 'x' }, edits: 0 };
  const result = { ...proposals([]), size: [10, 20] as [number, number], proposals: found, provenance };
  await store.call('proposals.put', { imageId, result, categoryName: 'object' });
}

const withOneOwner = async (store: Store): Promise<Store> => {
  await store.call('project.setLabelRules', { rules: { oneOwner: true } });
  return store;
};

const rectangle = ([x, y, w, h]: Box): Segmentation => ({
  kind: 'polygons',
  parts: [{ outer: [x, y, x + w, y, x + w, y + h, x, y + h], holes: [] }],
});

/** Draws masks of these pixels on the first image. */
async function draw(store: Store, masks: readonly (readonly [id: number, at: Box, more?: Partial<Annotation>])[]) {
  const made = masks.map(([id, at, more = {}]) => {
    const segmentation = rleToSegmentation(fromBox(at, 10, 20));
    return { ...createAnnotation({ id, imageId: 1, categoryId: 1, segmentation, zOrder: id }, [10, 20]), ...more };
  });
  await store.call('document.reserveIds', { count: 20 });
  await store.call('document.commit', { imageId: 1, patch: added(...made), gesture: 'Brush' });
}

const pixelsOf = async (store: Store) =>
  Object.fromEntries((await annotationsOf(store, 1)).map(({ id, segmentation, area: px }) => [id, segmentation && px]));

describe('with one owner a pixel', () => {
  test.each(['across', 'accept'])(
    'a box whose mask another covers stays a box, its mask waits, and that is told: %s',
    async (how) => {
      const store = await withOneOwner(await detections());
      const before = await annotationsOf(store, 1);
      await proposeFor(store, [
        { id: 1, at: [3, 3, 3, 3], score: 0.9 },
        { id: 2, at: [2, 2, 14, 7], score: 0.4 },
      ]);
      const ids = (await look(store, 1)).proposals.map(({ id }) => id);
      if (how === 'across') {
        expect(await across(store)).toMatchObject({ annotations: 1, images: 1, boxesCovered: 1 });
      } else {
        const change = await store.call('proposals.accept', { imageId: 1, ids });
        expect(change).toMatchObject({ boxesCovered: 1, covered: 0, accepted: [ids[1]], into: [2] });
      }
      const { snapshot, proposals: waiting } = await look(store, 1);
      expect(snapshot.annotations.find(({ id }) => id === 1)).toEqual(before[0]);
      expect(await pixelsOf(store)).toEqual({ 1: null, 2: 98, 3: 30 });
      expect(waiting.map(({ id }) => id)).toEqual([ids[0]]);
      if (how === 'across') await store.call('project.undo', { openImageId: 1 });
      else await store.call('document.undo', { imageId: 1 });
      expect(await annotationsOf(store, 1)).toEqual(before);
      expect((await look(store, 1)).proposals).toHaveLength(2);
    },
  );

  test('a mask for a box removes no annotation that it would cover: that one keeps its pixels', async () => {
    const store = await withOneOwner(await detections());
    await draw(store, [[8, [12, 3, 2, 2]]]);
    await proposeFor(store, [{ id: 2, at: [11, 2, 6, 6], score: 0.4 }]);
    expect(await across(store)).toMatchObject({ annotations: 1 });
    expect(await pixelsOf(store)).toEqual({ 1: null, 2: 32, 3: 30, 8: 4 });
  });

  test('the mask of a box of stuff takes no pixel from things', async () => {
    const store = await withOneOwner(await detections());
    await draw(store, [[8, [3, 3, 2, 2]]]);
    await store.call('category.create', { name: 'sky' });
    const sky = (await store.call('project.summary', {})).categories.find(({ name }) => name === 'sky')!;
    await store.call('category.update', { category: { ...sky, isThing: false } });
    const [box] = await annotationsOf(store, 1);
    const patch = { ...added(), updated: [[box, { ...box, categoryId: sky.id }]] as [Annotation, Annotation][] };
    await store.call('document.commit', { imageId: 1, patch, gesture: 'Category' });
    await proposeFor(store, [
      { id: 1, at: [3, 3, 4, 3], score: 0.9 },
      { id: 2, at: [6, 3, 8, 5], score: 0.4 },
    ]);
    expect(await across(store)).toMatchObject({ annotations: 2 });
    // Nor from the thing that gets its mask in the same step.
    expect(await pixelsOf(store)).toEqual({ 1: 5, 2: 40, 3: 30, 8: 4 });
  });

  test('where every mask waits on there is no step to undo', async () => {
    const store = await withOneOwner(await detections());
    await draw(store, [[8, [11, 2, 6, 6]]]);
    await proposeFor(store, [{ id: 2, at: [11, 2, 6, 6], score: 0.4 }]);
    const change = await across(store);
    expect(change).toMatchObject({ annotations: 0, images: 0, boxesCovered: 1, history: { undo: 0 } });
  });
});

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

describe('masks of any shape for boxes, with one owner a pixel', () => {
  const seeds = Array.from({ length: 12 }, (_, i) => i + 1);
  test.each(seeds)(
    'overlap nothing, remove nothing, leave alone what is held, and go with undo: seed %i',
    async (seed) => {
      const random = randomFrom(seed);
      const below = (end: number) => Math.floor(random() * end);
      const anywhere = (): Box => {
        const [x, y] = [below(19), below(9)];
        return [x, y, 1 + below(20 - x), 1 + below(10 - y)];
      };
      const store = await withOneOwner(await detections());
      await store.call('category.create', { name: 'sky' });
      const sky = (await store.call('project.summary', {})).categories.find(({ name }) => name === 'sky')!;
      await store.call('category.update', { category: { ...sky, isThing: false } });
      await store.call('project.setLabelRules', { rules: { oneOwner: false } });
      const more = (): Partial<Annotation> => ({
        ...{ locked: random() < 0.2, isCrowd: random() < 0.1, categoryId: random() < 0.3 ? sky.id : 1 },
        // Boxes and drawn rectangles, and masks.
        ...[{ segmentation: null }, { segmentation: rectangle(anywhere()) }, {}][below(3)],
      });
      const drawn = [8, 9, 10, 11, 12].map((id) => {
        const one = {
          ...boxAnnotation(id, 1, 0),
          segmentation: rleToSegmentation(fromBox(anywhere(), 10, 20)),
          ...more(),
        };
        const at = one.segmentation ? toBbox(segmentationToRle(one.segmentation, [10, 20])) : anywhere();
        return { ...one, bbox: at, area: at[2] * at[3] };
      });
      await store.call('document.reserveIds', { count: 20 });
      await store.call('document.commit', { imageId: 1, patch: added(...drawn), gesture: 'Box' });
      await store.call('project.setLabelRules', { rules: { oneOwner: true } });
      const before = await annotationsOf(store, 1);
      const asked = before.filter(() => random() < 0.8);
      await proposeFor(
        store,
        asked.map(({ id }) => ({ id, at: anywhere(), score: random() })),
      );
      const waiting = (await look(store, 1)).proposals;
      const hidden = before.filter(() => random() < 0.2).map(({ id }) => id);
      const change = await across(store, { imageIds: [1], spared: hidden });

      const after = await annotationsOf(store, 1);
      expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
      const held = before.filter(({ id, locked, isCrowd }) => locked || isCrowd || hidden.includes(id));
      for (const one of held) expect(after.find(({ id }) => id === one.id)).toEqual(one);
      const wasOf = new Map(before.map((one) => [one.id, one]));
      const filled = after.filter((one) => one.provenance?.tool === 'smart-select');
      const maskOf = ({ segmentation }: Annotation) => segmentation && segmentationToRle(segmentation, [10, 20]);
      for (const one of filled) {
        expect([isOnlyBox(wasOf.get(one.id)!), one.area > 0]).toEqual([true, true]);
        const mask = maskOf(one)!;
        for (const other of after) {
          const its = other.id === one.id ? null : maskOf(other);
          if (its)
            expect([one.id, other.id, area(merge([mask, its]))]).toEqual([one.id, other.id, area(mask) + area(its)]);
        }
      }
      // Stuff takes from stuff alone.
      const isStuff = ({ categoryId }: Annotation) => categoryId === sky.id;
      if (filled.every(isStuff)) {
        const things = (list: readonly Annotation[]) => list.filter((one) => !isStuff(one));
        expect(things(after)).toEqual(things(before));
      }
      // Each mask for a box is in it, or is told.
      const boxes = new Set(asked.filter((one) => isOnlyBox(one)).map(({ id }) => id));
      const { boxesCovered = 0, boxesSpared = 0, annotations } = change;
      expect(annotations + boxesCovered + boxesSpared).toBe(boxes.size);
      expect(filled).toHaveLength(annotations);

      if (annotations > 0) await store.call('project.undo', { openImageId: null });
      expect(JSON.stringify(await annotationsOf(store, 1))).toBe(JSON.stringify(before));
      expect((await look(store, 1)).proposals).toEqual(waiting);
      if (annotations > 0) await store.call('project.redo', { openImageId: null });
      expect(JSON.stringify(await annotationsOf(store, 1))).toBe(JSON.stringify(after));
    },
  );
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
  const ring = (x: number) => [x, 1, x + 8, 1, x + 8, 9, x, 9];
  const rectangle = (id: number, x: number): Annotation => ({
    ...boxAnnotation(id, 1, x),
    segmentation: { kind: 'polygons', parts: [{ outer: ring(x), holes: [] }] },
    bbox: [x, 1, 8, 8],
    area: 64,
  });
  const { first } = await store.call('document.reserveIds', { count: 2 });
  const patch = added(rectangle(first, 0), rectangle(first + 1, 10));
  await store.call('document.commit', { imageId: 1, patch, gesture: 'Box' });
  await propose(store, 1);
  expect(await across(store, { imageIds: [1] })).toMatchObject({ annotations: 2, images: 1 });
  expect((await annotationsOf(store, 1)).map(({ id, bbox, area: px }) => [id, bbox, px])).toEqual([
    [first, [1, 2, 6, 6], 36],
    [first + 1, [11, 2, 6, 6], 36],
  ]);
});
