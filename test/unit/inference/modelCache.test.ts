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
  expect(events).toEqual(['load a', 'load b', 'release b', 'load c', 'release c', 'load b']);
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
  expect(events).toEqual(['load a', 'release a', 'load a', 'load bad', 'load bad']);
});

/** Each loaded model holds 400; `held` is what the cache is told. */
function makeCrowded(most: number) {
  const loaded = new Set<string>();
  let mostLoaded = 0;
  const cache = new ModelCache(
    9,
    async ({ folder }) => {
      loaded.add(folder);
      mostLoaded = Math.max(mostLoaded, loaded.size);
      return { release: async () => void loaded.delete(folder) } as LoadedModel;
    },
    { held: () => 100 + 400 * loaded.size, most },
  );
  return { cache, loaded, mostLoaded: () => mostLoaded };
}

test('models that nobody uses are let go while the process holds too much, those used longest ago first', async () => {
  const { cache, loaded } = makeCrowded(1000);
  for (const folder of ['a', 'b', 'a', 'c']) await cache.use(file(folder), nothing);
  expect([...loaded]).toEqual(['a', 'c']);
});

test('the model used last stays however much it holds, and those in use stay too', async () => {
  const { cache, loaded } = makeCrowded(300);
  await cache.use(file('a'), nothing);
  await cache.use(file('a'), nothing);
  expect([...loaded]).toEqual(['a']);
  const held = await cache.borrow(file('b'));
  expect([...loaded]).toEqual(['b']);
  await cache.use(file('c'), async () => expect([...loaded]).toEqual(['b', 'c']));
  expect([...loaded]).toEqual(['b', 'c']);
  held.letGo();
  await cache.use(file('c'), nothing);
  expect([...loaded]).toEqual(['c']);
});

test('there is room before a model is loaded, not only after', async () => {
  const { cache, mostLoaded } = makeCrowded(300);
  for (const folder of ['a', 'b', 'a', 'c']) await cache.use(file(folder), nothing);
  expect(mostLoaded()).toBe(1);
});

test('a model made of others is let go before its parts', async () => {
  const loaded = new Set<string>();
  const cache: ModelCache = new ModelCache(
    9,
    async ({ folder }) => {
      const part = folder === 'whole' ? await cache.borrow(file('part')) : null;
      loaded.add(folder);
      return { release: async () => (loaded.delete(folder), part?.letGo()) } as LoadedModel;
    },
    { held: () => loaded.size, most: 1 },
  );
  await cache.use(file('whole'), async () => expect([...loaded]).toEqual(['part', 'whole']));
  expect([...loaded]).toEqual(['part', 'whole']);
  await cache.use(file('other'), nothing);
  expect([...loaded]).toEqual(['other']);
});
