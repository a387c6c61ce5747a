import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode, majority } from '@shared/mask';

const [H, W] = [5, 7];
const bitmap = fc.uint8Array({ minLength: H * W, maxLength: H * W, max: 1 });

test('property: a pixel is set where at least half of the masks have it', () => {
  fc.assert(
    fc.property(fc.array(bitmap, { minLength: 1, maxLength: 7 }), (bitmaps) => {
      const agreed = majority(bitmaps.map((pixels) => encode(pixels, H, W)));
      const expected = Uint8Array.from({ length: H * W }, (_, i) =>
        2 * bitmaps.reduce((sum, pixels) => sum + pixels[i], 0) >= bitmaps.length ? 1 : 0,
      );
      expect(decode(agreed)).toEqual(expected);
      // Canonical: the very runs that encoding gives.
      expect(agreed).toEqual(encode(expected, H, W));
    }),
  );
});

test('no masks, or masks of different sizes, are refused', () => {
  expect(() => majority([])).toThrow('at least one');
  expect(() => majority([encode(new Uint8Array(4), 2, 2), encode(new Uint8Array(6), 2, 3)])).toThrow('one size');
});
