/** Undo that outlives the program, the saved state, and exporting with Ctrl+S. */
import { expect, test } from '@playwright/test';
import { copyFileSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './support/app';
import { copper, silver, twoCoins } from './support/coins';
import { Desk, makeDataset, PHOTO } from './support/desk';
import { pidOf } from './support/processes';
import { moved, rect } from './support/reference';
import { picture } from './support/screenshots';

test('undo and redo survive a restart, belong to their image, and leave the view alone', async () => {
  const first = await Desk.open(await makeDataset(2, PHOTO), { sheet: PHOTO });
  await twoCoins(first);
  await first.click([140, 90]);
  await first.key('ArrowRight');
  await first.steps(3);
  await first.key('Control+z');
  await first.steps(2);
  expect((await first.opened()).history).toEqual({ undo: 2, redo: 1 });
  const { snapshot } = await first.opened();
  await first.openImage(2);
  await first.box(40, 40, 50, 30);
  await first.openImage(1);
  const { file } = await first.app.ask('project.summary', {});
  const { userData } = first.app;
  await first.close();

  const desk = await Desk.open(file, { sheet: PHOTO, userData });
  expect(await desk.opened()).toMatchObject({ snapshot, history: { undo: 2, redo: 1 } });
  await desk.page.getByRole('button', { name: 'Edit', exact: true }).click();
  const menu = desk.page.getByRole('menu');
  await expect(menu.getByRole('menuitem', { name: /^Undo on this image/ })).toBeEnabled();
  await expect(menu.getByRole('menuitem', { name: /^Redo on this image/ })).toBeEnabled();
  await picture(desk.page, 'undo-after-restart');
  await desk.key('Escape');
  await desk.canvas.focus();

  await desk.key('o', '+');
  const view = await desk.canvas.getAttribute('data-view');
  await desk.key('Control+Shift+z');
  await desk.steps(3);
  await desk.expectMasks(copper, moved(silver, 1, 0, [PHOTO.height, PHOTO.width]));
  await desk.expectUndoRedo();
  expect(await desk.canvas.getAttribute('data-view')).toBe(view);
  await desk.key('f', 'o');
  await desk.openImage(2);
  expect((await desk.opened()).history).toEqual({ undo: 1, redo: 0 });
  await desk.expectMasks(rect(40, 40, 50, 30));
  await desk.expectUndoRedo();
  await desk.close();
});

test('“Saved” is said when the gesture is on disk, and not before', async () => {
  const desk = await Desk.open(await makeDataset(1, PHOTO), { sheet: PHOTO });
  const saved = desk.page.getByRole('status').filter({ hasText: /^Saved$/ });
  await expect(saved).toBeVisible();
  const store = await pidOf(desk.app, 'store');
  process.kill(store, 'SIGSTOP');
  await desk.key('r');
  await desk.drag([
    [22, 28],
    [106, 112],
  ]);
  // It is seen at once; what is said of it is the truth.
  await desk.expectListed(1);
  await expect(desk.page.getByText('Saving…')).toBeVisible();
  await expect(saved).toBeHidden();
  await picture(desk.page, 'saving');
  process.kill(store, 'SIGCONT');
  await desk.steps(1);
  await expect(saved).toBeVisible();
  await desk.expectMasks(rect(22, 28, 84, 84));
  await desk.close();
});

test('Ctrl+S asks once where to, then writes there again, and never to the file that was imported', async () => {
  const imported = await makeDataset(1, PHOTO);
  const before = readFileSync(imported);
  const desk = await Desk.open(imported, { sheet: PHOTO });
  const file = join(temporaryFolder('export'), 'coins.json');
  /** Answers the save dialog, and keeps what it was opened with. */
  const answer = (filePath: string) =>
    desk.app.electron.evaluate(({ dialog }, chosen) => {
      const asked: string[] = [];
      Object.assign(globalThis, { asked });
      dialog.showSaveDialog = (...args: unknown[]) => {
        asked.push((args.at(-1) as { defaultPath: string }).defaultPath);
        return Promise.resolve({ canceled: false, filePath: chosen });
      };
    }, filePath);
  const asked = () => desk.app.electron.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
  const areas = () => (JSON.parse(readFileSync(file, 'utf8')) as { annotations: { area: number }[] }).annotations;

  await answer(file);
  await desk.box(22, 28, 84, 84);
  await desk.key('Control+s');
  await expect(desk.page.getByText(/^Exported 1 annotation on 1 image/)).toBeVisible();
  const [suggested, ...more] = await asked();
  expect(more).toEqual([]);
  expect(dirname(suggested)).toBe(join(dirname(imported), 'images'));
  expect(suggested).not.toBe(imported);
  expect(areas().map(({ area }) => area)).toEqual([84 * 84]);
  await picture(desk.page, 'export');
  await desk.app.electron.evaluate(({ shell }) => {
    shell.showItemInFolder = (shown) => void Object.assign(globalThis, { shown });
  });
  await desk.page.getByRole('button', { name: 'Show in folder' }).click();
  const shown = () => desk.app.electron.evaluate(() => (globalThis as unknown as { shown?: string }).shown);
  await expect.poll(shown).toBe(file);
  await desk.page.getByRole('button', { name: 'Dismiss' }).click();

  await desk.key('Escape');
  await desk.box(103, 53, 64, 64);
  await desk.key('Control+s');
  await expect(desk.page.getByText(/^Exported 2 annotations on 1 image/)).toBeVisible();
  expect(await asked()).toHaveLength(1);
  expect(areas().map(({ area }) => area)).toEqual([84 * 84, 64 * 64]);
  await desk.page.getByRole('button', { name: 'Dismiss' }).click();

  await answer(imported);
  await desk.key('Control+Shift+s');
  await desk.page.getByRole('button', { name: 'Choose file and export' }).click();
  await expect(
    desk.page.getByText(/is the file this project was imported from: export to another file$/),
  ).toBeVisible();
  expect(await asked()).toHaveLength(1);
  expect(readFileSync(imported).equals(before)).toBe(true);
  await picture(desk.page, 'export-refused');
  await desk.close();
});

test('a project file that is deleted or replaced while it is open is never called saved, and what is open is kept', async () => {
  const desk = await Desk.open(await makeDataset(1, PHOTO), { sheet: PHOTO });
  const { file } = await desk.app.ask('project.summary', {});
  const banner = desk.page.getByRole('alert').filter({ hasText: 'The project file' });
  const state = (text: string) => desk.page.getByRole('status').filter({ hasText: new RegExp(`^${text}$`) });
  await desk.box(22, 28, 84, 84);
  await expect(state('Saved')).toBeVisible();

  for (const suffix of ['', '-wal', '-shm', '.lock']) rmSync(file + suffix, { force: true });
  await desk.key('Escape', 'r');
  await desk.drag([
    [103, 53],
    [167, 117],
  ]);
  await desk.expectListed(2);
  await expect(banner).toContainText('was deleted or moved');
  await expect(state('Not saved')).toBeVisible();
  await expect(state('Saved')).toBeHidden();

  const elsewhere = join(temporaryFolder('rescued'), 'coins.maskwright');
  await desk.app.electron.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, elsewhere);
  await banner.getByRole('button', { name: 'Save elsewhere…' }).click();
  await expect(state('Saved')).toBeVisible();
  await expect(banner).toBeHidden();
  expect((await desk.app.ask('project.summary', {})).file).toBe(elsewhere);
  await desk.expectMasks(rect(22, 28, 84, 84), rect(103, 53, 64, 64));
  await desk.expectUndoRedo();

  // A backup takes its place: what is open is kept until the user takes the backup.
  const backup = join(temporaryFolder('backup'), 'coins.maskwright');
  await desk.app.ask('project.close', {});
  copyFileSync(elsewhere, backup);
  await desk.app.ask('project.open', { file: elsewhere });
  await desk.page.reload();
  await expect(state('Saved')).toBeVisible();
  await desk.fitWindow();
  await desk.canvas.focus();
  await desk.key('r');
  await desk.drag([
    [10, 10],
    [20, 20],
  ]);
  await desk.steps(3);
  renameSync(backup, elsewhere);
  await expect(banner).toContainText('was replaced by another file');
  // Asked first, they stay; then they agree.
  for (const response of [2, 1]) {
    await desk.app.electron.evaluate(({ dialog }, answer) => {
      dialog.showMessageBox = () => Promise.resolve({ response: answer, checkboxChecked: false });
    }, response);
    await banner.getByRole('button', { name: 'Open the other file' }).click();
    if (response === 2) {
      await expect(state('Not saved')).toBeVisible();
      await desk.expectListed(3);
    }
  }
  await expect(banner).toBeHidden();
  await expect(state('Saved')).toBeVisible();
  await desk.expectMasks(rect(22, 28, 84, 84), rect(103, 53, 64, 64));
  await desk.close();
});
