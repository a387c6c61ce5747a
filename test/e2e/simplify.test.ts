/** Simplify, smooth and drop fragments are seen before they happen, and happen in one step. */
import { expect, test } from '@playwright/test';
import { segmentationToRle } from '@shared/document/segmentation';
import { iou } from '@shared/mask';
import { launch } from './support/app';
import { openByName, storedAnnotations } from './support/look';
import { picture } from './support/screenshots';

test('simplify shows IoU and vertices live, and applies what it showed', async () => {
  const app = await launch({ args: ['--sample'] });
  const { page } = app;
  const imageId = await openByName(app, 'coins-01.jpg');
  const rows = page.getByRole('listbox', { name: 'Annotations' }).getByRole('option');
  await rows.nth(0).click();
  await page.keyboard.press('Enter');
  const before = (await storedAnnotations(app, imageId)).at(-1)!;
  const canvas = page.getByRole('application');
  const bare = await canvas.screenshot();

  await page.getByRole('button', { name: 'Simplify…' }).click();
  const panel = page.getByRole('region', { name: 'Simplify' });
  const slider = panel.getByRole('slider', { name: 'Tolerance' });
  const shown = async () => {
    const text = (await panel.textContent())!;
    const [, quality, vertices] = /Unchanged ([\d.]+) %\s*(\d+) of/.exec(text.replace(/,/g, '')) ?? [];
    return { quality: Number(quality), vertices: Number(vertices) };
  };
  await expect(panel).toContainText('vertices');
  const first = await shown();
  await slider.focus();
  for (let step = 0; step < 12; step++) await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await shown()).vertices).toBeLessThan(first.vertices);
  await expect(panel.locator('[aria-busy="false"]')).toBeVisible();
  const chosen = await shown();
  expect(chosen.quality).toBeLessThan(first.quality);
  expect((await canvas.screenshot()).equals(bare)).toBe(false);
  expect((await storedAnnotations(app, imageId)).at(-1)).toEqual(before);
  await picture(page, 'simplify');

  await page.keyboard.press('Enter');
  await expect(panel).toBeHidden();
  await expect.poll(async () => (await app.ask('image.open', { imageId })).history.undo).toBe(1);
  const after = (await storedAnnotations(app, imageId)).at(-1)!;
  const size = (await app.ask('image.open', { imageId })).snapshot.size;
  const masks = [after, before].map(({ segmentation }) => segmentationToRle(segmentation!, size));
  expect(Math.floor(iou([masks[0]], [masks[1]], [false])[0] * 1000) / 10).toBe(chosen.quality);
  expect(after.segmentation?.kind === 'polygons' && after.segmentation.parts[0].outer.length / 2).toBe(chosen.vertices);
  await canvas.focus();
  await page.keyboard.press('Control+z');
  await expect.poll(async () => (await storedAnnotations(app, imageId)).at(-1)).toEqual(before);

  await test.step('Escape leaves everything as it was', async () => {
    await page.keyboard.press('Alt+m');
    await expect(page.getByRole('region', { name: 'Smooth' })).toContainText('px²');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('region', { name: 'Smooth' })).toBeHidden();
    expect((await storedAnnotations(app, imageId)).at(-1)).toEqual(before);
  });
  await app.close();
});
