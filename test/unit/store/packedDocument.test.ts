/** The window's own way of changing a document, against the plain one: the same store, the same answers. */
import { expect, it } from 'vitest';
import { createAnnotation } from '@shared/document/segmentation';
import type { Annotation, Patch } from '@shared/document/types';
import { packPatch } from '@shared/ipc/packing';
import type { Client } from '@shared/ipc/rpc';
import type { WindowRequests } from '@shared/ipc/window';
import { packedClient } from '../../../src-renderer/api/packedClient';
import { failure, imageFolder, openStore, type Store } from './support';

const polygon = (id: number, x: number): Annotation =>
  createAnnotation(
    {
      ...{ id, imageId: 1, categoryId: 1, zOrder: id },
      segmentation: {
        kind: 'polygons',
        parts: [{ outer: [x, 1, x + 6, 1, x + 6, 8, x, 8], holes: [[x + 2, 3, x + 4, 3, x + 4, 5]] }],
      },
    },
    [10, 20],
  );
const patch = (more: Partial<Patch>): Patch => ({ added: [], updated: [], removed: [], ...more });

async function opened(): Promise<{ plain: Store; packed: Store }> {
  const store = openStore();
  await store.call('project.openFolder', { folder: await imageFolder(1) });
  await store.call('category.create', { name: 'object' });
  await store.call('category.create', { name: 'other' });
  // As between processes: nothing is shared.
  const remote = {
    call: async (method: never, params: never) =>
      structuredClone(await store.call(method, structuredClone(params) as never)),
  } as unknown as Client<WindowRequests>;
  return { plain: store, packed: packedClient(remote) as unknown as Store };
}

it('gestures, undo and redo cross packed and say the same', async () => {
  const [two, alone] = [await opened(), await opened()];
  const [a, b] = [polygon(1, 1), polygon(2, 9)];
  const moved = { ...polygon(1, 3), provenance: { tool: 'import', edits: 1 } };
  const gestures = [
    patch({ added: [a, b] }),
    patch({ updated: [[a, moved]] }),
    patch({ updated: [[b, { ...b, categoryId: 2 }]], removed: [moved] }),
  ];
  const answers = [];
  for (const store of [two.packed, alone.plain]) {
    const said: unknown[] = [];
    for (const gesture of gestures) {
      said.push(await store.call('document.commit', { imageId: 1, patch: gesture, gesture: 'g' }));
    }
    for (let step = 0; step < 4; step++) said.push(await store.call('document.undo', { imageId: 1 }));
    for (let step = 0; step < 4; step++) said.push(await store.call('document.redo', { imageId: 1 }));
    said.push((await store.call('image.open', { imageId: 1 })).snapshot);
    answers.push(said);
  }
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]).toContainEqual(expect.objectContaining({ patch: patch({ updated: [[moved, a]] }) }));
});

it('a gesture on many annotations arrives as one on few', async () => {
  const { packed } = await opened();
  const many = Array.from({ length: 300 }, (_, at) => polygon(1 + at, at % 12));
  expect(await packed.call('document.commit', { imageId: 1, patch: patch({ added: many }), gesture: 'g' })).toEqual({
    undo: 1,
    redo: 0,
  });
  expect((await packed.call('image.open', { imageId: 1 })).snapshot.annotations).toEqual(many);
});

it('what was packed is checked as what was not', async () => {
  const { plain } = await opened();
  const commit = (patch: Patch) =>
    failure(plain.call('document.commitPacked', { imageId: 1, packed: packPatch(patch), gesture: 'g' }));
  const holes = [[1, 2, 3]];
  const odd = {
    ...polygon(1, 1),
    segmentation: { kind: 'polygons' as const, parts: [{ outer: [1, 1, 2, 2], holes }] },
  };
  expect(await commit(patch({ added: [odd] }))).toMatchObject({ code: 'usage' });
  expect((await commit(patch({ added: [odd] }))).message).toContain('annotation 1');
  expect(await commit(patch({ added: [{ ...polygon(1, 1), area: NaN }] }))).toMatchObject({ code: 'usage' });
  expect((await plain.call('image.open', { imageId: 1 })).snapshot.annotations).toEqual([]);
});
