/** Places on rings: the nearest one is as near as the ring is, and the two ways between two places are all of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceToRing } from '@shared/geometry/hitTest';
import { ringPerimeter } from '@shared/geometry/polygon';
import { nearestOnRing, pathAlongRing, type RingPlace } from '@shared/geometry/ringPath';

const coordinate = fc.integer({ min: 0, max: 40 });
const rings = fc.array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 9 }).map((points) => points.flat());
const square = [0, 0, 10, 0, 10, 10, 0, 10];

const lengthOf = (from: RingPlace, path: readonly number[], to: RingPlace) => {
  const line = [from.x, from.y, ...path, to.x, to.y];
  let length = 0;
  for (let i = 2; i < line.length; i += 2) length += Math.hypot(line[i] - line[i - 2], line[i + 1] - line[i - 1]);
  return length;
};

describe('the nearest place of a ring', () => {
  it('is a vertex within reach, else as near as the ring is; null beyond reach', () => {
    fc.assert(
      fc.property(rings, coordinate, coordinate, fc.integer({ min: 0, max: 12 }), (ring, x, y, reach) => {
        const near = nearestOnRing(ring, x, y, reach);
        const distance = distanceToRing(ring, x, y);
        // At the very reach the last digit decides, and both are right.
        fc.pre(Math.abs(distance - reach) > 1e-9);
        if (distance > reach) {
          expect(near).toBeNull();
          return;
        }
        expect(near).not.toBeNull();
        const { edge, t } = near!;
        const next = (edge + 1) % (ring.length / 2);
        expect(near!.x).toBeCloseTo(ring[2 * edge] + t * (ring[2 * next] - ring[2 * edge]), 9);
        expect(near!.y).toBeCloseTo(ring[2 * edge + 1] + t * (ring[2 * next + 1] - ring[2 * edge + 1]), 9);
        expect(near!.distance).toBeCloseTo(Math.hypot(near!.x - x, near!.y - y), 9);
        let vertex = Infinity;
        for (let i = 0; i < ring.length; i += 2) vertex = Math.min(vertex, Math.hypot(ring[i] - x, ring[i + 1] - y));
        expect(near!.distance).toBeCloseTo(vertex <= reach ? vertex : distance, 6);
      }),
      { numRuns: 400 },
    );
  });
});

describe('the way along a ring', () => {
  it('is the shorter or the longer one, and both together go around once', () => {
    const places = fc.tuple(fc.nat(8), fc.double({ min: 0, max: 0.99, noNaN: true }));
    fc.assert(
      fc.property(rings, places, places, (ring, ...ends) => {
        const [from, to] = ends.map(([i, t]): RingPlace => {
          const edge = i % (ring.length / 2);
          const next = (edge + 1) % (ring.length / 2);
          const on = (axis: 0 | 1) => ring[2 * edge + axis] + t * (ring[2 * next + axis] - ring[2 * edge + axis]);
          return { edge, t, x: on(0), y: on(1) };
        });
        if (from.edge === to.edge && from.t === to.t) return;
        const short = lengthOf(from, pathAlongRing(ring, from, to), to);
        const long = lengthOf(from, pathAlongRing(ring, from, to, 'longer'), to);
        expect(short).toBeLessThanOrEqual(long + 1e-9);
        expect(short + long).toBeCloseTo(ringPerimeter(ring), 6);
      }),
      { numRuns: 400 },
    );
  });

  it('has the vertices between, in order, and neither end', () => {
    const at = (x: number, y: number) => nearestOnRing(square, x, y, 1)!;
    expect(pathAlongRing(square, at(0, 0), at(10, 10))).toEqual([10, 0]);
    expect(pathAlongRing(square, at(5, 0), at(5, 10), 'shorter')).toHaveLength(4);
    expect(pathAlongRing(square, at(2, 0), at(7, 0))).toEqual([]);
    expect(pathAlongRing(square, at(7, 0), at(2, 0))).toEqual([]);
    expect(pathAlongRing(square, at(7, 0), at(2, 0), 'longer')).toEqual([10, 0, 10, 10, 0, 10, 0, 0]);
  });
});
