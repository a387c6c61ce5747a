import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  gridToMask,
  nonMaximumSuppression,
  pixelsInside,
  toImageCorners,
} from '../../../src-main/inference/image/postprocess';
import { decode } from '@shared/mask';

const size = [14, 18] as const;
const coordinate = fc.double({ min: -6, max: 22, noNaN: true });
const box = fc
  .tuple(
    coordinate,
    coordinate,
    fc.double({ min: 0.1, max: 20, noNaN: true }),
    fc.double({ min: 0.1, max: 20, noNaN: true }),
  )
  .map(([x, y, w, h]) => [x, y, x + w, y + h] as const);

/** The rule in words: bilinear between cell centres, clamped to them, at the centre of each pixel. */
function valueAt(values: Float32Array, cells: number, corners: readonly number[], x: number, y: number): number {
  const at = (low: number, high: number, centre: number) =>
    Math.min(Math.max(((centre - low) / (high - low)) * cells - 0.5, 0), cells - 1);
  const u = at(corners[0], corners[2], x + 0.5);
  const v = at(corners[1], corners[3], y + 0.5);
  const cell = (i: number, j: number) => values[Math.min(j, cells - 1) * cells + Math.min(i, cells - 1)];
  const [i, j] = [Math.floor(u), Math.floor(v)];
  const [a, b] = [u - i, v - j];
  return (
    (cell(i, j) * (1 - a) + cell(i + 1, j) * a) * (1 - b) + (cell(i, j + 1) * (1 - a) + cell(i + 1, j + 1) * a) * b
  );
}

describe('gridToMask', () => {
  test('equals the rule at every pixel', () => {
    const grid = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 25, maxLength: 25 });
    fc.assert(
      fc.property(grid, box, (cells, corners) => {
        const values = Float32Array.from(cells);
        const region = pixelsInside(corners, size);
        const mask = gridToMask({ values, offset: 0, width: 5, height: 5 }, corners, region, size, 0.5);
        const bitmap = mask ? decode(mask) : new Uint8Array(size[0] * size[1]);
        for (let y = 0; y < size[0]; y++) {
          for (let x = 0; x < size[1]; x++) {
            const inside = x >= region[0] && x < region[2] && y >= region[1] && y < region[3];
            const value = inside ? valueAt(values, 5, corners, x, y) : 0;
            // Values on the threshold itself may fall either way in single precision.
            if (Math.abs(value - 0.5) > 1e-5) expect(bitmap[y * size[1] + x]).toBe(value >= 0.5 ? 1 : 0);
          }
        }
      }),
    );
  });

  test('a full grid covers exactly the pixels whose centres lie in the box', () => {
    const grid = { values: new Float32Array(4).fill(1), offset: 0, width: 2, height: 2 };
    const corners = [2, 3, 7, 5] as const;
    const mask = gridToMask(grid, corners, pixelsInside(corners, size), size, 0.5)!;
    expect(decode(mask).reduce((sum, bit) => sum + bit, 0)).toBe(10);
  });

  test('nothing above the threshold is no mask', () => {
    const grid = { values: new Float32Array(4).fill(0.4), offset: 0, width: 2, height: 2 };
    expect(gridToMask(grid, [0, 0, 9, 9], [0, 0, 9, 9], size, 0.5)).toBeNull();
    expect(gridToMask(grid, [0, 0, 9, 9], [3, 3, 3, 9], size, 0.1)).toBeNull();
  });
});

describe('boxes', () => {
  test('pixelsInside takes pixels by their centres, at least one', () => {
    expect(pixelsInside([0.4, 0.6, 3.5, 3.6], size)).toEqual([0, 1, 3, 4]);
    expect(pixelsInside([5.6, 5.6, 5.9, 5.9], size)).toEqual([6, 6, 7, 7]);
    expect(pixelsInside([-9, -9, 99, 99], size)).toEqual([0, 0, 18, 14]);
    expect(pixelsInside([30, 30, 40, 40], size)).toEqual([17, 13, 18, 14]);
  });

  test('toImageCorners scales back and clips', () => {
    const transform = { scaleX: 2, scaleY: 4, offsetX: 0, offsetY: 8 };
    expect(toImageCorners([4, 16, 100, 40], transform, size)).toEqual([2, 2, 18, 8]);
    expect(toImageCorners([-4, 0, 4, 16], transform, size)).toEqual([0, 0, 2, 2]);
  });
});

describe('nonMaximumSuppression', () => {
  test('equals the plain rule', () => {
    const detection = fc.tuple(box, fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 2 }));
    fc.assert(
      fc.property(
        fc.array(detection, { maxLength: 25 }),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        (all, limit) => {
          const overlap = (a: readonly number[], b: readonly number[]) => {
            const w = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
            const h = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
            const area = (c: readonly number[]) => (c[2] - c[0]) * (c[3] - c[1]);
            return (w * h) / (area(a) + area(b) - w * h);
          };
          const left = all.map((_, i) => i).sort((a, b) => all[b][1] - all[a][1] || a - b);
          const expected: number[] = [];
          while (left.length > 0) {
            const best = left.shift()!;
            expected.push(best);
            for (let i = left.length - 1; i >= 0; i--) {
              const same = all[left[i]][2] === all[best][2];
              if (same && overlap(all[left[i]][0], all[best][0]) > limit) left.splice(i, 1);
            }
          }
          const boxes = all.flatMap(([corners]) => [...corners]);
          const scores = all.map(([, score]) => score);
          const labels = all.map(([, , label]) => label);
          expect(nonMaximumSuppression(boxes, scores, labels, limit)).toEqual(expected);
        },
      ),
    );
  });
});
