/** What a gesture may make durable: nothing that later reading, drawing or exporting would fail on. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Annotation, Patch } from '@shared/document/types';
import { added, boxAnnotation, failure, imageFolder, openStore, scratch, type Store, writeDataset } from './support';

const ring = [0, 0, 5, 0, 5, 5];
const polygons = (outer: number[], holes: number[][] = []) => ({
  kind: 'polygons' as const,
  parts: [{ outer, holes }],
});

async function project(): Promise<Store> {
  const store = openStore();
  await store.call('project.openFolder', { folder: await imageFolder(1) });
  return store;
}

const commit = (store: Store, patch: Patch) => store.call('document.commit', { imageId: 1, patch, gesture: 'test' });
const annotations = async (store: Store) => (await store.call('image.open', { imageId: 1 })).snapshot.annotations;

describe('a gesture is refused, and nothing of it kept, where an annotation', () => {
  it.each<[string, Partial<Annotation>, string]>([
    ['has an id below 1', { id: 0 }, 'Annotation 0 has the id 0: ids start at 1'],
    [
      'has an unknown category',
      { categoryId: 77 },
      'Annotation 9 has the category 77, which the project does not have',
    ],
    [
      'has a point far away',
      { segmentation: polygons([0, 0, 1e7 + 1, 0, 5, 5]) },
      'Annotation 9 has a point beyond 10000000 pixels',
    ],
    [
      'has a hole of two points',
      { segmentation: polygons(ring, [[1, 1, 2, 2]]) },
      'Annotation 9 has a ring of 2 points: a ring has at least 3',
    ],
    ['has an empty ring', { segmentation: polygons([]) }, 'Annotation 9 has a ring of 0 points: a ring has at least 3'],
    ['has a box far away', { bbox: [0, 0, 2e7, 1] }, 'Annotation 9 has a box that reaches beyond 10000000 pixels'],
    ['has a negative box', { bbox: [5, 5, -2, 3] }, 'Annotation 9 has a box of negative width or height'],
    ['has a negative area', { area: -1 }, 'Annotation 9 has the area -1'],
    [
      'has no number in its box',
      { bbox: [0, Number.NaN, 1, 1] },
      'document.commit: annotation 9: patch/added/0/bbox/1',
    ],
    [
      'has an infinite point',
      { segmentation: polygons([0, 0, Infinity, 0, 5, 5]) },
      'document.commit: annotation 9: patch/added/0/segmentation',
    ],
  ])('%s', async (_, more, sentence) => {
    const store = await project();
    const error = await failure(commit(store, added(boxAnnotation(9, 1, 3, more))));
    expect(error.code).toBe('usage');
    expect(error.message).toContain(sentence);
    expect(await annotations(store)).toEqual([]);
    expect((await store.call('image.open', { imageId: 1 })).history).toEqual({ undo: 0, redo: 0 });
  });

  it('is in it twice', async () => {
    const store = await project();
    const a = boxAnnotation(1, 1, 3);
    expect((await failure(commit(store, added(a, a)))).message).toBe('Annotation 1 is in the gesture twice');
    await commit(store, added(a));
    const both = { added: [], updated: [[a, { ...a, score: 1 }]], removed: [a] } as const;
    expect((await failure(commit(store, both))).message).toBe('Annotation 1 is in the gesture twice');
    expect(await annotations(store)).toEqual([a]);
  });
});

it('an annotation that came from a file with faults can be changed in everything else, and in no new fault', async () => {
  const image = { id: 1, file_name: '1.png', width: 20, height: 10 };
  const record = { id: -4, image_id: 1, category_id: 9, bbox: [5, 5, -2, 3], area: -6, segmentation: [[1, 1, 3e7, 3]] };
  const cocoFile = writeDataset(
    JSON.stringify({ images: [image], annotations: [record], categories: [{ id: 1, name: 'a' }] }),
  );
  const store = openStore();
  const { findings } = await store.call('project.openDataset', { path: cocoFile });
  const told = findings.map(({ message }) => message).join('\n');
  for (const what of [
    'id is -4',
    'refers to category 9',
    'cannot be negative',
    'expected at least 3',
    'no image reaches beyond',
  ]) {
    expect(told).toContain(what);
  }
  const [came] = await annotations(store);
  const changed = { ...came, score: 0.25 };
  await commit(store, { added: [], updated: [[came, changed]], removed: [] });
  const worse = { ...changed, bbox: [0, 0, -1, 1] as const };
  const error = await failure(commit(store, { added: [], updated: [[changed, worse]], removed: [] }));
  expect(error.message).toContain('has a box of negative width or height');
  const recategorised = { ...changed, categoryId: 1 };
  await commit(store, { added: [], updated: [[changed, recategorised]], removed: [] });
  expect(await annotations(store)).toEqual([recategorised]);
  const path = join(scratch(), 'out.json');
  const report = await store.call('project.export', {
    path,
    format: 'coco',
    options: { masks: 'rle' },
    overwrite: 'refuse',
  });
  expect(report.annotations).toBe(1);
});
