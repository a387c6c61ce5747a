import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rleToSegmentation, withSegmentation } from '@shared/document/segmentation';
import type { Annotation, Patch } from '@shared/document/types';
import { fromBox } from '@shared/mask';
import {
  added,
  boxAnnotation,
  failure,
  imageFolder,
  openStore,
  scratch,
  type Store,
  textsOf,
  writeDataset,
  writeImage,
} from './support';

const size = [10, 20] as const;

async function annotationsOf(store: Store, imageId: number): Promise<readonly Annotation[]> {
  return (await store.call('image.open', { imageId })).snapshot.annotations;
}

const commit = (store: Store, imageId: number, patch: Patch) =>
  store.call('document.commit', { imageId, patch, gesture: 'test' });

const update = (from: Annotation, to: Partial<Annotation>): Patch => ({
  added: [],
  updated: [[from, { ...from, ...to }]],
  removed: [],
});

/** A project of `images` images with the categories 1 to `names.length`. */
async function project(images: number, names: readonly string[]): Promise<Store> {
  const store = openStore();
  await store.call('project.openFolder', { folder: await imageFolder(images) });
  for (const name of names) await store.call('category.create', { name });
  return store;
}

/** Everything a person can see of the project. */
async function everything(store: Store, images: readonly number[]) {
  const rows = await store.call('image.list', {});
  const { categories, annotationCount } = await store.call('project.summary', {});
  const documents = await Promise.all(images.map((imageId) => annotationsOf(store, imageId)));
  return { rows, categories, annotationCount, documents };
}

describe('merging a category', () => {
  it('moves its annotations in every image, in one step of the project, and undo brings them back', async () => {
    const store = await project(3, ['cat', 'kitten', 'dog']);
    await commit(store, 1, added(boxAnnotation(1, 1, 1, { categoryId: 2 }), boxAnnotation(2, 1, 5)));
    await commit(store, 2, added(boxAnnotation(3, 2, 1, { categoryId: 2 })));
    await commit(store, 3, added(boxAnnotation(4, 3, 1, { categoryId: 3 })));
    expect(await store.call('category.usage', { categoryId: 2 })).toEqual({ annotations: 2, images: 2 });
    const before = await everything(store, [1, 2, 3]);

    const change = await store.call('category.merge', { categoryId: 2, into: 1, openImageId: 1 });
    expect(change).toMatchObject({ title: 'Merge “kitten” into “cat”', annotations: 2, images: 2 });
    expect(change.patch.updated.map(([from, to]) => [from.id, from.categoryId, to.categoryId])).toEqual([[1, 2, 1]]);
    expect(change.history).toEqual({ undo: 1, redo: 0, undoTitle: change.title, redoTitle: null });
    expect(change.categories.map(({ name }) => name)).toEqual(['cat', 'dog']);
    const merged = await everything(store, [1, 2, 3]);
    expect(merged.documents.flat().map(({ id, categoryId }) => [id, categoryId])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 3],
    ]);
    expect((await store.call('image.open', { imageId: 1 })).history).toEqual({ undo: 1, redo: 0 });

    const undone = await store.call('project.undo', { openImageId: 2 });
    expect(undone!.patch.updated.map(([, to]) => [to.id, to.categoryId])).toEqual([[3, 2]]);
    expect(await everything(store, [1, 2, 3])).toEqual(before);
    await store.call('project.redo', { openImageId: null });
    expect(await everything(store, [1, 2, 3])).toEqual(merged);
    expect(await store.call('project.redo', { openImageId: null })).toBeNull();
  });

  it('leaves records of a file as they came but for the category, and undo gives back the very text', async () => {
    const folder = scratch();
    await writeImage(join(folder, 'a.png'), 20, 10);
    const record = (id: number, category: number) =>
      `{"id": ${id}, "bbox": [1.0, 2, 3, 4], "zz": 1e2, "category_id": ${category}, "image_id": 1, "area": 12.00}`;
    const text = `{"images": [{"id": 1, "file_name": "a.png", "width": 20, "height": 10}],
      "annotations": [${record(1, 1)}, ${record(2, 2)}],
      "categories": [{"id": 1, "name": "x", "mine": 1.50}, {"id": 2, "name": "y"}]}`;
    const cocoFile = writeDataset(text, folder);
    const store = openStore();
    await store.call('project.import', { path: cocoFile, file: join(scratch(), 'p.maskwright') });
    const exported = async (name: string) => {
      const file = join(folder, name);
      await store.call('project.export', {
        path: file,
        format: 'coco',
        options: { masks: 'as-authored' },
        overwrite: 'refuse',
      });
      return textsOf(file).records;
    };
    await store.call('category.merge', { categoryId: 1, into: 2, openImageId: null });
    const merged = await exported('merged.json');
    expect(merged.annotations).toEqual([record(1, 2), record(2, 2)]);
    expect(merged.categories).toHaveLength(1);
    expect((await annotationsOf(store, 1)).map(({ categoryId }) => categoryId)).toEqual([2, 2]);
    await store.call('project.undo', { openImageId: null });
    expect(await exported('undone.json')).toEqual(textsOf(cocoFile).records);
  });

  it('is followed by the steps of an image made before it', async () => {
    const store = await project(1, ['a', 'b', 'c']);
    const box = boxAnnotation(1, 1, 1);
    await commit(store, 1, added(box));
    await commit(store, 1, update(box, { categoryId: 2 }));
    await commit(store, 1, { added: [], updated: [], removed: [{ ...box, categoryId: 2 }] });
    await store.call('category.merge', { categoryId: 2, into: 3, openImageId: 1 });
    await store.call('document.undo', { imageId: 1 });
    expect((await annotationsOf(store, 1))[0].categoryId).toBe(3);
    await store.call('document.undo', { imageId: 1 });
    expect((await annotationsOf(store, 1))[0].categoryId).toBe(1);
    await store.call('document.redo', { imageId: 1 });
    expect((await annotationsOf(store, 1))[0].categoryId).toBe(3);
  });

  it('takes what was drawn since it was undone when it is made again', async () => {
    const store = await project(1, ['a', 'b']);
    await commit(store, 1, added(boxAnnotation(1, 1, 1)));
    await store.call('category.merge', { categoryId: 1, into: 2, openImageId: 1 });
    await store.call('project.undo', { openImageId: 1 });
    await commit(store, 1, added(boxAnnotation(2, 1, 5)));
    await store.call('project.redo', { openImageId: 1 });
    expect((await annotationsOf(store, 1)).map(({ categoryId }) => categoryId)).toEqual([2, 2]);
  });

  it('refuses what makes no sense, and a gesture that names the merged category', async () => {
    const store = await project(1, ['a', 'b']);
    const merge = (categoryId: number, into: number) =>
      store.call('category.merge', { categoryId, into, openImageId: null });
    expect((await failure(merge(1, 1))).message).toMatch('itself');
    expect((await failure(merge(1, 9))).message).toMatch('no category with id 9');
    await merge(1, 2);
    expect((await failure(commit(store, 1, added(boxAnnotation(1, 1, 1))))).message).toMatch('merged or deleted');
    await store.call('category.create', { name: 'a' });
    expect((await failure(store.call('project.undo', { openImageId: null }))).hint).toMatch('rename');
  });
});

describe('deleting a category', () => {
  it('takes its annotations with it, and undo brings them back as the image steps left them', async () => {
    const store = await project(2, ['a', 'b']);
    const [one, two] = [boxAnnotation(1, 1, 1, { categoryId: 2 }), boxAnnotation(2, 1, 5)];
    await commit(store, 1, added(one));
    await commit(store, 1, added(two));
    await commit(store, 1, update(one, { score: 0.5 }));
    const change = await store.call('category.delete', { categoryId: 2, openImageId: 1 });
    expect(change).toMatchObject({ annotations: 1, images: 1, counts: [[1, 1, 0, 'in-progress']] });
    expect(change.patch.removed.map(({ id }) => id)).toEqual([1]);
    expect((await store.call('project.summary', {})).annotationCount).toBe(1);

    const step = await store.call('document.undo', { imageId: 1 });
    expect(step!.patch).toEqual({ added: [], updated: [], removed: [] });
    await store.call('project.undo', { openImageId: 1 });
    expect(await annotationsOf(store, 1)).toEqual([one, two]);
    await store.call('document.redo', { imageId: 1 });
    expect((await annotationsOf(store, 1)).map(({ score }) => score)).toEqual([0.5, null]);
  });
});

describe('adding a list of categories', () => {
  it('is one step: ids that are free are given, names that are taken are passed over, what is in use stays', async () => {
    const store = await project(1, ['b']);
    const categories = [{ id: 1, name: 'a' }, { id: 7, name: 'c', supercategory: 's' }, { name: 'b' }];
    const change = await store.call('category.addAll', { categories, title: 'Add a preset' });
    expect(change.categories.map(({ id, name }) => [id, name])).toEqual([
      [1, 'b'],
      [2, 'a'],
      [7, 'c'],
    ]);
    await commit(store, 1, added(boxAnnotation(1, 1, 1, { categoryId: 7 })));
    expect((await store.call('project.undo', { openImageId: 1 }))!.categories.map(({ id }) => id)).toEqual([1, 7]);
    expect((await store.call('project.redo', { openImageId: 1 }))!.categories.map(({ id }) => id)).toEqual([1, 2, 7]);
  });
});

describe('any order of gestures and project operations', () => {
  type Step =
    | { kind: 'draw' | 'move' | 'recategorise' | 'remove'; image: number; pick: number; category: number }
    | { kind: 'undo' | 'redo'; image: number }
    | { kind: 'merge'; pick: number; into: number }
    | { kind: 'delete'; pick: number }
    | { kind: 'projectUndo' | 'projectRedo' };

  const small = fc.nat(7);
  const image = fc.constantFrom(1, 2);
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom('draw', 'move', 'recategorise', 'remove'),
        image,
        pick: small,
        category: small,
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('undo', 'redo'), image }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('merge'), pick: small, into: small }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete'), pick: small }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('projectUndo', 'projectRedo') }) },
  );

  /** The patch of a gesture, or null where there is nothing to do it to. */
  function gesture(
    { kind, image, pick, category }: Extract<Step, { category: number }>,
    annotations: readonly Annotation[],
    categories: readonly { id: number }[],
    id: number,
  ): Patch | null {
    if (categories.length === 0) return null;
    const categoryId = categories[category % categories.length].id;
    if (kind === 'draw') return added(boxAnnotation(id, image, pick, { categoryId }));
    const from = annotations[pick % annotations.length];
    if (!from) return null;
    if (kind === 'remove') return { added: [], updated: [], removed: [from] };
    if (kind === 'recategorise') return from.categoryId === categoryId ? null : update(from, { categoryId });
    const mask = rleToSegmentation(fromBox([category, 2, 4, 3], size[0], size[1]));
    return update(from, withSegmentation(from, mask, size));
  }

  it(
    'keeps images apart, never leaves a dangling category, and both stacks lead back',
    { timeout: 120_000 },
    async () => {
      const folder = await imageFolder(2);
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          const store = openStore();
          await store.call('project.openFolder', { folder, file: join(scratch(), 'p.maskwright') });
          for (const name of ['a', 'b', 'c']) await store.call('category.create', { name });
          let nextId = 1;
          for (const step of steps) {
            const before = await everything(store, [1, 2]);
            switch (step.kind) {
              case 'undo':
              case 'redo':
                await store.call(`document.${step.kind}`, { imageId: step.image });
                break;
              case 'projectUndo':
              case 'projectRedo': {
                const change = await store.call(step.kind === 'projectUndo' ? 'project.undo' : 'project.redo', {
                  openImageId: 1,
                });
                if (!change) break;
                // What the window is told about the open image is what happened to it.
                const after = await annotationsOf(store, 1);
                const ids = new Set(
                  [...change.patch.added, ...change.patch.updated.map(([, to]) => to)].map(({ id }) => id),
                );
                const gone = new Set(change.patch.removed.map(({ id }) => id));
                expect(after.filter(({ id }) => !ids.has(id))).toEqual(
                  before.documents[0].filter(({ id }) => !ids.has(id) && !gone.has(id)),
                );
                break;
              }
              case 'merge':
              case 'delete': {
                const ids = before.categories.map(({ id }) => id);
                const categoryId = ids[step.pick % ids.length];
                const into = step.kind === 'merge' ? ids[step.into % ids.length] : null;
                if (categoryId === undefined || into === categoryId) break;
                if (into === null) await store.call('category.delete', { categoryId, openImageId: 1 });
                else await store.call('category.merge', { categoryId, into, openImageId: 1 });
                const done = await everything(store, [1, 2]);
                await store.call('project.undo', { openImageId: 2 });
                expect(await everything(store, [1, 2])).toEqual(before);
                await store.call('project.redo', { openImageId: 2 });
                expect(await everything(store, [1, 2])).toEqual(done);
                break;
              }
              default: {
                const patch = gesture(step, before.documents[step.image - 1], before.categories, nextId++);
                if (patch) await commit(store, step.image, patch);
              }
            }
            const after = await everything(store, [1, 2]);
            if ('image' in step) {
              const other = 2 - step.image;
              expect(after.documents[other]).toEqual(before.documents[other]);
              expect(after.categories).toEqual(before.categories);
            }
            const living = new Set(after.categories.map(({ id }) => id));
            expect(after.documents.flat().every(({ categoryId }) => living.has(categoryId))).toBe(true);
            expect(after.rows.map((row) => row.annotationCount)).toEqual(after.documents.map((list) => list.length));
            expect(after.annotationCount).toBe(after.documents.flat().length);
          }
          while (await store.call('project.undo', { openImageId: null }));
          expect((await store.call('project.summary', {})).categories.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
          const masks = async () =>
            (await Promise.all([1, 2].map((imageId) => annotationsOf(store, imageId)))).map((list) =>
              list.map(({ id, segmentation, bbox }) => ({ id, segmentation, bbox })),
            );
          const end = await masks();
          for (const imageId of [1, 2]) while (await store.call('document.undo', { imageId }));
          expect(await masks()).toEqual([[], []]);
          const { history } = await store.call('image.open', { imageId: 1 });
          expect(history.undo).toBe(0);
          for (const imageId of [1, 2]) {
            while (await store.call('document.redo', { imageId }));
            await store.call('document.undo', { imageId });
            await store.call('document.redo', { imageId });
          }
          const top = await masks();
          // What could be redone is more than what was there; each that was there and was not removed later is as it was.
          if (steps.every(({ kind }) => kind !== 'undo')) expect(top).toEqual(end);
          await store.call('project.close', {});
        }),
        { numRuns: 60 },
      );
    },
  );
});

it('no gesture of an image moves in the project’s own steps, whatever number it names', async () => {
  const store = openStore();
  await store.call('project.openFolder', { folder: await imageFolder(1) });
  await store.call('category.addAll', { categories: [{ name: 'cell' }], title: 'Add cell' });
  for (const method of ['document.undo', 'document.redo'] as const) {
    expect((await failure(store.call(method, { imageId: -1 }))).code).toBe('usage');
  }
  expect((await store.call('project.history', {})).undo).toBe(1);
});
