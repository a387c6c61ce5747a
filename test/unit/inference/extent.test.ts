/** Where a plane has something, against looking at every value. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extentOf } from '../../../src-main/inference/image/extent';

const value = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom(0, -0, -1, 0.4) },
  { weight: 1, arbitrary: fc.constantFrom(1, Infinity) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, -Infinity, 0.5) },
);
const planes = fc
  .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 12 }) })
  .chain(({ width, height }) =>
    fc.record({
      ...{ width: fc.constant(width), height: fc.constant(height), offset: fc.integer({ min: 0, max: 9 }) },
      cells: fc.array(value, { minLength: width * height, maxLength: width * height }),
    }),
  );

test('first and last columns and rows above the threshold, whatever lies before and after the plane', () => {
  fc.assert(
    fc.property(planes, fc.constantFrom(0.5, -0.5, NaN, -Infinity), ({ width, height, offset, cells }, threshold) => {
      const values = new Float32Array(offset + cells.length + 5).fill(9);
      values.set(cells, offset);
      const above = cells.flatMap((one, i) => (one > threshold ? [i] : []));
      const columns = above.map((i) => i % width);
      const expected =
        above.length === 0
          ? null
          : {
              left: Math.min(...columns),
              top: Math.floor(above[0] / width),
              right: Math.max(...columns),
              bottom: Math.floor(above[above.length - 1] / width),
            };
      expect(extentOf({ values, offset, width, height }, threshold)).toEqual(expected);
    }),
    { numRuns: 400 },
  );
});
