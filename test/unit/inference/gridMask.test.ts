/** Masks that keep their box only say the same of each other as whole bitmaps do. */
import { expect, test } from 'vitest';
import { randomFrom } from '@shared/dataset/random';
import { cover, gridMaskOf, isSame } from '../../../src-main/inference/prompts/gridMask';

const [WIDTH, HEIGHT] = [13, 9];

test('the same cells, and the same overlaps, as bitmaps of the whole grid have', () => {
  const random = randomFrom(7);
  const planes = Array.from({ length: 60 }, () => {
    const [x, y, w, h] = [random() * WIDTH, random() * HEIGHT, 1 + random() * 9, 1 + random() * 6];
    return Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
      const [column, row] = [i % WIDTH, Math.floor(i / WIDTH)];
      return column >= x && column < x + w && row >= y && row < y + h && random() < 0.9 ? 1 : -1;
    });
  });
  planes.push(new Float32Array(WIDTH * HEIGHT).fill(-1));
  let same = 0;
  for (const a of planes) {
    const mask = gridMaskOf(a, WIDTH, 0);
    expect(mask?.cells ?? 0).toBe(a.filter((value) => value > 0).length);
    if (!mask) continue;
    const covered = new Uint8Array(WIDTH * HEIGHT);
    cover(covered, WIDTH, mask);
    expect([...covered]).toEqual(Array.from(a, (value) => (value > 0 ? 1 : 0)));
    for (const b of planes) {
      const other = gridMaskOf(b, WIDTH, 0);
      if (!other) continue;
      const both = a.filter((value, i) => value > 0 && b[i] > 0).length;
      const either = a.filter((value, i) => value > 0 || b[i] > 0).length;
      for (const most of [0.3, 0.7]) expect(isSame(mask, other, most)).toBe(both / either > most);
      if (isSame(mask, other, 0.3)) same++;
    }
  }
  expect(same).toBeGreaterThan(planes.length + 10);
});
