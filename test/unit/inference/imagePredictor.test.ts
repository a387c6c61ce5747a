/** Predictions of one model at the same time: memory that is used again is never another one's meanwhile. */
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { semantic } from '../../../src-main/inference/families/semantic/semantic';
import type { PredictContext, Predictor } from '../../../src-main/inference/families/family';
import type { TensorValue } from '../../../src-main/inference/graph/graph';
import { makeInput, makeManifest } from './manifest';

const categories = ['red', 'green', 'blue'].map((name, id) => ({ id, name }));
const pictureOf = (brightest: number) => ({
  width: 4,
  height: 4,
  data: Uint8Array.from({ length: 48 }, (_, i) => (i % 3 === brightest ? 200 : 10)),
});
const quiet: PredictContext = { score: 0.5, note: () => undefined, step: async () => void (await setImmediate()) };

test('each gets what its own image gives, also beside ones that fail or are cancelled', async () => {
  const seen = new Set<Float32Array>();
  const graph = {
    // Computes late, as the runtime does: by then the next one may have been asked.
    async run({ image: { data, dims } }: Readonly<Record<string, TensorValue>>) {
      const taken = seen.size;
      seen.add(data);
      await setImmediate();
      if (taken === 2) throw new Error('out of memory');
      return { map: { dims, data: data.slice() } };
    },
  };
  const model = { manifest: makeManifest({ categories } as never) };
  const outputs = semantic.outputs.parse({ map: { name: 'map' } });
  const part = { input: makeInput(), outputs, categories, files: [] };
  const host = { openGraph: async () => graph };
  const { predict } = (await semantic.load(model as never, part as never, host as never)) as Predictor;
  const found = async (brightest: number, context = quiet) => {
    const prediction = await predict(pictureOf(brightest), context);
    return prediction.kind === 'labels' ? prediction.classes.map(({ categoryName }) => categoryName) : null;
  };
  const cancelled: PredictContext = {
    ...quiet,
    step: (timing) => (timing === 'run' ? Promise.reject(new Error('cancelled')) : quiet.step(timing)),
  };
  for (let round = 0; round < 3; round++) {
    const asked = [0, 1, 2, 1].map((brightest, i) => found(brightest, i === 3 ? cancelled : quiet));
    const answers = (await Promise.allSettled(asked)).map((one) => (one.status === 'fulfilled' ? one.value : null));
    expect(answers).toEqual([['red'], ['green'], round === 0 ? null : ['blue'], null]);
  }
  // What one was built in is there for the next one.
  const before = seen.size;
  expect([await found(2), await found(0)]).toEqual([['blue'], ['red']]);
  expect(seen.size).toBe(before);
});
