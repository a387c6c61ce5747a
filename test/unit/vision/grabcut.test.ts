/** GrabCut's own cut beside OpenCV's, small boxes, guesses, neighbours and strokes. */
import { effectiveParams } from '@shared/methods/validateParams';
import { formatStrokes } from '@shared/methods/strokes';
import type { Box } from '@shared/geometry/box';
import { area, encode, equals, fromBox, iou, merge, type Rle, subtract, toCompressed } from '@shared/mask';
import { describe, expect, it } from 'vitest';
import { loadOpenCv } from '../../../src-main/vision/opencv/cv';
import { grabcut, type GrabcutProgress } from '../../../src-main/vision/methods/grabcut/grabcut';
import {
  CutGraph,
  CutPicture,
  firstMixtures,
  LIKELY_OBJECT,
  learnMixtures,
} from '../../../src-main/vision/methods/grabcut/grabcutCut';
import type { RgbaImage } from '../../../src-main/vision/opencv/image';
import { withMats } from '../../../src-main/vision/opencv/matScope';
import { type Disc, discs, inDisc, paint } from './scenes';

/** Blobs in noise, the same for the same seed. */
function scene(seed: number, width: number, height: number): RgbaImage {
  let state = seed;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const [a, b, c] = [random(), random(), random()];
  return paint(width, height, (x, y) => {
    const noise = 30 * random();
    const inside = Math.hypot(x - width * (0.4 + 0.2 * a), y - height / 2) < height * (0.2 + 0.1 * b);
    return inside ? [150 + noise, 90 + 40 * c + noise, 70] : [70 + noise, 90 + 30 * Math.sin(x / 9) + noise, 90];
  });
}

function discMask(disc: Disc, width: number, height: number): Rle {
  const bitmap = Uint8Array.from({ length: width * height }, (_, i) =>
    inDisc(disc, i % width, Math.floor(i / width)) ? 1 : 0,
  );
  return encode(bitmap, height, width);
}

async function run(image: RgbaImage, params: Record<string, number | string>, box: Box) {
  return grabcut(await loadOpenCv(), image, effectiveParams('grabcut', params), box);
}

describe('the cut', () => {
  it.each([
    [1, 90, 70],
    [2, 61, 64],
    [3, 128, 40],
    [4, 50, 90],
  ])('is OpenCV’s, round by round (seed %i, %i x %i)', async (seed, width, height) => {
    const cv = await loadOpenCv();
    const image = scene(seed, width, height);
    const rgb = new Uint8Array(width * height * 3).map((_, i) => image.data[Math.floor(i / 3) * 4 + (i % 3)]);
    const rect = { x: 6, y: 5, width: width - 13, height: height - 11 };
    const mask = new Uint8Array(width * height);
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      mask.fill(LIKELY_OBJECT, y * width + rect.x, y * width + rect.x + rect.width);
    }
    const picture = new CutPicture(rgb, width, height);
    const mixtures = firstMixtures(picture, mask);
    const graph = new CutGraph(picture, mask);
    for (let rounds = 1; rounds <= 4; rounds++) {
      learnMixtures(picture, mask, mixtures);
      graph.cut(mask, mixtures, null);
      withMats(cv, (scope) => {
        const colours = scope.own(new cv.Mat(height, width, cv.CV_8UC3));
        colours.data.set(rgb);
        const theirs = scope.zeros(height, width, cv.CV_8UC1);
        cv.setRNGSeed(0);
        const where = new cv.Rect(rect.x, rect.y, rect.width, rect.height);
        cv.grabCut(colours, theirs, where, scope.mat(), scope.mat(), rounds, cv.GC_INIT_WITH_RECT);
        expect(mask.filter((value, i) => value !== theirs.data[i]).length).toBe(0);
      });
    }
    expect(new Set(mask).size).toBeGreaterThan(1);
  });
});

describe('grabcut where colours say little', () => {
  it('finds an object of twelve pixels', async () => {
    const image = discs(60, 50, [{ x: 30, y: 25, r: 6 }], { on: [170, 110, 80], off: [110, 100, 100] });
    const { masks, notes } = await run(image, {}, [23, 18, 14, 14]);
    expect(iou([masks[0].rle], [discMask({ x: 30, y: 25, r: 6 }, 60, 50)])[0]).toBeGreaterThan(0.7);
    expect(notes).toEqual([]);
  });

  it('gives the ellipse of the box rather than nothing, and says so', async () => {
    const flat = paint(90, 80, () => [80, 80, 80]);
    const { masks, notes } = await run(flat, { shape: 0 }, [20, 20, 40, 30]);
    expect(Math.abs(area(masks[0].rle) / (Math.PI * 20 * 15) - 1)).toBeLessThan(0.05);
    expect(notes.join()).toMatch(/only the ellipse of the box/);
    // Once there is a stroke, it is no longer a guess.
    const drawn = await run(flat, { shape: 0, strokes: '1:3 22,22' }, [20, 20, 40, 30]);
    expect(drawn.notes).toEqual([]);
    expect(area(drawn.masks[0].rle)).toBeGreaterThan(area(masks[0].rle));
  });

  it('keeps off what it is told to avoid, unless that is all there is', async () => {
    const image = discs(120, 60, [
      { x: 45, y: 30, r: 15 },
      { x: 75, y: 30, r: 15 },
    ]);
    const box: Box = [28, 12, 50, 36];
    const neighbour = fromBox([61, 10, 40, 40], 60, 120);
    const { masks } = await run(image, { avoid: toCompressed(neighbour) }, box);
    expect(iou([masks[0].rle], [discMask({ x: 45, y: 30, r: 15 }, 120, 60)])[0]).toBeGreaterThan(0.9);
    const both = await run(image, {}, box);
    expect(area(both.masks[0].rle)).toBeGreaterThan(area(masks[0].rle) + 200);
    const all = await run(image, { avoid: toCompressed(fromBox([0, 0, 120, 60], 60, 120)) }, box);
    expect(equals(all.masks[0].rle, both.masks[0].rle)).toBe(true);
    expect(all.notes).toEqual(['The other annotations cover the whole box: they were not taken as background']);
  });
});

describe('neighbours', () => {
  it('that look like a part of the object do not teach that its colour is background', async () => {
    const [off, fur, patch] = [
      [30, 40, 50],
      [200, 150, 100],
      [90, 60, 140],
    ] as const;
    const isOwn = (x: number, y: number): boolean => x >= 40 && x < 64 && y >= 34 && y < 46;
    const image = paint(100, 80, (x, y) => (isOwn(x, y) ? (x < 52 ? fur : patch) : y < 30 ? fur : off));
    const avoid = toCompressed(fromBox([0, 0, 100, 30], 80, 100));
    const { masks } = await run(image, { avoid, shape: 0, padding: 1 }, [38, 32, 28, 16]);
    expect(iou([masks[0].rle], [fromBox([40, 34, 24, 12], 80, 100)])[0]).toBeGreaterThan(0.9);
  });
});

describe('neighbours all around', () => {
  it('teach the background after all, or nothing would', async () => {
    const disc = { x: 60, y: 40, r: 14 };
    const image = discs(120, 80, [disc], { on: [170, 110, 80], off: [70, 100, 100] });
    const box: Box = [40, 20, 40, 40];
    const outside = subtract(fromBox([0, 0, 120, 80], 80, 120), fromBox(box, 80, 120));
    const { masks } = await run(image, { avoid: toCompressed(outside) }, box);
    expect(iou([masks[0].rle], [discMask(disc, 120, 80)])[0]).toBeGreaterThan(0.8);
  });
});

describe('strokes of the background at two places', () => {
  it('keep what each took away', async () => {
    const image = paint(160, 100, (x, y) => {
      if (x < 30 || x >= 130 || y < 30 || y >= 70) return [60, 90, 110];
      return x === 60 || x === 100 ? [150, 90, 60] : [200, 140, 90];
    });
    const box: Box = [26, 26, 108, 48];
    const mask = async (strokes: Parameters<typeof formatStrokes>[0]): Promise<Rle> =>
      (await run(image, { strokes: formatStrokes(strokes), shape: 0 }, box)).masks[0].rle;
    const [left, right] = [
      { label: 0, radius: 8, points: [44, 40, 44, 60] },
      { label: 0, radius: 8, points: [116, 40, 116, 60] },
    ] as const;
    const before = await mask([]);
    const first = await mask([left]);
    const both = await mask([left, right]);
    const removed = subtract(before, first);
    expect(area(removed)).toBeGreaterThan(600);
    expect(area(merge([removed, both], { intersect: true }))).toBe(0);
  });
});

describe('strokes', () => {
  const image = scene(7, 140, 100);
  const box: Box = [30, 12, 80, 76];
  const mask = async (strokes: Parameters<typeof formatStrokes>[0]): Promise<Rle> =>
    (await run(image, { strokes: formatStrokes(strokes) }, box)).masks[0].rle;

  it.each([
    ['the object only add', 1],
    ['the background only take away', 0],
  ] as const)('of %s, around them', async (_, label) => {
    const before = await mask([]);
    const stroke = { label, radius: 4, points: label === 1 ? [36, 20, 44, 20] : [66, 50, 72, 50] };
    const after = await mask([stroke]);
    const [added, removed] = [subtract(after, before), subtract(before, after)];
    expect(area(label === 1 ? removed : added)).toBe(0);
    expect(area(label === 1 ? added : removed)).toBeGreaterThan(20);
    // The one before it stays when another is drawn elsewhere.
    const more = await mask([stroke, { label, radius: 2, points: label === 1 ? [100, 80] : [80, 60] }]);
    const kept = label === 1 ? subtract(after, more) : subtract(more, after);
    expect(area(kept)).toBe(0);
    expect(area(merge([more, after]))).toBeGreaterThan(0);
  });

  it.each([
    ['smaller', { maxSide: 48 }],
    ['larger', { minSide: 200 }],
  ])('go on from the step before without the picture, where it is worked on %s', async (_, size) => {
    const cv = await loadOpenCv();
    const step = (strokes: Parameters<typeof formatStrokes>[0], from?: GrabcutProgress, blind = false) => {
      const params = effectiveParams('grabcut', { ...size, strokes: formatStrokes(strokes), refine: 0 });
      const data = blind ? new Uint8Array(image.data.length) : image.data;
      return grabcut(cv, { ...image, data }, params, box, undefined, from);
    };
    const [first, second] = [
      { label: 1, radius: 4, points: [36, 20, 44, 20] },
      { label: 0, radius: 4, points: [66, 50, 72, 50] },
    ] as const;
    // A worker hands its state back as a copy.
    const state = structuredClone(step([first]).state);
    const whole = step([first, second]);
    expect(area(whole.masks[0].rle)).toBeGreaterThan(0);
    expect(step([first, second], { state, taken: 1 }, true)).toEqual(whole);
    expect(state.colours!.buffer).toBe(step([first, second], { state, taken: 1 }, true).state.colours!.buffer);
  });
});
