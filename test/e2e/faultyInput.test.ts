/** What the window says where there is nothing to show: what happened, where, and what to do. */
import { expect, test } from '@playwright/test';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBox, toCompressed } from '@shared/mask';
import { launch, temporaryFolder, type App } from './support/app';
import { imageFolder } from './support/imageFolder';
import { pidOf } from './support/processes';
import { answerOpenDialog, guidePicture, resizeForGuide } from './support/window';

const row = (app: App, name: string) => app.page.getByRole('listbox', { name: 'Images' }).getByRole('option', { name });
const panel = (app: App, name: string) => app.page.getByRole('region', { name, exact: true });
/** The sentence in the place of the picture. */
const said = (app: App, sentence: string | RegExp) => expect(app.page.getByText(sentence)).toBeVisible();

/** A dataset of these images, 240 high and as wide as they say. */
function cocoOf(widths: Readonly<Record<string, number>>, folder: string): string {
  const images = Object.entries(widths).map(([file_name, width], at) => ({
    id: at + 1,
    file_name,
    width,
    height: 240,
  }));
  const file = join(folder, 'instances.json');
  writeFileSync(file, JSON.stringify({ images, annotations: [], categories: [] }));
  return file;
}

test('image files that cannot be read are named, in the list and in the place of their picture', async () => {
  const folder = await imageFolder(['a.png', 'z.png']);
  writeFileSync(join(folder, 'notes.png'), 'no image');
  writeFileSync(join(folder, 'empty.png'), '');
  const app = await launch({
    args: [cocoOf({ 'a.png': 320, 'notes.png': 320, 'empty.png': 320, 'z.png': 321 }, folder)],
  });
  await resizeForGuide(app);
  await expect(app.page.getByRole('alert')).toContainText('Opened, but 2 files cannot be read');
  // Which one it is comes first, not the folder of all of them.
  await expect(app.page.getByRole('alert')).toContainText('notes.png is not an image');
  // In a line of its own: the canvas begins where it ends, and takes every click.
  const found = panel(app, 'What was found');
  const canvas = app.page.getByRole('application', { name: 'Image canvas' });
  const apart = async () => {
    const [line, area] = [(await found.boundingBox())!, (await canvas.boundingBox())!];
    return area.y + area.height <= line.y;
  };
  await expect.poll(apart).toBe(true);
  await found.getByRole('button', { name: 'Show all 2' }).click();
  await expect(found.getByRole('listitem')).toHaveText([/^notes\.png is not an image/, /^empty\.png is empty/]);
  await expect.poll(apart).toBe(true);
  await app.page.getByRole('button', { name: 'Dismiss' }).click();

  rmSync(join(folder, 'z.png'));
  await row(app, 'notes.png').click();
  await expect(row(app, 'notes.png')).toContainText(/png\s*is not an image of a known format/);
  await said(app, 'notes.png is not an image of a known format. Put a sound file in its place');
  const propose = app.page.getByRole('button', { name: 'Propose', exact: true });
  await expect(propose).toBeDisabled();
  await expect(propose).toHaveAttribute('title', 'The picture of this image cannot be read');
  await guidePicture(app, 'unreadable-image');
  await row(app, 'empty.png').click();
  await said(app, /empty\.png is empty \(0 bytes\)\. Put a sound file in its place/);
  // Said in the place of the picture, and nowhere else.
  await expect(app.page.getByRole('alert')).toHaveCount(0);

  await test.step('a file that goes while the project is open', async () => {
    await row(app, 'z.png').click();
    await said(app, /z\.png .* its annotations are kept\.$/);
    await expect(app.page.getByRole('alert')).toHaveCount(0);
  });
  await app.close();
});

test('a dataset without images, and a file that is no dataset', async () => {
  const app = await launch({ args: [cocoOf({}, temporaryFolder('no-images'))] });
  await expect(panel(app, 'Images')).toContainText('This project has no images');
  await expect(panel(app, 'Images')).toContainText('open a folder or a file that has some');
  await expect(panel(app, 'Annotations')).toContainText('Open an image to see its annotations');
  await app.page.getByRole('button', { name: 'Close project' }).click();

  const folder = await imageFolder(['a.png']);
  await answerOpenDialog(app, join(folder, 'a.png'));
  await app.page.getByRole('button', { name: /Open dataset/ }).click();
  await expect(app.page.getByRole('alert')).toContainText(
    'is a picture (PNG), not a dataset: choose the file that has the annotations',
  );
  await app.close();
});

test('thumbnails that were owed by a process that ended come from the next one', async () => {
  const names = Array.from({ length: 40 }, (_, at) => `${String(at + 1).padStart(2, '0')}.png`);
  const app = await launch({ args: [await imageFolder(names)] });
  const isShown = (name: string) => expect(row(app, name).locator('img')).not.toHaveJSProperty('naturalHeight', 0);
  await isShown('01.png');
  const vision = await pidOf(app, 'vision');
  // Stopped, it takes the requests and answers none of them.
  process.kill(vision, 'SIGSTOP');
  await app.page.getByRole('listbox', { name: 'Images' }).evaluate((list) => (list.scrollTop = list.scrollHeight));
  await expect(row(app, '40.png').locator('img')).toBeAttached();
  process.kill(vision, 'SIGKILL');
  await expect(app.page.getByRole('alert')).toContainText('The vision process ended unexpectedly');
  await isShown('40.png');
  await app.close();
});

test('masks whose size is turned are told when the file is opened, and put right by a click that can be taken back', async () => {
  const folder = await imageFolder(['train/a.png', 'z.png']);
  const of = (id: number, width: number, size: readonly [number, number]) => ({
    ...{
      id,
      image_id: id,
      category_id: 1,
      segmentation: { size, counts: toCompressed(fromBox([40, 30, 160, 120], 240, width)) },
    },
    ...{ bbox: [40, 30, 160, 120], area: 160 * 120, iscrowd: 0 },
  });
  const file = join(folder, 'instances.json');
  const images = ['train\\a.png', 'z.png'].map((file_name, i) => ({
    id: i + 1,
    file_name,
    width: 320 + i,
    height: 240,
  }));
  const categories = [{ id: 1, name: 'box' }];
  writeFileSync(
    file,
    JSON.stringify({ images, annotations: [of(1, 320, [320, 240]), of(2, 321, [240, 321])], categories }),
  );
  const app = await launch({ args: [file] });
  await resizeForGuide(app);
  const notice = panel(app, 'What was found');
  await notice.getByRole('button', { name: 'Show all 2' }).click();
  await expect(notice).toContainText('size is [w, h] of the image, [320, 240]');
  await expect(notice).toContainText('1 image was found with / in place of \\: "train\\a.png" is train/a.png');
  await guidePicture(app, 'turned-masks');
  await app.page.getByRole('button', { name: 'Swap the mask sizes' }).click();
  const done = app.page.getByText('Swapped mask sizes: 1 annotation on 1 image');
  await expect(done).toBeVisible();
  await expect(notice).toHaveCount(0);
  await app.page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await expect(app.page.getByText('Undone: Swap mask sizes, 1 annotation on 1 image')).toBeVisible();
  await app.close();
});
