/** Cancelling a run of the model that blocks its process: it stops, nothing is kept, and the next run works. */
import { expect, test } from '@playwright/test';
import { join } from 'node:path';
import sharp from 'sharp';
import { launch, repoRoot, temporaryFolder } from './support/app';
import { picture } from './support/screenshots';
import { chooseMaker, NUCLEI_MODEL } from './support/window';

test('a run of the model is cancelled while it computes', async () => {
  const folder = temporaryFolder('large');
  // Large enough that the run takes seconds: long after the button was pressed it is still computing.
  await sharp(join(repoRoot, 'resources/sample/images/nuclei-01.png'))
    .resize(2048, 2048)
    .png()
    .toFile(join(folder, 'large.png'));
  const app = await launch({ args: [folder] });
  const propose = app.page.getByRole('button', { name: 'Propose', exact: true });
  const cancel = app.page.getByRole('button', { name: 'Cancel: Proposing on large.png' });

  await chooseMaker(app.page, NUCLEI_MODEL);
  await propose.click();
  await expect(app.page.getByText('running the model')).toBeVisible();
  await picture(app.page.getByRole('contentinfo'), 'running-job');
  await cancel.click();
  await expect(cancel).toBeHidden();
  await expect(propose).toBeEnabled();
  const [row] = await app.ask('image.list', {});
  expect(row.proposalCount).toBe(0);
  await expect(app.page.getByRole('alert')).toHaveCount(0);

  await propose.click();
  await expect(app.page.getByRole('button', { name: /^Accept all \d+$/ })).toBeVisible({ timeout: 60_000 });
  await app.close();
});
