import { describe, expect, test } from 'vitest';
import { refineRim } from '../../../src-main/inference/image/refineRim';
import { cropImage } from '../../../src-main/inference/image/crop';
import { randomFrom } from '@shared/dataset/random';
import { decode, encode, fromBox, iou, type Rle, toBbox } from '@shared/mask';

/** What `inside` says has one colour, the rest another, both with a little noise. */
function draw(width: number, height: number, inside: (x: number, y: number) => boolean) {
  const random = randomFrom(7);
  const data = new Uint8Array(width * height * 3);
  const truth = new Uint8Array(width * height);
  for (let i = 0; i < truth.length; i++) {
    const isInside = inside((i % width) + 0.5, Math.floor(i / width) + 0.5);
    truth[i] = isInside ? 1 : 0;
    // Equally bright: the difference is one of colour.
    const [r, g, b] = isInside ? [170, 80, 100] : [80, 125, 100];
    for (const [channel, value] of [r, g, b].entries()) data[i * 3 + channel] = value + random() * 8;
  }
  return { image: { width, height, data }, truth: encode(truth, height, width) };
}

/** As decided on a grid: whole cells, where their middle says so. */
function coarse(width: number, height: number, cell: number, inside: (x: number, y: number) => boolean): Rle {
  const middle = (at: number) => (Math.floor(at / cell) + 0.5) * cell;
  const bits = new Uint8Array(width * height).map((_bit, i) =>
    inside(middle(i % width), middle(Math.floor(i / width))) ? 1 : 0,
  );
  return encode(bits, height, width);
}

const disc = (x: number, y: number, radius: number) => (px: number, py: number) => Math.hypot(px - x, py - y) < radius;
const overlap = (a: Rle, b: Rle) => iou([a], [b], [false])[0];

describe('the rim of a mask', () => {
  test.each([
    ['at the pixels themselves', 300, 4, 1],
    ['over squares of pixels', 900, 12, 12],
  ])('moves to the edge of the colours, %s', (_how, side, blocks, cell) => {
    const inside = disc(side * 0.45, side * 0.55, side * 0.3);
    const { image, truth } = draw(side, side, inside);
    const mask = coarse(side, side, blocks, inside);
    const refined = refineRim(mask, { image, x: 0, y: 0 }, cell)!;
    expect(overlap(mask, truth)).toBeLessThan(0.985);
    expect(overlap(refined, truth)).toBeGreaterThan(0.995);
  });

  test('in a part of the image as in the whole, and never beyond the part', () => {
    const inside = disc(150, 140, 60);
    const { image } = draw(320, 300, inside);
    const mask = coarse(320, 300, 5, inside);
    const whole = refineRim(mask, { image, x: 0, y: 0 }, 2.5)!;
    // As much around the mask as it looks at, and not on whole squares of it.
    const part = cropImage(image, [60, 50, 190, 190]);
    expect(refineRim(mask, { image: part, x: 60, y: 50 }, 2.5)).toEqual(whole);
    const box = [100, 90, 50, 60] as const;
    const cut = encode(
      decode(mask).map((bit, i) => bit & isIn(box, i, 320)),
      300,
      320,
    );
    const inPart = refineRim(cut, { image: cropImage(image, box), x: 100, y: 90 }, 2.5)!;
    const [x, y, width, height] = toBbox(inPart);
    expect([x >= 100, y >= 90, x + width <= 150, y + height <= 150]).toEqual([true, true, true, true]);
  });

  test('is what the plain definition of the filter says', () => {
    const inside = disc(29, 26, 24.5);
    const { image } = draw(60, 54, inside);
    const mask = coarse(60, 54, 4, inside);
    const refined = decode(refineRim(mask, { image, x: 0, y: 0 }, 1)!);
    const told = plainFilter(image, decode(mask));
    let compared = 0;
    for (const [i, value] of told.entries()) {
      if (Math.abs(value - 0.5) < 1e-3) continue;
      compared++;
      expect(refined[i], `pixel ${i}`).toBe(value > 0.5 ? 1 : 0);
    }
    expect(compared).toBeGreaterThan(3000);
  });

  test('the whole image, a single pixel, one colour everywhere: nothing is lost', () => {
    const { image } = draw(60, 40, () => false);
    const all = fromBox([0, 0, 60, 40], 40, 60);
    expect(refineRim(all, { image, x: 0, y: 0 }, 2.5)).toEqual(all);
    expect(refineRim(fromBox([59, 39, 1, 1], 40, 60), { image, x: 0, y: 0 }, 2.5)).toBeNull();
    const flat = { width: 60, height: 40, data: new Uint8Array(60 * 40 * 3).fill(90) };
    const box = fromBox([15, 10, 30, 20], 40, 60);
    expect(overlap(refineRim(box, { image: flat, x: 0, y: 0 }, 2.5)!, box)).toBeGreaterThan(0.9);
    // Too thin to have a rim of its own.
    expect(refineRim(fromBox([10, 20, 40, 2], 40, 60), { image: flat, x: 0, y: 0 }, 2.5)).toBeNull();
  });
});

const isIn = ([x, y, w, h]: readonly [number, number, number, number], i: number, width: number) =>
  i % width >= x && i % width < x + w && Math.floor(i / width) >= y && Math.floor(i / width) < y + h ? 1 : 0;

/** Coverage by He et al. 2010, window by window, with radius 4 and epsilon 1e-4. */
function plainFilter({ width, height, data }: { width: number; height: number; data: Uint8Array }, bits: Uint8Array) {
  const windowOf = (i: number) => {
    const [cx, cy] = [i % width, Math.floor(i / width)];
    const list: number[] = [];
    for (let y = Math.max(0, cy - 4); y <= Math.min(height - 1, cy + 4); y++) {
      for (let x = Math.max(0, cx - 4); x <= Math.min(width - 1, cx + 4); x++) list.push(y * width + x);
    }
    return list;
  };
  const colour = (i: number) => [0, 1, 2].map((channel) => data[i * 3 + channel] / 255);
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const lines = Array.from(bits, (_bit, k) => {
    const at = windowOf(k);
    const colours = at.map(colour);
    const centre = [0, 1, 2].map((channel) => mean(colours.map((one) => one[channel])));
    const covered = mean(at.map((i) => bits[i]));
    const rows = [0, 1, 2].map((p) => [
      ...[0, 1, 2].map(
        (q) => mean(colours.map((one) => (one[p] - centre[p]) * (one[q] - centre[q]))) + (p === q ? 1e-4 : 0),
      ),
      mean(colours.map((one, j) => (one[p] - centre[p]) * (bits[at[j]] - covered))),
    ]);
    // Gauss-Jordan; the diagonal is never 0.
    for (let p = 0; p < 3; p++) {
      rows[p] = rows[p].map((value) => value / rows[p][p]);
      for (const q of [0, 1, 2]) {
        if (q !== p) rows[q] = rows[q].map((value, j) => value - rows[q][p] * rows[p][j]);
      }
    }
    const slope = rows.map((row) => row[3]);
    return [...slope, covered - slope.reduce((sum, value, channel) => sum + value * centre[channel], 0)];
  });
  return Array.from(bits, (_bit, i) => {
    const at = windowOf(i);
    const [r, g, b, constant] = [0, 1, 2, 3].map((k) => mean(at.map((j) => lines[j][k])));
    const [red, green, blue] = colour(i);
    return r * red + g * green + b * blue + constant;
  });
}
