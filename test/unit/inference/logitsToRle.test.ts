import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logitsToRle } from '../../../src-main/inference/image/logitsToRle';
import { decode } from '@shared/mask';

/** The value of each pixel, row by row, as the description says; -1 outside of the grid. */
function sampled(
  values: Float32Array,
  [gridWidth, gridHeight]: readonly [number, number],
  [x1, y1, x2, y2]: readonly [number, number, number, number],
  [height, width]: readonly [number, number],
): number[] {
  const at = (position: number, low: number, high: number, cells: number) => {
    const p = Math.min(Math.max(((position + 0.5 - low) * cells) / (high - low) - 0.5, 0), cells - 1);
    const cell = Math.floor(p);
    return { cell, next: Math.min(cell + 1, cells - 1), weight: p - cell };
  };
  return Array.from({ length: height * width }, (_pixel, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    if (x + 0.5 < x1 || x + 0.5 >= x2 || y + 0.5 < y1 || y + 0.5 >= y2) return -1;
    const c = at(x, x1, x2, gridWidth);
    const r = at(y, y1, y2, gridHeight);
    const mix = (row: number) => {
      const [a, b] = [values[row * gridWidth + c.cell], values[row * gridWidth + c.next]];
      return a + (b - a) * c.weight;
    };
    const [a, b] = [mix(r.cell), mix(r.next)];
    return a + (b - a) * r.weight;
  });
}

const logit = fc.integer({ min: -8, max: 8 }).map((value) => value + 0.37);
const cases = fc
  .record({
    gridWidth: fc.integer({ min: 1, max: 6 }),
    gridHeight: fc.integer({ min: 1, max: 6 }),
    width: fc.integer({ min: 1, max: 23 }),
    height: fc.integer({ min: 1, max: 23 }),
    corners: fc.tuple(
      fc.integer({ min: -5, max: 8 }),
      fc.integer({ min: -5, max: 8 }),
      fc.integer({ min: 9, max: 30 }),
      fc.integer({ min: 9, max: 30 }),
    ),
  })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      values: fc.array(logit, { minLength: 36, maxLength: 36 }),
    }),
  );

test('is what sampling pixel by pixel gives', () => {
  fc.assert(
    fc.property(cases, ({ shape, values }) => {
      const { gridWidth, gridHeight, corners, width, height } = shape;
      const grid = { values: Float32Array.from(values), offset: 0, width: gridWidth, height: gridHeight };
      const expected = sampled(grid.values, [gridWidth, gridHeight], corners, [height, width]);
      const mask = logitsToRle(grid, corners, [height, width], 0);
      expect([...(mask?.counts ?? [0])].reduce((sum, run) => sum + run, 0)).toBe(mask ? width * height : 0);
      const bits = mask ? decode(mask) : new Uint8Array(width * height);
      expected.forEach((value, i) => {
        // Rounding may decide about what is as good as zero.
        if (Math.abs(value) > 1e-4) expect([i, bits[i]]).toEqual([i, value > 0 ? 1 : 0]);
      });
    }),
    { numRuns: 500 },
  );
});

test('masks of many runs one after the other are each as sampled', () => {
  const corners = [0, 0, 120, 90] as const;
  const masks = [3, 5, 7].map((step) => {
    const values = Float32Array.from({ length: 60 * 45 }, (_, i) => ((i * step) % 11) - 5.3);
    const grid = { values, offset: 0, width: 60, height: 45 };
    return { values, mask: logitsToRle(grid, corners, [90, 120], 0)! };
  });
  for (const { values, mask } of masks) {
    expect(mask.counts.length).toBeGreaterThan(1000);
    const expected = sampled(values, [60, 45], corners, [90, 120]).map((value) => (value > 0 ? 1 : 0));
    expect([...decode(mask)]).toEqual(expected);
  }
});
