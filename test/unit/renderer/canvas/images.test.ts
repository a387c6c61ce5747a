/** Pre-scaled copies, size limits, and pixels as stored. */
import { describe, expect, test } from 'vitest';
import { withoutOrientation } from '../../../../src-renderer/canvas/exifOrientation';
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

describe('withoutOrientation', () => {
  /** A JPEG of nothing but a JFIF and an Exif segment with one orientation entry. */
  function jpeg(little: boolean, orientation: number): Uint8Array {
    const tiff = new DataView(new ArrayBuffer(26));
    tiff.setUint16(0, little ? 0x4949 : 0x4d4d);
    tiff.setUint16(2, 42, little);
    tiff.setUint32(4, 8, little);
    tiff.setUint16(8, 1, little);
    tiff.setUint16(10, 0x0112, little);
    tiff.setUint16(12, 3, little);
    tiff.setUint32(14, 1, little);
    tiff.setUint16(18, orientation, little);
    const exif = [0x45, 0x78, 0x69, 0x66, 0, 0, ...new Uint8Array(tiff.buffer)];
    const jfif = [0xff, 0xe0, 0, 4, 1, 2];
    return Uint8Array.from([0xff, 0xd8, ...jfif, 0xff, 0xe1, 0, exif.length + 2, ...exif, 0xff, 0xda, 0, 2]);
  }

  test('sets the tag to upright in either byte order and touches nothing else', () => {
    for (const little of [true, false]) {
      expect(withoutOrientation(jpeg(little, 6))).toEqual(jpeg(little, 1));
      expect(withoutOrientation(jpeg(little, 1))).toEqual(jpeg(little, 1));
    }
  });

  test('leaves other bytes alone, cut ones too', () => {
    const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10);
    expect(withoutOrientation(png.slice())).toEqual(png);
    const whole = jpeg(true, 6);
    for (let length = 0; length < 40; length++) expect(() => withoutOrientation(whole.slice(0, length))).not.toThrow();
  });
});
