/** mmdeploy's masks of the input's size, as probabilities and as the truth values that some exports give. */
import { expect, test } from 'vitest';
import { mmdeploy } from '../../../src-main/inference/families/mmdeploy/mmdeploy';
import type { OutputTensor } from '../../../src-main/inference/graph/graph';
import { planInput } from '../../../src-main/inference/image/preprocess';
import { makeInput, makeManifest } from './manifest';

const [WIDTH, HEIGHT] = [70, 64];

/** Three rows, the middle one padding; row `k` is set in the columns from 10 * k on. */
async function decoded(mask: (isSet: boolean[]) => OutputTensor['data']) {
  const cells = WIDTH * HEIGHT;
  const isSet = Array.from({ length: 3 * cells }, (_, i) => i % WIDTH >= 10 * Math.floor(i / cells));
  const tensors = {
    dets: {
      dims: [1, 3, 5],
      data: Float32Array.from({ length: 15 }, (_, i) => [0.9, 0, 0.8][Math.floor(i / 5)] * Number(i % 5 === 4)),
    },
    labels: { dims: [1, 3], data: BigInt64Array.of(0n, 0n, 1n) },
    masks: { dims: [1, 3, HEIGHT, WIDTH], data: mask(isSet) },
  };
  const outputs = mmdeploy.outputs.parse({ dets: { name: 'd' }, labels: { name: 'l' }, masks: { name: 'm' } });
  const context = { head: makeManifest(), frame: planInput(WIDTH, HEIGHT, makeInput()), score: 0.3 };
  const found = await mmdeploy.decode(tensors, outputs, { ...context, pause: async () => {} });
  return found.kind === 'instances' ? found.items : [];
}

test('truth values say what probabilities say', async () => {
  const items = await decoded((isSet) => Float32Array.from(isSet, (one) => (one ? 0.7 : 0.2)));
  expect(items.map(({ bbox, categoryName }) => [categoryName, ...bbox])).toEqual([
    ['square', 0, 0, WIDTH, HEIGHT],
    ['corner', 20, 0, WIDTH - 20, HEIGHT],
  ]);
  expect(await decoded((isSet) => Uint8Array.from(isSet, Number))).toEqual(items);
});
