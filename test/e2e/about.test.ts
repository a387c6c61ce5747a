/** About: what the program is made of, and what it gives to a user who reports a fault. */
import { expect, test } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { launch, repoRoot } from './support/app';
import { picture, takesPictures } from './support/screenshots';

const { version } = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8')) as { version: string };

test('About names version, processes and licences, and copies diagnostics without paths', async () => {
  const app = await launch({ args: ['--sample'] });
  const { page } = app;
  await expect(page.getByRole('banner')).toContainText('1 / 9');
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.getByRole('menuitem', { name: 'About Maskwright' }).click();
  const dialog = page.getByRole('dialog', { name: 'About Maskwright' });
  await expect(dialog).toContainText(version);
  for (const name of ['Main', 'Window', 'Project file', 'Images and methods']) {
    await expect(dialog.getByRole('list', { name: 'Processes' }).getByText(name, { exact: true })).toBeVisible();
  }
  // The guide shows no machine of somebody's.
  if (takesPictures) await dialog.getByText(/^Linux \d/).evaluate((system) => (system.textContent = 'Linux'));
  await picture(dialog, 'about');
  await dialog.getByRole('button', { name: /^onnxruntime-node/ }).click();
  await expect(dialog.getByRole('textbox', { name: 'Licence' })).toHaveValue(/Permission is hereby granted/);
  await dialog.getByRole('button', { name: 'Back' }).click();

  await dialog.getByRole('button', { name: 'Copy diagnostics' }).click();
  await expect(dialog.getByRole('status')).toHaveText(/^Copied/);
  const text = await app.electron.evaluate(({ clipboard }) => clipboard.readText());
  expect(text).toContain(`Maskwright ${version}`);
  for (const path of [homedir(), app.userData, 'coins-01']) expect(text).not.toContain(path);

  await app.electron.evaluate(({ shell }) => {
    shell.openPath = (path) => (Object.assign(globalThis, { shown: path }), Promise.resolve(''));
  });
  await dialog.getByRole('button', { name: 'Open log folder' }).click();
  await expect
    .poll(() => app.electron.evaluate(() => (globalThis as { shown?: string }).shown))
    .toBe(`${app.userData}/logs`);
  await app.close();
});
