/** Rasterising against the reference's rule taken literally: walk every edge in fifths of a pixel. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromPolygons } from '@shared/mask';

/**
 * Runs of a polygon by the rule: vertices on a grid of fifths, every edge stepped along its longer axis, a crossing of column c
 * wherever x passes between 5c + 2 and 5c + 3, at the row below the smaller y of the two steps; crossings toggle.
 */
function byRule(ring: readonly number[], h: number, w: number): number[] {
  const grid = ring.map((value) => Math.trunc(5 * value + 0.5));
  const n = grid.length / 2;
  const toggles = new Map<number, number>();
  for (let j = 0; j < n; j++) {
    const k = (j + 1) % n;
    let [xs, ys, xe, ye] = [grid[2 * j], grid[2 * j + 1], grid[2 * k], grid[2 * k + 1]];
    const wide = Math.abs(xe - xs) >= Math.abs(ye - ys);
    if (wide ? xs > xe : ys > ye) [xs, ys, xe, ye] = [xe, ye, xs, ys];
    const steps = wide ? xe - xs : ye - ys;
    const slope = wide ? (ye - ys) / steps : (xe - xs) / steps;
    const at = (t: number): [number, number] => {
      return wide ? [xs + t, Math.trunc(ys + slope * t + 0.5)] : [Math.trunc(xs + slope * t + 0.5), ys + t];
    };
    for (let t = 1; t <= steps; t++) {
      const [x0, y0] = at(t - 1);
      const [x1, y1] = at(t);
      const column = (Math.min(x0, x1) - 2) / 5;
      if (x0 === x1 || !Number.isInteger(column) || column < 0 || column >= w) continue;
      const row = Math.min(Math.max(Math.ceil((Math.min(y0, y1) - 2) / 5), 0), h);
      const position = column * h + row;
      toggles.set(position, (toggles.get(position) ?? 0) + 1);
    }
  }
  const positions = [...toggles.keys()].filter((p) => p < h * w && (toggles.get(p) ?? 0) % 2 === 1);
  positions.sort((a, b) => a - b);
  return [...positions, h * w].map((position, i) => position - (i === 0 ? 0 : positions[i - 1]));
}

const side = fc.integer({ min: 1, max: 40 });

/** Coordinates around the image and beyond it: whole, half, on and between fifths, arbitrary. */
function ringIn(h: number, w: number): fc.Arbitrary<number[]> {
  const coordinate = (limit: number): fc.Arbitrary<number> =>
    fc.oneof(
      fc.integer({ min: -3, max: limit + 3 }),
      fc.integer({ min: -30, max: 10 * limit + 30 }).map((tenths) => tenths / 10),
      fc.double({ min: -2 * limit, max: 3 * limit, noNaN: true }),
    );
  return fc
    .array(fc.tuple(coordinate(w), coordinate(h)), { minLength: 1, maxLength: 40 })
    .map((points) => points.flat());
}

describe('fromPolygons', () => {
  it('gives the runs of the rule', () => {
    const input = fc.tuple(side, side).chain(([h, w]) => fc.tuple(fc.constant(h), fc.constant(w), ringIn(h, w)));
    fc.assert(
      fc.property(input, ([h, w, ring]) => {
        expect([...fromPolygons([ring], h, w).counts]).toEqual(byRule(ring, h, w));
      }),
      { numRuns: 3000 },
    );
  });

  it('gives them where a column is crossed a hundred times, in no order', () => {
    const ring = Array.from({ length: 100 }, (_, i) => [i % 2 === 0 ? 0.3 : 8.7, (i * 37.3) % 60]).flat();
    expect([...fromPolygons([ring], 60, 9).counts]).toEqual(byRule(ring, 60, 9));
  });

  it('is the same for a ring walked the other way or from another vertex', () => {
    const input = fc
      .tuple(side, side)
      .chain(([h, w]) => fc.tuple(fc.constant(h), fc.constant(w), ringIn(h, w), fc.nat()));
    fc.assert(
      fc.property(input, ([h, w, ring, start]) => {
        const points = Array.from({ length: ring.length / 2 }, (_, i) => [ring[2 * i], ring[2 * i + 1]]);
        const at = start % points.length;
        const turned = [...points.slice(at), ...points.slice(0, at)].reverse().flat();
        expect(fromPolygons([turned], h, w)).toEqual(fromPolygons([ring], h, w));
      }),
      { numRuns: 500 },
    );
  });
});
