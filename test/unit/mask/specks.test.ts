import { expect, test } from 'vitest';
import { area, encode, equals, fromBox, merge, type Rle, subtract, withoutSpecks } from '@shared/mask';

const [HEIGHT, WIDTH] = [200, 300];
const box = (x: number, y: number, width: number, height: number) => fromBox([x, y, width, height], HEIGHT, WIDTH);
const click = (x: number, y: number, isInside: boolean) => ({ x, y, isInside });

/** 10,000 pixels: a speck has fewer than about 50. */
const object = box(20, 20, 100, 100);
const speck = box(200, 50, 5, 5);
const piece = box(200, 100, 10, 10);
const pinhole = box(60, 60, 4, 4);
const hole = box(80, 80, 12, 12);
const drawn = subtract(merge([object, speck, piece]), merge([pinhole, hole]));

const isSame = (a: Rle, b: Rle) => equals(a, b);

test('specks go and pinholes are filled; pieces and holes of some size stay', () => {
  expect(isSame(withoutSpecks(drawn, []), subtract(merge([object, piece]), hole))).toBe(true);
});

test('a speck with a click on the object stays, and a pinhole with one beside the object', () => {
  const clicks = [click(202.5, 52.5, true), click(61.9, 61.9, false)];
  expect(isSame(withoutSpecks(drawn, clicks), drawn)).toBe(true);
  // A click of the other kind saves neither.
  const others = clicks.map((one) => ({ ...one, isInside: !one.isInside }));
  expect(isSame(withoutSpecks(drawn, others), withoutSpecks(drawn, []))).toBe(true);
});

test('what hangs on by a corner is no speck, and a bay at the edge of the image no hole', () => {
  const corner = merge([object, box(120, 120, 3, 3)]);
  expect(withoutSpecks(corner, [])).toBe(corner);
  const bay = subtract(box(0, 0, 100, 100), merge([box(0, 40, 3, 3), box(50, 0, 3, 3)]));
  expect(withoutSpecks(bay, [])).toBe(bay);
});

test('of a large object, what has more than a thousand pixels is no speck', () => {
  const size = [2000, 2000] as const;
  const large = fromBox([0, 0, 1500, 1500], ...size);
  const beside = fromBox([1800, 100, 40, 40], ...size);
  const both = merge([large, beside, fromBox([1800, 400, 20, 20], ...size)]);
  expect(isSame(withoutSpecks(both, []), merge([large, beside]))).toBe(true);
});

test('dust, nothing, a single pixel and the whole image stay as they are', () => {
  const bits = new Uint8Array(HEIGHT * WIDTH).map((_bit, i) =>
    i % 4 === 0 && Math.floor(i / WIDTH) % 4 === 0 ? 1 : 0,
  );
  for (const mask of [encode(bits, HEIGHT, WIDTH), box(0, 0, 0, 0), box(5, 5, 1, 1), box(0, 0, WIDTH, HEIGHT)]) {
    expect(withoutSpecks(mask, [click(5, 5, false)])).toBe(mask);
  }
  expect(area(withoutSpecks(box(0, 0, 0, 0), []))).toBe(0);
});
