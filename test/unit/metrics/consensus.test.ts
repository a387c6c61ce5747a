/** Agreement of masks: the majority against a count of pixels, and each mask's IoU with it. */
import { decode, emptyMask, encode, equals, fromBox } from '@shared/mask';
import { agreement, majority } from '@shared/metrics/consensus';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('the consensus of masks', () => {
  it('has the pixels of more than half of them', () => {
    const bitmaps = fc
      .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 6 }))
      .chain(([h, w, n]) =>
        fc.tuple(
          fc.constant([h, w] as const),
          fc.array(fc.uint8Array({ minLength: h * w, maxLength: h * w, max: 1 }), { minLength: n, maxLength: n }),
        ),
      );
    fc.assert(
      fc.property(bitmaps, ([[h, w], list]) => {
        const found = majority(list.map((bitmap) => encode(bitmap, h, w)));
        const wanted = list[0].map((_, i) => (2 * list.reduce((sum, b) => sum + b[i], 0) > list.length ? 1 : 0));
        expect([...decode(found)]).toEqual([...wanted]);
        expect(equals(found, encode(wanted, h, w))).toBe(true);
        expect([...found.counts]).toEqual([...encode(wanted, h, w).counts]);
      }),
    );
  });

  it('scores each mask by its IoU with the majority', () => {
    const a = fromBox([0, 0, 4, 4], 8, 8);
    const b = fromBox([0, 0, 4, 2], 8, 8);
    const far = fromBox([6, 6, 2, 2], 8, 8);
    const { consensus, scores } = agreement([a, a, b, far, a]) ?? { consensus: emptyMask(8, 8), scores: [] };
    expect(equals(consensus, a)).toBe(true);
    expect(scores).toEqual([1, 1, 0.5, 0, 1]);
  });

  it('has an answer for empty masks, one mask and none', () => {
    const empty = emptyMask(3, 2);
    expect(agreement([])).toBeNull();
    expect(agreement([empty, empty])?.scores).toEqual([1, 1]);
    const full = fromBox([0, 0, 2, 3], 3, 2);
    expect(agreement([full])?.scores).toEqual([1]);
    // Two that exclude each other: nothing has a majority.
    expect(agreement([full, empty])?.scores).toEqual([0, 1]);
    expect(() => agreement([empty, emptyMask(2, 3)])).toThrow('A mask is of [2, 3] when all others are of [3, 2]');
  });
});
