import { expect, test } from 'vitest';
import { area, decodeRegion, fromBox, merge, subtract } from '@shared/mask';
import { brushCentre, Painting } from '@shared/mask/brush';

test('brush centres: pixel centres for odd diameters, corners for even ones', () => {
  expect(brushCentre(3.9, 4.1, 1)).toEqual([3.5, 4.5]);
  expect(brushCentre(3.9, 4.1, 2)).toEqual([4, 4]);
  expect(brushCentre(-0.1, 4, 7)).toEqual([-0.5, 4.5]);
});

test('the region grows with the stroke and keeps what was painted', () => {
  const painting = new Painting([3000, 4000]);
  expect(area(painting.toRle())).toBe(0);
  painting.paint(2000, 1500, 2000, 1500, 20);
  const [x, y, w, h] = painting.box;
  expect(x <= 1990 && y <= 1490 && x + w >= 2010 && y + h >= 1510).toBe(true);
  expect(w * h).toBeLessThan(1_000_000);
  const dot = painting.toRle();
  const data = painting.data;
  painting.paint(2000, 1500, 2004, 1500, 20);
  expect(painting.data).toBe(data);
  painting.paint(2004, 1500, 10, 10, 20);
  painting.paint(10, 10, 3990, 2990, 20);
  expect(area(subtract(dot, painting.toRle()))).toBe(0);
  expect(painting.box).toEqual([0, 0, 4000, 3000]);
});

test('a long horizontal capsule is a rectangle with round ends', () => {
  const painting = new Painting([400, 3000]);
  painting.paint(100, 200, 2900, 200, 100);
  const middle = fromBox([100, 150, 2800, 100], 400, 3000);
  expect(area(subtract(middle, painting.toRle()))).toBe(0);
  const end = decodeRegion(painting.toRle(), [50, 150, 50, 100]);
  const wanted = Uint8Array.from({ length: 5000 }, (_, i) => {
    return (i % 50) + 0.5 >= 50 - Math.sqrt(2500 - (Math.floor(i / 50) + 0.5 - 50) ** 2) ? 1 : 0;
  });
  expect(end).toEqual(wanted);
});

test('reports what changed since it was last asked', () => {
  const painting = new Painting([100, 100]);
  expect(painting.takeChanged()).toBeNull();
  painting.paint(10.5, 10.5, 10.5, 10.5, 3);
  painting.paint(20.5, 12.5, 20.5, 12.5, 3);
  expect(painting.takeChanged()).toEqual([9, 9, 13, 5]);
  expect(painting.takeChanged()).toBeNull();
  painting.paint(-50, -50, -60, -60, 4);
  expect(painting.takeChanged()).toBeNull();
});

test('painting outside the image leaves nothing, also beside a mask', () => {
  const painting = new Painting([40, 40]);
  painting.paint(-100, 20, 200, 20, 4);
  const rle = painting.toRle();
  expect(merge([rle, fromBox([0, 18, 40, 4], 40, 40)])).toEqual(rle);
  expect(area(rle)).toBe(160);
});
