/** A screen of two pixels a point: what is drawn is the same mask, and what is shown is sharp. */
import { expect, test } from '@playwright/test';
import { Desk, makeDataset } from './support/desk';
import { drawnGolden, goldens } from './support/goldens';
import { drawnMask, type Point, rect, stroke } from './support/reference';

/** Of what is selected in the dark theme, and of the first category. */
const ACCENT = '110,168,254';
const CATEGORY = '230,159,0';

for (const scale of [1, 2]) {
  test(`box, brush and polygon are the same masks at screen scale ${scale}`, async () => {
    const desk = await Desk.open(await makeDataset(4), { switches: [`--force-device-scale-factor=${scale}`] });
    expect(await desk.page.evaluate(() => devicePixelRatio)).toBe(scale);
    await desk.box(8, 6, 20, 12);
    await desk.expectMasks(rect(8, 6, 20, 12));

    await desk.freshImage();
    await desk.key('b');
    await desk.brushSize(5);
    const points: Point[] = [
      [8.5, 20.5],
      [30.5, 20.5],
      [30.5, 36.5],
    ];
    await desk.drag(points);
    await desk.steps(1);
    await desk.expectMasks(stroke(5, ...points));
    await desk.expectUndoRedo();

    await desk.freshImage();
    await desk.key('p');
    for (const at of goldens.star.rings.outer) await desk.click(at);
    await desk.key('Enter');
    await desk.steps(1);
    expect((await desk.annotations()).map((annotation) => drawnMask(annotation))).toEqual([drawnGolden(goldens.star)]);
    await desk.close();
  });
}

test('at screen scale 2 every layer has the pixels of the screen', async () => {
  const desk = await Desk.open(await makeDataset(2), { switches: ['--force-device-scale-factor=2'] });
  await desk.box(8, 6, 20, 12);
  await desk.box(40, 6, 12, 12);
  // Selected: the first; the second is part of the picture of everything else.
  await desk.click([18.5, 12.5]);
  await desk.selected(1);
  await desk.hover([60.5, 44.5]);
  const layers = await desk.canvas
    .locator('canvas')
    .evaluateAll((elements) => elements.map((element) => (element as HTMLCanvasElement).width / element.clientWidth));
  expect(layers.length).toBeGreaterThan(0);
  for (const ratio of layers) expect(ratio).toBe(2);

  // An outline of 1.5 points is three pixels: enlarged from one point each, no pixel would have its full colour.
  expect((await desk.devicePixels([7, 12.5], 2)).filter((color) => color === ACCENT).length).toBeGreaterThan(2);
  expect(await desk.devicePixels([39, 12.5], 2)).toContain(CATEGORY);

  await desk.key('Shift+Z', 'p');
  await desk.click([10, 30]);
  await desk.hover([20, 36]);
  const loupe = desk.page.locator('.loupe canvas');
  await expect.poll(() => loupe.evaluate((canvas: HTMLCanvasElement) => canvas.width / canvas.clientWidth)).toBe(2);
  await desk.close();
});
