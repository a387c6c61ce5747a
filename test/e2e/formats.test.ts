/** A dataset in another format: the dialog says what is written and lost, and the folder that it wrote opens again as what it is. */
import { expect, test } from '@playwright/test';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, launch, temporaryFolder } from './support/app';
import { writeCoco } from './support/dataset';
import { picture } from './support/screenshots';
import { answerOpenDialog, guidePicture, resizeForGuide, resizeTo } from './support/window';

const panel = (app: App, name: string) => app.page.getByRole('region', { name });

test('a project leaves as YOLO with its images, and the folder is known again', async () => {
  const coco = await writeCoco(
    [
      { name: 'a.png', width: 200, height: 100, boxes: [[1, 10, 10, 50, 40]] },
      {
        name: 'b.png',
        width: 100,
        height: 100,
        boxes: [
          [2, 0, 0, 100, 50],
          [1, 5, 60, 20, 20],
        ],
      },
      ...['c.png', 'd.png', 'e.png'].map((name) => ({ name, width: 20, height: 20 })),
    ],
    ['cell', 'leaf'],
  );
  const app = await launch({ args: [coco] });
  const { page } = app;
  await resizeForGuide(app);
  await expect(panel(app, 'Images')).toContainText('b.png');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Export' });
  await expect(dialog.getByRole('region', { name: 'What is lost' })).toContainText(
    'Nothing: everything is written as it is.',
  );

  await dialog.getByLabel('Format: COCO').click();
  await page.getByRole('option', { name: 'YOLO segmentation' }).click();
  const written = dialog.getByRole('region', { name: 'What is written' });
  await expect(written).toContainText('5 images, 3 annotations, in 6 files');
  await expect(written).toContainText('labels/train/b.txt');
  await expect(dialog.getByRole('region', { name: 'What is lost' })).toContainText('3 annotations have IDs');
  await dialog.getByRole('checkbox', { name: 'Copy the images too' }).click();
  await guidePicture(app, 'export-formats');
  // In parts: which image goes where is seen before.
  const split = async (name: string) => {
    await dialog.getByRole('combobox', { name: /^Split/ }).click();
    await page.getByRole('option', { name }).click();
  };
  await split('80% train, 20% validation');
  await expect(written.getByText(/^labels\/val\//)).toHaveCount(1);
  await picture(dialog, 'export-split');
  await split('All in one set');
  // Changed copies, one of them as it would be made.
  await dialog.getByRole('checkbox', { name: 'Add changed copies' }).click();
  const copies = dialog.getByRole('group', { name: 'Changed copies' });
  await copies.getByRole('spinbutton', { name: 'Mirror left to right' }).fill('100');
  await copies.getByRole('spinbutton', { name: 'Mirror left to right' }).press('Tab');
  await expect(copies.getByRole('img', { name: 'A copy with its masks' })).toBeVisible();
  await picture(dialog, 'export-copies');
  await dialog.getByRole('checkbox', { name: 'Add changed copies' }).click();

  // Why nothing can be written is seen in the smallest window too, whatever is scrolled.
  await resizeTo(app, 900, 600);
  await answerOpenDialog(app, join(coco, 'yolo'));
  await dialog.getByRole('button', { name: 'Choose folder and export' }).click();
  await expect(dialog.getByRole('alert')).toBeInViewport();
  await expect(dialog.getByRole('alert')).toContainText(coco);
  await resizeForGuide(app);

  const folder = join(temporaryFolder('export'), 'yolo');
  await answerOpenDialog(app, folder);
  await dialog.getByRole('button', { name: 'Choose folder and export' }).click();
  await expect(page.getByText(/^Exported 3 annotations/)).toBeVisible();
  expect(readFileSync(join(folder, 'labels', 'train', 'a.txt'), 'utf8')).toBe('0 0.05 0.1 0.3 0.1 0.3 0.5 0.05 0.5\n');
  expect(existsSync(join(folder, 'images', 'train', 'b.png'))).toBe(true);

  // Over its own export: what changes is shown first, and going back leaves everything.
  await page.getByRole('option', { name: /b\.png/ }).click();
  await expect(page.getByRole('banner')).toContainText('b.png');
  await page.getByRole('listbox', { name: 'Annotations' }).getByRole('option').first().click();
  await page.keyboard.press('Delete');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  // As it was done last.
  await expect(page.getByRole('checkbox', { name: 'Copy the images too' })).toBeChecked();
  await page.getByRole('button', { name: 'Choose folder and export' }).click();
  const replace = page.getByRole('dialog', { name: 'Replace what is there?' });
  await expect(replace.getByRole('region', { name: 'What changes' })).toContainText('Annotations removed: 1');
  await picture(replace, 'export-changes');
  const labels = join(folder, 'labels', 'train', 'b.txt');
  expect(readFileSync(labels, 'utf8').trim().split('\n')).toHaveLength(2);
  await replace.getByRole('button', { name: 'Back' }).click();
  await page.getByRole('button', { name: 'Choose folder and export' }).click();
  await replace.getByRole('button', { name: 'Replace' }).click();
  await expect(page.getByText(/^Exported 2 annotations/)).toBeVisible();
  expect(readFileSync(labels, 'utf8').trim().split('\n')).toHaveLength(1);

  // The same again asks nothing, and says what is another now; what another program wrote is shown before.
  await page.getByRole('option', { name: /a\.png/ }).click();
  await expect(page.getByRole('banner')).toContainText('a.png');
  await page.getByRole('listbox', { name: 'Annotations' }).getByRole('option').first().click();
  await page.keyboard.press('Delete');
  await page.keyboard.press('Control+s');
  const told = page.getByRole('log').getByText(/^Exported 1 annotation on 5 images: 1 annotation removed$/);
  await expect(told).toBeVisible();
  await page.getByRole('button', { name: 'Show changes' }).click();
  const changed = page.getByRole('dialog', { name: 'What the export changed' });
  await expect(changed.getByRole('region', { name: 'What changes' })).toContainText('a.png');
  await changed.getByRole('button', { name: 'Close' }).last().click();
  writeFileSync(labels, `${readFileSync(labels, 'utf8')}0 0.1 0.1 0.3 0.1 0.3 0.5\n`);
  await page.keyboard.press('Control+s');
  await expect(replace).toContainText('labels/train/b.txt was last written by another program');
  await expect(replace).toContainText('Annotations removed: 1');
  await page.keyboard.press('Escape');
  await expect(replace).toBeHidden();
  expect(readFileSync(labels, 'utf8').trim().split('\n')).toHaveLength(2);

  await page.getByRole('button', { name: 'Close project' }).click();
  await page.getByRole('button', { name: /Open folder/ }).click();
  await expect(page.getByText(/^Opened as YOLO segmentation: data.yaml/)).toBeVisible();
  await expect(panel(app, 'Categories')).toContainText('leaf');
  await guidePicture(app, 'opened-yolo');

  // Several COCO files in one folder: the user says which, or that they are one in parts.
  const several = temporaryFolder('several');
  const text = readFileSync(coco, 'utf8');
  mkdirSync(join(several, 'annotations'));
  const long = 'of the second campaign with the new microscope '.repeat(3);
  for (const name of ['train', 'val', `${long}1`, `${long}2`])
    writeFileSync(
      join(several, 'annotations', `instances_${name}.json`),
      text.replaceAll('.png', ` ${name.at(-1)}.png`),
    );
  for (const name of ['a', 'b', 'c', 'd', 'e'])
    for (const part of ['n', 'l'])
      copyFileSync(join(folder, 'images', 'train', `${name}.png`), join(several, `${name} ${part}.png`));
  await answerOpenDialog(app, several);
  await page.getByRole('button', { name: 'Close project' }).click();
  await page.getByRole('button', { name: /Open folder/ }).click();
  const which = page.getByRole('dialog', { name: 'Which dataset?' });
  // Long names stay in the dialog.
  await expect(which.getByRole('button', { name: `annotations/instances_${long}2.json` })).toBeVisible();
  const fits = (list: HTMLElement) => list.parentElement!.scrollWidth <= list.parentElement!.clientWidth;
  expect(await which.locator('ul').last().evaluate(fits)).toBe(true);
  await expect(which.getByRole('button', { name: 'annotations/instances_val.json' })).toBeVisible();
  // The arrow keys go through all choices, from the parts together to the files.
  const choices = which.locator('ul button');
  await expect(choices.first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(choices.nth(1)).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(choices.first()).toBeFocused();
  await which.getByRole('button', { name: /^annotations\/instances_\*\.json .* train, val$/ }).click();
  await expect(panel(app, 'Images')).toContainText('b n.png');
  await expect(panel(app, 'Images')).toContainText('b l.png');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await expect(dialog.getByRole('combobox', { name: 'Split: As it came: train, val' })).toBeVisible();
  await expect(written).toContainText('10 images, 6 annotations, in 2 files');
  await app.close();
});
