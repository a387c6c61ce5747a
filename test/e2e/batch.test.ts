/** A batch over a folder: progress, pause, restart, resume, and an image that fails. */
import { expect, test } from '@playwright/test';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { launch, repoRoot, temporaryFolder, type App } from './support/app';
import { picture } from './support/screenshots';
import { chooseMaker, openManyImages } from './support/window';

const panel = (app: App) => app.page.getByRole('region', { name: 'Proposals' });
const batch = (app: App) => app.page.getByRole('group', { name: 'Batch' });

test('a batch is paused, found again after a restart, and finished; what fails is listed', async () => {
  const folder = temporaryFolder('batch');
  for (let i = 1; i <= 6; i++) {
    cpSync(join(repoRoot, 'resources', 'sample', 'images', `nuclei-0${i}.png`), join(folder, `${i}.png`));
  }
  const app = await launch({ args: [folder] });
  await expect(app.page.getByRole('banner')).toContainText('1.png');
  // Gone after the project knew it: an image like this must not end the batch.
  rmSync(join(folder, '5.png'));
  await chooseMaker(app.page, /^Colour groups/);
  const many = await openManyImages(app.page);
  await many.getByRole('button', { name: 'Run on all 6 images' }).click();
  await expect(batch(app)).toContainText(/Colour groups \(k-means\): [1-4] of 6/, { timeout: 30_000 });
  await batch(app).getByRole('button', { name: 'Pause the batch' }).click();
  await expect(batch(app).getByRole('status')).toHaveText(/^paused/);
  const paused = (await app.ask('batch.read', {}))!;
  expect(paused.next).toBeGreaterThan(0);
  expect(paused.next).toBeLessThan(6);
  await expect(panel(app).getByRole('button', { name: `Many images: ${paused.next} of 6` })).toBeVisible();
  await picture(many, 'batch');
  await app.close();

  const again = await launch({ userData: app.userData, args: [folder] });
  await openManyImages(again.page);
  await expect(batch(again)).toContainText(`${paused.next} of 6`);
  await expect(batch(again).getByRole('status')).toHaveText('paused');
  await batch(again).getByRole('button', { name: 'Continue the batch' }).click();
  await expect(batch(again).getByRole('status')).toHaveText('done, 1 failed', { timeout: 60_000 });
  await batch(again).getByText('What failed').click();
  await expect(batch(again).getByRole('listitem')).toContainText('5.png');

  const rows = await again.ask('image.list', {});
  expect(rows.map(({ fileName, proposalCount }) => [fileName, proposalCount > 0])).toEqual(
    [1, 2, 3, 4, 5, 6].map((i) => [`${i}.png`, i !== 5]),
  );
  cpSync(join(repoRoot, 'resources', 'sample', 'images', 'nuclei-05.png'), join(folder, '5.png'));
  await batch(again).getByRole('button', { name: 'Try that image again' }).click();
  await expect(batch(again)).toContainText('1 of 1', { timeout: 60_000 });
  await expect(batch(again).getByRole('status')).toHaveText('done');
  expect((await again.ask('image.list', {})).every(({ proposalCount }) => proposalCount > 0)).toBe(true);
  await batch(again).getByRole('button', { name: 'Close the batch' }).click();
  await expect(again.page.getByRole('button', { name: 'Run on all' })).toBeEnabled();
  expect(await again.ask('batch.read', {})).toBeNull();
  await again.close();
});
