import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttributeTemplate } from '@shared/document/types';
import {
  added,
  boxAnnotation,
  imageFolder,
  openStore,
  proposals,
  scratch,
  type Store,
  writeDataset,
  exportCoco,
} from './support';

async function withCategories(...names: readonly string[]): Promise<Store> {
  const store = openStore();
  await store.call('project.openFolder', { folder: await imageFolder(2) });
  for (const name of names) await store.call('category.create', { name });
  return store;
}

const categories = async (store: Store) => (await store.call('project.summary', {})).categories;
const names = async (store: Store) => (await categories(store)).map(({ name }) => name);
const undo = (store: Store) => store.call('project.undo', { openImageId: null });
const redo = (store: Store) => store.call('project.redo', { openImageId: null });

describe('the list of categories', () => {
  it('is put in another order as one step; colours, ids and the exported file stay', async () => {
    const store = await withCategories('a', 'b', 'c');
    const change = await store.call('category.order', { ids: [3, 1, 2] });
    expect(change.title).toBe('Move category');
    expect(change.history).toMatchObject({ undo: 1, undoTitle: 'Move category' });
    expect(change.categories.map(({ id, position }) => [id, position])).toEqual([
      [3, 2],
      [1, 0],
      [2, 1],
    ]);
    await store.call('category.create', { name: 'd' });
    expect(await names(store)).toEqual(['c', 'a', 'b', 'd']);
    const file = await exportCoco(store);
    expect(JSON.parse(readFileSync(file, 'utf8')).categories.map(({ id }: { id: number }) => id)).toEqual([1, 2, 3, 4]);
    // The same order again is no step.
    expect((await store.call('category.order', { ids: [3, 1, 2, 4] })).history.undo).toBe(1);
    await undo(store);
    expect(await names(store)).toEqual(['a', 'b', 'c', 'd']);
    await redo(store);
    expect(await names(store)).toEqual(['c', 'a', 'b', 'd']);
    // One that is deleted comes back at its place.
    await store.call('category.delete', { categoryId: 1, openImageId: null });
    expect(await names(store)).toEqual(['c', 'b', 'd']);
    await undo(store);
    expect(await names(store)).toEqual(['c', 'a', 'b', 'd']);
  });

  it('are things or stuff: from a file, by hand and from a preset, undone and exported', async () => {
    const records = [
      '{"id": 1, "name": "sky", "isthing": 0}',
      '{"id":2,"name":"car","isthing":true}',
      '{"id":3,"name":"x"}',
    ];
    const cocoFile = writeDataset(`{"images": [], "annotations": [], "categories": [${records.join(',')}]}`);
    const store = openStore();
    await store.call('project.import', { path: cocoFile, imagesFolder: await imageFolder(1) });
    const kinds = async () => (await categories(store)).map(({ isThing }) => isThing);
    expect(await kinds()).toEqual([false, true, undefined]);
    const write = async () => {
      const file = join(scratch(), 'out.json');
      await store.call('project.export', {
        path: file,
        format: 'coco',
        options: {},
        overwrite: 'refuse',
      });
      return readFileSync(file, 'utf8');
    };
    const untouched = await write();
    for (const record of records) expect(untouched).toContain(record);

    const [, , x] = await categories(store);
    await store.call('category.update', { category: { ...x, isThing: false } });
    const preset = [{ id: 7, name: 'grass', color: '#102030', isThing: false }];
    await store.call('category.addAll', { categories: preset, title: 'Add' });
    expect(await kinds()).toEqual([false, true, false, false]);
    expect((await categories(store))[3]).toMatchObject({ id: 7, color: '#102030' });
    expect(JSON.parse(await write()).categories.slice(2)).toEqual([
      { id: 3, name: 'x', isthing: 0 },
      { id: 7, name: 'grass', supercategory: '', isthing: 0 },
    ]);
    await undo(store);
    await undo(store);
    expect(await kinds()).toEqual([false, true, undefined]);
    await redo(store);
    await redo(store);
    expect(await kinds()).toEqual([false, true, false, false]);
    expect((await categories(store))[3].color).toBe('#102030');
  });

  it('changes of a category are steps that are undone and redone', async () => {
    const store = await withCategories('a', 'b');
    const [a] = await categories(store);
    const attributes = [{ name: 'side', kind: 'choice', choices: ['left', 'right'], default: 'left' }] as const;
    const changed = { ...a, name: 'x', supercategory: 'letter', color: '#102030', hotkey: 'X', attributes };
    expect((await store.call('category.update', { category: changed })).title).toBe('Rename “a” to “x”');
    expect((await categories(store))[0]).toEqual(changed);
    expect((await store.call('category.update', { category: changed })).history.undo).toBe(1);
    await undo(store);
    expect((await categories(store))[0]).toEqual(a);
    // Another one took the name meanwhile: nothing is half undone.
    await redo(store);
    await store.call('category.create', { name: 'a' });
    await expect(undo(store)).rejects.toThrow('There is a category "a" again');
    expect((await categories(store))[0]).toEqual(changed);
  });

  it('templates that contradict themselves are refused', async () => {
    const store = await withCategories('a');
    const [a] = await categories(store);
    const update = (...attributes: readonly object[]) =>
      store.call('category.update', { category: { ...a, attributes: attributes as readonly AttributeTemplate[] } });
    await expect(update({ name: ' ', kind: 'text' })).rejects.toThrow('needs a name');
    await expect(update({ name: 'n', kind: 'text' }, { name: 'n', kind: 'number' })).rejects.toThrow('two attributes');
    await expect(update({ name: 'n', kind: 'choice' })).rejects.toThrow('needs choices');
    await expect(update({ name: 'n', kind: 'number', default: 'x' })).rejects.toThrow('not one of its values');
    await expect(update({ name: 'n', kind: 'colour' })).rejects.toThrow('kind');
    expect((await categories(store))[0]).toEqual(a);
  });

  it('accepted proposals start with the defaults of their category', async () => {
    const store = await withCategories('cell');
    const [cell] = await categories(store);
    const attributes = [
      { name: 'alive', kind: 'yes-no', default: true },
      { name: 'remark', kind: 'text' },
    ] as const;
    await store.call('category.update', { category: { ...cell, attributes } });
    await store.call('proposals.put', { imageId: 1, result: proposals([0.5]), categoryName: 'cell' });
    const { proposals: waiting } = await store.call('image.open', { imageId: 1 });
    const { patch } = await store.call('proposals.accept', { imageId: 1, ids: waiting.map(({ id }) => id) });
    expect(patch.added.map(({ extra }) => extra)).toEqual([{ attributes: { alive: true } }]);
  });

  it('is counted over the whole project', async () => {
    const store = await withCategories('a', 'b');
    const commit = (imageId: number, id: number) =>
      store.call('document.commit', { imageId, patch: added(boxAnnotation(id, imageId, 1)), gesture: 'Box' });
    await commit(1, 1);
    await commit(2, 2);
    expect(await store.call('category.counts', {})).toEqual([[1, 2]]);
    await store.call('document.undo', { imageId: 2 });
    expect(await store.call('category.counts', {})).toEqual([[1, 1]]);
  });
});
