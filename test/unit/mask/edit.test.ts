import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, encode, equals, fromBox, merge, type Rle } from '@shared/mask';
import { backgroundAt, componentAt, isEmptyMask, pixelAt, scaleMask, translate } from '@shared/mask/edit';
import { anyMask } from './editMasks';

const at = (rle: Rle, bitmap: Uint8Array, x: number, y: number) =>
  x >= 0 && y >= 0 && x < rle.size[1] && y < rle.size[0] ? bitmap[y * rle.size[1] + x] : 0;

describe('translate', () => {
  test('property: is a shift of every pixel, onto any size', () => {
    const offset = fc.integer({ min: -14, max: 14 });
    const side = fc.integer({ min: 1, max: 15 });
    fc.assert(
      fc.property(anyMask, offset, offset, side, side, (rle, dx, dy, h, w) => {
        const moved = translate(rle, dx, dy, [h, w]);
        const before = decode(rle);
        const wanted = Uint8Array.from({ length: h * w }, (_, i) =>
          at(rle, before, (i % w) - dx, Math.floor(i / w) - dy),
        );
        expect(moved.size).toEqual([h, w]);
        expect(decode(moved)).toEqual(wanted);
        expect(moved).toEqual(encode(wanted, h, w));
      }),
    );
  });

  test('property: is a shift of every pixel on an image of its own size, cut off or not', () => {
    const offset = fc.integer({ min: -4, max: 4 });
    fc.assert(
      fc.property(anyMask, offset, offset, (rle, dx, dy) => {
        const [h, w] = rle.size;
        const before = decode(rle);
        const wanted = Uint8Array.from({ length: h * w }, (_, i) =>
          at(rle, before, (i % w) - dx, Math.floor(i / w) - dy),
        );
        expect(translate(rle, dx, dy)).toEqual(encode(wanted, h, w));
      }),
      { numRuns: 1000 },
    );
  });

  test('needs no bitmap: a full mask of 20,000 x 20,000', () => {
    const full: Rle = { size: [20_000, 20_000], counts: Uint32Array.of(0, 4e8) };
    expect(equals(translate(full, 5, 7), fromBox([5, 7, 19_995, 19_993], 20_000, 20_000))).toBe(true);
  });
});

describe('scaleMask', () => {
  test('property: every pixel is the source pixel under its centre', () => {
    const start = fc.integer({ min: -3, max: 12 });
    const length = fc.integer({ min: 1, max: 16 });
    const box = fc.tuple(start, start, length, length);
    fc.assert(
      fc.property(anyMask, box, box, (rle, from, to) => {
        const [h, w] = rle.size;
        const before = decode(rle);
        const back = (v: number, axis: 0 | 1) =>
          Math.floor(from[axis] + ((v + 0.5 - to[axis]) * from[2 + axis]) / to[2 + axis]);
        const wanted = Uint8Array.from({ length: h * w }, (_, i) =>
          at(rle, before, back(i % w, 0), back(Math.floor(i / w), 1)),
        );
        expect(scaleMask(rle, from, to)).toEqual(encode(wanted, h, w));
      }),
    );
  });

  test('needs no bitmap: a full mask of 20,000 x 20,000', () => {
    const full: Rle = { size: [20_000, 20_000], counts: Uint32Array.of(0, 4e8) };
    const half = scaleMask(full, [0, 0, 20_000, 20_000], [5, 7, 10_000, 10_000]);
    expect(equals(half, fromBox([5, 7, 10_000, 10_000], 20_000, 20_000))).toBe(true);
  });

  test('to the same box is the same mask', () => {
    fc.assert(fc.property(anyMask, (rle) => void expect(scaleMask(rle, [1, 2, 3, 4], [1, 2, 3, 4])).toEqual(rle)));
  });
});

describe('pixels and regions', () => {
  test('property: pixelAt is the decoded pixel', () => {
    const coordinate = fc.integer({ min: -1, max: 12 });
    fc.assert(
      fc.property(anyMask, coordinate, coordinate, (rle, x, y) => {
        expect(pixelAt(rle, x, y)).toBe(at(rle, decode(rle), x, y) === 1);
      }),
    );
  });

  test('property: componentAt and backgroundAt are flood fills', () => {
    fc.assert(
      fc.property(anyMask, fc.nat(11), fc.nat(11), (rle, x, y) => {
        const [h, w] = rle.size;
        const bitmap = decode(rle);
        if (x >= w || y >= h) {
          expect([componentAt(rle, x, y), backgroundAt(rle, x, y)]).toEqual([null, null]);
          return;
        }
        const value = bitmap[y * w + x];
        const filled = new Uint8Array(h * w);
        const pending = [[x, y]];
        while (pending.length > 0) {
          const [px, py] = pending.pop()!;
          if (px < 0 || py < 0 || px >= w || py >= h || filled[py * w + px] || bitmap[py * w + px] !== value) continue;
          filled[py * w + px] = 1;
          pending.push([px + 1, py], [px - 1, py], [px, py + 1], [px, py - 1]);
        }
        const [same, other] = value ? [componentAt, backgroundAt] : [backgroundAt, componentAt];
        expect(same(rle, x, y)).toEqual(encode(filled, h, w));
        expect(other(rle, x, y)).toBeNull();
      }),
    );
  });

  test('isEmptyMask, zero runs included', () => {
    expect(isEmptyMask({ size: [2, 3], counts: Uint32Array.of(3, 0, 3) })).toBe(true);
    fc.assert(fc.property(anyMask, (rle) => void expect(isEmptyMask(rle)).toBe(!decode(rle).includes(1))));
    fc.assert(fc.property(anyMask, (rle) => void expect(isEmptyMask(merge([rle, rle]))).toBe(isEmptyMask(rle))));
  });
});
