/** Methods inside a mask, markers drawn by hand, strokes of GrabCut, and previews on a smaller picture. */
import { CLASSICAL_METHODS, METHOD_NAMES, type MethodName } from '@shared/methods/params';
import { formatStrokes } from '@shared/methods/strokes';
import { effectiveParams } from '@shared/methods/validateParams';
import { area, decode, emptyMask, encode, equals, fromBox, iou, merge, type Rle, subtract } from '@shared/mask';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadOpenCv } from '../../../src-main/vision/opencv/cv';
import { grabcut } from '../../../src-main/vision/methods/grabcut/grabcut';
import { runMethod } from '../../../src-main/vision/methods/methods';
import { otsuLevel } from '../../../src-main/vision/methods/threshold/otsu';
import type { RgbaImage } from '../../../src-main/vision/opencv/image';
import { runOnView } from '../../../src-main/vision/methods/viewMethod';
import { maskFromView, maskToView, shrinkToView, viewOf } from '../../../src-main/vision/methods/viewPicture';
import { type Disc, discs, inDisc, paint } from './scenes';

const maskOf = (width: number, height: number, test: (x: number, y: number) => boolean): Rle => {
  const bitmap = new Uint8Array(width * height).map((_, i) => (test(i % width, Math.floor(i / width)) ? 1 : 0));
  return encode(bitmap, height, width);
};
const discMask = (disc: Disc, width = 120, height = 90) => maskOf(width, height, (x, y) => inDisc(disc, x, y));
const within = async (
  method: MethodName,
  image: RgbaImage,
  mask: Rle,
  params: Record<string, number | string> = {},
): Promise<Rle[]> =>
  runMethod(await loadOpenCv(), method, image, effectiveParams(method, params), undefined, mask).masks.map(
    ({ rle }) => rle,
  );

describe('a mask as scope', () => {
  const left = { x: 35, y: 45, r: 20 };
  const right = { x: 90, y: 45, r: 16 };
  const image = discs(120, 90, [left, right]);

  it.each(METHOD_NAMES.filter((name) => name !== 'grabcut'))('%s gives nothing outside it', async (method) => {
    const mask = maskOf(120, 90, (x, y) => x > 30 && x < 70 && y > 20 + (x % 5));
    const params: Record<string, string> = method === 'scissors' ? { seeds: '15,45 35,25 55,45 35,65' } : {};
    const found = await within(method, image, mask, params);
    expect(found.length).toBeGreaterThan(0);
    for (const rle of found) expect(area(subtract(rle, mask))).toBe(0);
  });

  it('thresholds by the pixels inside alone', async () => {
    // A bright spot outside the mask would pull the threshold above both levels inside.
    const spot = paint(60, 60, (x, y) =>
      x > 40 ? [255, 255, 255] : inDisc({ x: 20, y: 30, r: 9 }, x, y) ? [60, 60, 60] : [20, 20, 20],
    );
    const [found] = await within('threshold', spot, fromBox([0, 0, 40, 60], 60, 60), { blur: 0, open: 0 });
    expect(iou([found], [discMask({ x: 20, y: 30, r: 9 }, 60, 60)])[0]).toBeGreaterThan(0.98);
  });

  it('refuses a mask of another size, an empty one, and one beside the box', async () => {
    await expect(within('kmeans', image, emptyMask(90, 120))).rejects.toMatchObject({ message: /is empty/ });
    await expect(within('kmeans', image, fromBox([0, 0, 9, 9], 50, 50))).rejects.toMatchObject({
      message: 'The mask is of 50 x 50 pixels when the image has 120 x 90',
    });
    const cv = await loadOpenCv();
    const beside = () => runMethod(cv, 'wand', image, effectiveParams('wand', {}), [0, 0, 9, 9], discMask(right));
    expect(beside).toThrow('The mask to work inside has no pixel in the box');
  });

  it("Otsu's level parts two values, whatever lies outside", () => {
    expect(otsuLevel(Uint8Array.of(10, 10, 90, 90, 255, 0), Uint8Array.of(1, 1, 1, 1, 0, 0))).toBe(10);
    expect(otsuLevel(Uint8Array.of(7, 7), Uint8Array.of(1, 1))).toBe(0);
  });
});

describe('watershed', () => {
  const a = { x: 40, y: 45, r: 20 };
  const b = { x: 74, y: 45, r: 20 };
  const touching = discs(120, 90, [a, b]);

  it('splits a mask into parts that make it up', async () => {
    const both = merge([discMask(a), discMask(b)]);
    const parts = await within('watershed', touching, both, { ratio: 0.8 });
    expect(parts.length).toBe(2);
    expect(equals(merge(parts), both)).toBe(true);
    expect(area(merge(parts, { intersect: true }))).toBe(0);
    expect(iou(parts, [discMask(a)])[0]).toBeGreaterThan(0.93);
  });

  it('gives one object a label from markers drawn by hand, and nothing to the background', async () => {
    const cv = await loadOpenCv();
    const markers = formatStrokes([
      { label: 7, radius: 4, points: [35, 45, 45, 45] },
      { label: 2, radius: 4, points: [80, 45] },
      { label: 0, radius: 2, points: [5, 5, 115, 5, 115, 85, 5, 85, 5, 5] },
    ]);
    const params = effectiveParams('watershed', { markers });
    const { masks, notes } = runMethod(cv, 'watershed', touching, params);
    expect(notes).toEqual(['2 drawn markers']);
    expect(iou([masks[0].rle, masks[1].rle], [discMask(a)])[0]).toBeGreaterThan(0.85);
    expect(iou([masks[1].rle], [discMask(b)])[0]).toBeGreaterThan(0.75);

    const without = effectiveParams('watershed', { markers: '1:4 40,45' });
    expect(runMethod(cv, 'watershed', touching, without).notes[1]).toMatch(/^no background was marked/);
    const outside = effectiveParams('watershed', { markers: '0:4 40,45' });
    expect(runMethod(cv, 'watershed', touching, outside)).toMatchObject({ masks: [] });
  });
});

describe('grabcut with the hand', () => {
  // Two blocks of one colour: the box holds both, only one is wanted.
  const image = paint(160, 100, (x, y) => {
    const inside = y > 30 && y < 70 && ((x > 40 && x < 75) || (x > 85 && x < 120));
    const noise = ((x * 7 + y * 13) % 11) - 5;
    return inside ? [190 + noise, 120, 60] : [40, 70 + noise, 90];
  });
  const box = [36, 26, 90, 48] as const;
  const wanted = fromBox([41, 31, 34, 39], 100, 160);
  const cut = async (params: Record<string, number | string>, mask?: Rle, start?: Parameters<typeof grabcut>[5]) =>
    grabcut(await loadOpenCv(), image, effectiveParams('grabcut', params), mask ? undefined : box, mask, start);

  it('takes strokes up, from a state before them as from nothing', async () => {
    const strokes = formatStrokes([{ label: 0, radius: 3, points: [88, 50, 117, 50, 102, 34, 102, 67] }]);
    const plain = await cut({});
    expect(iou([plain.masks[0].rle], [wanted])[0]).toBeLessThan(0.6);
    for (const maxSide of [480, 60]) {
      const replay = await cut({ strokes, maxSide });
      const before = await cut({ maxSide });
      const warm = await cut({ strokes, maxSide }, undefined, { state: before.state, taken: 0 });
      expect(equals(replay.masks[0].rle, warm.masks[0].rle)).toBe(true);
      const row = decode(replay.masks[0].rle).subarray(50 * 160, 51 * 160);
      // The drawn pixels hold to the pixel, whatever the resolution worked at.
      expect([...row.subarray(88, 117)].every((value) => value === 0)).toBe(true);
    }
  });

  it('takes an object that was drawn though nothing else says so', async () => {
    const flat: RgbaImage = paint(60, 60, () => [80, 80, 80]);
    const params = effectiveParams('grabcut', { strokes: '1:5 30,30' });
    const { masks } = grabcut(await loadOpenCv(), flat, params, [15, 15, 30, 30]);
    expect(area(masks[0].rle)).toBeGreaterThanOrEqual(area(discMask({ x: 30, y: 30, r: 5 }, 60, 60)));
    const far = effectiveParams('grabcut', { strokes: '1:1 2,2' });
    expect(grabcut(await loadOpenCv(), flat, far, [25, 25, 10, 10]).notes).toContain(
      '1 stroke lies outside the box: draw a larger box',
    );
  });

  it('starts from a rough mask', async () => {
    const rough = maskOf(160, 100, (x, y) => x > 36 && x < 79 && y > 27 && y < 72);
    const { masks } = await cut({}, rough);
    expect(iou([masks[0].rle], [wanted])[0]).toBeGreaterThan(0.95);
    await expect(cut({}, emptyMask(100, 160))).rejects.toMatchObject({ message: 'The mask to start from is empty' });
    await expect(cut({}, fromBox([0, 0, 160, 100], 100, 160))).resolves.toBeDefined();
  });
});

describe('previews', () => {
  it('grow masks back block by block, cut to the region asked for', () => {
    const part = fc.tuple(
      fc.nat({ max: 12 }),
      fc.nat({ max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 8 }),
    );
    fc.assert(
      fc.property(part, fc.integer({ min: 1, max: 5 }), fc.nat(), ([x, y, w, h], factor, seed) => {
        const image = paint(23, 19, () => [0, 0, 0]);
        const view = shrinkToView(image, [x, y, w, h], factor);
        const bitmap = new Uint8Array(view.width * view.height).map((_, i) => ((i * 2654435761 + seed) >>> 7) & 1);
        const grown = decode(maskFromView(view, encode(bitmap, view.height, view.width), [19, 23]));
        grown.forEach((value, i) => {
          const [px, py] = [i % 23, Math.floor(i / 23)];
          const asked = px >= x && px < x + w && py >= y && py < y + h;
          const column = Math.floor((px - view.box[0]) / factor);
          const row = Math.floor((py - view.box[1]) / factor);
          expect(value).toBe(asked ? bitmap[row * view.width + column] : 0);
        });
      }),
    );
  });

  it('hold the mean of each block, whole or cut by the edge of the image', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 30 }),
        fc.nat({ max: 20 }),
        fc.integer({ min: 1, max: 19 }),
        fc.nat(),
        (x, y, factor, seed) => {
          const [width, height] = [43, 37];
          const image = paint(width, height, (px, py) => {
            const noise = (px * 7919 + py * 104_729 + seed) * 2_654_435_761;
            return [(noise >>> 3) & 255, (noise >>> 9) & 255, px + py > 40 ? 255 : (noise >>> 17) & 255];
          });
          const view = shrinkToView(image, [x, y, width - x, height - y], factor);
          const [left, top, w, h] = view.box;
          for (let row = 0; row < view.height; row++) {
            for (let column = 0; column < view.width; column++) {
              const [x0, y0] = [left + column * factor, top + row * factor];
              const [x1, y1] = [Math.min(left + w, x0 + factor), Math.min(top + h, y0 + factor)];
              for (let c = 0; c < 3; c++) {
                let sum = 0;
                for (let py = y0; py < y1; py++)
                  for (let px = x0; px < x1; px++) sum += image.data[(py * width + px) * 4 + c];
                const mean = Math.floor(sum / ((x1 - x0) * (y1 - y0)) + 0.5);
                expect(view.data[(row * view.width + column) * 4 + c]).toBe(mean);
              }
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('average blocks, and are the region itself within a million pixels', () => {
    const image = paint(10, 7, (x, y) => [x * 20, y * 30, 7]);
    const view = shrinkToView(image, [3, 1, 6, 6], 4);
    expect(view).toMatchObject({ width: 3, height: 2, box: [0, 0, 10, 7], factor: 4 });
    expect([...view.data.subarray(4, 8)]).toEqual([110, 45, 7, 255]);
    expect([...view.data.subarray(20, 24)]).toEqual([170, 150, 7, 255]);
    expect(viewOf(image)).toMatchObject({ factor: 1, box: [0, 0, 10, 7] });
    expect([...viewOf(image).data]).toEqual([...image.data]);
    const mask = maskOf(10, 7, (x) => x >= 5);
    expect([...decode(maskToView(view, mask))]).toEqual([0, 1, 1, 0, 1, 1]);
  });

  it.each(
    Object.keys(CLASSICAL_METHODS).filter(
      (name) => name !== 'grabcut' && name !== 'wand' && name !== 'scissors',
    ) as MethodName[],
  )('%s finds at a third of the resolution about what it finds at all of it', async (method) => {
    const cv = await loadOpenCv();
    const disc = { x: 150, y: 130, r: 70 };
    const image = discs(320, 260, [disc, { x: 270, y: 60, r: 24 }]);
    const params = effectiveParams(method, method === 'superpixels' ? { size: 40 } : {});
    const view = shrinkToView(image, [0, 0, 320, 260], 3);
    const preview = runOnView(cv, view, image, method, params);
    expect(preview.notes.at(-1)).toBe('Computed at reduced size');
    const final = runMethod(cv, method, image, params);
    if (method !== 'superpixels') expect(preview.masks.length).toBe(final.masks.length);
    const both = [preview, final].map(({ masks }) => merge(masks.map(({ rle }) => rle)));
    expect(iou([both[0]], [both[1]])[0]).toBeGreaterThan(0.95);
  });
});
