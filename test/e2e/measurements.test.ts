/** The table of measurements: values, order, pixel size kept in the project, CSV. */
import { expect, type Locator, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch, temporaryFolder } from './support/app';
import { writeCoco } from './support/dataset';
import { openByName } from './support/look';
import { picture } from './support/screenshots';

test('measure an image and the project, in pixels and micrometres, into a CSV file', async () => {
  const images = [
    {
      name: 'a.png',
      width: 60,
      height: 40,
      boxes: [
        [1, 2, 2, 10, 10],
        [2, 20, 2, 6, 5],
      ] as const,
    },
    { name: 'b.png', width: 60, height: 40, boxes: [[2, 2, 2, 20, 10]] as const },
  ];
  const app = await launch({ args: [await writeCoco(images, ['cell', 'debris'])] });
  const { page } = app;
  await openByName(app, 'a.png');
  await page.keyboard.press('Alt+t');
  const dialog = page.getByRole('dialog', { name: 'Measurements' });
  const cells = async (row: number) =>
    (await dialog.getByRole('option').nth(row).locator(':scope > span').allTextContents()).map((text) => text.trim());
  await expect(dialog.getByRole('option')).toHaveCount(2);
  expect((await cells(0)).slice(0, 9)).toEqual(['a.png', '1', 'cell', '100', '7', '7', '2', '2', '10']);
  await test.step('the heading of a column of numbers ends where its numbers end', async () => {
    const textEnd = (of: Locator) =>
      of.evaluate((element) => {
        const range = document.createRange();
        range.selectNodeContents(element);
        return Math.round(range.getBoundingClientRect().right);
      });
    const heading = (column: number) => dialog.getByRole('button', { name: /^Sort by/ }).nth(column);
    const cell = (column: number) => dialog.getByRole('option').first().locator(':scope > span').nth(column);
    const apart = async (column: number) => (await textEnd(heading(column))) - (await textEnd(cell(column)));
    expect(await apart(3)).toBe(0);
    // The heads and the list scroll sideways together.
    await expect(cell(-1)).not.toBeInViewport();
    await heading(-1).scrollIntoViewIfNeeded();
    await expect(cell(-1)).toBeInViewport();
    await expect.poll(() => apart(-1)).toBe(0);
    await cell(0).scrollIntoViewIfNeeded();
    await expect(heading(0)).toBeInViewport();
    await expect.poll(() => apart(3)).toBe(0);
  });
  await dialog.getByRole('button', { name: 'Sort by Area (px)' }).click();
  await expect.poll(async () => (await cells(0))[1]).toBe('2');

  await dialog.getByRole('textbox', { name: 'Pixel size', exact: true }).fill('0,5');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('button', { name: 'Sort by Area (µm²)' })).toBeAttached();
  await dialog.getByRole('textbox', { name: 'Pixel size', exact: true }).fill('-1');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText('The pixel size is -1');
  expect(await app.ask('project.pixelScale', {})).toEqual({ pixelSize: 0.5, unit: 'um' });
  await dialog.getByRole('textbox', { name: 'Pixel size', exact: true }).fill('0.5');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toBeHidden();

  await dialog.getByRole('radio', { name: /All 2 images/ }).check();
  await expect(dialog.getByRole('option')).toHaveCount(3);
  await picture(page, 'measurements');
  const file = join(temporaryFolder('measure'), 'table.csv');
  await app.electron.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, file);
  await dialog.getByRole('button', { name: 'Export CSV' }).click();
  const told = page.getByRole('log').getByRole('status').filter({ hasText: 'Exported 3 rows' });
  await expect(told.getByTitle(file)).toBeVisible();
  const [header, ...lines] = readFileSync(file, 'utf8')
    .trim()
    .split('\r\n')
    .map((line) => line.split(','));
  const column = (name: string) => lines.map((line) => line[header.indexOf(name)]);
  expect(column('annotation_id')).toEqual(['2', '1', '3']);
  expect(column('area_um2')).toEqual(['7.5', '25', '50']);
  expect(column('red_mean')).toEqual(['70', '70', '70']);
  await app.close();
});
