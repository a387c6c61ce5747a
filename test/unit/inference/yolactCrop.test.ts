/** The crop of YOLACT's masks as box_utils.py does it without casting: a cell i counts where x1 - 1 <= i < x2 + 1. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cropped } from '../../../src-main/inference/families/yolact/yolact';

test('a cell is kept exactly where the comparison of the original holds', () => {
  const [width, height] = [13, 9];
  const side = fc.integer({ min: -300, max: 1300 }).map((value) => value / 1000);
  fc.assert(
    fc.property(side, side, side, side, (ax, ay, bx, by) => {
      const found = cropped(new Float32Array(width * height), width, height, [ax, ay, bx, by]);
      const span = (a: number, b: number, cells: number) => [
        Math.max(Math.min(a, b) * cells - 1, 0),
        Math.min(Math.max(a, b) * cells + 1, cells),
      ];
      const [[left, right], [top, bottom]] = [span(ax, bx, width), span(ay, by, height)];
      const expected = Array.from({ length: width * height }, (_, i) => {
        const [x, y] = [i % width, Math.floor(i / width)];
        return x >= left && x < right && y >= top && y < bottom ? 0.5 : 0;
      });
      expect([...found]).toEqual(expected);
    }),
  );
});
