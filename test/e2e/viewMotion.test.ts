/** A view that moves shows each layer where it lies, and at rest nothing but what is drawn at that view. */
import { expect, test } from '@playwright/test';
import { Desk, makeDataset } from './support/desk';

test('after a zoom and a pan the canvas shows what it shows when it is drawn from scratch', async () => {
  const desk = await Desk.open(await makeDataset(1));
  const { page, canvas } = desk;
  await desk.box(8, 6, 20, 12);
  await desk.box(40, 6, 12, 12);
  await desk.click([18.5, 12.5]);
  await desk.selected(1);
  const layers = canvas.locator('canvas');
  const atRest = async () => {
    await expect
      .poll(() => layers.evaluateAll((all) => all.map((layer) => (layer as HTMLElement).style.transform).join('')))
      .toBe('');
    // The masks come from a worker: the last of them is there when nothing changes any more.
    let before = await canvas.screenshot();
    await expect(async () => {
      const now = await canvas.screenshot();
      const same = now.equals(before);
      before = now;
      expect(same).toBe(true);
    }).toPass({ intervals: [150] });
    return before;
  };
  const unmoved = await atRest();

  await desk.hover([18.5, 12.5]);
  for (let i = 0; i < 3; i++) await page.mouse.wheel(0, -120);
  const { x, y } = (await canvas.boundingBox())!;
  await page.mouse.down({ button: 'middle' });
  await page.mouse.move(x + 60, y + 320, { steps: 12 });
  await page.mouse.up({ button: 'middle' });
  await page.mouse.move(x + 2, y + 2);
  const moved = await atRest();
  expect(moved.equals(unmoved)).toBe(false);

  // Every layer is drawn anew, as when the window gets another size.
  await page.evaluate(() => window.dispatchEvent(new Event('resize')));
  expect((await atRest()).equals(moved)).toBe(true);
  await desk.close();
});
