import fc from 'fast-check';
import { expect, test } from 'vitest';
import { largerBrush, smallerBrush } from '../../../../src-renderer/tools/brush/brushSize';

/** From here the largest step would go beyond the largest brush, and stops there. */
const largest = 2000;
const inside = fc.integer({ min: 1, max: largest - 1 }).filter((size) => largerBrush(size) < largest);

function walk(from: number, step: (size: number) => number): number[] {
  const sizes = [from];
  while (step(sizes.at(-1)!) !== sizes.at(-1)) sizes.push(step(sizes.at(-1)!));
  return sizes;
}

test('from any size, larger then smaller leads back', () => {
  fc.assert(fc.property(inside, (size) => smallerBrush(largerBrush(size)) === size));
});

test('every step changes the size, by a pixel or by at most a tenth', () => {
  fc.assert(
    fc.property(inside, (size) => {
      const step = largerBrush(size) - size;
      expect(step).toBeGreaterThanOrEqual(1);
      expect(step).toBeLessThanOrEqual(Math.max(1, size / 10));
      if (size > 1) expect(smallerBrush(size)).toBeLessThan(size);
    }),
  );
});

test('every size up to 20 is reached from either side; both ends are', () => {
  const up = walk(1, largerBrush);
  const upToTwenty = Array.from({ length: 20 }, (_, at) => at + 1);
  expect(up.slice(0, 20)).toEqual(upToTwenty);
  expect(up.at(-1)).toBe(largest);
  expect(up.length).toBeLessThan(80);
  expect(walk(20, smallerBrush).reverse()).toEqual(upToTwenty);
  expect(walk(largest, smallerBrush).at(-1)).toBe(1);
});
