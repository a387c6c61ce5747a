/** The inspector: every change of one or several annotations is one step and leaves with the export. */
import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch, temporaryFolder } from './support/app';
import { writeCoco } from './support/dataset';
import { openByName, storedAnnotations } from './support/look';
import { picture } from './support/screenshots';

test('category, crowd, note and attributes of one and of several annotations', async () => {
  const boxes = [1, 2, 1].map((category, at) => [category, 4 + 20 * at, 4, 12, 12] as const);
  const file = await writeCoco([{ name: 'a.png', width: 80, height: 40, boxes }], ['cell', 'debris']);
  const app = await launch({ args: [file] });
  const { page } = app;
  const imageId = await openByName(app, 'a.png');
  const rows = page.getByRole('listbox', { name: 'Annotations' }).getByRole('option');
  const inspector = page.getByRole('region', { name: 'Inspector' });
  const annotations = () => storedAnnotations(app, imageId);
  await expect(inspector).toContainText('Click an annotation');

  await rows.nth(0).click();
  await expect(inspector).toContainText('Annotation 3');
  await expect(inspector).toContainText('144 px²');
  await expect(inspector).toContainText('44, 4, 12, 12');
  await expect(inspector).toContainText('Polygon, 4 vertices, 1 part, 0 holes');
  await expect(inspector).toContainText('the imported file');
  const add = async (name: string, value: string) => {
    await inspector.getByRole('textbox', { name: 'Name of a new attribute' }).fill(name);
    await inspector.getByRole('textbox', { name: 'Value of the new attribute' }).fill(value);
    await page.keyboard.press('Enter');
  };
  await add('stage', '2');
  await add('side', 'left');
  await add('sure', 'true');
  await expect
    .poll(async () => (await annotations())[2].extra)
    .toEqual({ attributes: { stage: 2, side: 'left', sure: true } });
  await inspector.getByRole('textbox', { name: 'Note' }).fill('look again');
  await inspector.getByRole('textbox', { name: 'Note' }).blur();
  await expect.poll(async () => (await annotations())[2].extra.note).toBe('look again');
  await inspector.getByRole('checkbox', { name: 'sure' }).uncheck();
  await expect
    .poll(async () => (await annotations())[2].extra.attributes)
    .toEqual({ stage: 2, side: 'left', sure: false });
  await picture(page, 'inspector');

  await test.step('several: what they share is shown, what differs says so, a change is one step for all', async () => {
    await rows.nth(2).click({ modifiers: ['Shift'] });
    await expect(inspector).toContainText('3 annotations');
    await expect(inspector.getByRole('button', { name: 'Category: Several categories' })).toBeVisible();
    const side = inspector.getByRole('textbox', { name: 'side' });
    await expect(side).toHaveAttribute('placeholder', 'several values');
    const steps = (await app.ask('image.open', { imageId })).history.undo;
    await side.fill('right');
    await side.press('Enter');
    await expect
      .poll(async () => (await annotations()).map(({ extra }) => (extra.attributes as { side: string })?.side))
      .toEqual(['right', 'right', 'right']);
    expect((await app.ask('image.open', { imageId })).history.undo).toBe(steps + 1);
    await inspector.getByRole('checkbox', { name: 'Crowd' }).check();
    await expect.poll(async () => (await annotations()).every(({ isCrowd }) => isCrowd)).toBe(true);
    await inspector.getByRole('button', { name: /^Category:/ }).click();
    await page.getByRole('combobox', { name: 'Category' }).fill('deb');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await annotations()).map(({ categoryId }) => categoryId)).toEqual([2, 2, 2]);
    await page.getByRole('application').focus();
    for (let step = 0; step < 3; step++) await page.keyboard.press('Control+z');
    await expect.poll(async () => (await annotations()).map(({ categoryId }) => categoryId)).toEqual([1, 2, 1]);
    expect((await annotations())[0].extra).toEqual({});
  });

  const exported = join(temporaryFolder('inspector'), 'out.json');
  await app.exportTo(exported, 'coco', { masks: 'as-authored' });
  const records = (JSON.parse(readFileSync(exported, 'utf8')) as { annotations: Record<string, unknown>[] })
    .annotations;
  expect(records[2]).toMatchObject({ note: 'look again', attributes: { stage: 2, side: 'left', sure: false } });
  expect(Object.keys(records[0])).toEqual(['id', 'image_id', 'category_id', 'segmentation', 'bbox', 'area', 'iscrowd']);
  await app.close();
});
