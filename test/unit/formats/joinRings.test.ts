/** Rings joined by bridges: the same as the plain search over all pairs gives, and in time for thousands of parts. */
import { describe, expect, it } from 'vitest';
import { joinRings } from '@shared/formats/joinRings';
import { Random } from '../../support/datasetFuzz';

/** The rule, word for word: every point against every point, again for each ring. */
function bySearch(rings: readonly (readonly number[])[]): number[] {
  let joined = [...rings[0]];
  const left = rings.slice(1).map((ring) => [...ring]);
  while (left.length > 0) {
    let best = { distance: Infinity, ring: 0, from: 0, to: 0 };
    left.forEach((ring, at) => {
      for (let i = 0; i < joined.length; i += 2) {
        for (let j = 0; j < ring.length; j += 2) {
          const distance = (joined[i] - ring[j]) ** 2 + (joined[i + 1] - ring[j + 1]) ** 2;
          if (distance < best.distance) best = { distance, ring: at, from: i, to: j };
        }
      }
    });
    const [ring] = left.splice(best.ring, 1);
    const turned = [...ring.slice(best.to), ...ring.slice(0, best.to)];
    const [x, y] = [joined[best.from], joined[best.from + 1]];
    joined = [...joined.slice(0, best.from + 2), ...turned, turned[0], turned[1], x, y, ...joined.slice(best.from + 2)];
  }
  return joined;
}

/** On a coarse grid, so that many distances are equal. */
function madeRings(random: Random, count: number, points: number, side: number, fraction: number): number[][] {
  return Array.from({ length: count }, () => {
    const [x, y] = [random.below(side), random.below(side)];
    return Array.from({ length: 2 * (3 + random.below(points)) }, (_, i) => {
      return (i % 2 === 0 ? x : y) + random.below(8 * fraction) / fraction;
    });
  });
}

describe('joinRings', () => {
  it.each([
    [200, 8, 3, 30, 1],
    [200, 8, 3, 12, 1],
    [60, 30, 6, 40, 1],
    [20, 12, 120, 30, 1],
    [60, 12, 6, 40, 7],
    [6, 120, 2, 200, 1],
  ])('gives what the plain search gives: %i times %i rings', (times, rings, points, side, fraction) => {
    for (let seed = 1; seed <= times; seed++) {
      const made = madeRings(new Random(seed), 1 + new Random(seed).below(rings), points, side, fraction);
      expect(joinRings(made), `seed ${seed}`).toEqual(bySearch(made));
    }
  });

  it('joins nested and far rings, equal ones, and one alone', () => {
    const square = (x: number, y: number, side: number) => [x, y, x + side, y, x + side, y + side, x, y + side];
    for (const rings of [
      [square(0, 0, 9)],
      [square(0, 0, 9), square(0, 0, 9)],
      [square(0, 0, 100), square(40, 40, 5), square(1e6, 1e6, 1)],
      Array.from({ length: 60 }, (_, i) => square(i % 2 === 0 ? i : -i, 0, 1)),
    ])
      expect(joinRings(rings)).toEqual(bySearch(rings));
  });

  it('has every point of 5,000 parts and of two long outlines', () => {
    const random = new Random(3);
    const parts = madeRings(random, 5000, 4, 2000, 1);
    const total = parts.reduce((sum, ring) => sum + ring.length, 0);
    expect(joinRings(parts)).toHaveLength(total + (parts.length - 1) * 4);
    const long = [0, 1].map((turn) =>
      Array.from({ length: 40_000 }, (_, i) => {
        const angle = (Math.PI * (i >> 1)) / 10_000;
        return (i % 2 === 0 ? Math.cos(angle) + 2.1 * turn : Math.sin(angle)) * 1000;
      }),
    );
    expect(joinRings(long)).toHaveLength(80_004);
  });
});
