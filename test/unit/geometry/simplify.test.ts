/** Simplification keeps a subset of the vertices within the tolerance. */
import { squaredDistanceToSegment } from '@shared/geometry/hitTest';
import { simplifyPart, simplifyRing } from '@shared/geometry/simplify';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const rings = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 })), { minLength: 3, maxLength: 40 })
  .map((points) => points.flat());

describe('simplifyRing', () => {
  test('drops vertices on straight edges', () => {
    expect(simplifyRing([0, 0, 5, 0, 10, 0, 10, 5, 10, 10, 0, 10, 0, 5], 0.1)).toEqual([0, 0, 10, 0, 10, 10, 0, 10]);
  });

  test('a staircase within the tolerance becomes a diagonal', () => {
    const stairs = [0, 0];
    for (let i = 0; i < 10; i++) stairs.push(i + 1, i, i + 1, i + 1);
    expect(simplifyRing([...stairs, 0, 10], 0.8)).toEqual([0, 0, 10, 10, 0, 10]);
  });

  test('keeps vertices in order, and every dropped one within the tolerance of what is left', () => {
    fc.assert(
      fc.property(rings, fc.double({ min: 0.01, max: 30, noNaN: true }), (ring, tolerance) => {
        const result = simplifyRing(ring, tolerance);
        expect(result.length).toBeGreaterThanOrEqual(6);
        let at = 0;
        for (let i = 0; i < result.length; i += 2) {
          while (at < ring.length && (ring[at] !== result[i] || ring[at + 1] !== result[i + 1])) at += 2;
          expect(at).toBeLessThan(ring.length);
          at += 2;
        }
        for (let i = 0; i < ring.length; i += 2) {
          let nearest = Infinity;
          for (let b = 0, a = result.length - 2; b < result.length; a = b, b += 2) {
            const edge = [result[a], result[a + 1], result[b], result[b + 1]] as const;
            nearest = Math.min(nearest, squaredDistanceToSegment(ring[i], ring[i + 1], ...edge));
          }
          expect(Math.sqrt(nearest)).toBeLessThanOrEqual(tolerance + 1e-9);
        }
      }),
    );
  });

  test('never returns fewer than three vertices, and copies what it cannot simplify', () => {
    const sliver = [0, 0, 10, 0.1, 20, 0, 10, -0.1];
    const result = simplifyRing(sliver, 5);
    expect(result).toEqual(sliver);
    expect(result).not.toBe(sliver);
  });

  test('is linear-ish on a long outline', () => {
    const ring = Array.from({ length: 200_000 }, (_, i) => {
      const angle = ((i >> 1) / 100_000) * 2 * Math.PI;
      return 500 + 400 * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
    });
    const result = simplifyRing(ring, 0.5);
    expect(result.length / 2).toBeGreaterThan(20);
    expect(result.length / 2).toBeLessThan(200);
  });
});

test('simplifyPart treats holes as rings of their own', () => {
  const part = { outer: [0, 0, 5, 0, 10, 0, 10, 10, 0, 10], holes: [[2, 2, 3, 2, 4, 2, 4, 4, 2, 4]] };
  expect(simplifyPart(part, 0.1)).toEqual({ outer: [0, 0, 10, 0, 10, 10, 0, 10], holes: [[2, 2, 4, 2, 4, 4, 2, 4]] });
});
