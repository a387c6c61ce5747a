/** The parts of the methods that are ordinary code: elbow, sliding maximum, rim contrast, label regions, boxes. */
import { decodeRegion } from '@shared/mask';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elbow } from '../../../src-main/vision/methods/kmeans/elbow';
import { clipToImage } from '../../../src-main/vision/opencv/image';
import { labelledRegions, regionToRle } from '../../../src-main/vision/methods/regions';
import { rimContrast } from '../../../src-main/vision/methods/threshold/rimContrast';
import { slidingMaximum } from '../../../src-main/vision/methods/watershed/watershedMarkers';

const any = { minArea: 0, maxArea: 0 };

describe('elbow', () => {
  it('finds where the curve stops falling', () => {
    expect(elbow([2, 3, 4, 5, 6, 7, 8], [100, 40, 3, 2.5, 2, 1.8, 1.5])).toBe(2);
    expect(elbow([2, 3, 4], [10, 1, 0])).toBe(1);
  });

  it('takes the first point of a flat, a straight or a short curve', () => {
    expect(elbow([2, 3, 4], [0, 0, 0])).toBe(0);
    expect(elbow([2, 3, 4], [4, 3, 2])).toBe(0);
    expect(elbow([2], [4])).toBe(0);
  });
});

describe('slidingMaximum', () => {
  it('equals the maximum by definition', () => {
    const picture = fc
      .tuple(fc.integer({ min: 1, max: 17 }), fc.integer({ min: 1, max: 13 }), fc.integer({ min: 0, max: 9 }))
      .chain(([w, h, radius]) =>
        fc.record({
          w: fc.constant(w),
          h: fc.constant(h),
          radius: fc.constant(radius),
          values: fc.array(fc.integer({ min: -9, max: 9 }), { minLength: w * h, maxLength: w * h }),
        }),
      );
    fc.assert(
      fc.property(picture, ({ w, h, radius, values }) => {
        const expected = values.map((_, p) => {
          const [x, y] = [p % w, Math.floor(p / w)];
          const near = (q: number) =>
            Math.abs((q % w) - x) <= radius && Math.abs(Math.floor(q / w) - y) <= radius ? values[q] : -Infinity;
          return Math.max(...values.map((_, q) => near(q)));
        });
        expect([...slidingMaximum(Float32Array.from(values), w, h, radius)]).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe('labelledRegions', () => {
  const labels = Int32Array.of(...[1, 1, 0, 3], ...[1, 0, 0, 3], ...[0, -1, 2, 3]);

  it('cuts each label out of its bounding box', () => {
    const regions = labelledRegions(labels, 4, 1, 3, any);
    expect(regions.map(({ label, x, y, width, height, area }) => [label, x, y, width, height, area])).toEqual([
      [1, 0, 0, 2, 2, 3],
      [2, 2, 2, 1, 1, 1],
      [3, 3, 0, 1, 3, 3],
    ]);
    expect([...regions[0].bitmap]).toEqual([1, 1, 1, 0]);
  });

  it('filters by area and puts a region back where its scope lies', () => {
    expect(labelledRegions(labels, 4, 1, 3, { minArea: 2, maxArea: 0 })).toHaveLength(2);
    expect(labelledRegions(labels, 4, 1, 3, { minArea: 0, maxArea: 2 })).toHaveLength(1);
    const [first] = labelledRegions(labels, 4, 1, 1, any);
    const rle = regionToRle(first, [5, 6, 4, 3], { width: 20, height: 10 });
    expect(rle.size).toEqual([10, 20]);
    expect([...decodeRegion(rle, [5, 6, 2, 2])]).toEqual([1, 1, 1, 0]);
  });
});

describe('rimContrast', () => {
  const region = { x: 2, y: 2, width: 1, height: 1, bitmap: Uint8Array.of(1), area: 1 };
  const picture = (inside: number, outside: number) => {
    const channel = new Uint8Array(25).fill(outside);
    channel[12] = inside;
    return channel;
  };

  it('is the Michelson contrast against what surrounds the object', () => {
    expect(rimContrast(region, picture(150, 50), new Uint8Array(25), 5)).toBeCloseTo(0.5);
    expect(rimContrast(region, picture(50, 150), new Uint8Array(25), 5)).toBeCloseTo(0.5);
    expect(rimContrast(region, picture(70, 70), new Uint8Array(25), 5)).toBe(0);
    expect(rimContrast(region, picture(0, 0), new Uint8Array(25), 5)).toBe(0);
  });

  it('looks five pixels far and leaves out other objects', () => {
    const width = 13;
    const channel = new Uint8Array(width).fill(100);
    channel[6] = 200;
    channel[0] = channel[12] = 0;
    const dot = { x: 6, y: 0, width: 1, height: 1, bitmap: Uint8Array.of(1), area: 1 };
    expect(rimContrast(dot, channel, new Uint8Array(width), width)).toBeCloseTo(100 / 300);
    channel[1] = 0;
    const foreground = new Uint8Array(width);
    foreground[1] = 255;
    expect(rimContrast(dot, channel, foreground, width)).toBeCloseTo(100 / 300);
    expect(rimContrast(dot, channel, new Uint8Array(width).fill(255), width)).toBe(0);
  });
});

describe('clipToImage', () => {
  const image = { width: 100, height: 50 };

  it('moves edges outwards to whole pixels and clips them', () => {
    expect(clipToImage(undefined, image)).toEqual([0, 0, 100, 50]);
    expect(clipToImage([1.2, 2.9, 3, 3], image)).toEqual([1, 2, 4, 4]);
    expect(clipToImage([-10, -10, 30, 200], image)).toEqual([0, 0, 20, 50]);
  });

  it('refuses boxes that hold no pixel', () => {
    expect(() => clipToImage([100, 0, 5, 5], image)).toThrow(
      'The box 100,0,5,5 lies outside the image of 100 x 50 pixels',
    );
    expect(() => clipToImage([0, 0, 0, 5], image)).toThrow('is empty');
    expect(() => clipToImage([0, Number.NaN, 4, 5], image)).toThrow('is empty');
  });
});
