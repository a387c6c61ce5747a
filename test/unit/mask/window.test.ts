import fc from 'fast-check';
import { expect, test } from 'vitest';
import { area, decode, encode, fromBox, merge, type Rle, subtract, toBbox } from '@shared/mask';
import { areaInBox, MaskColumns } from '@shared/mask/window';
import { anyMask } from './editMasks';

const at = fc.integer({ min: -3, max: 16 });
const length = fc.integer({ min: 0, max: 18 });

test('property: the area in a box is that of its pixels', () => {
  fc.assert(
    fc.property(anyMask, at, at, length, length, (rle, x, y, w, h) => {
      const bitmap = decode(rle);
      const [height, width] = rle.size;
      let wanted = 0;
      for (let i = 0; i < bitmap.length; i++) {
        const [column, row] = [i % width, Math.floor(i / width)];
        if (column >= x && column < x + w && row >= y && row < y + h) wanted += bitmap[i];
      }
      expect(areaInBox(rle, [x, y, w, h]), `${height} x ${width}`).toBe(wanted);
    }),
    { numRuns: 1000 },
  );
});

test('property: the columns of a mask are those pixels and no others', () => {
  const place = fc.double({ min: -3, max: 16, noNaN: true });
  const width = fc.double({ min: 0, max: 18, noNaN: true });
  fc.assert(
    fc.property(anyMask, fc.oneof(place, at), fc.oneof(width, length), (rle, x, w) => {
      const [from, to] = [Math.floor(x), Math.ceil(x + w)];
      const wanted = decode(rle).map((pixel, i) => {
        const column = i % rle.size[1];
        return column >= from && column < to ? pixel : 0;
      });
      expect(new MaskColumns(rle).in(x, w)).toEqual(encode(wanted, rle.size[0], rle.size[1]));
    }),
    { numRuns: 1000 },
  );
});

test('property: what lies in the columns meets them as it meets the whole', () => {
  fc.assert(
    fc.property(
      fc.tuple(anyMask, anyMask).filter(([a, b]) => `${a.size}` === `${b.size}`),
      ([a, b]) => {
        const [x, , w] = toBbox(a);
        const part = new MaskColumns(b).in(x, w);
        const same = (one: Rle, other: Rle) => expect(decode(one)).toEqual(decode(other));
        same(subtract(a, part), subtract(a, b));
        same(merge([a, part], { intersect: true }), merge([a, b], { intersect: true }));
      },
    ),
  );
});

test('a mask of 20,000 x 20,000 is no matter', () => {
  const full: Rle = { size: [20_000, 20_000], counts: Uint32Array.of(0, 4e8) };
  expect(areaInBox(full, [100, 200, 3000, 4000])).toBe(12_000_000);
  expect(area(new MaskColumns(full).in(100, 3))).toBe(60_000);
  expect(areaInBox(fromBox([5, 5, 10, 10], 20_000, 20_000), [10, 10, 100, 100])).toBe(25);
});
