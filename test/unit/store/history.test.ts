import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commitAcross, moveInProjectHistory, readProjectHistory } from '../../../src-main/store/history/projectLog';
import { ProjectStore } from '../../../src-main/store/projects/projectStore';
import type { Annotation, Patch } from '@shared/document/types';
import { added, boxAnnotation, failure, imageFolder, openStore, proposals, type Store, textsOf } from './support';

async function annotationsOf(store: Store, imageId: number): Promise<readonly Annotation[]> {
  return (await store.call('image.open', { imageId })).snapshot.annotations;
}

const commit = (store: Store, imageId: number, patch: Patch) =>
  store.call('document.commit', { imageId, patch, gesture: 'test' });

describe('undo and redo', () => {
  it("are an image's: the project's own steps are not taken back by a number that is no image", async () => {
    const store = openStore();
    await store.call('project.openFolder', { folder: await imageFolder(1) });
    const [category] = await store.call('category.create', { name: 'cell' });
    await store.call('category.update', { category: { ...category, name: 'nucleus' } });
    // A number that none can have is refused at the door, one that none has by the project.
    for (const imageId of [-1, 99]) {
      await expect(store.call('document.undo', { imageId })).rejects.toThrow(/no image|imageId/i);
      await expect(store.call('document.redo', { imageId })).rejects.toThrow(/no image|imageId/i);
    }
    expect(await store.call('project.undo', { openImageId: null })).not.toBeNull();
  });

  it('survive closing the project, one image apart from the other', async () => {
    const folder = await imageFolder(2);
    let store = openStore();
    await store.call('project.openFolder', { folder });
    const a = boxAnnotation(1, 1, 2);
    const b = boxAnnotation(2, 1, 6, { score: 0.5, extra: { note: 'x' } });
    expect(await commit(store, 1, added(a))).toEqual({ undo: 1, redo: 0 });
    expect(await commit(store, 1, added(b))).toEqual({ undo: 2, redo: 0 });
    expect(await commit(store, 2, added(boxAnnotation(3, 2, 4)))).toEqual({ undo: 1, redo: 0 });
    const moved = { ...a, ...boxAnnotation(1, 1, 3), zOrder: 9 };
    const edit: Patch = { added: [], updated: [[a, moved]], removed: [b] };
    expect(await commit(store, 1, edit)).toEqual({ undo: 3, redo: 0 });
    expect(await annotationsOf(store, 1)).toEqual([moved]);

    const change = await store.call('document.undo', { imageId: 1 });
    expect(change).toEqual({
      patch: { added: [b], updated: [[moved, a]], removed: [] },
      history: { undo: 2, redo: 1 },
      proposals: null,
      review: null,
    });
    await store.call('project.close', {});

    store = openStore();
    await store.call('project.openFolder', { folder });
    expect(await store.call('image.open', { imageId: 1 })).toMatchObject({
      snapshot: { annotations: [a, b], size: [10, 20] },
      history: { undo: 2, redo: 1 },
    });
    expect((await store.call('document.redo', { imageId: 1 }))?.history).toEqual({ undo: 3, redo: 0 });
    expect(await annotationsOf(store, 1)).toEqual([moved]);
    expect(await store.call('document.redo', { imageId: 1 })).toBeNull();
    for (const left of [2, 1, 0]) {
      expect((await store.call('document.undo', { imageId: 1 }))?.history.undo).toBe(left);
    }
    expect(await store.call('document.undo', { imageId: 1 })).toBeNull();
    expect(await annotationsOf(store, 1)).toEqual([]);
    expect(await annotationsOf(store, 2)).toHaveLength(1);
    const images = await store.call('image.list', {});
    expect(images.map(({ annotationCount }) => annotationCount)).toEqual([0, 1]);
    expect((await store.call('project.summary', {})).annotationCount).toBe(1);
  });

  it('a new gesture after an undo ends what could be redone', async () => {
    const store = openStore();
    await store.call('project.openFolder', { folder: await imageFolder(1) });
    for (const id of [1, 2, 3]) await commit(store, 1, added(boxAnnotation(id, 1, id)));
    await store.call('document.undo', { imageId: 1 });
    await store.call('document.undo', { imageId: 1 });
    expect(await commit(store, 1, added(boxAnnotation(4, 1, 7)))).toEqual({ undo: 2, redo: 0 });
    expect(await store.call('document.redo', { imageId: 1 })).toBeNull();
    expect((await annotationsOf(store, 1)).map(({ id }) => id)).toEqual([1, 4]);
    expect(await store.call('document.reserveIds', { count: 3 })).toEqual({ first: 5 });
    expect(await store.call('document.reserveIds', { count: 1 })).toEqual({ first: 8 });
  });

  it('an empty gesture is no step', async () => {
    const store = openStore();
    await store.call('project.openFolder', { folder: await imageFolder(1) });
    expect(await commit(store, 1, added())).toEqual({ undo: 0, redo: 0 });
  });

  it('refuses a patch made from another state, and changes nothing', async () => {
    const store = openStore();
    await store.call('project.openFolder', { folder: await imageFolder(2) });
    const a = boxAnnotation(1, 1, 2);
    await commit(store, 1, added(a));
    const b = boxAnnotation(2, 1, 3);
    const refused: [number, Patch, string][] = [
      [1, added(b, a), 'is there already'],
      [1, { added: [b], updated: [], removed: [boxAnnotation(9, 1, 1)] }, 'not there any more'],
      [1, { added: [b], updated: [[{ ...a, score: 1 }, a]], removed: [] }, 'changed meanwhile'],
      [2, added(b), 'does not belong to image 2'],
      [7, added({ ...b, imageId: 7 }), 'no image with id 7'],
      [1, added({ ...b, segmentation: { kind: 'rle', size: [10, 20], counts: '05' } }), 'Annotation 2'],
    ];
    for (const [imageId, patch, message] of refused) {
      await expect(commit(store, imageId, patch)).rejects.toThrow(message);
    }
    await expect(commit(store, 1, { added: [{ id: 'x' }] } as unknown as Patch)).rejects.toThrow('document.commit');
    const opened = await store.call('image.open', { imageId: 1 });
    expect(opened.snapshot.annotations).toEqual([a]);
    expect(opened.history).toEqual({ undo: 1, redo: 0 });
  });

  it('an operation that spans images has its own stack, and neither undo takes back the other', async () => {
    const folder = await imageFolder(2);
    const store = openStore();
    const { project } = await store.call('project.openFolder', { folder });
    const a = boxAnnotation(1, 1, 2);
    const b = boxAnnotation(2, 2, 2);
    await commit(store, 1, added(a));
    await commit(store, 2, added(b));
    await commit(store, 1, { added: [], updated: [[a, { ...a, score: 0.5 }]], removed: [] });
    await store.call('project.close', {});

    const direct = ProjectStore.open(project.file, { whenLocked: 'refuse' });
    direct.db.run('INSERT INTO categories (id, name) VALUES (5, ?)', 'merged');
    const recategorise = (from: Annotation): Patch => ({
      added: [],
      updated: [[from, { ...from, categoryId: 5 }]],
      removed: [],
    });
    const patches = new Map([
      [1, recategorise({ ...a, score: 0.5 })],
      [2, recategorise(b)],
    ]);
    expect(commitAcross(direct.db, patches, 'merge categories')).toEqual({ undo: 1, redo: 0 });
    direct.close();

    await store.call('project.open', { file: project.file });
    await store.call('document.undo', { imageId: 1 });
    expect(await annotationsOf(store, 1)).toEqual([{ ...a, categoryId: 5 }]);
    await store.call('project.close', {});

    const again = ProjectStore.open(project.file, { whenLocked: 'refuse' });
    const moved = moveInProjectHistory(again.db, 'undo');
    expect(moved!.counts.map(([imageId]) => imageId)).toEqual([1, 2]);
    expect(readProjectHistory(again.db)).toEqual({
      undo: 0,
      redo: 1,
      undoTitle: null,
      redoTitle: 'merge categories',
    });
    again.close();
    await store.call('project.open', { file: project.file });
    expect(await annotationsOf(store, 1)).toEqual([a]);
    expect(await annotationsOf(store, 2)).toEqual([b]);
  });
});

describe('the order of annotations', () => {
  it('is written into the places the image has in the file', async () => {
    const folder = await imageFolder(2);
    const store = openStore();
    await store.call('project.openFolder', { folder });
    const one = boxAnnotation(1, 1, 1);
    await commit(store, 1, added(one));
    await commit(store, 2, added(boxAnnotation(2, 2, 1)));
    const three = boxAnnotation(3, 1, 2);
    await commit(store, 1, added(three));
    const back = { ...three, zOrder: 0 };
    await commit(store, 1, { added: [], updated: [[three, back]], removed: [] });
    expect(await annotationsOf(store, 1)).toEqual([back, one]);
    const file = join(folder, 'out.json');
    await store.call('project.export', {
      path: file,
      format: 'coco',
      options: { masks: 'as-authored' },
      overwrite: 'refuse',
    });
    const ids = textsOf(file).records.annotations.map((text) => (JSON.parse(text) as { id: number }).id);
    expect(ids).toEqual([3, 2, 1]);
  });
});

describe('proposals', () => {
  it('wait in their own table, one maker replacing only its own', async () => {
    const store = openStore();
    await store.call('project.openFolder', { folder: await imageFolder(1) });
    const put = (result: ReturnType<typeof proposals>) =>
      store.call('proposals.put', { imageId: 1, result, categoryName: 'cell' });
    expect(await put(proposals([0.3, 0.9]))).toMatchObject([{ score: 0.9, categoryName: 'cell' }, { score: 0.3 }]);
    expect(await put(proposals([1], 'threshold'))).toHaveLength(3);
    const now = await put(proposals([0.6, 0.7], 'model', 'nucleus'));
    expect(now.map(({ score, categoryName }) => [score, categoryName])).toEqual([
      [1, 'cell'],
      [0.7, 'nucleus'],
      [0.6, 'nucleus'],
    ]);
    expect(await annotationsOf(store, 1)).toEqual([]);
    expect((await store.call('image.list', {}))[0].proposalCount).toBe(3);
    expect(await store.call('proposals.reject', { imageId: 1, ids: [now[0].id] })).toHaveLength(2);
    const wrong = { ...proposals([1]), proposals: [{ ...proposals([1]).proposals[0] }] };
    wrong.proposals[0] = { ...wrong.proposals[0], segmentation: { kind: 'rle', size: [5, 5], counts: 'i0' } };
    await expect(put(wrong)).rejects.toThrow('The masks are 5 x 5 pixels, the image is 20 x 10');
  });

  it('come back under their ids when a rejection is taken back, once however often asked', async () => {
    const store = openStore();
    await store.call('project.openFolder', { folder: await imageFolder(1) });
    const put = await store.call('proposals.put', { imageId: 1, result: proposals([0.3, 0.9]), categoryName: 'cell' });
    await store.call('proposals.reject', { imageId: 1, ids: put.map(({ id }) => id) });
    for (const restored of [put.slice(1), put])
      await store.call('proposals.restore', { imageId: 1, proposals: restored });
    expect((await store.call('image.open', { imageId: 1 })).proposals).toEqual(put);
    expect((await store.call('image.list', {}))[0].proposalCount).toBe(2);
    const again = await store.call('proposals.put', { imageId: 1, result: proposals([0.5]), categoryName: 'cell' });
    expect(again.map(({ score }) => score)).toEqual([0.5]);
  });

  it('become annotations in one step, the best on top, with categories that stay', async () => {
    const store = openStore();
    await store.call('project.openFolder', { folder: await imageFolder(1) });
    await store.call('category.create', { name: 'cell' });
    const result = proposals([0.9, 0.3, 0.5]);
    const put = await store.call('proposals.put', { imageId: 1, result, categoryName: 'nucleus' });
    const ids = put.filter(({ score }) => score >= 0.5).map(({ id }) => id);
    const accepted = await store.call('proposals.accept', { imageId: 1, ids });
    expect(accepted.categories.map(({ id, name }) => [id, name])).toEqual([
      [1, 'cell'],
      [2, 'nucleus'],
    ]);
    expect(accepted.history).toEqual({ undo: 1, redo: 0 });
    const opened = await store.call('image.open', { imageId: 1 });
    expect(opened.snapshot.annotations).toEqual(accepted.patch.added);
    expect(opened.snapshot.annotations.map(({ id, score, categoryId }) => [id, score, categoryId])).toEqual([
      [1, 0.5, 2],
      [2, 0.9, 2],
    ]);
    expect(opened.snapshot.annotations[0]).toMatchObject({ area: 20, bbox: [2, 0, 4, 5], isCrowd: false });
    expect(opened.snapshot.annotations[0].provenance).toEqual(result.provenance);
    expect(opened.proposals.map(({ score }) => score)).toEqual([0.3]);
    await expect(store.call('proposals.accept', { imageId: 1, ids })).rejects.toThrow('not there any more');
    await store.call('document.undo', { imageId: 1 });
    expect(await annotationsOf(store, 1)).toEqual([]);
    await store.call('document.redo', { imageId: 1 });
    expect(await annotationsOf(store, 1)).toEqual(accepted.patch.added);
  });
});

describe('categories', () => {
  it('have names of their own', async () => {
    const store = openStore();
    await store.call('project.openFolder', { folder: await imageFolder(1) });
    const [cell] = await store.call('category.create', { name: 'cell', supercategory: 'thing' });
    expect(cell).toEqual({ id: 1, name: 'cell', supercategory: 'thing', color: null, hotkey: null, position: 0 });
    await store.call('category.create', { name: 'x'.repeat(200) });
    expect((await failure(store.call('category.create', { name: 'cell' }))).message).toMatch('already');
    await expect(store.call('category.create', { name: ' ' })).rejects.toThrow('needs a name');
    const changed = { ...cell, name: 'Zelle', color: '#102030', hotkey: '1' };
    expect((await store.call('category.update', { category: changed })).categories[0]).toEqual(changed);
    await expect(store.call('category.update', { category: { ...cell, id: 9 } })).rejects.toThrow(
      'no category with id 9',
    );
    await expect(store.call('category.update', { category: { ...cell, color: 'red' } })).rejects.toThrow('color');
  });
});
