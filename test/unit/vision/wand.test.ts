/** The magic wand: its flood against a naive one, its smoothing, and the LAB it compares. */
import { area, decode, encodeRegion, fromBox, merge, subtract, toCompressed } from '@shared/mask';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RgbaImage } from '../../../src-main/vision/opencv/image';
import { labOf, labOfRegion, LIGHTNESS_SCALE } from '../../../src-main/vision/methods/labPlane';
import { wand } from '../../../src-main/vision/methods/wand/wand';
import { workScope } from '../../../src-main/vision/methods/workScope';
import { discs, inDisc, paint, run } from './scenes';

interface Options {
  tolerance: number;
  contiguous: boolean;
  smooth: boolean;
}

/** Pixel by pixel, as the description says. */
function naive(image: RgbaImage, seed: readonly [number, number], options: Options, inside: Uint8Array): Uint8Array {
  const { width, height } = image;
  const lab = labOf(image);
  const at = (i: number) => [lab[i * 3] / LIGHTNESS_SCALE, lab[i * 3 + 1], lab[i * 3 + 2]];
  const start = seed[1] * width + seed[0];
  const from = at(start);
  const near = (i: number) =>
    inside[i] === 1 && at(i).reduce((sum, v, c) => sum + (v - from[c]) ** 2, 0) <= options.tolerance ** 2 + 1e-9;
  const chosen = new Uint8Array(width * height);
  if (!options.contiguous) for (let i = 0; i < chosen.length; i++) chosen[i] = near(i) ? 1 : 0;
  const open = options.contiguous ? [start] : [];
  while (open.length > 0) {
    const i = open.pop() as number;
    if (chosen[i] === 1 || !near(i)) continue;
    chosen[i] = 1;
    const x = i % width;
    if (x > 0) open.push(i - 1);
    if (x < width - 1) open.push(i + 1);
    if (i >= width) open.push(i - width);
    if (i + width < chosen.length) open.push(i + width);
  }
  if (!options.smooth) return chosen;
  const smooth = chosen.map((_, i) => {
    let sum = 0;
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const x = Math.max(0, Math.min(width - 1, (i % width) + dx));
        const y = Math.max(0, Math.min(height - 1, Math.floor(i / width) + dy));
        sum += chosen[y * width + x];
      }
    }
    return sum >= 5 && inside[i] === 1 ? 1 : 0;
  });
  return smooth.includes(1) ? smooth : chosen;
}

describe('the wand', () => {
  it('chooses what a naive flood chooses', () => {
    const picture = fc
      .tuple(fc.integer({ min: 1, max: 23 }), fc.integer({ min: 1, max: 13 }), fc.integer())
      .map(([width, height, seed]) => {
        // Few grey levels in patches, so that runs meet and part.
        let state = seed | 1;
        const next = () => (state = Math.imul(state, 1664525) + 1013904223) >>> 28;
        return paint(width, height, () => [next() * 6, 40, 40]);
      });
    const options = fc.record({
      tolerance: fc.integer({ min: 0, max: 30 }),
      contiguous: fc.boolean(),
      smooth: fc.boolean(),
    });
    fc.assert(
      fc.property(picture, options, fc.nat(), fc.nat(), fc.boolean(), (image, how, sx, sy, masked) => {
        const { width, height } = image;
        const seed = [sx % width, sy % height] as const;
        const inside = new Uint8Array(width * height).fill(1);
        if (masked) for (let i = 0; i < inside.length; i++) inside[i] = i % 7 === 3 ? 0 : 1;
        inside[seed[1] * width + seed[0]] = 1;
        const scope = { bounds: [0, 0, width, height], inside: masked ? inside : null } as const;
        const { region, bitmap } = wand(labOf(image), width, seed, how, scope);
        const ours = decode(encodeRegion(bitmap, region, [height, width]));
        expect([...ours]).toEqual([...naive(image, seed, how, inside)]);
      }),
      { numRuns: 400 },
    );
  });

  it('gives the same in a region of a large picture as with the LAB of the region alone', async () => {
    const disc = { x: 61, y: 47, r: 17 };
    const image = discs(130, 90, [disc, { x: 20, y: 20, r: 9 }]);
    const box = [33, 21, 71, 59] as const;
    const scope = workScope(image, box);
    const options = { tolerance: 12, contiguous: true, smooth: true };
    const whole = wand(labOf(image), image.width, [60, 47], options, scope);
    const { masks } = await run('wand', image, { seed: '60,47' }, box);
    const rle = encodeRegion(whole.bitmap, whole.region, [90, 130]);
    expect(toCompressed(masks[0].rle)).toBe(toCompressed(rle));
    const wrong = [...decode(rle)].filter((value, i) => (value === 1) !== inDisc(disc, i % 130, Math.floor(i / 130)));
    expect(wrong.length).toBeLessThan(12);
  });

  it('takes several clicks: each adds to what those before it picked, or takes away from it', async () => {
    const image = discs(130, 90, [
      { x: 20, y: 20, r: 9 },
      { x: 61, y: 47, r: 17 },
      { x: 100, y: 20, r: 11 },
    ]);
    const at = async (seed: string) => (await run('wand', image, { seed })).masks[0].rle;
    const picked = async (picks: string) => (await run('wand', image, { picks })).masks;
    const [a, b, c] = [await at('20,20'), await at('61,47'), await at('100,20')];
    expect(await picked('12 20,20; +12 61,47; +12 100,20; -12 61,47')).toEqual([{ rle: merge([a, c]), score: 1 }]);
    expect(await picked('12 20,20; +12 61,47; 12 100,20')).toEqual([{ rle: c, score: 1 }]);
    expect(await picked('12 61,47; -12 61,47')).toEqual([]);
    expect(area(subtract(a, b))).toBe(area(a));
    const onBase = async (picks: string) =>
      (await run('wand', image, { picks, base: toCompressed(merge([b, c])) })).masks;
    expect(await onBase('+12 20,20; -12 61,47')).toEqual([{ rle: merge([a, c]), score: 1 }]);
    expect(await onBase('12 20,20')).toEqual([{ rle: a, score: 1 }]);
    await expect(run('wand', image, { picks: '+12 20,20', base: '4' })).rejects.toMatchObject({
      code: 'bad-input',
      message: /The mask that was given is damaged/,
    });
    await expect(run('wand', image, { base: 'zz' })).rejects.toMatchObject({ code: 'usage' });
    await expect(run('wand', image, { picks: '12' })).rejects.toMatchObject({ message: /clicks such as 12 10,20/ });
  });

  it('starts in the middle of the region, stays inside it, and takes one place only', async () => {
    const image = paint(40, 30, () => [10, 20, 30]);
    const { masks, notes } = await run('wand', image, {}, [10, 5, 8, 6]);
    expect(toCompressed(masks[0].rle)).toBe(toCompressed(fromBox([10, 5, 8, 6], 30, 40)));
    expect(notes[0]).toBe('from the middle of the region, 14,8');
    await expect(run('wand', image, { seed: '1,1 2,2' })).rejects.toMatchObject({ message: /one place x,y/ });
    await expect(run('wand', image, { seed: '40,3' })).rejects.toMatchObject({
      code: 'usage',
      message: /lies outside/,
    });
  });
});

describe('the LAB plane', () => {
  it('is within a step of the exact conversion, in [0, 255], for every corner of the cube and between', () => {
    const linear = (v: number) => (v <= 0.04045 * 255 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    const f = (t: number) => (t > 216 / 24389 ? Math.cbrt(t) : (t * 24389) / 27 / 116 + 16 / 116);
    const levels = [0, 1, 3, 9, 20, 60, 128, 200, 254, 255];
    const colours = levels.flatMap((r) => levels.flatMap((g) => levels.map((b) => [r, g, b] as const)));
    const lab = labOf(paint(colours.length, 1, (x) => colours[x]));
    colours.forEach(([r8, g8, b8], i) => {
      const [r, g, b] = [linear(r8), linear(g8), linear(b8)];
      const fx = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.9504559);
      const fy = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
      const fz = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.0890578);
      const exact = [(116 * fy - 16) * 2.55, 500 * (fx - fy) + 128, 200 * (fy - fz) + 128];
      for (let c = 0; c < 3; c++) expect(Math.abs(lab[i * 3 + c] - exact[c])).toBeLessThanOrEqual(1);
    });
  });

  it('of a region is that part of the whole', () => {
    const image = paint(13, 9, (x, y) => [x * 19, y * 28, (x * y) % 255]);
    const whole = labOf(image);
    const part = labOfRegion(image, [3, 2, 5, 4]);
    for (let y = 0; y < 4; y++) {
      const from = ((y + 2) * 13 + 3) * 3;
      expect([...part.subarray(y * 15, y * 15 + 15)]).toEqual([...whole.subarray(from, from + 15)]);
    }
  });
});
