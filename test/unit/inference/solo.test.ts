/** SOLOv2 where everything is a candidate, and where the graph has squashed its scores. */
import { expect, test } from 'vitest';
import { solo } from '../../../src-main/inference/families/solo/solo';
import { planInput } from '../../../src-main/inference/image/preprocess';
import { makeInput, makeManifest } from './manifest';

/** A grid of `side` x `side` cells, one class; each cell's kernel takes the one feature plane, which is an object in its left half. */
async function decode(scores: (cell: number) => number, side: number, featureSide = 16) {
  const outputs = solo.outputs.parse({
    levels: [{ categories: { name: 'c' }, kernels: { name: 'k' }, stride: 8 }],
    features: { name: 'f' },
  });
  const cells = side * side;
  const plane = featureSide * featureSide;
  const tensors = {
    'levels/0/categories': {
      dims: [1, 1, side, side],
      data: Float32Array.from({ length: cells }, (_, i) => scores(i)),
    },
    'levels/0/kernels': { dims: [1, 1, side, side], data: new Float32Array(cells).fill(1) },
    features: {
      dims: [1, 1, featureSide, featureSide],
      data: Float32Array.from({ length: plane }, (_, i) => (i % featureSide < featureSide / 2 ? 4 : -4)),
    },
  };
  let pauses = 0;
  const head = makeManifest({ categories: [{ id: 1, name: 'thing' }] });
  const frame = planInput(featureSide * 4, featureSide * 4, makeInput());
  const context = { head, frame, score: 0.05, pause: async () => void pauses++ };
  const prediction = await solo.decode(tensors, outputs, context);
  return { items: prediction.kind === 'instances' ? prediction.items : [], pauses: () => pauses };
}

test('scores that the graph squashed stay as they are', async () => {
  const { items } = await decode((cell) => (cell === 5 ? 0.8 : 0), 4);
  expect(items).toHaveLength(1);
  // Times the mean probability inside the mask.
  expect(items[0].score).toBeCloseTo(0.8 / (1 + Math.exp(-4)), 5);
});

test('logits are squashed', async () => {
  const { items } = await decode((cell) => (cell === 5 ? 3 : -6), 4);
  expect(items).toHaveLength(1);
  expect(items[0].score).toBeCloseTo(1 / (1 + Math.exp(-3)) / (1 + Math.exp(-4)), 5);
});

test('when every cell is a candidate, masks are made of the best 500 only, with pauses', async () => {
  const { items, pauses } = await decode(() => 0.9, 60);
  expect(items.length).toBeGreaterThan(0);
  expect(items.length).toBeLessThanOrEqual(100);
  // One for 16 masks: of 3600 candidates there would be 225.
  expect(pauses()).toBeGreaterThanOrEqual(500 / 16);
  expect(pauses()).toBeLessThan(45);
});
