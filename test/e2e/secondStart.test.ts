/** A file that is opened while the program runs: by a double click, which is a second start, or by a drag on the icon. */
import { expect, test } from '@playwright/test';
import { join } from 'node:path';
import { launch, startAgain } from './support/app';
import { imageFolder } from './support/imageFolder';

test('a second start hands over what it was to open, and takes nothing from the user', async () => {
  const folder = await imageFolder(['leaf-1.png', 'leaf-2.png'], 'Leaves');
  const other = await imageFolder(['root-1.png'], 'Roots');
  const app = await launch();
  await expect(app.page.getByRole('heading', { name: 'Maskwright' })).toBeVisible();
  await app.electron.evaluate(({ BrowserWindow }) => {
    const children = process.mainModule!.require('node:child_process') as typeof import('node:child_process');
    const seen: { started: string[][]; focused: number } = { started: [], focused: 0 };
    children.spawn = ((_file: string, args: string[]) => {
      seen.started.push(args);
      return { unref: () => undefined };
    }) as never;
    BrowserWindow.getAllWindows()[0].focus = () => void seen.focused++;
    Object.assign(globalThis, { seen });
  });
  const seen = () =>
    app.electron.evaluate(() => (globalThis as unknown as { seen: { started: string[][]; focused: number } }).seen);

  // Nothing is open: the running window opens it.
  expect(await startAgain(app.userData, [folder])).toBe(0);
  await expect(app.page).toHaveTitle(/Leaves/);
  await expect(app.page.getByRole('banner')).toContainText('leaf-1.png');
  await expect.poll(async () => (await seen()).focused).toBe(1);
  const { file } = await app.ask('project.summary', {});

  // What is open is shown; it is not opened a second time.
  expect(await startAgain(app.userData, [file])).toBe(0);
  await expect.poll(async () => (await seen()).focused).toBe(2);
  expect((await seen()).started).toEqual([]);

  // Another one gets a window of its own; this one stays.
  expect(await startAgain(app.userData, [join(other, '.')])).toBe(0);
  await expect.poll(async () => (await seen()).started.length).toBe(1);
  expect((await seen()).started[0].slice(-3)).toEqual(['--new-window', `--user-data=${app.userData}`, other]);
  await expect(app.page).toHaveTitle(/Leaves/);

  // macOS names a file by an event.
  await app.page.getByRole('button', { name: 'Close project' }).click();
  await expect(app.page.getByRole('heading', { name: 'Maskwright' })).toBeVisible();
  await app.electron.evaluate(
    ({ app: main }, path) => main.emit('open-file', { preventDefault: () => undefined }, path),
    other,
  );
  await expect(app.page).toHaveTitle(/Roots/);
  await app.close();
});
