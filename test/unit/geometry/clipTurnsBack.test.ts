/** Rings that turn back along a row: the clipping library went round and round in some of them, and gave wrong regions of others. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isRim } from '@shared/document/polygonOperations';
import { segmentationToRle } from '@shared/document/segmentation';
import { clipPolygons } from '@shared/geometry/clip/clip';
import { clipRegions } from '@shared/geometry/clip/region';
import type { PolygonPart } from '@shared/geometry/polygon';
import { merge, subtract, xor } from '@shared/mask';

const path = (...points: (readonly [number, number])[]) => points.map(([x, y]) => ({ x, y }));
const square = path([0, 0], [60, 0], [60, 60], [0, 60]);

it.each([
  ['after it is closed', path([30, 8], [41, 20], [29, 29], [19, 17], [30, 8], [29, 8], [28, 8])],
  ['where it begins', path([29, 8], [28, 8], [30, 8], [41, 20], [29, 29], [19, 17], [30, 8])],
  [
    'with points that stand there twice',
    path([30, 8], [41, 20], [29, 29], [19, 17], [30, 8], [29, 8], [29, 8], [28, 8]),
  ],
])('a ring with a spur %s is clipped as without it', (_where, ring) => {
  const [part, ...others] = clipRegions('intersect', [ring], [square]);
  expect(others).toEqual([]);
  expect(part.holes).toEqual([]);
  const corners = part.outer.map(({ x, y }) => `${x} ${y}`).sort();
  expect(corners).toEqual(['19 17', '29 29', '30 8', '41 20']);
});

it('a vertex on a straight edge stays where nothing turns back', () => {
  const ring = path([10, 10], [20, 10], [30, 10], [30, 30], [10, 30]);
  const [part] = clipRegions('intersect', [ring], [square]);
  expect(part.outer.map(({ x, y }) => `${x} ${y}`)).toContain('20 10');
});

it('nor where something does elsewhere', () => {
  const ring = path([10, 10], [20, 10], [30, 10], [30, 30], [40, 30], [25, 30], [10, 30]);
  const [part] = clipRegions('intersect', [ring], [square]);
  expect(part.outer.map(({ x, y }) => `${x} ${y}`)).toEqual(expect.arrayContaining(['20 10', '25 30']));
});

it('a ring that is nothing but a way there and back has nothing inside', () => {
  const line = path([10, 10], [40, 10], [40, 10], [20, 10], [10, 10]);
  expect(clipRegions('intersect', [line], [square])).toEqual([]);
  expect(clipRegions('unite', [line], [])).toEqual([]);
});

it('for any rings along the rows of a grid: what their masks have in common, either and one alone', () => {
  const at = (last: number) => fc.nat(last).map((value) => 6 * value);
  /** Most of the edges go along a row. */
  const ring = fc
    .tuple(at(11), at(9), fc.array(fc.tuple(at(11), at(9), fc.nat(3)), { minLength: 3, maxLength: 11 }))
    .map(([x, y, steps]) => {
      const ring = [x, y];
      for (const [toX, toY, kind] of steps) {
        const [lastX, lastY] = ring.slice(-2);
        ring.push(kind === 2 ? lastX : toX, kind < 2 ? lastY : toY);
      }
      return ring;
    });
  const maskOf = (parts: readonly PolygonPart[]) => segmentationToRle({ kind: 'polygons', parts }, [60, 72]);
  fc.assert(
    fc.property(ring, ring, (a, b) => {
      const [one, other] = [[{ outer: a, holes: [] }], [{ outer: b, holes: [] }]];
      const [mask, second] = [maskOf(one), maskOf(other)];
      const wanted = {
        intersect: merge([mask, second], { intersect: true }),
        unite: merge([mask, second]),
        subtract: subtract(mask, second),
      };
      for (const operation of ['intersect', 'unite', 'subtract'] as const) {
        const wrong = xor(maskOf(clipPolygons(operation, one, other)), wanted[operation]);
        expect(isRim(wrong, [a, b])).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
