import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, encode, fromBox } from '@shared/mask';
import { smooth } from '@shared/mask/smooth';
import { anyMask } from './editMasks';

test('property: every pixel has the value of the majority in its disc, counted one by one', () => {
  fc.assert(
    fc.property(anyMask, fc.constantFrom(1, 1.5, 2, 3, 4.2), (rle, radius) => {
      const [h, w] = rle.size;
      const before = decode(rle);
      const wanted = before.map((own, i) => {
        let set = 0;
        let all = 0;
        for (let j = 0; j < before.length; j++) {
          const [dx, dy] = [(j % w) - (i % w), Math.floor(j / w) - Math.floor(i / w)];
          if (dx * dx + dy * dy > radius * radius) continue;
          all++;
          set += before[j];
        }
        return 2 * set === all ? own : 2 * set > all ? 1 : 0;
      });
      expect(smooth(rle, radius)).toEqual(encode(wanted, h, w));
    }),
    { numRuns: 300 },
  );
});

test('a mask along the image border does not shrink from it', () => {
  const half = fromBox([0, 0, 20, 30], 30, 40);
  expect(smooth(half, 5)).toEqual(half);
});

test('a radius below a pixel is refused', () => {
  expect(() => smooth(fromBox([0, 0, 2, 2], 4, 4), 0)).toThrow('Smoothing radius is 0');
});
