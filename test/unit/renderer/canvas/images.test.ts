/** Pre-scaled copies and size limits. */
import { describe, expect, test } from 'vitest';
import {
  boundedSize,
  chooseLevel,
  exactCopy,
  MAX_BITMAP_PIXELS,
  MAX_BITMAP_SIDE,
  mipSizes,
} from '../../../../src-renderer/canvas/mips';

describe('boundedSize', () => {
  test('ordinary images keep their size', () => {
    expect(boundedSize({ width: 4000, height: 3000 })).toEqual({ width: 4000, height: 3000 });
    expect(boundedSize({ width: 1, height: 1 })).toEqual({ width: 1, height: 1 });
  });

  test('huge ones are reduced, aspect kept', () => {
    const { width, height } = boundedSize({ width: 20_000, height: 20_000 });
    expect(width).toBe(height);
    expect(width * height).toBeLessThanOrEqual(MAX_BITMAP_PIXELS);
    expect(boundedSize({ width: 100_000, height: 2 })).toEqual({ width: MAX_BITMAP_SIDE, height: 1 });
  });
});

describe('mip levels', () => {
  const sizes = [{ width: 4000, height: 3000 }, ...mipSizes({ width: 4000, height: 3000 })];

  test('halve down to a thumbnail', () => {
    expect(sizes.map(({ width }) => width)).toEqual([4000, 2000, 1000, 500, 250]);
    expect(mipSizes({ width: 1, height: 1 })).toEqual([]);
    expect(mipSizes({ width: 1001, height: 3 })).toEqual([
      { width: 501, height: 2 },
      { width: 251, height: 1 },
    ]);
  });

  test('the level has about a pixel for each device pixel or more', () => {
    expect(chooseLevel(sizes, 256_000)).toBe(0);
    expect(chooseLevel(sizes, 2400)).toBe(0);
    expect(chooseLevel(sizes, 2000)).toBe(1);
    expect(chooseLevel(sizes, 1000)).toBe(2);
    expect(chooseLevel(sizes, 62.5)).toBe(4);
  });

  test('a copy of the size on screen takes its place among them and is chosen there', () => {
    const copy = exactCopy(sizes, 1100)!;
    expect(copy).toEqual({ width: 1100, height: 825, at: 2 });
    const levels = [...sizes.slice(0, copy.at), copy, ...sizes.slice(copy.at)];
    expect(levels.map(({ width }) => width)).toEqual([4000, 2000, 1100, 1000, 500, 250]);
    expect(chooseLevel(levels, 1100.4)).toBe(2);
    expect(chooseLevel(levels, 1200)).toBe(2);
    expect(chooseLevel(levels, 1300)).toBe(1);
    expect(chooseLevel(levels, 1000)).toBe(3);
    expect(exactCopy(sizes, 100)).toEqual({ width: 100, height: 75, at: 5 });
  });

  test('no copy where there is one, or where the image is smaller than the screen', () => {
    expect([0, 500, 4000, 5000].map((width) => exactCopy(sizes, width))).toEqual([null, null, null, null]);
  });
});
