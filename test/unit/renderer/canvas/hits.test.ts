/** Hits in a document: topmost first, exact shapes, dots, boxes, hidden errors. */
import type { Annotation, Segmentation } from '@shared/document/types';
import { encode, toCompressed } from '@shared/mask';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DocumentHits } from '../../../../src-renderer/canvas/hits';

type Item = Pick<Annotation, 'id' | 'segmentation' | 'bbox'>;

const square = (id: number, x: number, y: number, side: number): Item => ({
  id,
  bbox: [x, y, side, side],
  segmentation: {
    kind: 'polygons',
    parts: [{ outer: [x, y, x + side, y, x + side, y + side, x, y + side], holes: [] }],
  },
});

const mask = (id: number, pixels: Uint8Array, h: number, w: number): Item => {
  const segmentation: Segmentation = { kind: 'rle', size: [h, w], counts: toCompressed(encode(pixels, h, w)) };
  // A wrong bbox, as imported files have them.
  return { id, bbox: [0, 0, 1, 1], segmentation };
};

describe('DocumentHits', () => {
  test('returns what lies under the point, topmost first', () => {
    const hits = new DocumentHits([square(7, 0, 0, 10), square(3, 5, 5, 10), square(9, 100, 100, 5)]);
    expect(hits.at(6, 6)).toEqual([3, 7]);
    expect(hits.at(1, 1)).toEqual([7]);
    expect(hits.at(50, 50)).toEqual([]);
  });

  test('a mask is hit where its pixels are, whatever its bbox says', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));
    fc.assert(
      fc.property(
        sizes.chain(([h, w]) =>
          fc.tuple(
            fc.constant(h),
            fc.constant(w),
            fc.array(fc.uint8Array({ minLength: h * w, maxLength: h * w, max: 1 }), { minLength: 1, maxLength: 3 }),
          ),
        ),
        ([h, w, bitmaps]) => {
          const hits = new DocumentHits(bitmaps.map((pixels, id) => mask(id, pixels, h, w)));
          for (let y = 0; y < h; y++) {
            for (let x = 0; x < w; x++) {
              const expected = bitmaps.flatMap((pixels, id) => (pixels[y * w + x] ? [id] : [])).reverse();
              expect(hits.at(x + 0.5, y + 0.5)).toEqual(expected);
            }
          }
        },
      ),
    );
  });

  test('a box without a mask is hit inside', () => {
    const hits = new DocumentHits([{ id: 1, segmentation: null, bbox: [2, 2, 4, 4] }]);
    expect(hits.at(2, 2)).toEqual([1]);
    expect(hits.at(6, 6)).toEqual([]);
  });

  test('an object smaller than the tolerance is hit from beside it, a larger one is not', () => {
    const hits = new DocumentHits([square(1, 10, 10, 1), square(2, 20, 10, 30)]);
    expect(hits.at(13, 10.5, 4)).toEqual([1]);
    expect(hits.at(18, 10.5, 4)).toEqual([]);
    expect(hits.at(13, 10.5)).toEqual([]);
  });

  test('finds what touches a box and what lies inside it', () => {
    const hits = new DocumentHits([square(1, 0, 0, 10), square(2, 20, 20, 5)]);
    expect(hits.touching([8, 8, 20, 20])).toEqual([2, 1]);
    expect(hits.inside([8, 8, 20, 20])).toEqual([2]);
  });

  test('empty and unreadable masks are never hit', () => {
    const broken: Item = { id: 5, bbox: [0, 0, 3, 3], segmentation: { kind: 'rle', size: [3, 3], counts: 'P' } };
    const hits = new DocumentHits([mask(1, new Uint8Array(9), 3, 3), broken]);
    expect(hits.at(1, 1)).toEqual([]);
    expect(new DocumentHits([]).at(0, 0)).toEqual([]);
  });
});
