/** Point-in-shape tests against decoded masks. */
import { decode, encode, fromParts, trace } from '@shared/mask';
import { distanceToRing, pointInPart, pointInParts, pointInRing, pointInRuns, runEnds } from '@shared/geometry/hitTest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const bitmaps = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 })).chain(([h, w]) =>
  fc.record({
    h: fc.constant(h),
    w: fc.constant(w),
    pixels: fc.uint8Array({ minLength: h * w, maxLength: h * w, max: 1 }),
  }),
);

describe('pointInRuns', () => {
  test('equals the decoded pixel everywhere, and is false outside', () => {
    fc.assert(
      fc.property(bitmaps, fc.double({ min: 0, max: 0.999, noNaN: true }), ({ h, w, pixels }, inPixel) => {
        const rle = encode(pixels, h, w);
        const bitmap = decode(rle);
        const ends = runEnds(rle.counts);
        for (let y = -1; y <= h; y++) {
          for (let x = -1; x <= w; x++) {
            const inside = x >= 0 && y >= 0 && x < w && y < h;
            expect(pointInRuns(ends, rle.size, x + inPixel, y + inPixel)).toBe(inside && bitmap[y * w + x] === 1);
          }
        }
      }),
    );
  });

  test('passes over runs of no length', () => {
    const ends = runEnds([0, 2, 0, 1, 1]);
    expect([0.5, 1.5, 2.5, 3.5].map((y) => pointInRuns(ends, [4, 1], 0.5, y))).toEqual([true, true, true, false]);
  });
});

describe('pointInParts', () => {
  test('equals the mask at every pixel centre for contours along pixel edges', () => {
    fc.assert(
      fc.property(bitmaps, ({ h, w, pixels }) => {
        const parts = trace(encode(pixels, h, w));
        for (let y = 0; y < h; y++) {
          for (let x = 0; x < w; x++) expect(pointInParts(parts, x + 0.5, y + 0.5)).toBe(pixels[y * w + x] === 1);
        }
      }),
    );
  });

  test('agrees with the rasterised mask away from the outline', () => {
    const vertices = fc.array(fc.double({ min: 0, max: 24, noNaN: true }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(vertices, (outer) => {
        const bitmap = decode(fromParts([{ outer, holes: [] }], 24, 24));
        for (let y = 0; y < 24; y++) {
          for (let x = 0; x < 24; x++) {
            if (distanceToRing(outer, x + 0.5, y + 0.5) < 1.2) continue;
            expect(pointInRing(outer, x + 0.5, y + 0.5)).toBe(bitmap[y * 24 + x] === 1);
          }
        }
      }),
    );
  });

  test('a hole is outside', () => {
    const part = { outer: [0, 0, 10, 0, 10, 10, 0, 10], holes: [[4, 4, 6, 4, 6, 6, 4, 6]] };
    expect(pointInPart(part, 5, 5)).toBe(false);
    expect(pointInPart(part, 3.9, 5)).toBe(true);
    expect(pointInPart(part, 6, 5)).toBe(true);
  });

  test('left and top edges belong to a ring, right and bottom ones do not', () => {
    const ring = [1, 1, 3, 1, 3, 3, 1, 3];
    expect(pointInRing(ring, 1, 1)).toBe(true);
    expect(pointInRing(ring, 3, 2)).toBe(false);
    expect(pointInRing(ring, 2, 3)).toBe(false);
  });

  test('an empty ring contains nothing', () => {
    expect(pointInRing([], 0, 0)).toBe(false);
    expect(distanceToRing([], 0, 0)).toBe(Infinity);
  });
});

test('distanceToRing measures to the nearest edge, the closing one too', () => {
  const ring = [0, 0, 10, 0, 10, 10, 0, 10];
  expect(distanceToRing(ring, 5, 2)).toBe(2);
  expect(distanceToRing(ring, -3, 5)).toBe(3);
  expect(distanceToRing(ring, 13, 14)).toBe(5);
});
