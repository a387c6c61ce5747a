/** Rings that turn back along a row: the clipping library went round and round in some of them. */
import { expect, it } from 'vitest';
import { clipRegions } from '@shared/geometry/clip/region';

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
