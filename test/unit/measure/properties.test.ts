/** Measurements against the plainest computation on bitmaps, and what they must do at the edges. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rleToSegmentation } from '@shared/document/segmentation';
import type { Segmentation } from '@shared/document/types';
import { encode, fromCompressed, toCompressed, type Rle } from '@shared/mask';
import { columnIntervals } from '@shared/mask/columns';
import { measureObject, type PixelSamples } from '@shared/measure';
import { geometryOf } from '@shared/measure/geometry';
import { intensitiesOf } from '@shared/measure/intensity';
import { type Bitmap, bitmaps, withZeroRuns } from '../mask/arbitraries';
import { placedSamples } from './samples';

const geometry = (rle: Rle) => geometryOf(rle, columnIntervals(rle));

/** skimage.measure.perimeter, read off its source: erosion, convolution, weights. */
function slowPerimeter({ h, w, pixels }: Bitmap): number {
  const at = (x: number, y: number) => (x < 0 || y < 0 || x >= w || y >= h ? 0 : pixels[y * w + x]);
  const border = (x: number, y: number) =>
    at(x, y) === 1 && at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) < 4 ? 1 : 0;
  const weights = new Map<number, number>();
  for (const code of [5, 7, 15, 17, 25, 27]) weights.set(code, 1);
  for (const code of [21, 33]) weights.set(code, Math.SQRT2);
  for (const code of [13, 23]) weights.set(code, (1 + Math.SQRT2) / 2);
  let sum = 0;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      let code = border(x, y);
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) code += 2 * border(x + dx, y + dy); // prettier-ignore
      for (const [dx, dy] of [[1, 1], [-1, 1], [1, -1], [-1, -1]]) code += 10 * border(x + dx, y + dy); // prettier-ignore
      sum += weights.get(code) ?? 0;
    }
  }
  return sum;
}

function foreground({ h, w, pixels }: Bitmap): [x: number, y: number][] {
  const list: [number, number][] = [];
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) if (pixels[y * w + x]) list.push([x, y]);
  return list;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('geometry', () => {
  it('is that of the bitmap, however the runs are written', () => {
    fc.assert(
      fc.property(bitmaps, fc.nat(), (bitmap, at) => {
        const list = foreground(bitmap);
        const rle = encode(bitmap.pixels, bitmap.h, bitmap.w);
        const found = geometry(rle);
        expect(found.area).toBe(list.length);
        expect(found.perimeter).toBeCloseTo(slowPerimeter(bitmap), 9);
        if (list.length > 0) {
          expect(found.centroid![0]).toBeCloseTo(mean(list.map(([x]) => x + 0.5)), 9);
          expect(found.centroid![1]).toBeCloseTo(mean(list.map(([, y]) => y + 0.5)), 9);
          const [x, y, w, h] = found.bbox;
          expect(x).toBe(Math.min(...list.map((place) => place[0])));
          expect(y).toBe(Math.min(...list.map((place) => place[1])));
          expect(x + w).toBe(Math.max(...list.map((place) => place[0])) + 1);
          expect(y + h).toBe(Math.max(...list.map((place) => place[1])) + 1);
        }
        expect(geometry(withZeroRuns(rle, at))).toEqual(found);
      }),
    );
  });

  it('of an empty mask is nothing, without a place', () => {
    const empty = { area: 0, centroid: null, bbox: [0, 0, 0, 0], perimeter: 0, equivalentDiameter: 0 };
    expect(geometry(encode(new Uint8Array(12), 3, 4))).toEqual(empty);
    expect(geometry(encode(new Uint8Array(0), 0, 4))).toEqual(empty);
  });

  it('of a large disc is close to the circle', () => {
    const [side, radius] = [500, 200];
    const pixels = new Uint8Array(side * side);
    for (let i = 0; i < pixels.length; i++) {
      const [x, y] = [(i % side) + 0.5, Math.floor(i / side) + 0.5];
      if ((x - 250) ** 2 + (y - 240) ** 2 < radius ** 2) pixels[i] = 1;
    }
    const { centroid, equivalentDiameter, perimeter } = geometry(encode(pixels, side, side));
    expect(centroid).toEqual([250, 240]);
    expect(equivalentDiameter).toBeCloseTo(2 * radius, 0);
    // The estimator's known bias on smooth curves.
    expect(perimeter / (2 * Math.PI * radius)).toBeCloseTo(1.05, 2);
  });

  it('of a mask too large for a bitmap takes no bitmap', () => {
    const side = 30_000;
    // Two columns of 10 pixels that touch, near the far corner.
    const start = 29_000 * side + 29_000;
    const counts = Uint32Array.of(start, 10, side - 10, 10, side * side - start - side - 10);
    expect(geometry({ size: [side, side], counts })).toMatchObject({
      area: 20,
      centroid: [29_001, 29_005],
      bbox: [29_000, 29_000, 2, 10],
    });
  });
});

describe('intensities', () => {
  it('are those of the samples under the mask', () => {
    fc.assert(
      fc.property(bitmaps, fc.constantFrom('uint8', 'uint16', 'float32'), fc.constantFrom(1, 3), (bitmap, kind, n) => {
        const samples = placedSamples(kind, bitmap.h, bitmap.w, n);
        const list = foreground(bitmap);
        const found = intensitiesOf(columnIntervals(encode(bitmap.pixels, bitmap.h, bitmap.w)), samples);
        if (list.length === 0) {
          expect(found).toEqual([]);
          return;
        }
        expect(found.map(({ channel }) => channel)).toEqual(samples.channels);
        found.forEach((stats, c) => {
          const values = list.map(([x, y]) => samples.data[(y * bitmap.w + x) * n + c]);
          const middle = mean(values);
          expect([stats.min, stats.max]).toEqual([Math.min(...values), Math.max(...values)]);
          expect(stats.mean).toBeCloseTo(middle, 6);
          expect(stats.integrated).toBeCloseTo(middle * values.length, 5);
          expect(stats.std).toBeCloseTo(Math.sqrt(mean(values.map((value) => (value - middle) ** 2))), 5);
        });
      }),
    );
  });

  const full = (h: number, w: number) => columnIntervals(encode(new Uint8Array(h * w).fill(1), h, w));
  const float = (values: readonly number[]): PixelSamples => ({
    width: values.length,
    height: 1,
    channels: ['gray'],
    data: Float32Array.from(values),
  });

  it('leave out what is no number', () => {
    expect(intensitiesOf(full(1, 5), float([NaN, 2, Infinity, 4, -Infinity]))).toEqual([
      { channel: 'gray', mean: 3, std: 1, min: 2, max: 4, integrated: 6 },
    ]);
    expect(intensitiesOf(full(1, 2), float([NaN, Infinity]))).toEqual([]);
  });

  it('keep the spread of a bright and even object', () => {
    const data = Float64Array.from({ length: 1000 }, (_, i) => 1e9 + (i % 2));
    const [{ std, mean: middle }] = intensitiesOf(full(1, 1000), { width: 1000, height: 1, channels: ['gray'], data });
    expect([std, middle]).toEqual([0.5, 1e9 + 0.5]);
  });
});

describe('what cannot be measured', () => {
  const image = { image: 'a.png', size: [4, 6] as const, samples: placedSamples('uint8', 4, 6, 1) };
  const object = (segmentation: Segmentation | null) => ({ id: 7, categoryName: 'cell', segmentation });
  const polygon: Segmentation = { kind: 'polygons', parts: [{ outer: [1, 1, 4, 1, 4, 3, 1, 3], holes: [] }] };
  const empty = { area: null, centroid: null, perimeter: null, equivalentDiameter: null, intensities: [] };

  it('a box without a mask keeps its box', () => {
    const found = measureObject({ ...object(null), bbox: [1, 2, 3, 4] }, image);
    expect(found).toEqual({
      row: { image: 'a.png', annotationId: 7, category: 'cell', bbox: [1, 2, 3, 4], ...empty },
      problem: null,
    });
  });

  it('without samples there is geometry', () => {
    const { row, problem } = measureObject(object(polygon), { ...image, samples: null });
    expect(row).toMatchObject({ area: 6, centroid: [2.5, 2], bbox: [1, 1, 3, 2], intensities: [] });
    expect(problem).toBeNull();
  });

  it('a polygon in an image of unknown size, and counts that fit no size, are told', () => {
    const unknown = measureObject(object(polygon), { image: 'a.png', size: null, samples: null });
    expect(unknown).toMatchObject({ row: empty, problem: expect.stringContaining('annotation 7: a polygon') });
    const damaged: Segmentation = { kind: 'rle', size: [4, 6], counts: toCompressed(encode(new Uint8Array(9), 3, 3)) };
    expect(() => fromCompressed(damaged.counts, damaged.size)).toThrow();
    expect(measureObject(object(damaged), image)).toMatchObject({
      row: empty,
      problem: expect.stringMatching(/^annotation 7: .*24/),
    });
  });

  it('a mask of another size than the image has no intensities', () => {
    const rle = encode(Uint8Array.from([1, 1, 0, 1]), 2, 2);
    const { row, problem } = measureObject(object(rleToSegmentation(rle)), image);
    expect(row).toMatchObject({ area: 3, intensities: [] });
    expect(problem).toBe('annotation 7: no intensities: its mask has 2 x 2 pixels when its image has 6 x 4');
  });
});
