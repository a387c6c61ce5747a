/** Masks at another size, against cv2.resize with INTER_NEAREST_EXACT and against the definition. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decode, encode, resizeMask } from '@shared/mask';

/** 5 rows of 7, and what cv2 makes of it. */
const source = '11011100000010110100010011000111110';
const goldens = [
  [
    10,
    14,
    '11110011111100111100111111000000000000110000000000001100111100110000001111001100000011000011110000110000111100000011111111110000111111111100',
  ],
  [3, 4, '101010000110'],
  [8, 5, '1011010110000001010010100101100111001110'],
  [5, 7, source],
  [13, 3, '111111111001001110110110010010111111111'],
] as const;

const bits = (text: string) => Uint8Array.from(text, Number);

it.each(goldens)('5 x 7 becomes %i x %i as OpenCV has it', (height, width, wanted) => {
  const resized = resizeMask(encode(bits(source), 5, 7), [height, width]);
  expect(resized.size).toEqual([height, width]);
  expect(decode(resized)).toEqual(bits(wanted));
});

it('each pixel has the value under its centre', () => {
  const side = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(side, side, side, side, fc.infiniteStream(fc.boolean()), (h, w, height, width, stream) => {
      const bitmap = Uint8Array.from({ length: h * w }, () => Number(stream.next().value));
      const got = decode(resizeMask(encode(bitmap, h, w), [height, width]));
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          // Whole numbers: a centre on an edge belongs to what follows it.
          const from = Math.floor(((2 * y + 1) * h) / (2 * height)) * w + Math.floor(((2 * x + 1) * w) / (2 * width));
          expect(got[y * width + x]).toBe(bitmap[from]);
        }
      }
    }),
  );
});
