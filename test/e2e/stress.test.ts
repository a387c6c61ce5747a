/** Extremes that people meet: hundreds deleted at once, a thousand categories, tiny, huge and empty images. */
import { expect, test } from '@playwright/test';
import { launch } from './support/app';
import { grid, writeCoco } from './support/dataset';
import { openByName, storedAnnotations } from './support/look';
import { picture } from './support/screenshots';

test('deleting 500 annotations, undo, redo', async () => {
  const file = await writeCoco([{ name: 'a.png', width: 400, height: 300, boxes: grid(500, 400) }], ['cell']);
  const app = await launch({ args: [file] });
  const { page } = app;
  const imageId = await openByName(app, 'a.png');
  const count = page.getByRole('region', { name: 'Annotations' });
  await expect(count).toContainText('500');
  const before = await storedAnnotations(app, imageId);
  await page.getByRole('application').focus();
  await page.keyboard.press('Control+a');
  await expect(count).toContainText('500 of 500');
  await picture(page, 'stress-500');
  await page.keyboard.press('Delete');
  await expect.poll(() => storedAnnotations(app, imageId)).toEqual([]);
  await expect(count).toContainText('None on this image yet');
  await page.keyboard.press('Control+z');
  await expect.poll(() => storedAnnotations(app, imageId)).toEqual(before);
  await expect(count).toContainText('500');
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(() => storedAnnotations(app, imageId)).toEqual([]);
  expect((await app.ask('image.open', { imageId })).history).toEqual({ undo: 1, redo: 0 });
  await app.close();
});

test('1,000 categories, one with a name of 200 characters', async () => {
  const long = 'a very long name of a category that somebody pasted '.repeat(4).slice(0, 200);
  const names = Array.from({ length: 999 }, (_, at) => `category ${at + 1}`);
  const boxes = [[1, 4, 4, 20, 20]] as const;
  const app = await launch({
    args: [await writeCoco([{ name: 'a.png', width: 60, height: 40, boxes }], [long, ...names])],
  });
  const { page } = app;
  const imageId = await openByName(app, 'a.png');
  const list = page.getByRole('listbox', { name: 'Categories' });
  await expect(page.getByRole('region', { name: 'Categories' })).toContainText('1,000');
  expect(await list.getByRole('option').count()).toBeLessThan(40);
  await expect(list.getByRole('option').first()).toHaveAttribute('title', `${long}\n1 in this image, 1 in the project`);
  const width = await list.evaluate((element) => [element.scrollWidth, element.clientWidth]);
  expect(width[0]).toBe(width[1]);
  await page.getByRole('listbox', { name: 'Annotations' }).getByRole('option').first().click();
  await picture(page, 'stress-1000-categories');

  await page.keyboard.press('Control+e');
  await page.getByRole('combobox', { name: 'Category' }).fill('category 777');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await storedAnnotations(app, imageId))[0].categoryId).toBe(778);
  // What is drawn next keeps its category; the list walks on from there.
  await expect(list.getByRole('option', { selected: true })).toHaveText(/a very long name/);
  await list.focus();
  for (let pages = 0; pages < 3; pages++) await page.keyboard.press('PageDown');
  await expect(list.getByRole('option', { selected: true })).toHaveText(/category 30\b/);
  await page.keyboard.press('ArrowDown');
  await expect(list.getByRole('option', { selected: true })).toHaveText(/category 31\b/);
  await app.close();
});

test('an image of 1x1, one of 20,000x20,000, and one without annotations', async () => {
  test.setTimeout(240_000);
  const file = await writeCoco(
    [
      { name: 'dot.png', width: 1, height: 1 },
      { name: 'plain.png', width: 60, height: 40 },
      { name: 'vast.png', width: 20_000, height: 20_000, boxes: [[1, 9_000, 9_000, 3_000, 2_000]] },
    ],
    ['cell'],
  );
  const app = await launch({ args: [file] });
  const { page } = app;
  const canvas = page.getByRole('application');
  const wholeBox = async (imageId: number) => {
    await page.keyboard.press('r');
    const { x, y, width, height } = (await canvas.boundingBox())!;
    await page.mouse.move(x + 2, y + 60);
    await page.mouse.down();
    await page.mouse.move(x + width - 2, y + height - 2, { steps: 5 });
    await page.mouse.up();
    await expect.poll(async () => (await storedAnnotations(app, imageId)).length).toBeGreaterThan(0);
    return (await storedAnnotations(app, imageId)).at(-1)!;
  };

  const dot = await openByName(app, 'dot.png');
  expect(await wholeBox(dot)).toMatchObject({ area: 1, bbox: [0, 0, 1, 1] });
  await picture(page, 'stress-1x1');

  await openByName(app, 'plain.png');
  await expect(page.getByRole('region', { name: 'Annotations' })).toContainText('None on this image yet');
  await picture(page, 'stress-empty');

  const vast = await openByName(app, 'vast.png');
  await expect(page.getByRole('contentinfo')).toContainText('20000 × 20000');
  await page.keyboard.press('v');
  await page.getByRole('listbox', { name: 'Annotations' }).getByRole('option').first().click();
  await page.keyboard.press('Enter');
  await canvas.focus();
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await storedAnnotations(app, vast))[0].bbox).toEqual([9_001, 9_000, 3_000, 2_000]);
  await page.keyboard.press('f');
  await expect(page.getByText(/^Loading/)).toHaveCount(0, { timeout: 120_000 });
  await picture(page, 'stress-20000');
  await app.close();
});
