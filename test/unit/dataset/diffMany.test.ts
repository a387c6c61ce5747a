/** A difference of images with very many annotations: the same as by pairing each with each, in the time of few. */
import { describe, expect, it } from 'vitest';
import { diffDatasets } from '@shared/dataset/diff';
import { formats } from '@shared/formats/registry';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { Random } from '../../support/datasetFuzz';
import { memorySource } from '../../support/formatFiles';

interface Item {
  readonly id: number;
  readonly category: number;
  readonly box: readonly [number, number, number, number];
}

async function viewOf(items: readonly Item[], side: number, name = 'a.png') {
  const annotations = items.map(({ id, category, box }) => {
    const [x, y, w, h] = box;
    return {
      ...{ id, image_id: 1, category_id: category, bbox: box, area: w * h, iscrowd: 0 },
      segmentation: [[x, y, x + w, y, x + w, y + h, x, y + h]],
    };
  });
  const categories = ['cat', 'dog', 'owl'].map((one, at) => ({ id: at + 1, name: one }));
  const images = [{ id: 1, file_name: name, width: side, height: side }];
  const dataset = new MemoryDataset('/memory', 'coco');
  const files = new Map([['data.json', JSON.stringify({ images, categories, annotations })]]);
  await formats.get('coco')!.read!(memorySource(files, new Map()), dataset, {});
  return dataset.view('made');
}

const side = 4_000;
const many = 20_000;
const scattered = (random: Random): Item[] =>
  Array.from({ length: many }, (_, at) => ({
    id: at + 1,
    category: 1 + random.below(3),
    box: [random.below(side - 20), random.below(side - 20), 4 + random.below(16), 4 + random.below(16)] as const,
  }));

const iouOf = ([ax, ay, aw, ah]: Item['box'], [bx, by, bw, bh]: Item['box']) => {
  const w = Math.min(ax + aw, bx + bw) - Math.max(ax, bx);
  const h = Math.min(ay + ah, by + bh) - Math.max(ay, by);
  const both = w > 0 && h > 0 ? w * h : 0;
  return both / (aw * ah + bw * bh - both);
};

/** By the rule itself: of all pairs that overlap by half, the one that is worth most first. */
function eachWithEach(before: readonly Item[], after: readonly Item[]): string[] {
  const pairs = before.flatMap((a) =>
    after.flatMap((b) => {
      const overlap = iouOf(a.box, b.box);
      const worth = overlap + (a.category === b.category ? 1 : 0) + (a.id === b.id ? 0.5 : 0);
      return overlap < 0.5 ? [] : [{ a, b, worth }];
    }),
  );
  const used = new Set<Item>();
  const found: string[] = [];
  const take = (a: Item, b: Item) => {
    used.add(a).add(b);
    found.push(`${a.id}-${b.id}`);
  };
  for (const { a, b } of pairs.sort((x, y) => y.worth - x.worth)) if (!used.has(a) && !used.has(b)) take(a, b);
  for (const a of before) {
    const b = after.find((one) => one.id === a.id && !used.has(one));
    if (b && !used.has(a)) take(a, b);
  }
  return found.sort();
}

describe('the difference of images with many annotations', () => {
  it('pairs them as each with each does', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = new Random(seed);
      const item = (id: number): Item => ({
        ...{ id, category: 1 + random.below(2) },
        box: [random.below(20), random.below(20), 3 + random.below(12), 3 + random.below(12)],
      });
      const before = Array.from({ length: 1 + random.below(40) }, (_, at) => item(at + 1));
      const after = Array.from({ length: 1 + random.below(40) }, (_, at) =>
        random.chance(0.5) && before[at] ? { ...before[at], id: at + 1 + random.below(2) * 100 } : item(at + 1),
      );
      const { annotations } = diffDatasets(await viewOf(before, 40), await viewOf(after, 40), { statesRecords: true });
      const told = annotations.changed.map(({ ids }) => ids.join('-'));
      const pairs = eachWithEach(before, after);
      expect([annotations.same + told.length, pairs], `seed ${seed}`).toEqual([
        pairs.length,
        expect.arrayContaining(told) as unknown,
      ]);
      const alone = (list: readonly Item[], side: 0 | 1) =>
        list.map(({ id }) => id).filter((id) => !pairs.some((pair) => Number(pair.split('-')[side]) === id));
      expect(annotations.removed.map(({ ids }) => ids[0])).toEqual(alone(before, 0));
      expect(annotations.added.map(({ ids }) => ids[1]).sort()).toEqual(alone(after, 1).sort());
    }
  });

  it.each([
    ['scattered ones that all got other numbers', (random: Random) => scattered(random), 50_000],
    [
      'a stack of them at one place',
      () => Array.from({ length: many }, (_, at): Item => ({ id: at + 1, category: 1, box: [10, 10, 5, 5] })),
      0,
    ],
  ] as const)('comes to an end with %s', async (_, make, shift) => {
    const before = make(new Random(1));
    const after = before.map((one, at) => ({
      ...{ ...one, id: one.id + shift },
      ...(at === 7 ? { category: (one.category % 3) + 1 } : {}),
    }));
    const { annotations } = diffDatasets(await viewOf(before, side), await viewOf(after, side));
    expect([annotations.added, annotations.removed]).toEqual([[], []]);
    expect(annotations.same).toBeGreaterThanOrEqual(many - 3);
    expect(annotations.changed.some(({ what }) => what.includes('category'))).toBe(true);
  });
});
