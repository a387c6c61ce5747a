/** A click that corrects a mask changes it around the click alone, whatever the decoder says of the rest. */
import { expect, test } from 'vitest';
import { area, emptyMask, encode, equals, fromBox, merge, type Rle, subtract } from '@shared/mask';
import { randomFrom } from '@shared/dataset/random';
import { corrected, promptFor } from '../../../src-main/inference/prompts/corrections';

const [H, W] = [60, 80];
const box = (...at: [number, number, number, number]) => fromBox(at, H, W);
const frame = { gridWidth: 40, gridHeight: 40, corners: [0, 0, 80, 80] } as never;
const region = [0, 0, W, H] as const;
const only = (base: Rle, click: { x: number; y: number; isInside: boolean }, ...found: Rle[]) =>
  corrected(
    base,
    click,
    found.map((mask) => ({ mask })),
    frame,
  ).map(({ mask }) => mask);

test('a click that adds takes the piece under it, and leaves what the decoder forgot or found elsewhere', () => {
  const base = box(10, 10, 20, 20);
  // It forgot the mask, and found a second thing far from the click.
  const found = merge([box(30, 12, 12, 16), box(60, 40, 10, 10)]);
  const [mask, ...others] = only(base, { x: 36.5, y: 20.5, isInside: true }, found);
  expect(others).toEqual([]);
  expect(equals(mask, merge([base, box(30, 12, 12, 16)]))).toBe(true);
});

test('a click that removes takes the piece under it away, and adds nothing', () => {
  const base = merge([box(10, 10, 20, 20), box(34, 10, 10, 10)]);
  const found = merge([box(5, 5, 25, 30), box(50, 50, 5, 5)]);
  const [mask] = only(base, { x: 38.5, y: 14.5, isInside: false }, found);
  expect(equals(mask, box(10, 10, 20, 20))).toBe(true);
});

test('what differs by a thin rim elsewhere stays, though it hangs together with the piece', () => {
  const base = box(10, 10, 30, 30);
  const rim = box(9, 9, 32, 32);
  const [mask] = only(base, { x: 46.5, y: 20.5, isInside: true }, merge([rim, box(41, 14, 12, 12)]));
  expect(area(subtract(mask, merge([base, box(38, 11, 15, 18)])))).toBe(0);
  expect(area(subtract(box(41, 14, 12, 12), mask))).toBe(0);
});

test('a pinhole that an addition leaves beside the mask is filled, a crumb of a removal dropped; what was drawn stays', () => {
  const drawnHole = box(12, 12, 1, 1);
  const base = subtract(box(10, 10, 20, 20), drawnHole);
  // The rims leave one pixel between them.
  const gap = box(30, 20, 1, 1);
  const found = subtract(box(30, 10, 14, 20), gap);
  const [added] = only(base, { x: 36.5, y: 20.5, isInside: true }, found);
  expect(equals(added, subtract(box(10, 10, 34, 20), drawnHole))).toBe(true);

  const drawnSpeck = box(2, 2, 1, 1);
  const whole = merge([box(10, 10, 34, 20), drawnSpeck]);
  // It would leave a pixel of the right part, at its far corner.
  const kept = merge([box(10, 10, 20, 20), box(43, 10, 1, 1)]);
  const [cut] = only(whole, { x: 38.5, y: 20.5, isInside: false }, kept);
  expect(equals(cut, merge([box(10, 10, 20, 20), drawnSpeck]))).toBe(true);
});

test('no answer changes nothing, is another one again, or leaves no pixel', () => {
  const base = box(10, 10, 20, 20);
  const add = { x: 34.5, y: 20.5, isInside: true };
  expect(only(base, add, base, emptyMask(H, W))).toEqual([]);
  expect(only(base, { ...add, x: 15.5 }, box(0, 0, 60, 50))).toEqual([]);
  const [first, second] = [box(30, 10, 10, 20), merge([box(30, 10, 10, 20), box(70, 0, 4, 4)])];
  expect(only(base, add, first, second)).toHaveLength(1);
  expect(only(base, { x: 15.5, y: 15.5, isInside: false }, emptyMask(H, W))).toEqual([]);
});

test('outside of the box of the mask the answer that is most like the mask comes first', () => {
  const base = box(10, 10, 20, 20);
  const [all, fitting] = [box(0, 0, 80, 60), box(10, 10, 28, 20)];
  const masks = only(base, { x: 36.5, y: 20.5, isInside: true }, all, fitting);
  expect(masks.map(area)).toEqual([28 * 20, 80 * 60]);
});

test('for any masks: a plus click loses no pixel, a minus click adds none, and the click gets what it says', () => {
  const random = randomFrom(7);
  const number = (most: number) => Math.floor(random() * most);
  for (let round = 0; round < 300; round++) {
    const some = () =>
      merge(Array.from({ length: 4 }, () => box(number(60), number(40), 1 + number(30), 1 + number(30))));
    const base = some();
    const click = { x: number(W) + 0.5, y: number(H) + 0.5, isInside: random() < 0.5 };
    for (const mask of only(base, click, some(), some())) {
      const wrongWay = click.isInside ? subtract(base, mask) : subtract(mask, base);
      expect(area(wrongWay)).toBe(0);
      expect(equals(mask, base)).toBe(false);
      const at = box(Math.floor(click.x), Math.floor(click.y), 1, 1);
      expect(area(merge([mask, at], { intersect: true }))).toBe(click.isInside ? 1 : 0);
    }
  }
});

test('the decoder is told of the mask by places deep in it, away from a click that removes, and by its box for one that adds inside', () => {
  const base = merge([box(10, 10, 20, 20), box(40, 10, 20, 20)]);
  const held = ({ x, y }: { x: number; y: number }, mask: Rle) =>
    area(merge([mask, box(Math.floor(x), Math.floor(y), 1, 1)], { intersect: true })) === 1;
  const add = { x: 35.5, y: 20.5, isInside: true };
  const inside = promptFor(base, [add], frame, region);
  expect(inside.box).toEqual([10, 10, 60, 30]);
  expect(inside.points.slice(-1)).toEqual([add]);
  expect(inside.points).toHaveLength(2);
  expect(held(inside.points[0], base)).toBe(true);
  const outside = promptFor(base, [{ ...add, x: 70.5 }], frame, region);
  expect(outside.box).toBeUndefined();
  const cut = { x: 50.5, y: 20.5, isInside: false };
  const removing = promptFor(base, [cut], frame, region);
  expect(removing.box).toBeUndefined();
  const anchors = removing.points.slice(0, -1);
  expect(anchors.length).toBeGreaterThan(0);
  for (const anchor of anchors) {
    expect(held(anchor, base)).toBe(true);
    expect(Math.hypot(anchor.x - cut.x, anchor.y - cut.y)).toBeGreaterThan(8);
  }
  // In the coordinates of the part that is looked at.
  const part = promptFor(
    base,
    [add],
    { gridWidth: 40, gridHeight: 40, corners: [0, 0, 40, 40] } as never,
    [30, 0, 40, 40],
  );
  expect(part.points.slice(-1)).toEqual([{ ...add, x: 5.5 }]);
  expect(held({ x: part.points[0].x + 30, y: part.points[0].y }, box(40, 10, 20, 20))).toBe(true);
  expect(promptFor(encode(new Uint8Array(H * W).fill(1), H, W), [cut], frame, region).points.length).toBeGreaterThan(1);
});
