/** An image in tiles gives what the whole image gives: a perfect detector (bright pixels that touch) is the truth to compare with. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { components, encode, iou, area, merge, fromBox, fromCompressed, type Rle, toBbox } from '@shared/mask';
import type { PredictContext, Prediction, Predictor } from '../../../src-main/inference/families/family';
import { proposalOf } from '../../../src-main/inference/families/predictions';
import { argmaxToRles } from '../../../src-main/inference/image/argmaxToRles';
import { logitsToRle } from '../../../src-main/inference/image/logitsToRle';
import type { RgbImage } from '../../../src-main/inference/image/rgbImage';
import { coreOf, layTiles } from '../../../src-main/inference/tiles/layout';
import { predictTiled } from '../../../src-main/inference/tiles/tiles';

const context: PredictContext = { score: 0, step: async () => {}, note: () => {} };

function discs(width: number, height: number, list: readonly (readonly [x: number, y: number, r: number])[]): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (const [cx, cy, r] of list) {
    for (let y = Math.max(0, cy - r); y < Math.min(height, cy + r); y++) {
      for (let x = Math.max(0, cx - r); x < Math.min(width, cx + r); x++) {
        if ((x - cx) ** 2 + (y - cy) ** 2 < r * r) data.fill(255, (y * width + x) * 3, (y * width + x) * 3 + 3);
      }
    }
  }
  return { width, height, data };
}

const bright = ({ width, height, data }: RgbImage): Rle =>
  encode(
    Uint8Array.from({ length: width * height }, (_, i) => (data[3 * i] > 128 ? 1 : 0)),
    height,
    width,
  );

/** `score` of a mask may depend on what the tile shows of it, as a network's does. */
const detector = (score: (mask: Rle) => number): Predictor => ({
  kind: 'predictor',
  predict: async (image): Promise<Prediction> => ({
    kind: 'instances',
    items: components(bright(image)).map((mask) => proposalOf(mask, score(mask), 'disc')),
  }),
});

const masksOf = (prediction: Prediction): Rle[] =>
  prediction.kind === 'instances'
    ? prediction.items.map(({ segmentation }) => fromCompressed(segmentation.counts, segmentation.size))
    : [];

test('tiles cover the image, the last ones end at its border, and cores share no pixel', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 64, max: 200 }),
      fc.integer({ min: 0, max: 32 }),
      (width, height, side, overlap) => {
        const tiles = layTiles(width, height, { side, overlap });
        const seen = new Uint8Array(width * height);
        for (const tile of tiles) {
          expect(tile[0] + tile[2]).toBeLessThanOrEqual(width);
          expect(tile[1] + tile[3]).toBeLessThanOrEqual(height);
          const [x, y, w, h] = coreOf(tile, tiles);
          for (let row = y; row < y + h; row++) for (let i = row * width + x; i < row * width + x + w; i++) seen[i]++;
        }
        expect(seen.every((count) => count === 1)).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});

test('objects across seams are one, none twice, whatever their scores: a scene of discs in tiles of 128', async () => {
  const place = (seed: number) => {
    let state = seed;
    return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  };
  for (const seed of [1, 2, 3]) {
    const random = place(seed);
    // One in each cell of a raster that has nothing to do with the tiles, so that no two touch.
    const list = Array.from({ length: 64 }, (_, i) => {
      const [column, row] = [i % 8, Math.floor(i / 8)];
      return [
        column * 53 + 26 + Math.round(random() * 4),
        row * 53 + 26 + Math.round(random() * 4),
        8 + Math.round(random() * 14),
      ] as const;
    });
    const image = discs(430, 430, list);
    const whole = await detector(() => 0.9).predict(image, context);
    // A piece looks less like a disc than the whole does.
    const tiled = await predictTiled(
      detector((mask) => 0.4 + random() * 0.1 + area(mask) / 5000),
      image,
      { side: 128, overlap: 32 },
      context,
    );
    const [expected, found] = [masksOf(whole), masksOf(tiled)];
    expect(found.length).toBe(expected.length);
    const shared = iou(found, expected);
    for (let i = 0; i < found.length; i++) {
      expect(Math.max(...shared.slice(i * expected.length, (i + 1) * expected.length))).toBeGreaterThan(0.95);
    }
  }
});

test('an object larger than a tile is one', async () => {
  const image = discs(400, 400, [[200, 200, 170]]);
  const tiled = await predictTiled(
    detector(() => 0.8),
    image,
    { side: 128, overlap: 32 },
    context,
  );
  const [mask, ...more] = masksOf(tiled);
  expect(more).toEqual([]);
  expect(iou([mask], [bright(image)])[0]).toBe(1);
});

test('where two tiles disagree about the category of an object that both cut, the better one has it', async () => {
  let tile = 0;
  const image = discs(200, 100, [[100, 50, 30]]);
  const predictor: Predictor = {
    kind: 'predictor',
    predict: async (part) => ({
      kind: 'instances',
      items: components(bright(part)).map((mask) =>
        tile++ === 0 ? proposalOf(mask, 0.9, 'cat') : proposalOf(mask, 0.8, 'dog'),
      ),
    }),
  };
  const joined = await predictTiled(predictor, image, { side: 128, overlap: 48 }, context);
  expect(joined.kind === 'instances' && joined.items.map(({ categoryName }) => categoryName)).toEqual(['cat']);
});

test('classes of a map are decided by the nearer tile and fill the image without overlap', async () => {
  const image = discs(300, 200, [
    [100, 100, 60],
    [220, 60, 40],
  ]);
  const predictor: Predictor = {
    kind: 'predictor',
    predict: async (part) => {
      const mask = bright(part);
      const rest = encode(
        Uint8Array.from({ length: part.width * part.height }, (_, i) => (part.data[3 * i] > 128 ? 0 : 1)),
        part.height,
        part.width,
      );
      const classes = [
        { categoryName: 'disc', mask, score: 1 },
        { categoryName: 'ground', mask: rest, score: 1 },
      ];
      return { kind: 'labels', classes: classes.filter((one) => area(one.mask) > 0) };
    },
  };
  const joined = await predictTiled(predictor, image, { side: 128, overlap: 32 }, context);
  const classes = joined.kind === 'labels' ? joined.classes : [];
  expect(classes.map(({ categoryName }) => categoryName).sort()).toEqual(['disc', 'ground']);
  expect(area(merge(classes.map(({ mask }) => mask)))).toBe(300 * 200);
  expect(iou([classes.find(({ categoryName }) => categoryName === 'disc')!.mask], [bright(image)])[0]).toBe(1);
});

test('of stuff there is one segment a class, of things one an object', async () => {
  const image = discs(300, 200, [
    [64, 100, 30],
    [200, 60, 30],
  ]);
  // The ground is seen otherwise at each tile's rim, so that the pieces do not agree where tiles overlap.
  const predictor: Predictor = {
    kind: 'predictor',
    predict: async (part) => {
      const isSeen = (i: number) => part.data[3 * i] <= 128 && i % part.width > 20 && i % part.width < part.width - 20;
      const ground = encode(
        Uint8Array.from({ length: part.width * part.height }, (_, i) => (isSeen(i) ? 1 : 0)),
        part.height,
        part.width,
      );
      const things = components(bright(part)).map((mask) => ({ categoryName: 'disc', mask, score: 0.9 }));
      return { kind: 'panoptic', segments: [...things, { categoryName: 'ground', mask: ground, score: 0.8 }] };
    },
  };
  const categories = [
    { id: 1, name: 'disc', isthing: 1 as const },
    { id: 2, name: 'ground', isthing: 0 as const },
  ];
  const joined = await predictTiled(predictor, image, { side: 128, overlap: 32 }, context, categories);
  const segments = joined.kind === 'panoptic' ? joined.segments : [];
  expect(segments.map(({ categoryName }) => categoryName)).toEqual(['disc', 'disc', 'ground']);
  expect(area(merge(segments.map(({ mask }) => mask)))).toBe(segments.reduce((sum, { mask }) => sum + area(mask), 0));
});

/** A network whose scores are given for each pixel of a tile, by where the tile begins. */
const scorer = (
  names: readonly (string | null)[],
  threshold: number | null,
  score: (channel: number, x: number, y: number, left: number) => number,
): { predictor: Predictor } => {
  const predict = async ({ width, height, data }: RgbImage): Promise<Prediction> => {
    // The picture tells where it is: its red is the column.
    const left = data[0];
    const values = Float32Array.from({ length: names.length * width * height }, (_, i) => {
      const [channel, at] = [Math.floor(i / (width * height)), i % (width * height)];
      return score(channel, (at % width) + left, Math.floor(at / width), left);
    });
    const planes = { values, channels: names.length, width, height };
    const corners = [0, 0, width, height] as const;
    const size = [height, width] as const;
    const masks =
      threshold === null
        ? argmaxToRles(planes, corners, size)
        : names.map((_, c) =>
            logitsToRle({ values, offset: c * width * height, width, height }, corners, size, threshold),
          );
    const classes = masks.flatMap((mask, c) => {
      const categoryName = names[c];
      return mask && categoryName !== null ? [{ categoryName, mask, score: 1 }] : [];
    });
    return { kind: 'labels', classes, scores: { planes, corners, names, threshold } };
  };
  return { predictor: { kind: 'predictor', predict } };
};
const ruler = (width: number, height: number): RgbImage => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => Math.floor(i / 3) % width),
});
const classMasks = (prediction: Prediction) =>
  new Map(prediction.kind === 'labels' ? prediction.classes.map(({ categoryName, mask }) => [categoryName, mask]) : []);

test('scores that depend on the picture alone give the class map of the whole, with thresholds too', async () => {
  const wave = (c: number, x: number, y: number) => Math.sin((x + 3 * y) / (7 + 4 * c)) + 0.1 * c;
  for (const threshold of [null, 0.3]) {
    const { predictor } = scorer(['a', null, 'c'], threshold, wave);
    // Rows are not told by the picture: one row of tiles.
    const image = ruler(240, 90);
    const whole = classMasks(await predictor.predict(image, context));
    const tiled = classMasks(await predictTiled(predictor, image, { side: 100, overlap: 30 }, context));
    expect([...tiled.keys()].sort()).toEqual(['a', 'c']);
    for (const [name, mask] of whole) expect(tiled.get(name)).toEqual(mask);
  }
});

test('where tiles disagree the surer one goes further, past the middle, and no pixel has two classes', async () => {
  // The left tile says a, the right one b, three times as surely. Weights fall to each tile's border: b wins from a quarter on.
  const { predictor } = scorer(['a', 'b'], null, (c, _x, _y, left) => (left === 0 ? [1, 0][c] : [0, 3][c]));
  const masks = classMasks(await predictTiled(predictor, ruler(160, 64), { side: 100, overlap: 40 }, context));
  expect(toBbox(masks.get('a')!)).toEqual([0, 0, 70, 64]);
  expect(toBbox(masks.get('b')!)).toEqual([70, 0, 90, 64]);
  expect(area(masks.get('a')!) + area(masks.get('b')!)).toBe(160 * 64);
});

test('a class that is ruled out everywhere (minus infinity, no number) loses in the tiles as in the whole', async () => {
  for (const out of [-Infinity, Number.NaN]) {
    const { predictor } = scorer([null, 'a'], null, (c) => [out, 5][c]);
    const masks = classMasks(await predictTiled(predictor, ruler(64, 32), { side: 32, overlap: 8 }, context));
    expect(area(masks.get('a')!)).toBe(64 * 32);
  }
});

test('a class decided by itself is where the average is above its threshold', async () => {
  // 4 and -1: their average is above 1 where the left tile has more than two fifths of the weight.
  const { predictor } = scorer(['a'], 1, (_c, _x, _y, left) => (left === 0 ? 4 : -1));
  const masks = classMasks(await predictTiled(predictor, ruler(160, 64), { side: 100, overlap: 40 }, context));
  expect(toBbox(masks.get('a')!)).toEqual([0, 0, 84, 64]);
});

test('what one tile sees at its rim and the tile whose middle is nearest does not is a false alarm; in its own part it counts', async () => {
  const ghost = (x: number) => {
    let tile = 0;
    const predictor: Predictor = {
      kind: 'predictor',
      predict: async ({ width, height }) => ({
        kind: 'instances',
        items: tile++ === 0 ? [proposalOf(fromBox([x, 20, 8, 8], height, width), 0.9, 'disc')] : [],
      }),
    };
    return predictTiled(predictor, discs(160, 64, []), { side: 100, overlap: 40 }, context);
  };
  // The tiles share the columns 60 to 100: their middle is 80.
  expect(masksOf(await ghost(84))).toEqual([]);
  expect(masksOf(await ghost(66))).toHaveLength(1);
  expect(masksOf(await ghost(30))).toHaveLength(1);
});

test('an object that two tiles saw whole has the mask of one of them, not what both together cover', async () => {
  // The tiles share the columns 60 to 100, and see the same object a little apart, as networks do.
  const seen = (lefts: readonly number[], width: number) => {
    let tile = 0;
    const predictor: Predictor = {
      kind: 'predictor',
      predict: async (part) => ({
        kind: 'instances',
        items: [proposalOf(fromBox([lefts[tile++], 20, width, 12], part.height, part.width), 0.9, 'disc')],
      }),
    };
    return predictTiled(predictor, discs(160, 64, []), { side: 100, overlap: 40 }, context);
  };
  const [whole, ...more] = masksOf(await seen([73, 15], 12));
  expect(more).toEqual([]);
  // The nearer tile is the right one.
  expect(toBbox(whole)).toEqual([75, 20, 12, 12]);
  // What each of them saw but a part of is all that they saw.
  const [long] = masksOf(await seen([40, 0], 60));
  expect(toBbox(long)).toEqual([40, 20, 80, 12]);
});
