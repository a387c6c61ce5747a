/** Accepted proposals and undo: they wait again after a restart too, and on many images as one step of the project. */
import { describe, expect, test } from 'vitest';
import { join } from 'node:path';
import { randomFrom } from '@shared/dataset/random';
import {
  annotationFromRle,
  createAnnotation,
  rleToSegmentation,
  segmentationToRle,
} from '@shared/document/segmentation';
import type { Proposal } from '@shared/document/types';
import { area, encode, equals, fromBox, iou, merge, toBbox } from '@shared/mask';
import { added, boxAnnotation, imageFolder, openStore, proposals, scratch, type Store } from './support';

async function project(images: number): Promise<{ store: Store; file: string }> {
  const store = openStore();
  const file = join(scratch(), 'work.maskwright');
  await store.call('project.openFolder', { folder: await imageFolder(images), file });
  return { store, file };
}

const put = (store: Store, imageId: number, scores: readonly number[], tool?: string) =>
  store.call('proposals.put', { imageId, result: proposals(scores, tool), categoryName: 'cell' });
const look = (store: Store, imageId: number) => store.call('image.open', { imageId });
const ids = (list: readonly Proposal[]) => list.map(({ id }) => id);

test('categories that accepting creates come in the order of the list, the surest first', async () => {
  const { store } = await project(1);
  const result = proposals([0.3, 0.9, 0.6]);
  const names = ['third', 'first', 'second'];
  const named = result.proposals.map((one, at) => ({ ...one, categoryName: names[at] }));
  const found = { ...result, proposals: named };
  const waiting = await store.call('proposals.put', { imageId: 1, result: found, categoryName: 'cell' });
  await store.call('proposals.accept', { imageId: 1, ids: ids(waiting) });
  const { categories } = await store.call('project.summary', {});
  expect(categories.map(({ name }) => name)).toEqual(['first', 'second', 'third']);
  const { snapshot } = await look(store, 1);
  expect(snapshot.annotations.map(({ score }) => score)).toEqual([0.3, 0.6, 0.9]);
});

describe('where the project prefers polygons', () => {
  /** A disc with a hole, and a piece beside it. */
  const round = encode(
    Uint8Array.from({ length: 60 * 80 }, (_, i) => {
      const [x, y] = [i % 80, Math.floor(i / 80)];
      const squared = (x - 25) ** 2 + (y - 25) ** 2;
      return +((squared < 400 && squared > 25) || (x > 60 && y > 40));
    }),
    60,
    80,
  );
  const result = {
    ...proposals([]),
    size: round.size,
    proposals: [
      {
        ...{ segmentation: rleToSegmentation(round), bbox: toBbox(round), area: area(round) },
        ...{ score: 0.9, categoryName: 'cell' },
      },
    ],
  };

  test('accepted proposals become some, with their holes and parts, on one image and on many', async () => {
    const store = openStore();
    const folder = await imageFolder(3, { width: 80, height: 60 });
    await store.call('project.openFolder', { folder, file: join(scratch(), 'work.maskwright') });
    const put = (imageId: number) => store.call('proposals.put', { imageId, result, categoryName: 'cell' });
    const shapeOf = async (imageId: number) => (await look(store, imageId)).snapshot.annotations[0].segmentation!;
    await store.call('proposals.accept', { imageId: 1, ids: ids(await put(1)) });
    expect((await shapeOf(1)).kind).toBe('rle');
    await store.call('project.setLabelRules', { rules: { smartShape: 'polygon' } });
    await store.call('proposals.accept', { imageId: 2, ids: ids(await put(2)) });
    await put(3);
    await store.call('proposals.acceptAcross', {
      ...{ imageIds: [1, 2, 3], modelScore: 0, methodScore: 0, categoryName: null, spared: [], openImageId: null },
    });
    for (const imageId of [2, 3]) {
      const shape = await shapeOf(imageId);
      if (shape.kind !== 'polygons') throw new Error('It is no polygon');
      expect(shape.parts.map(({ holes }) => holes.length).sort()).toEqual([0, 1]);
      expect(iou([segmentationToRle(shape, round.size)], [round], [false])[0]).toBeGreaterThanOrEqual(0.98);
      const [annotation] = (await look(store, imageId)).snapshot.annotations;
      expect(annotation.area).toBe(area(segmentationToRle(shape, round.size)));
    }
  });

  test('one whose outline has too many vertices stays a mask, which is told, on one image and on many', async () => {
    const store = openStore();
    const folder = await imageFolder(2, { width: 200, height: 200 });
    await store.call('project.openFolder', { folder, file: join(scratch(), 'work.maskwright') });
    await store.call('project.setLabelRules', { rules: { smartShape: 'polygon' } });
    const board = encode(
      Uint8Array.from({ length: 200 * 200 }, (_, i) => (i + Math.floor(i / 200)) % 2),
      200,
      200,
    );
    const mask = { segmentation: rleToSegmentation(board), bbox: toBbox(board), area: area(board) };
    const ragged = { ...proposals([]), size: board.size, proposals: [{ ...mask, score: 0.9, categoryName: 'cell' }] };
    const put = (imageId: number) => store.call('proposals.put', { imageId, result: ragged, categoryName: 'cell' });
    const one = await store.call('proposals.accept', { imageId: 1, ids: ids(await put(1)) });
    await put(2);
    const many = await store.call('proposals.acceptAcross', {
      ...{ imageIds: [1, 2], modelScore: 0, methodScore: 0, categoryName: null, spared: [], openImageId: null },
    });
    expect([one.ragged, many.ragged]).toEqual([1, 1]);
    expect((await look(store, 2)).snapshot.annotations[0].segmentation?.kind).toBe('rle');
  });
});

describe('with one owner a pixel', () => {
  const result = (...boxes: readonly (readonly [x: number, w: number])[]) => ({
    ...proposals([]),
    proposals: boxes.map(([x, w], at) => {
      const mask = fromBox([x, 0, w, 10], 10, 20);
      const fields = { bbox: toBbox(mask), area: area(mask), score: 0.9 - at / 10, categoryName: 'cell' };
      return { ...fields, segmentation: rleToSegmentation(mask) };
    }),
  });
  const areas = async (store: Store, imageId: number) =>
    (await look(store, imageId)).snapshot.annotations.map((each) => [each.id, each.area] as const);

  test('accepted ones take pixels from the others, the better from the worse, and give them back', async () => {
    const { store, file } = await project(2);
    await store.call('category.create', { name: 'cell' });
    await store.call('project.setLabelRules', { rules: { oneOwner: true } });
    await store.call('project.close', {});
    await store.call('project.open', { file });
    const rules = { oneOwner: true, background: 0, ignore: 255, unlabelled: 'background' };
    expect(await store.call('project.labelRules', {})).toEqual(rules);
    // One change leaves the others; values that no map can tell apart are refused, and change nothing.
    await store.call('project.setLabelRules', { rules: { unlabelled: 'ignore', ignore: 21 } });
    for (const ignore of [0, -1, 1.5, 65536]) {
      await expect(store.call('project.setLabelRules', { rules: { ignore } })).rejects.toMatchObject({ code: 'usage' });
    }
    expect(await store.call('project.labelRules', {})).toEqual({ ...rules, unlabelled: 'ignore', ignore: 21 });
    await store.call('project.setLabelRules', { rules: { smartShape: 'polygon' } });
    await store.call('project.close', {});
    await store.call('project.open', { file });
    expect((await store.call('project.labelRules', {})).smartShape).toBe('polygon');
    const full = (id: number, imageId: number, x: number, w: number) =>
      annotationFromRle(fromBox([x, 0, w, 10], 10, 20), { id, imageId, categoryId: 1, zOrder: 1 });
    const { first } = await store.call('document.reserveIds', { count: 4 });
    for (const imageId of [1, 2]) {
      const patch = added(full(first + 2 * imageId - 2, imageId, 0, 8), full(first + 2 * imageId - 1, imageId, 8, 4));
      await store.call('document.commit', { imageId, patch, gesture: 'Box' });
    }
    // The best, one that it covers, and one that lies half under it.
    const put3 = (imageId: number) =>
      store.call('proposals.put', { imageId, result: result([4, 8], [5, 2], [10, 6]), categoryName: 'cell' });
    const found = await put3(1);
    const change = await store.call('proposals.accept', { imageId: 1, ids: ids(found), spared: [first + 1] });
    expect(change.accepted.length).toBe(2);
    // The hidden one keeps its 40 pixels.
    const expected = [
      [first, 40],
      [first + 1, 40],
      [expect.anything(), 40],
      [expect.anything(), 80],
    ];
    expect(await areas(store, 1)).toEqual(expect.arrayContaining(expected));
    expect((await look(store, 1)).proposals.map(({ id }) => id)).toEqual([found[1].id]);
    const undone = await store.call('document.undo', { imageId: 1 });
    expect(undone!.proposals).toEqual(found);
    expect(await areas(store, 1)).toEqual([
      [first, 80],
      [first + 1, 40],
    ]);

    await put3(2);
    const request = { imageIds: [2], modelScore: 0, methodScore: 0, categoryName: null };
    await store.call('proposals.acceptAcross', { ...request, openImageId: null });
    const total = (await areas(store, 2)).reduce((sum, [, each]) => sum + each, 0);
    // Columns 0 to 16 have one owner each.
    expect(total).toBe(160);
    await store.call('project.undo', { openImageId: null });
    expect(await areas(store, 2)).toEqual([
      [first + 2, 80],
      [first + 3, 40],
    ]);
  });
});

describe('with one owner a pixel, stuff and shapes', () => {
  const mask = (x: number, y: number, w: number, h: number) => fromBox([x, y, w, h], 10, 20);
  const proposed = (categoryName: string, score: number, of: ReturnType<typeof mask>) => ({
    ...{ bbox: toBbox(of), area: area(of), score, categoryName },
    segmentation: rleToSegmentation(of),
  });
  const outline = (id: number, x: number, w: number) =>
    createAnnotation(
      {
        ...{ id, imageId: 1, categoryId: 1, zOrder: id },
        segmentation: { kind: 'polygons', parts: [{ outer: [x, 0, x + w, 0, x + w, 10, x, 10], holes: [] }] },
      },
      [10, 20],
    );

  async function ruled() {
    const { store } = await project(1);
    await store.call('category.create', { name: 'car' });
    const [, sky] = await store.call('category.create', { name: 'sky' });
    await store.call('category.update', { category: { ...sky, isThing: false } });
    await store.call('project.setLabelRules', { rules: { oneOwner: true } });
    const { first } = await store.call('document.reserveIds', { count: 2 });
    const patch = added(outline(first, 0, 4), outline(first + 1, 10, 4));
    await store.call('document.commit', { imageId: 1, patch, gesture: 'Polygon' });
    const accept = async (...list: readonly ReturnType<typeof proposed>[]) => {
      const result = { ...proposals([]), proposals: list };
      const waiting = await store.call('proposals.put', { imageId: 1, result, categoryName: 'car' });
      return store.call('proposals.accept', { imageId: 1, ids: ids(waiting) });
    };
    return { store, first, accept };
  }

  test('whatever is accepted, no two unlocked ones share a pixel, none is lost, and undo gives every bit back', async () => {
    const { store, accept } = await ruled();
    const random = randomFrom(12);
    const upTo = (most: number) => Math.floor(random() * most);
    const bits = async () => {
      const { snapshot } = await look(store, 1);
      return snapshot.annotations.map((one) => ({ one, mask: segmentationToRle(one.segmentation!, [10, 20]) }));
    };
    const coverOf = (list: Awaited<ReturnType<typeof bits>>) =>
      merge([mask(0, 0, 0, 0), ...list.map((each) => each.mask)]);
    let taken = 0;
    for (let round = 0; round < 40; round++) {
      const before = await bits();
      const list = Array.from({ length: 1 + upTo(4) }, () => {
        const [x, y] = [upTo(18), upTo(8)];
        const of = mask(x, y, 1 + upTo(20 - x), 1 + upTo(10 - y));
        return proposed(random() < 0.4 ? 'sky' : 'car', random(), of);
      });
      const change = await accept(...list);
      const after = await bits();
      const cover = coverOf(after);
      expect(after.reduce((sum, each) => sum + area(each.mask), 0)).toBe(area(cover));
      // What somebody had somebody has, and what was proposed too.
      const all = merge([
        coverOf(before),
        ...list.map(({ segmentation }) => segmentationToRle(segmentation, [10, 20])),
      ]);
      expect(equals(cover, all)).toBe(true);
      if (change.accepted.length === 0) continue;
      taken++;
      await store.call('document.undo', { imageId: 1 });
      expect(await bits()).toEqual(before);
      if (random() < 0.6) await store.call('document.redo', { imageId: 1 });
    }
    expect(taken).toBeGreaterThan(20);
  });

  test('what became of the annotations below is told', async () => {
    const { accept } = await ruled();
    const change = await accept(proposed('car', 0.9, mask(0, 0, 12, 5)), proposed('car', 0.8, mask(0, 5, 5, 5)));
    expect(change).toMatchObject({ covered: 1, masked: 1, spared: 0 });
  });

  test('stuff takes nothing from things, those accepted with it neither', async () => {
    const { store, first, accept } = await ruled();
    const change = await accept(proposed('sky', 0.9, mask(0, 0, 20, 10)), proposed('car', 0.5, mask(5, 0, 3, 10)));
    expect(change).toMatchObject({ covered: 0, masked: 0, spared: 0 });
    expect(change.accepted).toHaveLength(2);
    const { annotations } = (await look(store, 1)).snapshot;
    const of = (id: number) => annotations.find((each) => each.id === id);
    expect([of(first)?.area, of(first + 1)?.area]).toEqual([40, 40]);
    expect(of(first)?.segmentation?.kind).toBe('polygons');
    expect(annotations.map((each) => each.area).sort((a, b) => a - b)).toEqual([30, 40, 40, 90]);

    // Nothing is left for it: it waits on, and nothing is taken.
    const again = await accept(proposed('sky', 0.9, mask(0, 0, 4, 10)));
    expect(again.accepted).toEqual([]);
    expect((await look(store, 1)).proposals).toHaveLength(1);
  });
});

describe.each([false, true])('stuff (one owner a pixel: %s)', (oneOwner) => {
  const mask = (x: number, w: number) => fromBox([x, 0, w, 10], 10, 20);
  const sky = (x: number, w: number) => {
    const of = mask(x, w);
    const fields = { bbox: toBbox(of), area: area(of), score: 0.9, categoryName: 'sky' };
    return { ...fields, segmentation: rleToSegmentation(of) };
  };
  const areas = async (store: Store, imageId: number) =>
    (await look(store, imageId)).snapshot.annotations.map((each) => each.area);

  async function skies(images: number) {
    const { store, file } = await project(images);
    const [category] = await store.call('category.create', { name: 'sky' });
    await store.call('category.update', { category: { ...category, isThing: false } });
    await store.call('project.setLabelRules', { rules: { oneOwner } });
    const propose = (imageId: number, ...list: readonly ReturnType<typeof sky>[]) =>
      store.call('proposals.put', { imageId, result: { ...proposals([]), proposals: list }, categoryName: 'sky' });
    return { store, file, propose };
  }

  test('accepted twice is one annotation; undo brings the proposals back, after a restart too', async () => {
    const { store, file, propose } = await skies(1);
    const [first] = await propose(1, sky(0, 4));
    await store.call('proposals.accept', { imageId: 1, ids: [first.id] });
    const [home] = (await look(store, 1)).snapshot.annotations;
    // One that grows it, one that touches it, and one that it has already.
    const found = await propose(1, sky(3, 4), sky(10, 2), sky(1, 2));
    const change = await store.call('proposals.accept', { imageId: 1, ids: ids(found) });
    expect(change.accepted).toEqual(expect.arrayContaining([found[0].id, found[1].id]));
    expect(await areas(store, 1)).toEqual([90]);
    expect((await look(store, 1)).snapshot.annotations[0].id).toBe(home.id);
    expect(change.into).toEqual([home.id]);
    const left = ids((await look(store, 1)).proposals);

    await store.call('project.close', {});
    await store.call('project.open', { file });
    const undone = await store.call('document.undo', { imageId: 1 });
    expect(ids(undone!.proposals!).sort()).toEqual(ids(found).sort());
    expect((await look(store, 1)).snapshot.annotations).toEqual([home]);
    const redone = await store.call('document.redo', { imageId: 1 });
    expect(ids(redone!.proposals!)).toEqual(left);
    expect(await areas(store, 1)).toEqual([90]);
    // Undo and redo of what came before is not theirs.
    for (const expected of [found.length, found.length + 1]) {
      await store.call('document.undo', { imageId: 1 });
      expect((await look(store, 1)).proposals).toHaveLength(expected);
    }
    await store.call('document.redo', { imageId: 1 });
    expect((await look(store, 1)).proposals).toHaveLength(found.length);
  });

  test('several at once are one annotation', async () => {
    const { store, propose } = await skies(1);
    const found = await propose(1, sky(0, 4), sky(3, 4), sky(10, 2));
    const change = await store.call('proposals.accept', { imageId: 1, ids: ids(found) });
    expect(change.accepted).toHaveLength(3);
    expect(await areas(store, 1)).toEqual([90]);
    expect(ids((await store.call('document.undo', { imageId: 1 }))!.proposals!)).toEqual(ids(found));
  });

  test('one that the image has already waits on, and is no step', async () => {
    const { store, propose } = await skies(1);
    const [first] = await propose(1, sky(0, 4));
    await store.call('proposals.accept', { imageId: 1, ids: [first.id] });
    const [again] = await propose(1, sky(1, 2));
    const change = await store.call('proposals.accept', { imageId: 1, ids: [again.id] });
    expect([change.accepted, change.history.undo]).toEqual([[], 1]);
    expect(ids((await look(store, 1)).proposals)).toEqual([again.id]);
  });

  test('what is locked or hidden is spared, on many images too', async () => {
    const { store, propose } = await skies(2);
    const { first } = await store.call('document.reserveIds', { count: 2 });
    const fields = { categoryId: 1, zOrder: 1 };
    const hidden = annotationFromRle(mask(0, 4), { ...fields, id: first, imageId: 1 });
    const free = annotationFromRle(mask(0, 4), { ...fields, id: first + 1, imageId: 2 });
    for (const each of [hidden, free]) {
      await store.call('document.commit', { imageId: each.imageId, patch: added(each), gesture: 'Box' });
      await propose(each.imageId, sky(2, 6));
    }
    const request = { imageIds: [1, 2], modelScore: 0, methodScore: 0, categoryName: null, openImageId: null };
    const change = await store.call('proposals.acceptAcross', { ...request, spared: [hidden.id] });
    expect([change.annotations, change.spared]).toEqual([2, oneOwner ? 1 : undefined]);
    expect(await areas(store, 1)).toEqual([40, 60]);
    expect(await areas(store, 2)).toEqual([80]);
    const counts = async () => (await store.call('image.list', {})).map(({ proposalCount }) => proposalCount);
    expect(await counts()).toEqual([0, 0]);
    for (let round = 0; round < 2; round++) {
      await store.call('project.undo', { openImageId: null });
      expect((await look(store, 1)).snapshot.annotations).toEqual([hidden]);
      expect((await look(store, 2)).snapshot.annotations).toEqual([free]);
      expect(await counts()).toEqual([1, 1]);
      await store.call('project.redo', { openImageId: null });
      expect(await areas(store, 2)).toEqual([80]);
      expect(await counts()).toEqual([0, 0]);
    }
  });
});

describe('undo of an acceptance', () => {
  test('brings the proposals back, after a restart too; redo takes them', async () => {
    const { store, file } = await project(1);
    const found = await put(store, 1, [0.9, 0.6, 0.2]);
    await store.call('proposals.accept', { imageId: 1, ids: ids(found).slice(0, 2) });
    await store.call('project.close', {});
    await store.call('project.open', { file });
    expect(ids((await look(store, 1)).proposals)).toEqual([found[2].id]);

    const undone = await store.call('document.undo', { imageId: 1 });
    expect(undone!.proposals).toEqual(found);
    expect((await look(store, 1)).snapshot.annotations).toEqual([]);
    expect((await store.call('image.list', {}))[0].proposalCount).toBe(3);
    await store.call('project.close', {});
    await store.call('project.open', { file });
    const redone = await store.call('document.redo', { imageId: 1 });
    expect(ids(redone!.proposals!)).toEqual([found[2].id]);
    expect((await look(store, 1)).snapshot.annotations).toHaveLength(2);
    expect((await store.call('image.list', {}))[0].proposalCount).toBe(1);
  });

  test('is not the undo of a gesture after it, and deleting what was accepted brings nothing back', async () => {
    const { store } = await project(1);
    const found = await put(store, 1, [0.9, 0.6]);
    const { patch } = await store.call('proposals.accept', { imageId: 1, ids: [found[0].id] });
    const [annotation] = patch.added;
    const removed = { added: [], updated: [], removed: [annotation] };
    await store.call('document.commit', { imageId: 1, patch: removed, gesture: 'delete' });
    expect(ids((await look(store, 1)).proposals)).toEqual([found[1].id]);
    expect((await store.call('document.undo', { imageId: 1 }))!.proposals).toBeNull();
    expect((await store.call('document.redo', { imageId: 1 }))!.proposals).toBeNull();
    await store.call('document.undo', { imageId: 1 });
    expect(ids((await store.call('document.undo', { imageId: 1 }))!.proposals!)).toEqual(ids(found));
  });

  test('leaves what a newer run proposed', async () => {
    const { store } = await project(1);
    const [old] = await put(store, 1, [0.9]);
    await store.call('proposals.accept', { imageId: 1, ids: [old.id] });
    const again = await put(store, 1, [0.8]);
    expect(ids(again)).not.toContain(old.id);
    const undone = await store.call('document.undo', { imageId: 1 });
    expect(ids(undone!.proposals!)).toEqual([old.id, again[0].id]);
  });
});

describe('accepting on many images', () => {
  const everything = { imageIds: [1, 2, 3], modelScore: 0.5, methodScore: 0, categoryName: null, openImageId: 1 };

  test('is one step of the project: undo and redo move all of it, also after a restart', async () => {
    const { store, file } = await project(3);
    const before: (readonly Proposal[])[] = [];
    for (const [at, scores] of [[0.9, 0.3], [0.7], []].entries()) before.push(await put(store, at + 1, scores));
    // A gesture of one image is not in the way of the project's own undo.
    const box = added(boxAnnotation(1000, 2, 14));
    await store.call('category.create', { name: 'cell' });
    await store.call('document.commit', { imageId: 2, patch: box, gesture: 'draw' });

    const change = await store.call('proposals.acceptAcross', everything);
    expect(change).toMatchObject({ title: 'Accept proposals', annotations: 2, images: 2, history: { undo: 1 } });
    expect(change.patch.added).toHaveLength(1);
    expect(change.counts).toEqual([
      [1, 1, 1, 'in-progress'],
      [2, 2, 0, 'in-progress'],
    ]);
    const rows = await store.call('image.list', {});
    expect(rows.map(({ status, proposalCount }) => [status, proposalCount])).toEqual([
      ['in-progress', 1],
      ['in-progress', 0],
      ['new', 0],
    ]);
    const accepted = (await look(store, 1)).snapshot.annotations;
    expect(accepted).toMatchObject([{ score: 0.9, provenance: { tool: 'model' } }]);

    await store.call('project.close', {});
    await store.call('project.open', { file });
    const undone = await store.call('project.undo', { openImageId: 1 });
    expect(undone!.counts).toEqual([
      // Nothing else was done on the first one, which is new again.
      [1, 0, 2, 'new'],
      [2, 1, 1, 'in-progress'],
    ]);
    for (const imageId of [1, 2, 3]) expect((await look(store, imageId)).proposals).toEqual(before[imageId - 1]);
    expect((await look(store, 2)).snapshot.annotations).toHaveLength(1);
    await store.call('project.redo', { openImageId: null });
    expect((await look(store, 1)).snapshot.annotations).toEqual(accepted);
    expect((await look(store, 1)).image.status).toBe('in-progress');
    expect(ids((await look(store, 1)).proposals)).toEqual([before[0][1].id]);
  });

  test('leaves out repeats, what is annotated already, other categories, and low scores of models only', async () => {
    const { store } = await project(3);
    await store.call('category.create', { name: 'cell' });
    // Twice the same mask, by a model and by a method; the method's is the better one.
    await put(store, 1, [0.7]);
    const method = { ...proposals([0.9], 'threshold'), provenance: { tool: 'threshold', edits: 0 } };
    await store.call('proposals.put', { imageId: 1, result: method, categoryName: 'cell' });
    // What is drawn there already.
    const [same] = (await put(store, 2, [0.9])).map(({ segmentation }) => segmentation);
    const drawn = { ...boxAnnotation(1000, 2, 0), segmentation: same, bbox: [0, 0, 4, 5] as const, area: 20 };
    await store.call('document.commit', { imageId: 2, patch: added(drawn), gesture: 'draw' });
    // A method's low score is no reason, a model's is.
    const low = { ...proposals([0], 'wand'), provenance: { tool: 'wand', edits: 0 } };
    await store.call('proposals.put', { imageId: 3, result: low, categoryName: 'cell' });
    await store.call('proposals.put', { imageId: 3, result: proposals([0.2, 0.2, 0.2]), categoryName: 'cell' });

    expect((await store.call('proposals.acceptAcross', { ...everything, categoryName: 'other' })).annotations).toBe(0);
    expect((await store.call('project.history', {})).undo).toBe(0);
    const change = await store.call('proposals.acceptAcross', everything);
    expect(change.counts.map(([imageId, annotations]) => [imageId, annotations])).toEqual([
      [1, 1],
      [3, 1],
    ]);
    expect((await look(store, 1)).snapshot.annotations[0].provenance).toMatchObject({ tool: 'threshold' });
    expect((await look(store, 3)).snapshot.annotations[0].provenance).toMatchObject({ tool: 'wand' });
    await expect(
      store.call('proposals.acceptAcross', { ...everything, imageIds: 'all' } as never),
    ).rejects.toMatchObject({ code: 'usage' });
  });
});
