/** Smart select on photographs with the shipped weights: hover, click, box, correction, undo, restart of its process, find similar. */
import { expect, test } from '@playwright/test';
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { segmentationToRle } from '@shared/document/segmentation';
import type { Annotation } from '@shared/document/types';
import { area, fromBox, iou, merge } from '@shared/mask';
import { type App, launch, repoRoot, temporaryFolder } from '../support/app';
import { ImageMouse, openByName, storedAnnotations } from '../support/look';
import { pidOf } from '../support/processes';
import { picture } from '../support/screenshots';

const photos = { 'cat.jpg': [451, 300], 'coffee.jpg': [600, 400], 'coins-01.jpg': [640, 480] } as const;
/** Sixteen times the coffee. */
const LARGE = { name: 'table.jpg', size: [2400, 1600] } as const;
type Photo = keyof typeof photos;

async function makeDataset(sizes: Readonly<Record<Photo, readonly [number, number]>>): Promise<string> {
  const folder = temporaryFolder('photos');
  mkdirSync(join(folder, 'images'));
  const images: { id: number; file_name: string; width: number; height: number }[] = (
    Object.keys(photos) as Photo[]
  ).map((file_name, i) => {
    const from = file_name.startsWith('coins') ? 'resources/sample/images' : 'test/fixtures/photos';
    copyFileSync(join(repoRoot, from, file_name), join(folder, 'images', file_name));
    const [width, height] = sizes[file_name];
    return { id: i + 1, file_name, width, height };
  });
  const [cupWidth, cupHeight] = photos['coffee.jpg'];
  const cups = Array.from({ length: 16 }, (_, i) => ({
    input: join(repoRoot, 'test/fixtures/photos/coffee.jpg'),
    left: (i % 4) * cupWidth,
    top: Math.floor(i / 4) * cupHeight,
  }));
  const [width, height] = LARGE.size;
  const table = sharp({ create: { width, height, channels: 3, background: 'black' } }).composite(cups);
  await table.jpeg().toFile(join(folder, 'images', LARGE.name));
  images.push({ id: images.length + 1, file_name: LARGE.name, width, height });
  const categories = ['cup', 'cat', 'coin'].map((name, i) => ({ id: i + 1, name }));
  const file = join(folder, 'dataset.json');
  writeFileSync(file, JSON.stringify({ images, annotations: [], categories }));
  return file;
}

let app: App;
let mouse: ImageMouse;
const card = () => app.page.getByRole('region', { name: 'Smart select', exact: true });
const key = (name: string) => app.page.keyboard.press(name);
const maskOf = ({ segmentation }: Annotation, [width, height]: readonly [number, number]) =>
  segmentationToRle(segmentation!, [height, width]);

test.beforeAll(async () => {
  app = await launch({ args: [await makeDataset(photos)] });
  await app.electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].setContentSize(1280, 740));
  mouse = new ImageMouse(app.page);
});
test.afterAll(() => app.close());

async function openWithTool(photo: string): Promise<number> {
  const id = await openByName(app, photo);
  await app.page.getByRole('application', { name: 'Image canvas' }).focus();
  await key('s');
  await expect(card()).toBeVisible();
  await expect(card().getByText('Looking at the image…')).toBeHidden({ timeout: 60_000 });
  return id;
}

/** The card may lie anywhere since the object before: where it covers a place of the picture it is sent to another corner. */
async function uncover(point: readonly [number, number]): Promise<void> {
  for (let corner = 0; corner < 4; corner++) {
    const [[x, y], box] = [await mouse.at(point), (await card().boundingBox())!];
    if (x < box.x || x > box.x + box.width || y < box.y || y > box.y + box.height) break;
    await card()
      .getByRole('button', { name: /^Move to another corner/ })
      .click();
  }
}

async function clickPicture(point: readonly [number, number]): Promise<void> {
  await uncover(point);
  await mouse.click(point);
}

test('a cup: what lies under the pointer shows, a box takes it, undo takes it back', async () => {
  const id = await openWithTool('coffee.jpg');
  const before = await mouse.screenPixel([310, 90]);
  await mouse.move([310, 90]);
  // The preview colours what a click would take.
  await expect.poll(() => mouse.screenPixel([310, 90])).not.toBe(before);
  await picture(app.page.getByRole('application', { name: 'Image canvas' }), 'smart-select-hover');
  // It goes with the pointer.
  await app.page.getByRole('banner').hover();
  await expect.poll(() => mouse.screenPixel([310, 90])).toBe(before);
  await mouse.move([310, 90]);
  await expect.poll(() => mouse.screenPixel([310, 90])).not.toBe(before);
  // Straight out of the window, too.
  await app.page.mouse.move(400, -60);
  await expect.poll(() => mouse.screenPixel([310, 90])).toBe(before);

  await mouse.drag([
    [172, 10],
    [440, 262],
  ]);
  await expect(card().getByText(/^Mask 1 of \d$/)).toBeVisible();
  await picture(app.page.getByRole('application', { name: 'Image canvas' }), 'smart-select-box');
  await key('Enter');
  await expect.poll(async () => (await storedAnnotations(app, id)).length).toBe(1);
  const [cup] = await storedAnnotations(app, id);
  expect(cup.provenance).toMatchObject({ tool: 'smart-select', params: { box: expect.any(String) } });
  const said = String(cup.provenance!.params!.box).split(',').map(Number);
  // On whole pixels, around what was dragged.
  [172, 10, 268, 252].forEach((value, i) => expect(Math.abs(said[i] - value)).toBeLessThanOrEqual(2));
  const size = photos['coffee.jpg'];
  const mask = maskOf(cup, size);
  const box = fromBox([162, 0, 288, 272], size[1], size[0]);
  expect(area(merge([mask, box], { intersect: true })) / area(mask)).toBeGreaterThan(0.97);
  expect(area(mask)).toBeGreaterThan(12_000);

  await key('Control+z');
  await expect.poll(async () => (await storedAnnotations(app, id)).length).toBe(0);
  await key('Control+Shift+z');
  await expect.poll(async () => (await storedAnnotations(app, id)).length).toBe(1);

  // While nothing is asked, the photo that follows is looked at ahead.
  const kept = () => readdirSync(join(app.userData, 'embeddings'), { recursive: true, encoding: 'utf8' });
  await expect
    .poll(() => kept().filter((name) => name.endsWith('.embedding')).length, { timeout: 60_000 })
    .toBeGreaterThanOrEqual(2);
});

test('a cat: clicks, another mask, a step back; its process is killed between two clicks', async () => {
  const id = await openWithTool('cat.jpg');
  await clickPicture([200, 150]);
  const which = card().getByText(/^Mask \d of \d$/);
  await expect(which).toHaveText(/^Mask 1 of/);
  await key('Tab');
  await expect(which).toHaveText(/^Mask 2 of/);
  process.kill(await pidOf(app, 'inference'), 'SIGKILL');
  // The process is started again, finds what it knew of the image, and answers.
  await clickPicture([150, 220]);
  await expect(which).toHaveText(/^Mask 1 of/, { timeout: 60_000 });
  await key('Escape');
  await expect(which).toHaveText(/^Mask 2 of/);
  await clickPicture([150, 220]);
  await expect(which).toHaveText(/^Mask 1 of/);
  await key('Enter');
  await expect.poll(async () => (await storedAnnotations(app, id)).length).toBe(1);
  const [cat] = await storedAnnotations(app, id);
  expect(cat.provenance?.params).toEqual({
    points: expect.stringMatching(/^[\d.]+,[\d.]+,1;[\d.]+,[\d.]+,1$/),
    rim: 'refined',
  });
  expect(area(maskOf(cat, photos['cat.jpg']))).toBeGreaterThan(10_000);
});

test('zoomed in on a large photo the visible part is looked at; the mask lies at its place in the whole', async () => {
  const id = await openWithTool(LARGE.name);
  const hint = app.page.getByRole('status').filter({ hasText: /Click an object/ });
  await expect(hint).not.toContainText('Finer masks');
  // The cup of the third photo in the third row.
  const [left, top] = [1200, 800];
  await uncover([left + 310, top + 250]);
  await mouse.zoom([left + 310, top + 250], 6);
  await expect(hint).toContainText('Finer masks in the visible part', { timeout: 60_000 });
  await uncover([left + 172, top + 10]);
  await mouse.drag([
    [left + 172, top + 10],
    [left + 440, top + 262],
  ]);
  await expect(card().getByText(/^Mask 1 of \d$/)).toBeVisible({ timeout: 60_000 });
  await key('Enter');
  await expect.poll(async () => (await storedAnnotations(app, id)).length).toBe(1);
  const [cup] = await storedAnnotations(app, id);
  const mask = maskOf(cup, LARGE.size);
  const box = fromBox([left + 162, top, 288, 272], LARGE.size[1], LARGE.size[0]);
  expect(area(merge([mask, box], { intersect: true })) / area(mask)).toBeGreaterThan(0.97);
  expect(area(mask)).toBeGreaterThan(12_000);
  await key('f');
  await mouse.move([100, 100]);
  await expect(hint).not.toContainText('Finer masks', { timeout: 60_000 });
});

test('unfinished clicks are kept when another image is opened, and gone on with', async () => {
  const coffee = await openWithTool('coffee.jpg');
  const before = (await storedAnnotations(app, coffee)).length;
  await clickPicture([310, 90]);
  await expect(card().getByText(/^Mask 1 of \d$/)).toBeVisible();
  await openWithTool('cat.jpg');
  await openByName(app, 'coffee.jpg');
  await app.page.getByRole('button', { name: 'Resume' }).click();
  await expect(card().getByText(/^Mask 1 of \d$/)).toBeVisible({ timeout: 60_000 });
  await app.page.getByRole('application', { name: 'Image canvas' }).focus();
  await key('Enter');
  await expect.poll(async () => (await storedAnnotations(app, coffee)).length).toBe(before + 1);
});

test('from one coin all others are proposed', async () => {
  const id = await openWithTool('coins-01.jpg');
  // The card may lie over the coin, wherever it was left by what was done before.
  await expect(async () => {
    const [x, y] = await mouse.at([34, 149]);
    const covering = (await card().boundingBox())!;
    const isFree = x < covering.x || x > covering.x + covering.width || y > covering.y + covering.height;
    if (!isFree)
      await card()
        .getByRole('button', { name: /^Move to another corner/ })
        .click();
    expect(isFree).toBe(true);
  }).toPass();
  await mouse.drag([
    [34, 149],
    [132, 247],
  ]);
  await expect(card().getByText(/^Mask 1 of \d$/)).toBeVisible();
  await key('Enter');
  await expect.poll(async () => (await storedAnnotations(app, id)).length).toBe(1);
  const [example] = await storedAnnotations(app, id);
  await card().getByRole('button', { name: 'Find similar', exact: true }).click();
  await expect(app.page.getByRole('button', { name: /^Accept all \d+$/ })).toBeVisible({ timeout: 90_000 });
  const { proposals } = await app.ask('image.open', { imageId: id });
  // There are seventeen others.
  expect(proposals.length).toBeGreaterThanOrEqual(16);
  const mask = maskOf(example, photos['coins-01.jpg']);
  for (const { segmentation } of proposals) {
    expect(iou([segmentationToRle(segmentation, segmentation.size)], [mask], [false])[0]).toBeLessThan(0.3);
  }
  await picture(app.page, 'find-similar');
});

test('a drawn box becomes the mask of what is in it, in one step', async () => {
  const id = await openByName(app, 'cat.jpg');
  const before = await storedAnnotations(app, id);
  await app.page.getByRole('application', { name: 'Image canvas' }).focus();
  await key('r');
  await mouse.drag([
    [60, 20],
    [420, 292],
  ]);
  const drawn = async () => (await storedAnnotations(app, id)).find((one) => !before.some((old) => old.id === one.id));
  await expect.poll(drawn).toBeTruthy();
  const box = (await drawn())!;
  await app.page.getByRole('application', { name: 'Image canvas' }).focus();
  // Of all that is selected only boxes become masks.
  await key('Control+a');
  await app.page
    .getByRole('listbox', { name: /^Annotations/ })
    .getByRole('option')
    .first()
    .click({ button: 'right' });
  await app.page.getByRole('menuitem', { name: 'Shape' }).hover();
  await app.page.getByRole('menuitem', { name: /^Box to mask/ }).click();
  await expect.poll(async () => (await drawn())?.segmentation?.kind, { timeout: 60_000 }).toBe('rle');
  const cat = (await drawn())!;
  expect(cat.provenance).toMatchObject({ tool: 'smart-select', model: { id: 'smart-select' } });
  expect(area(maskOf(cat, photos['cat.jpg']))).toBeLessThan(0.9 * box.area);
  expect((await storedAnnotations(app, id)).filter(({ id: one }) => one !== box.id)).toEqual(before);
  await app.page.getByRole('application', { name: 'Image canvas' }).focus();
  await key('Control+z');
  await expect.poll(drawn).toEqual(box);
});

test('the card at the bottom shows all it has to say', async () => {
  await openWithTool('coffee.jpg');
  const [title, canvas] = [card().getByRole('heading'), app.page.getByRole('application', { name: 'Image canvas' })];
  const [head, area] = [(await title.boundingBox())!, (await canvas.boundingBox())!];
  await app.page.mouse.move(head.x + 20, head.y + 8);
  await app.page.mouse.down();
  await app.page.mouse.move(area.x + 40, area.y + area.height - 4, { steps: 5 });
  await app.page.mouse.up();
  await clickPicture([310, 90]);
  await expect(card().getByRole('button', { name: 'Accept' })).toBeInViewport({ ratio: 1 });
  await key('Enter');
  await expect(card().getByRole('button', { name: /^Find similar on/ })).toBeInViewport({ ratio: 1 });
});
