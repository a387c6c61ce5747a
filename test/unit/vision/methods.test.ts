/** Each method on small pictures whose answer is known, and on pictures that have none. */
import { METHOD_NAMES, type MethodName } from '@shared/methods/params';
import { area, decode, encode, fromBox, iou, merge, toBbox, toCompressed } from '@shared/mask';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadOpenCv, type OpenCv } from '../../../src-main/vision/opencv/cv';
import { explainCvError } from '../../../src-main/vision/opencv/cvErrors';
import { withMats } from '../../../src-main/vision/opencv/matScope';
import { randomFrom } from '@shared/dataset/random';
import { discs, inDisc, paint, run } from './scenes';

const apart = [
  { x: 25, y: 25, r: 14 },
  { x: 70, y: 40, r: 18 },
];

describe('threshold', () => {
  it('finds bright discs, and dark ones when the side is chosen automatically', async () => {
    const bright = await run('threshold', discs(110, 70, apart));
    expect(bright.masks).toHaveLength(2);
    expect(bright.notes[0]).toMatch(/^Threshold \d+ \(automatic\), bright objects$/);
    const dark = await run('threshold', discs(110, 70, apart, { on: [30, 30, 30], off: [220, 220, 220] }));
    expect(dark.masks).toHaveLength(2);
    expect(dark.notes[0]).toMatch(/^Threshold \d+ \(automatic\), dark objects$/);
    for (const { score } of bright.masks) expect(score > 0.4 && score <= 1).toBe(true);
  });

  it('fills holes unless told to keep them, and an object inside a hole is its own', async () => {
    const ring = paint(80, 80, (x, y) => {
      const isRing = inDisc({ x: 40, y: 40, r: 35 }, x, y) && !inDisc({ x: 40, y: 40, r: 22 }, x, y);
      return isRing || inDisc({ x: 40, y: 40, r: 8 }, x, y) ? [255, 255, 255] : [0, 0, 0];
    });
    const filled = await run('threshold', ring, { blur: 0, open: 0 });
    const kept = await run('threshold', ring, { blur: 0, open: 0, holes: 1 });
    expect(filled.masks).toHaveLength(1);
    expect(decode(filled.masks[0].rle)[40 * 80 + 40]).toBe(1);
    expect(kept.masks).toHaveLength(2);
    expect(decode(kept.masks[0].rle)[40 * 80 + 25]).toBe(0);
  });

  it('works inside a box only, at the place of the box', async () => {
    const { masks } = await run('threshold', discs(110, 70, apart), {}, [45, 15, 60, 52]);
    expect(masks).toHaveLength(1);
    expect(masks[0].rle.size).toEqual([70, 110]);
    const [x, y, w, h] = toBbox(masks[0].rle);
    expect([x, y].every((v, i) => Math.abs(v - [52, 22][i]) <= 1) && w > 33 && h > 33).toBe(true);
  });

  it('thresholds the channel it is told to', async () => {
    const red = discs(110, 70, apart, { on: [200, 60, 60], off: [40, 120, 60] });
    for (const channel of ['r', 'a']) expect((await run('threshold', red, { channel })).masks).toHaveLength(2);
    expect((await run('threshold', red, { channel: 'b' })).masks).toHaveLength(0);
  });

  it('takes the manual value', async () => {
    const { masks, notes } = await run('threshold', discs(110, 70, apart), { mode: 'manual', value: 250 });
    expect(masks).toHaveLength(0);
    expect(notes).toEqual(['Threshold 250, bright objects']);
  });
});

describe('components', () => {
  it('connects by corners with 8 but not with 4', async () => {
    const diagonal = paint(40, 40, (x, y) => (x < 20 === y < 20 ? [255, 255, 255] : [0, 0, 0]));
    const plain = { blur: 0, open: 0, invert: 0 };
    expect((await run('components', diagonal, plain)).masks).toHaveLength(1);
    expect((await run('components', diagonal, { ...plain, connectivity: 4 })).masks).toHaveLength(2);
  });

  it('leaves out what touches the border when told to, and says how many', async () => {
    const image = discs(110, 70, [...apart, { x: 108, y: 5, r: 12 }]);
    expect((await run('components', image)).masks).toHaveLength(3);
    const { masks, notes } = await run('components', image, { dropBorder: 1 });
    expect(masks).toHaveLength(2);
    expect(notes).toContain('1 left out at the border');
  });
});

describe('watershed', () => {
  const touching = [
    { x: 40, y: 45, r: 22 },
    { x: 78, y: 45, r: 20 },
  ];
  const brightest = paint(120, 90, (x, y) => {
    const distances = touching.map((disc) => Math.hypot(x + 0.5 - disc.x, y + 0.5 - disc.y) / disc.r);
    const nearest = Math.min(...distances);
    const value = nearest <= 1 ? 220 - 90 * nearest : 20;
    return [value, value, value];
  });

  it.each([{}, { local: 1 }, { intensity: 1 }] as Record<string, number>[])(
    'separates two discs that touch with %j',
    async (params) => {
      const { masks, notes } = await run('watershed', brightest, params);
      expect(masks).toHaveLength(2);
      expect(notes).toContain('2 markers');
      expect(area(merge([masks[0].rle, masks[1].rle], { intersect: true }))).toBe(0);
      for (const { score } of masks) expect(score > 0.2 && score < 0.6).toBe(true);
    },
  );

  it('keeps a small object beside a large one when maxima are local', async () => {
    const image = discs(140, 100, [
      { x: 50, y: 50, r: 40 },
      { x: 118, y: 50, r: 10 },
    ]);
    expect((await run('watershed', image)).masks).toHaveLength(1);
    expect((await run('watershed', image, { local: 1 })).masks).toHaveLength(2);
  });
});

describe('grabcut', () => {
  const image = discs(200, 160, [{ x: 100, y: 80, r: 40 }], { on: [210, 120, 60], off: [60, 90, 130] });

  it('needs a box', async () => {
    await expect(run('grabcut', image)).rejects.toMatchObject({ code: 'usage', message: /needs a box/ });
  });

  it('cuts the disc out of its box', async () => {
    const { masks } = await run('grabcut', image, {}, [58, 38, 84, 84]);
    expect(masks).toHaveLength(1);
    expect(masks[0].score).toBe(1);
    // Half a pixel of the radius.
    expect(Math.abs(Math.sqrt(area(masks[0].rle) / Math.PI) - 40)).toBeLessThan(0.5);
  });

  it('comes close at a bounded resolution, and closer with the rim refined', async () => {
    const large = discs(800, 640, [{ x: 400, y: 320, r: 200 }], { on: [210, 120, 60], off: [60, 90, 130] });
    const box = [190, 110, 420, 420] as const;
    const masks = await Promise.all(
      [
        { maxSide: 0, refine: 1 },
        { maxSide: 60, refine: 1 },
        { maxSide: 60, refine: 0 },
      ].map(async (params) => (await run('grabcut', large, params, box)).masks[0].rle),
    );
    const [, refined, coarse] = iou(masks, [masks[0]], [false]);
    expect(refined).toBeGreaterThan(0.995);
    expect(coarse).toBeGreaterThan(0.9);
    expect(refined).toBeGreaterThan(coarse);
  });

  it.each([
    ['lying', 6000, 150],
    ['standing', 150, 6000],
  ])(
    'works on a narrow region with a square’s pixels, not with the few that its longer side leaves: %s',
    async (_how, width, height) => {
      const data = new Uint8Array(width * height * 4).fill(255);
      const truth = new Uint8Array(width * height);
      const random = randomFrom(1);
      for (let p = 0; p < truth.length; p++) {
        const u = (2 * ((p % width) + 0.5)) / width - 1;
        const v = (2 * (Math.floor(p / width) + 0.5)) / height - 1;
        truth[p] = u * u + v * v < 0.5 ? 1 : 0;
        const colour = truth[p] === 1 ? [170, 110, 60] : [80, 110, 120];
        colour.forEach((value, c) => (data[p * 4 + c] = value + 50 * (random() - 0.5)));
      }
      const box = [0.1 * width, 0.1 * height, 0.8 * width, 0.8 * height] as const;
      const { masks } = await run('grabcut', { width, height, data }, { refine: 0 }, box);
      expect(iou([masks[0].rle], [encode(truth, height, width)], [false])[0]).toBeGreaterThan(0.98);
    },
  );

  it('says so where a full resolution would not fit into memory', async () => {
    const huge = { width: 3000, height: 2000, data: new Uint8Array(3000 * 2000 * 4) };
    await expect(run('grabcut', huge, { maxSide: 0 }, [100, 100, 2700, 1800])).rejects.toMatchObject({
      code: 'bad-input',
      hint: /maxSide/,
    });
  });

  it('cuts an object out of a 12-megapixel photo', async () => {
    const disc = { x: 2100, y: 1400, r: 1000 };
    const photo = discs(4000, 3000, [disc], { on: [210, 120, 60], off: [60, 90, 130] });
    const { masks, notes } = await run('grabcut', photo, {}, [1080, 380, 2040, 2040]);
    expect(notes[0]).toBe('Computed at reduced size');
    expect(Math.abs(area(masks[0].rle) / (Math.PI * disc.r ** 2) - 1)).toBeLessThan(0.002);
  });
});

describe('kmeans', () => {
  const colours = paint(90, 60, (x) => (x < 30 ? [200, 30, 30] : x < 60 ? [30, 200, 30] : [30, 30, 200]));

  it('groups colours, and leaves out the group that touches the border most', async () => {
    const inside = discs(110, 70, apart, { on: [200, 60, 60], off: [40, 120, 60] });
    const { masks, notes } = await run('kmeans', inside, { k: 2 });
    expect(masks).toHaveLength(2);
    expect(notes.at(-1)).toMatch(/^group \d touches the border most and was left out$/);
  });

  it('proposes the groups it is told to, named from dark to light', async () => {
    const all = await run('kmeans', colours, { k: 3, clusters: '0,1,2' });
    expect(all.masks.map(({ rle }) => toBbox(rle)[0])).toEqual([0, 30, 60]);
    const darkest = await run('kmeans', colours, { k: 3, clusters: '0' });
    expect(darkest.masks.map(({ rle }) => toBbox(rle)[0])).toEqual([60]);
    await expect(run('kmeans', colours, { k: 3, clusters: '3' })).rejects.toThrow(
      'clusters names group 3 when there are 3 (0 to 2)',
    );
  });

  it('takes no more groups than there are colours', async () => {
    const { masks, notes } = await run('kmeans', colours, { k: 9, clusters: '0,1,2' });
    expect(masks).toHaveLength(3);
    expect(notes[0]).toBe('3 groups: there are only 3 colours');
  });

  it('chooses the number of groups by the elbow', async () => {
    const noisy = paint(90, 60, (x, y) => {
      const base = x < 30 ? [200, 30, 30] : x < 60 ? [30, 200, 30] : y < 30 ? [30, 30, 200] : [220, 220, 220];
      return base.map((value) => value + ((x * 7 + y * 13) % 9)) as unknown as [number, number, number];
    });
    expect((await run('kmeans', noisy, { k: 0 })).notes[0]).toBe('4 groups by the elbow');
    // An object and its background, with an edge of colours between them.
    const two = paint(90, 60, (x, y) => {
      const t = Math.min(1, Math.max(0, (24.5 - Math.hypot(x - 45, y - 30)) / 2));
      return [30 + 170 * t + ((x * 7 + y * 13) % 9), 60 + 90 * t, 100 - 60 * t];
    });
    expect((await run('kmeans', two, { k: 0 })).notes[0]).toBe('2 groups by the elbow');
  });

  it('gives the same masks for the same seed, also from a sample', async () => {
    const noise = paint(80, 80, (x, y) => [(x * y * 31) % 256, (x * 17 + y * 5) % 256, (x ^ y) * 3]);
    const text = async (params: Record<string, number>) =>
      (await run('kmeans', noise, { minArea: 4, ...params })).masks.map(({ rle }) => toCompressed(rle));
    expect(await text({ sample: 500, seed: 5 })).toEqual(await text({ sample: 500, seed: 5 }));
    expect(await text({})).toEqual(await text({}));
  });

  it('separates equal colours by place with a spatial weight', async () => {
    const two = paint(100, 20, (x) => [100 + (x % 2), 100, 100]);
    const { masks } = await run('kmeans', two, { k: 2, spatial: 5, clusters: '0,1' });
    expect(masks.map(({ rle }) => toBbox(rle)[2])).toEqual([50, 50]);
  });
});

/** Parameters without which a method cannot run. */
const needed = (method: MethodName): Record<string, string> =>
  method === 'scissors' ? { seeds: '30,12 42,24 30,36 18,24' } : {};

describe('pictures without an answer', () => {
  const pictures = {
    'one pixel': paint(1, 1, () => [200, 10, 10]),
    'one row': paint(9, 1, (x) => [x * 20, 0, 0]),
    'one column': paint(1, 9, (_, y) => [y * 20, 0, 0]),
    '2 x 2': paint(2, 2, (x, y) => [x * 200, y * 200, 0]),
    'all black': paint(33, 21, () => [0, 0, 0]),
    'all white': paint(33, 21, () => [255, 255, 255]),
    uniform: paint(33, 21, () => [90, 90, 90]),
  };
  const withoutBox = ['threshold', 'components', 'watershed', 'kmeans'] as const;

  for (const [name, image] of Object.entries(pictures)) {
    it.each(withoutBox)(`%s gives no proposal on: ${name}`, async (method) => {
      const { masks, notes } = await run(method, image);
      expect(masks).toEqual([]);
      expect(notes.length).toBeGreaterThan(0);
    });

    it(`wand and superpixels take all of what looks alike on: ${name}`, async () => {
      const { width, height } = image;
      const wand = await run('wand', image, { tolerance: 200 });
      expect(wand.masks.map(({ rle }) => area(rle))).toEqual([width * height]);
      const { masks } = await run('superpixels', image);
      expect(masks.reduce((sum, { rle }) => sum + area(rle), 0)).toBe(width * height);
    });

    it(`scissors gives a sound answer on: ${name}`, async () => {
      const { masks, notes } = await run('scissors', image, { seeds: '0,0 40,40' });
      expect(masks.length).toBeLessThanOrEqual(1);
      expect(notes.length).toBe(1);
    });

    it(`grabcut gives a sound answer or a sentence on: ${name}`, async () => {
      const { width, height } = image;
      const boxes = [
        [0, 0, width, height],
        [0, 0, 1, 1],
        [width - 1, height - 1, 1, 1],
        [0.2, 0.2, 0.5, 0.5],
      ] as const;
      for (const box of boxes) {
        const answer = await run('grabcut', image, {}, box).catch((error: unknown) => error);
        if (answer instanceof Error) {
          expect(answer).toMatchObject({ code: 'bad-input', message: /leaves no background/ });
          continue;
        }
        const inside = fromBox(
          [Math.floor(box[0]), Math.floor(box[1]), Math.ceil(box[2]), Math.ceil(box[3])],
          height,
          width,
        );
        for (const { rle } of (answer as Awaited<ReturnType<typeof run>>).masks) {
          expect(area(merge([rle, inside], { intersect: true }))).toBe(area(rle));
        }
      }
    });
  }

  it.each(METHOD_NAMES)('%s refuses a box outside the image', async (method) => {
    await expect(run(method, pictures.uniform, needed(method), [40, 0, 5, 5])).rejects.toMatchObject({
      code: 'bad-input',
      message: 'The box 40,0,5,5 lies outside the image of 33 x 21 pixels',
    });
  });

  it.each(METHOD_NAMES)('%s works in a box of a few pixels', async (method) => {
    const image = discs(60, 40, [{ x: 30, y: 20, r: 2 }]);
    await expect(run(method, image, needed(method), [28, 18, 4, 4])).resolves.toBeDefined();
  });
});

describe('memory', () => {
  let cv: OpenCv;
  beforeAll(async () => void (cv = await loadOpenCv()));

  it.each(METHOD_NAMES)('%s leaves nothing behind over 200 runs', async (method) => {
    const image = discs(64, 48, [{ x: 30, y: 24, r: 12 }]);
    const box = [10, 6, 40, 36] as const;
    // What takes long says nothing more of the memory.
    const quick = { kmeans: { attempts: 1 }, grabcut: { minSide: 0 } } as const;
    const params = method in quick ? quick[method as keyof typeof quick] : needed(method);
    const once = () => run(method, image, params, box);
    for (let i = 0; i < 10; i++) await once();
    const before = lowestFreeAddress(cv);
    for (let i = 0; i < 200; i++) await once();
    // The smallest matrix, lost once a run, moves the address by 38 kB.
    expect(lowestFreeAddress(cv) - before).toBeLessThan(16_000);
  });

  it('frees its matrices when a step throws', async () => {
    const image = discs(600, 400, [{ x: 30, y: 24, r: 12 }]);
    const fail = () => run('kmeans', image, { clusters: '30', attempts: 1, sample: 200 }).catch(() => undefined);
    await fail();
    const before = lowestFreeAddress(cv);
    for (let i = 0; i < 20; i++) await fail();
    expect(lowestFreeAddress(cv) - before).toBeLessThan(16_000);
  });

  it('explains what OpenCV throws', () => {
    const thrown = ((): unknown => {
      try {
        return withMats(cv, (scope) => cv.watershed(scope.mat(), scope.mat()));
      } catch (error) {
        return error;
      }
    })();
    expect(typeof thrown).toBe('number');
    const { error, unusable } = explainCvError(cv, thrown, { method: 'watershed', size: [4, 4] });
    expect(unusable).toBe(false);
    expect(error.message).toMatch(/^watershed on 4 x 4 pixels failed in OpenCV: error: \(-215:Assertion failed\)/);
    expect(error.message).not.toMatch(/\/build|\n/);
  });
});

/** Where the heap would put a block that fits no gap: it moves up when memory is lost. */
function lowestFreeAddress(cv: OpenCv): number {
  const heap = cv as unknown as { _malloc(size: number): number; _free(address: number): void };
  const address = heap._malloc(4 * 2 ** 20);
  heap._free(address);
  return address;
}
