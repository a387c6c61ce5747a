/** The welcome page: recent projects, and files dropped on the window. */
import { expect, test } from '@playwright/test';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { launch, temporaryFolder, type App } from './support/app';
import { imageFolder } from './support/imageFolder';
import { answerOpenDialog, dragFiles, guidePicture, resizeForGuide, resizeTo } from './support/window';

const closeProject = (app: App) => app.page.getByRole('button', { name: 'Close project' }).click();
const images = (app: App) => app.page.getByRole('listbox', { name: 'Images' }).getByRole('option');
const recent = (app: App) => app.page.getByRole('region', { name: 'Recent projects' });

test('recent projects are listed, opened again, and removed when they are gone', async () => {
  const folder = await imageFolder(['a.png', 'b.png', 'c.png'], 'Leaves of 2025');
  const gone = await imageFolder(['x.png'], 'Lost');
  const first = await launch();
  await resizeForGuide(first);
  await answerOpenDialog(first, gone);
  await first.page.keyboard.press('Control+o');
  await expect(first.page).toHaveTitle(/Lost/);
  const hasPicture = async () => (await first.ask('recent.list', {}))[0].picture !== null;
  await expect.poll(hasPicture).toBe(true);
  await closeProject(first);
  await answerOpenDialog(first, folder);
  await first.page.getByRole('button', { name: /Open folder/ }).click();
  await expect(first.page).toHaveTitle(/Leaves of 2025/);
  await expect.poll(hasPicture).toBe(true);
  await first.close();

  rmSync(gone, { recursive: true });
  const app = await launch({ userData: first.userData });
  await resizeForGuide(app);
  const items = recent(app).getByRole('listitem');
  await expect(items).toHaveCount(2);
  await expect(items.nth(0)).toContainText('Leaves of 2025');
  await expect(items.nth(0)).toContainText('3 images, just now');
  // Each with a picture of its first image, also where the images are gone.
  for (const at of [0, 1]) {
    await expect
      .poll(() =>
        items
          .nth(at)
          .locator('img')
          .evaluate((image: HTMLImageElement) => image.naturalWidth),
      )
      .toBe(96);
  }
  await expect(items.nth(1)).toContainText('is not there any more');
  await expect(items.nth(1).getByRole('button').first()).toBeDisabled();
  await guidePicture(app, 'welcome');

  await items.nth(1).getByRole('button', { name: 'Remove Lost from this list' }).click();
  await expect(items).toHaveCount(1);
  writeFileSync(join(folder, 'd.png'), 'no image');
  await items.nth(0).getByRole('button').first().click();
  await expect(app.page).toHaveTitle(/Leaves of 2025/);
  // Opened as its folder: what is new there was looked at.
  await expect(app.page.getByRole('alert')).toContainText('Opened, but 1 file cannot be read');
  await expect(app.page.getByRole('alert').getByText(/d\.png/)).toBeVisible();
  await app.close();
});

test('the first page opens a folder, a COCO file or the sample; the folder becomes a project beside its images', async () => {
  const folder = await imageFolder(['a.png', 'b.png']);
  const coco = join(await imageFolder(['c.png']), 'instances.json');
  const image = { id: 7, file_name: 'c.png', width: 320, height: 240 };
  writeFileSync(coco, JSON.stringify({ images: [image], annotations: [], categories: [{ id: 1, name: 'leaf' }] }));
  const app = await launch();
  await resizeForGuide(app);
  await expect(recent(app)).toBeHidden();
  const about = app.page.getByRole('region', { name: 'About Maskwright' });
  await expect(about.getByRole('img')).toHaveJSProperty('naturalWidth', 800);
  await expect(about.getByRole('listitem')).toHaveCount(3);
  await expect(about).toContainText('What’s new');
  for (const [width, height] of [
    [900, 600],
    [2560, 1440],
    [1440, 900],
  ] as const) {
    await resizeTo(app, width, height);
    const all = app.page.getByRole('button', { name: /sample/i });
    await expect(all).toBeInViewport({ ratio: 1 });
    await expect(about.getByRole('img')).toBeInViewport({ ratio: 1 });
    await expect.poll(() => app.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    if (width === 900) await guidePicture(app, 'first-page-small');
  }
  await resizeForGuide(app);
  await guidePicture(app, 'first-page');
  await answerOpenDialog(app, folder);
  await app.page.getByRole('button', { name: /Open folder/ }).click();
  await expect(images(app)).toHaveCount(2);
  const { file } = await app.ask('project.summary', {});
  expect(file).toBe(join(folder, 'images.maskwright'));
  await closeProject(app);

  await answerOpenDialog(app, coco);
  await app.page.keyboard.press('Control+Shift+o');
  await expect(images(app)).toHaveCount(1);
  expect((await app.ask('project.summary', {})).importSource).toBe(coco);
  await closeProject(app);

  await app.page.getByRole('button', { name: /sample/i }).click();
  await expect(images(app)).toHaveCount(9);
  await app.close();
});

test('a folder, a COCO file or a project dropped on the window is opened; anything else gets a sentence', async () => {
  const folder = await imageFolder(['a.png', 'b.png']);
  const coco = join(folder, 'instances.json');
  const image = { id: 7, file_name: 'b.png', width: 321, height: 240 };
  writeFileSync(coco, JSON.stringify({ images: [image], annotations: [], categories: [{ id: 1, name: 'leaf' }] }));
  const app = await launch();
  await resizeForGuide(app);
  const target = app.page.getByText('Drop to open');

  await dragFiles(app, 'dragEnter', [folder]);
  await expect(target).toBeVisible();
  await guidePicture(app, 'drop');
  // The protocol has no way to drag out of the window: what the page hears then is sent by hand.
  await app.page.evaluate(() => document.body.dispatchEvent(new DragEvent('dragleave', { bubbles: true })));
  await expect(target).toBeHidden();

  await dragFiles(app, 'dragEnter', [join(folder, 'a.png')]);
  await dragFiles(app, 'drop', [join(folder, 'a.png')]);
  await expect(app.page.getByRole('alert')).toContainText('a.png cannot be opened: drop a folder of images');
  await expect(target).toBeHidden();
  await dragFiles(app, 'dragEnter', [folder, coco]);
  await dragFiles(app, 'drop', [folder, coco]);
  await expect(app.page.getByText('2 things were dropped')).toBeVisible();

  await dragFiles(app, 'dragEnter', [coco]);
  await dragFiles(app, 'drop', [coco]);
  await expect(images(app)).toHaveCount(1);
  const { file, importSource } = await app.ask('project.summary', {});
  expect(importSource).toBe(coco);

  const other = await imageFolder(['1.png', '2.png', '3.png'], 'other');
  await dragFiles(app, 'dragEnter', [other]);
  await dragFiles(app, 'drop', [other]);
  await expect(app.page).toHaveTitle(/other/);
  await expect(images(app)).toHaveCount(3);

  await dragFiles(app, 'dragEnter', [file]);
  await dragFiles(app, 'drop', [file]);
  await expect(images(app)).toHaveCount(1);
  expect((await app.ask('project.summary', {})).file).toBe(file);
  await app.close();
});

test('reading a large folder shows how far it is, and can be cancelled', async () => {
  const folder = temporaryFolder('large');
  const png = await sharp({ create: { width: 2, height: 2, channels: 3, background: 'white' } })
    .png()
    .toBuffer();
  for (let at = 0; at < 40_000; at++) writeFileSync(join(folder, `${at}.png`), png);
  const app = await launch({ args: [folder] });
  const job = app.page.getByRole('progressbar', { name: 'Reading the folder' });
  await expect(job).toBeVisible();
  await app.page.getByRole('button', { name: 'Cancel: Reading the folder' }).click();
  await expect(app.page.getByRole('heading', { name: 'Maskwright' })).toBeVisible();
  await expect(job).toBeHidden();
  // Started from the page itself, which waits meanwhile.
  await answerOpenDialog(app, folder);
  const open = app.page.getByRole('button', { name: /^Open folder/ });
  await open.click();
  await expect(job).toBeVisible();
  await expect(open).toBeDisabled();
  await app.page.getByRole('button', { name: 'Cancel: Reading the folder' }).click();
  await expect(open).toBeEnabled();
  await expect(app.page.getByRole('alert')).toHaveCount(0);
  await app.close();
});
