/** The grid finds what a scan of every box finds. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SpatialIndex } from '@shared/geometry/spatialIndex';

const boxes = fc.array(
  fc
    .tuple(
      fc.integer({ min: -20, max: 200 }),
      fc.integer({ min: -20, max: 200 }),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 0, max: 60 }),
    )
    .map(([x, y, w, h]) => [x, y, x + w, y + h] as const),
  { maxLength: 80 },
);
const coordinate = fc.integer({ min: -40, max: 280 });

describe('SpatialIndex', () => {
  test('equals brute force for points and rectangles', () => {
    fc.assert(
      fc.property(boxes, coordinate, coordinate, fc.nat(100), fc.nat(100), (all, x, y, w, h) => {
        const index = new SpatialIndex(Float64Array.from(all.flat()));
        const scan = (right: number, bottom: number) =>
          all.flatMap((b, i) => (b[0] <= right && b[1] <= bottom && b[2] >= x && b[3] >= y ? [i] : []));
        expect(index.at(x, y)).toEqual(scan(x, y));
        expect(index.touching(x, y, x + w, y + h)).toEqual(scan(x + w, y + h));
      }),
    );
  });

  test('boxes without coordinates are never found', () => {
    const index = new SpatialIndex(Float64Array.of(NaN, NaN, NaN, NaN, 0, 0, 4, 4));
    expect(index.touching(-100, -100, 100, 100)).toEqual([1]);
    expect(new SpatialIndex(Float64Array.of(NaN, NaN, NaN, NaN)).touching(0, 0, 9, 9)).toEqual([]);
    expect(new SpatialIndex(new Float64Array(0)).at(0, 0)).toEqual([]);
  });

  test('boxes that all cover the image do not multiply', () => {
    const index = new SpatialIndex(Float64Array.from({ length: 40_000 }, (_, i) => (i % 4 < 2 ? 0 : 1000)));
    expect(index.at(500, 500).length).toBe(10_000);
    expect(index.entries).toBe(10_000);
  });
});
