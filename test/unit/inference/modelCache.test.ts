import { expect, test } from 'vitest';
import type { ModelFile } from '../../../src-main/inference/catalog/modelFile';
import type { LoadedModel } from '../../../src-main/inference/graph/model';
import { ModelCache } from '../../../src-main/inference/graph/modelCache';
import { findFamily } from '../../../src-main/inference/families';
import { makeManifest } from './manifest';

const file = (folder: string, name = 'Test'): ModelFile => ({
  folder,
  file: `${folder}/model.json`,
  manifest: makeManifest({ name }),
  family: findFamily('maskrcnn-roi', folder),
  part: {},
});

function makeCache(capacity: number) {
  const events: string[] = [];
  const cache = new ModelCache(capacity, async ({ folder }) => {
    events.push(`load ${folder}`);
    if (folder === 'bad') throw new Error('bad');
    return { release: async () => void events.push(`release ${folder}`) } as LoadedModel;
  });
  return { cache, events };
}
const nothing = async () => {};

test('keeps the models used last', async () => {
  const { cache, events } = makeCache(2);
  for (const folder of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.use(file(folder), nothing);
  expect(events).toEqual(['load a', 'load b', 'load c', 'release b', 'load b', 'release c']);
});

test('a model in use is released only when its last user is done', async () => {
  const { cache, events } = makeCache(1);
  let finish!: () => void;
  const working = cache.use(file('a'), () => new Promise<void>((resolve) => (finish = resolve)));
  await cache.use(file('b'), nothing);
  expect(events).toEqual(['load a', 'load b']);
  finish();
  await working;
  await nothing();
  expect(events).toEqual(['load a', 'load b', 'release a']);
});

test('a changed model.json loads anew; a failed load is tried again', async () => {
  const { cache, events } = makeCache(2);
  await cache.use(file('a'), nothing);
  await cache.use(file('a', 'Other'), nothing);
  await expect(cache.use(file('bad'), nothing)).rejects.toThrow('bad');
  await expect(cache.use(file('bad'), nothing)).rejects.toThrow('bad');
  expect(events).toEqual(['load a', 'load a', 'release a', 'load bad', 'load bad']);
});
