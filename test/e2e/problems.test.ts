/** Problems of a project: found, shown on their images, fixed and undone; a broken file that is opened without what is broken; losses of an export that are shown. */
import { expect, test } from '@playwright/test';
import { readFileSync, writeFileSync } from 'node:fs';
import { type App, launch } from './support/app';
import { writeCoco } from './support/dataset';
import { picture } from './support/screenshots';
import { resizeForGuide } from './support/window';

interface Coco {
  annotations: Record<string, unknown>[];
}

const panel = (app: App, name: string) => app.page.getByRole('region', { name, exact: true });

/** One annotation of three has a stale area, one reaches out of its image, one cannot be read. */
async function brokenFile(): Promise<string> {
  const file = await writeCoco(
    [
      { name: 'a.png', width: 200, height: 100, boxes: [[1, 10, 10, 50, 40]] },
      {
        name: 'b.png',
        width: 100,
        height: 100,
        boxes: [
          [1, 5, 60, 20, 20],
          [2, 60, 20, 60, 30],
          [2, 10, 10, 20, 20],
        ],
      },
      { name: 'c.png', width: 100, height: 100, boxes: [[1, 40, 40, 20, 20]] },
    ],
    ['cell', 'leaf'],
  );
  const coco = JSON.parse(readFileSync(file, 'utf8')) as Coco;
  Object.assign(coco.annotations[1], { area: 55 });
  Object.assign(coco.annotations[3], { segmentation: { size: [100, 100], counts: [5, 5] } });
  writeFileSync(file, JSON.stringify(coco));
  return file;
}

test('a broken file is opened without what is broken; its problems are shown, fixed and undone', async () => {
  const app = await launch({ args: [await brokenFile()] });
  const { page } = app;
  await resizeForGuide(app);
  const refusal = page.getByRole('alert').filter({ hasText: 'cannot be used' });
  await expect(refusal).toContainText('/annotations/3/segmentation/counts');
  await refusal.getByRole('button', { name: 'Open without what is broken' }).click();
  await expect(panel(app, 'Images')).toContainText('c.png');
  await expect(page.getByText('Opened with 1 warning')).toBeVisible();
  await expect(page.getByText(/the record was left out/)).toBeVisible();

  const check = async () => {
    await page.getByRole('button', { name: 'Filter images' }).click();
    await page.getByRole('button', { name: 'Check for problems…' }).click();
  };
  await check();
  const dialog = page.getByRole('dialog', { name: 'Problems' });
  await expect(dialog.getByRole('status')).toHaveText(
    '2 problems on 1 image that trainers and evaluators stumble over.',
  );
  await picture(dialog, 'problems');
  await dialog.getByRole('button', { name: /^Show: Points lie outside/ }).click();
  await expect(panel(app, 'Images').getByText(/^Only: Points lie outside/)).toBeVisible();
  await expect(panel(app, 'Images').getByRole('option')).toHaveCount(1);
  await expect(page.getByRole('banner')).toContainText('b.png');
  const selected = panel(app, 'Annotations').getByRole('option', { selected: true });
  await expect(selected).toHaveCount(1);
  await expect(selected).toContainText('leaf');
  await panel(app, 'Images').getByRole('button', { name: 'Show all' }).click();
  await expect(panel(app, 'Images').getByRole('option')).toHaveCount(3);

  await check();
  await dialog.getByRole('button', { name: 'Fix all 2' }).click();
  await expect(dialog.getByRole('status')).toHaveText('No problem found.');
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  const told = page.getByRole('status').filter({ hasText: 'Fixed 2 annotations on 1 image' });
  await told.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText(/^Undone: Fix problems/)).toBeVisible();
  expect((await app.ask('project.lint', {})).kinds.map(({ code }) => code).sort()).toEqual(['outside', 'stale-area']);

  await test.step('a loss of an export leads to the annotations it is about', async () => {
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Export' });
    await dialog.getByLabel('Format: COCO').click();
    await page.getByRole('option', { name: 'YOLO segmentation' }).click();
    await dialog.getByRole('button', { name: /^Show: 1 annotation reaches out of its image/ }).click();
    await expect(panel(app, 'Images').getByText(/^Only: 1 annotation reaches out/)).toBeVisible();
    await expect(panel(app, 'Images').getByRole('option')).toHaveCount(1);
    await expect(selected).toContainText('leaf');
  });
  await app.close();
});
