/** Mask2Former's readings: what classes nobody sees must not change those that are seen; queries of several classes, and none. */
import { describe, expect, it } from 'vitest';
import { queryMasks } from '../../../src-main/inference/families/queryMasks/queryMasks';
import { planInput } from '../../../src-main/inference/image/preprocess';
import { area } from '@shared/mask';
import { makeInput, makeManifest } from './manifest';

const [GRID, SIZE] = [6, 384];

/** Two queries, a disc and what is around it, said of the first two classes of `count`; the masks are enlarged to 384 first. */
async function semantic(count: number) {
  const classes = new Float32Array(2 * (count + 1)).fill(-40);
  [classes[0], classes[1], classes[count + 2], classes[count + 1]] = [2, 1, 3, 1];
  const masks = Float32Array.from({ length: 2 * GRID * GRID }, (_, i) => {
    const at = i % (GRID * GRID);
    const inside = 4 - 3 * Math.hypot((at % GRID) - 2.3, Math.floor(at / GRID) - 2.8);
    return i < GRID * GRID ? inside : -2 * inside;
  });
  const outputs = queryMasks.outputs.parse({
    classes: { name: 'classes' },
    masks: { name: 'masks', upsample: { width: SIZE, height: SIZE } },
    task: 'semantic',
  });
  const tensors = {
    classes: { dims: [1, 2, count + 1], data: classes },
    masks: { dims: [1, 2, GRID, GRID], data: masks },
  };
  const categories = Array.from({ length: count }, (_, id) => ({ id, name: `class ${id}` }));
  const head = makeManifest({ categories } as never);
  const context = { head, frame: planInput(96, 80, makeInput()), score: 0.5, pause: async () => {} };
  const prediction = await queryMasks.decode(tensors, outputs, context);
  if (prediction.kind !== 'labels') throw new Error('no labels');
  return prediction.classes;
}

describe('Mask2Former, semantic', () => {
  it('enlarges the masks of many classes as those of few', async () => {
    const few = await semantic(2);
    expect(few.map(({ categoryName }) => categoryName)).toEqual(['class 0', 'class 1']);
    expect(few.reduce((sum, { mask }) => sum + area(mask), 0)).toBe(96 * 80);
    // 120 planes of 384 x 384 are more than are held at once.
    expect(await semantic(120)).toEqual(few);
  });
});

/** Queries of two classes, their masks all the left half of 4 x 4 cells. */
async function decoded(task: string, classes: readonly (readonly number[])[]) {
  const outputs = queryMasks.outputs.parse({ classes: { name: 'classes' }, masks: { name: 'masks' }, task });
  const queries = classes.length;
  const tensors = {
    classes: { dims: [1, queries, 3], data: Float32Array.from(classes.flat()) },
    masks: {
      dims: [1, queries, 4, 4],
      data: Float32Array.from({ length: 16 * queries }, (_, i) => (i % 4 < 2 ? 9 : -9)),
    },
  };
  const categories = ['cat', 'dog'].map((name, id) => ({ id, name }));
  const context = { head: makeManifest({ categories } as never), frame: planInput(4, 4, makeInput()), score: 0.3 };
  return queryMasks.decode(tensors, outputs, { ...context, pause: async () => {} });
}

describe('Mask2Former, instances', () => {
  it('a query that may be two things is proposed as both, and as nothing where it is neither', async () => {
    const found = await decoded('instance', [
      [5, 5, -9],
      [0, 0, 9],
    ]);
    if (found.kind !== 'instances') throw new Error('no instances');
    expect(found.items.map(({ categoryName, area: pixels }) => [categoryName, pixels])).toEqual([
      ['cat', 8],
      ['dog', 8],
    ]);
    for (const { score } of found.items) expect(score).toBeCloseTo(0.5 / (1 + Math.exp(-9)), 5);
  });
});

it.each(['instance', 'panoptic', 'semantic'])('without queries nothing is found: %s', async (task) => {
  const found = await decoded(task, []);
  expect(Object.values(found).filter(Array.isArray)).toEqual([[]]);
});
