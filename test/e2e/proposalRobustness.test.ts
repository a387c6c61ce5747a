/** The proposal tools where things go wrong: a sentence or a sound result, and the window takes the next gesture. */
import { expect, test } from '@playwright/test';
import { fromCompressed, iou, type Rle } from '@shared/mask';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { launch, temporaryFolder, type App } from './support/app';
import { ImageMouse, openByName, type Point, storedAnnotations } from './support/look';

/** A disc of this radius in the middle of every picture that has one. */
const RADIUS = 60;
const sizes = {
  'a-pixel.png': [1, 1],
  'black.png': [320, 240],
  'disc.png': [480, 360],
  'huge.png': [10_000, 10_000],
} as const;
type Name = keyof typeof sizes;

let app: App;
let mouse: ImageMouse;
let imageId: number;

test.beforeAll(async () => {
  const folder = temporaryFolder('robust');
  mkdirSync(join(folder, 'images'));
  const disc = `<svg width="${2 * RADIUS}" height="${2 * RADIUS}"><circle cx="${RADIUS}" cy="${RADIUS}" r="${RADIUS}" fill="#d96"/></svg>`;
  for (const [name, [width, height]] of Object.entries(sizes)) {
    const background = name === 'black.png' ? '#000' : '#246';
    const plain = sharp({ create: { width, height, channels: 3, background } });
    const drawn = name === 'disc.png' || name === 'huge.png' ? plain.composite([{ input: Buffer.from(disc) }]) : plain;
    await drawn.png({ compressionLevel: 1 }).toFile(join(folder, 'images', name));
  }
  const images = Object.entries(sizes).map(([file_name, [width, height]], i) => ({
    id: i + 1,
    file_name,
    width,
    height,
  }));
  const file = join(folder, 'dataset.json');
  writeFileSync(file, JSON.stringify({ images, annotations: [], categories: [{ id: 1, name: 'disc' }] }));
  app = await launch({ args: [file] });
  mouse = new ImageMouse(app.page);
});
test.afterAll(() => app.close());

async function open(name: Name): Promise<void> {
  imageId = await openByName(app, name);
  await expect(app.page.getByText(/^Loading/)).toHaveCount(0, { timeout: 60_000 });
  await app.page.getByRole('application').focus();
  await app.page.keyboard.press('v');
}

const card = (name: string) => app.page.getByRole('region', { name, exact: true });
const status = () => app.page.getByRole('contentinfo');
const annotations = () => storedAnnotations(app, imageId);
const press = (key: string) => app.page.keyboard.press(key);

/** The disc by GrabCut from a box around it: what must still work whatever came before. */
async function expectDiscByGrabcut([width, height]: readonly [number, number]): Promise<void> {
  const before = (await annotations()).length;
  const [x, y] = [width / 2, height / 2];
  await app.page.getByRole('application').focus();
  await press('v');
  await press('Escape');
  await press('g');
  await mouse.drag([
    [x - RADIUS - 15, y - RADIUS - 15],
    [x + RADIUS + 15, y + RADIUS + 15],
  ]);
  await expect(card('GrabCut')).toContainText(/1 object\s*\d+ ms/, { timeout: 30_000 });
  await press('Enter');
  await expect.poll(async () => (await annotations()).length).toBe(before + 1);
  const { segmentation } = (await annotations())[before];
  const { counts } = segmentation as { counts: string };
  expect(iou([fromCompressed(counts, [height, width])], [discMask(width, height)])[0]).toBeGreaterThan(0.95);
}

/** Column by column: no bitmap of 100 megapixels is made. */
function discMask(width: number, height: number): Rle {
  const counts: number[] = [];
  let from = 0;
  for (let x = Math.floor(width / 2 - RADIUS); x < width / 2 + RADIUS; x++) {
    const half = Math.round(Math.sqrt(Math.max(0, RADIUS ** 2 - (x + 0.5 - width / 2) ** 2)));
    if (half === 0) continue;
    const start = x * height + height / 2 - half;
    counts.push(start - from, 2 * half);
    from = start + 2 * half;
  }
  return { size: [height, width], counts: Uint32Array.from([...counts, width * height - from]) };
}

test('the vision process is killed while it computes: the result comes all the same', async () => {
  await open('disc.png');
  await press('y');
  const pid = await visionPid();
  // 100 starts of 32 groups take seconds: the process is in the middle of it when it is killed.
  await card('Colour groups (k-means)').getByRole('button', { name: 'Show parameters' }).click();
  await card('Colour groups (k-means)').getByRole('slider', { name: 'Groups' }).focus();
  await press('End');
  await app.page.getByRole('application').focus();
  await press('Enter');
  await expect(card('Colour groups (k-means)').getByRole('progressbar', { name: 'Computing' })).toBeVisible();
  process.kill(pid, 'SIGKILL');
  await expect(card('Colour groups (k-means)').getByRole('group', { name: 'Colour groups' })).toBeVisible({
    timeout: 60_000,
  });
  expect(await visionPid()).not.toBe(pid);
  await expect(app.page.getByRole('alert')).toContainText('The vision process ended unexpectedly');
  await app.page
    .getByRole('alert')
    .getByRole('button', { name: /Dismiss|Close/ })
    .click();
  await press('Escape');
  await expectDiscByGrabcut(sizes['disc.png']);
});

test('100 megapixels, and OpenCV.js out of memory: a sentence, a smaller region works', async () => {
  test.setTimeout(300_000);
  await open('huge.png');
  await press('Shift+W');
  await press('Enter');
  const problem = card('Watershed').getByRole('alert');
  await expect(problem).toHaveText(/watershed on 10000 x 10000 pixels needs more memory than OpenCV\.js has/, {
    timeout: 120_000,
  });
  await press('Enter');
  await expect(status()).toContainText('needs more memory');
  expect(await annotations()).toEqual([]);

  // Closer, so that a box can be drawn.
  await press('Escape');
  const [width, height] = sizes['huge.png'];
  for (let i = 0; i < 40 && (await zoom()) < 1; i++) {
    await app.page.mouse.move(...(await mouse.at([width / 2, height / 2])));
    await app.page.mouse.wheel(0, -240);
  }
  await expectDiscByGrabcut(sizes['huge.png']);
});

test('one pixel', async () => {
  await open('a-pixel.png');
  for (const [key, name] of [
    ['t', 'Threshold'],
    ['Shift+T', 'Connected components'],
    ['Shift+W', 'Watershed'],
  ]) {
    await press(key);
    await press('Enter');
    await expect(card(name)).toContainText(/0 objects\s*\d+ ms/);
    await press('Enter');
    await expect(status()).toContainText('Nothing was found here');
    await press('Escape');
  }
  await press('g');
  await mouse.drag([
    [-0.5, -0.5],
    [1.5, 1.5],
  ]);
  await expect(card('GrabCut').getByRole('alert')).toHaveText(/leaves no background/);
  await press('Escape');
  await press('Shift+B');
  await mouse.drag([
    [-0.5, -0.5],
    [1.5, 1.5],
  ]);
  await expect(card('Bake-off').getByRole('button', { name: /^6: Magic wand/ })).toContainText('1 px²', {
    timeout: 30_000,
  });
  await press('Escape');
  await app.page.getByRole('application').focus();
  await press('w');
  await mouse.click([0.5, 0.5]);
  await press('Enter');
  await expect.poll(async () => (await annotations()).map(({ area }) => area)).toEqual([1]);
});

test('all black', async () => {
  await open('black.png');
  for (const [key, name] of [
    ['t', 'Threshold'],
    ['Shift+T', 'Connected components'],
    ['Shift+W', 'Watershed'],
  ]) {
    await press(key);
    await press('Enter');
    await expect(card(name)).toContainText(/0 objects\s*\d+ ms/);
    await press('Escape');
  }
  await press('y');
  await press('Enter');
  await expect(card('Colour groups (k-means)').getByRole('group', { name: 'Colour groups' })).toBeVisible({
    timeout: 30_000,
  });
  await press('Escape');
  await press('g');
  await mouse.drag([
    [80, 60],
    [240, 180],
  ]);
  await expect(card('GrabCut')).toContainText(/[01] objects?\s*\d+ ms/, { timeout: 30_000 });
  await press('Escape');
  // Everything looks alike.
  await press('w');
  await mouse.click([100, 100]);
  await press('Enter');
  await expect.poll(async () => (await annotations()).map(({ area }) => area)).toEqual([320 * 240]);
});

test('a box outside the image', async () => {
  await open('disc.png');
  const before = await annotations();
  const beside: readonly Point[] = [
    [40, -6],
    [140, -2],
  ];
  for (const key of ['g', 'Shift+W', 't', 'Shift+T', 'y', 'Shift+G', 'Shift+B']) {
    await press(key);
    await mouse.drag(beside);
    await expect(status(), key).toContainText('The box lies outside the image');
    // It goes with the next press.
    await press('v');
    await mouse.click([10, 10]);
    await expect(status(), key).not.toContainText('outside');
  }
  for (const key of ['w', 'i']) {
    await press(key);
    await mouse.click(beside[0]);
    await expect(status(), key).toContainText('Click inside the image');
    await press('v');
    await mouse.click([10, 10]);
  }
  expect(await annotations()).toEqual(before);
  await expect(app.page.getByRole('alert')).toHaveCount(0);
  await expectDiscByGrabcut(sizes['disc.png']);
});

async function zoom(): Promise<number> {
  const view = await app.page.getByRole('application').getAttribute('data-view');
  return Number(view!.split(' ')[0]);
}

async function visionPid(): Promise<number> {
  const find = () =>
    app.electron.evaluate(
      ({ app: main }) => main.getAppMetrics().find(({ name }) => name === 'maskwright-vision')?.pid,
    );
  await expect.poll(find).toBeTruthy();
  return (await find())!;
}
