/** Seeing exactly: tone, 16-bit windows, mask opacity, loupe, grid, minimap and crosshair, none of them a step of the history. */
import { expect, test, type Page } from '@playwright/test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { repoRoot, temporaryFolder } from './support/app';
import { twoCoins } from './support/coins';
import { Desk, makeDataset, PHOTO } from './support/desk';
import { ImageMouse } from './support/look';
import { HEIGHT, type Point, WIDTH } from './support/reference';

const openView = (page: Page) => page.getByRole('button', { name: 'View', exact: true }).click();
const closeView = async (page: Page) => {
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'View' })).toBeHidden();
};

/** Moves a slider with the keyboard by so many steps. */
async function slide(page: Page, name: string, steps: number): Promise<void> {
  const slider = page.getByRole('slider', { name });
  await slider.focus();
  for (let i = 0; i < Math.abs(steps); i++) await page.keyboard.press(steps > 0 ? 'ArrowRight' : 'ArrowLeft');
}

/** A dataset of pictures, the first of them of known values. */
async function datasetOf(...pictures: readonly (() => Promise<Buffer>)[]): Promise<string> {
  const folder = temporaryFolder('precision');
  mkdirSync(join(folder, 'images'));
  const images = [];
  for (const [at, make] of pictures.entries()) {
    const png = await make();
    const { width, height } = await sharp(png).metadata();
    images.push({ id: at + 1, file_name: `0${at + 1}.png`, width, height });
    writeFileSync(join(folder, 'images', `0${at + 1}.png`), png);
  }
  const file = join(folder, 'dataset.json');
  writeFileSync(file, JSON.stringify({ images, annotations: [], categories: [{ id: 1, name: 'cell' }] }));
  return file;
}

const sample = (name: string) => sharp(join(repoRoot, 'resources', 'sample', 'images', name));

/** The photograph of two coins, for the guide's pictures. */
const photo = () => PHOTO.picture(sample('coins-01.jpg')).png().toBuffer();
/** Nuclei as a camera of 16 bits gives them, in a twentieth of its range. */
const deepNuclei = async () => {
  const { data, info } = await sample('nuclei-02.png').greyscale().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return sharp(
    Uint16Array.from(data, (value) => 1000 + 10 * value),
    { raw: { width, height, channels: 1 } },
  )
    .toColourspace('grey16')
    .png()
    .toBuffer();
};

/** Opens the second image, with a mouse in its pixels. */
async function openSecond(desk: Desk): Promise<ImageMouse> {
  await desk.key('d');
  await expect(desk.page.getByRole('banner')).toContainText('02.png');
  await expect(desk.page.getByText('Loading the picture…')).toHaveCount(0);
  return new ImageMouse(desk.page);
}

/** Grey 4 x for x below 64. */
const ramp = () => {
  const data = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let p = 0; p < WIDTH * HEIGHT; p++) data.fill(4 * (p % WIDTH), 3 * p, 3 * p + 3);
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .png()
    .toBuffer();
};

const greyAt = async (desk: Desk, x: number) => Number((await desk.screenPixel([x + 0.5, 40.5])).split(',')[0]);

test('brightness, contrast and gamma change what is seen of the picture, and nothing else', async () => {
  const desk = await Desk.open(await datasetOf(ramp, photo));
  await desk.hover([60.5, 5.5]);
  for (const x of [5, 20, 40, 60]) expect(await greyAt(desk, x)).toBe(4 * x);
  await openView(desk.page);
  await slide(desk.page, 'Brightness', 4);
  await slide(desk.page, 'Contrast', 10);
  await slide(desk.page, 'Gamma', 20);
  await closeView(desk.page);
  // 1.2, 1.5 and 2 by definition: multiply, spread from the middle, cut off, raise to 1 / gamma.
  const shown = (value: number) => {
    const spread = ((value / 255) * 1.2 - 0.5) * 1.5 + 0.5;
    return 255 * Math.sqrt(Math.min(1, Math.max(0, spread)));
  };
  for (const x of [5, 20, 40, 60]) {
    await expect.poll(async () => Math.abs((await greyAt(desk, x)) - shown(4 * x))).toBeLessThanOrEqual(1);
  }
  await openView(desk.page);
  await desk.page.getByRole('button', { name: 'Reset the picture' }).click();
  await closeView(desk.page);
  for (const x of [5, 20, 40, 60]) await expect.poll(() => greyAt(desk, x)).toBe(4 * x);
  expect((await desk.opened()).history).toEqual({ undo: 0, redo: 0 });
  await openSecond(desk);
  await openView(desk.page);
  await slide(desk.page, 'Contrast', 10);
  await slide(desk.page, 'Gamma', 10);
  await desk.picture('brightness');
  await desk.close();
});

test('a 16-bit picture shows the values between black and white', async () => {
  // 1000 + 40 x: of all values that 16 bits have these are nearly black.
  const deep = () => {
    const data = Uint16Array.from({ length: WIDTH * HEIGHT }, (_value, p) => 1000 + 40 * (p % WIDTH));
    return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
  };
  const desk = await Desk.open(await datasetOf(deep, deepNuclei));
  await desk.hover([60.5, 5.5]);
  const isOwn = async () => {
    for (const x of [0, 20, 40, 63]) await expect.poll(() => greyAt(desk, x)).toBe(Math.round((40 * x * 255) / 2520));
  };
  await isOwn();
  await openView(desk.page);
  await expect(desk.page.getByText('More than 8 bits: values 1000 to 3520.')).toBeVisible();
  await desk.page.getByRole('button', { name: 'All 16-bit values' }).click();
  await closeView(desk.page);
  await expect.poll(() => greyAt(desk, 60)).toBeLessThan(16);
  await openView(desk.page);
  await desk.page.getByRole('button', { name: 'Each picture from its own values' }).click();
  await closeView(desk.page);
  await isOwn();
  // The zoom stayed where it was: another rendering of the same image.
  await desk.key('+');
  const zoomed = await desk.canvas.getAttribute('data-view');
  await openView(desk.page);
  await slide(desk.page, 'White at', -20);
  await expect(desk.page.getByRole('slider', { name: 'White at' })).not.toHaveAttribute('aria-valuenow', '3520');
  await closeView(desk.page);
  expect(await desk.canvas.getAttribute('data-view')).toBe(zoomed);
  await openSecond(desk);
  await openView(desk.page);
  await desk.page.getByRole('button', { name: 'Each picture from its own values' }).click();
  await expect(desk.page.getByText('Loading the picture…')).toHaveCount(0);
  await desk.picture('window-16-bit');
  await desk.close();
});

test('masks: opacity, outlines only, colour by instance', async () => {
  const desk = await Desk.open(await makeDataset(2, PHOTO), { sheet: PHOTO });
  const [onCopper, onSilver]: Point[] = [
    [64.5, 60.5],
    [135.5, 90.5],
  ];
  const away = () => desk.hover([190.5, 10.5]);
  await away();
  const bare = [await desk.screenPixel(onCopper), await desk.screenPixel(onSilver)];
  await twoCoins(desk);
  await away();
  const look = async () => [await desk.screenPixel(onCopper), await desk.screenPixel(onSilver)];
  const differs = async () => (await look()).map((colour, i) => colour !== bare[i]);
  await expect.poll(differs).toEqual([true, true]);
  const filled = await look();
  await desk.key('o');
  await expect.poll(look).toEqual(bare);
  await desk.picture('outlines-only');
  await desk.key('o');
  await expect.poll(look).toEqual(filled);
  await desk.key('c');
  // The first colour may be the category's own.
  await expect.poll(async () => (await look())[1] !== filled[1]).toBe(true);
  await desk.picture('colour-by-instance');
  await desk.key('c');
  await expect.poll(look).toEqual(filled);
  await openView(desk.page);
  await slide(desk.page, 'Opacity', 6);
  await desk.picture('opacity');
  await slide(desk.page, 'Opacity', -13);
  await closeView(desk.page);
  await expect.poll(look).toEqual(bare);
  expect((await desk.opened()).history.undo).toBe(2);
  await desk.close();
});

test('the loupe shows the pixel under the pointer while a tool draws, and only then', async () => {
  const desk = await Desk.open(await datasetOf(ramp, photo));
  const loupe = desk.page.locator('.loupe canvas');
  await desk.key('Shift+z', 'p');
  await desk.hover([20.5, 20.5]);
  await expect(loupe).toBeHidden();
  await desk.click([10.5, 10.5]);
  await desk.click([50.5, 12.5]);
  await desk.hover([30.5, 30.5]);
  await expect(loupe).toBeVisible();
  // Beside the crosshair and the line that is being drawn, 36 view pixels to an image pixel.
  const beside = () =>
    loupe.evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      return canvas.getContext('2d')!.getImageData(canvas.width / 2 - 8, canvas.height / 2 + 12, 1, 1).data[0];
    });
  // The shape drawn so far tints the inside of the outline: below and left of the pointer is outside.
  await expect.poll(beside).toBe(4 * 30);
  await desk.key('Escape');
  await expect(loupe).toBeHidden();
  const mouse = await openSecond(desk);
  await mouse.click([36, 40]);
  await mouse.click([64, 29]);
  await mouse.move([95, 43]);
  await expect(loupe).toBeVisible();
  await desk.picture('loupe');
  await desk.close();
});

test('pixel grid, minimap and crosshair', async () => {
  const desk = await Desk.open(await datasetOf(ramp, photo));
  const [x, y] = desk.at([60, 20]);
  const line = await desk.page.screenshot({ clip: { x: x - 3, y: y - 6, width: 6, height: 1 } });
  const { data } = await sharp(line).greyscale().raw().toBuffer({ resolveWithObject: true });
  // On the border of two pixels: the left one, a darker line, the right one.
  expect([data[0], data[5]]).toEqual([4 * 59, 4 * 60]);
  expect(Math.min(...data)).toBeLessThan(4 * 59 - 10);
  await desk.key('Shift+x');
  await desk.hover([30.5, 20.5]);
  const lines = desk.page.locator('.canvas > .line');
  await expect(lines).toHaveCount(2);
  const boxes = await lines.evaluateAll((all) =>
    all.map((element) => element.getBoundingClientRect().toJSON() as DOMRect),
  );
  expect([boxes[0].left, boxes[1].top]).toEqual([...desk.at([30.5, 20.5])]);
  const minimap = desk.page.locator('.minimap');
  await desk.key('m');
  // Everything is visible: there is nothing to find one's way in.
  await expect(minimap).toBeHidden();
  await desk.key('+', '+', '+', '+');
  await expect(minimap).toBeVisible();
  const { width, height } = (await minimap.boundingBox())!;
  await minimap.click({ position: { x: width * 0.25, y: height * 0.25 } });
  // A quarter of the way into the picture is in the middle of the canvas now.
  const [scale, offsetX, offsetY] = (await desk.canvas.getAttribute('data-view'))!.split(' ').map(Number);
  const frame = (await desk.canvas.boundingBox())!;
  expect(Math.abs(16 * scale + offsetX - frame.width / 2)).toBeLessThan(scale);
  expect(Math.abs(12 * scale + offsetY - frame.height / 2)).toBeLessThan(scale);

  await desk.key('m');
  const mouse = await openSecond(desk);
  await mouse.move([93, 62]);
  await desk.picture('crosshair');
  await desk.key('Shift+x', 'm');
  const [x2, y2] = await mouse.at([95, 62]);
  await desk.page.mouse.move(x2, y2);
  const notches = async (count: number) => {
    for (let notch = 0; notch < count; notch++) await desk.page.mouse.wheel(0, -120);
  };
  await notches(3);
  await expect(minimap).toBeVisible();
  await desk.picture('minimap');
  await desk.key('m');
  await notches(5);
  const zoom = async () => Number((await desk.canvas.getAttribute('data-view'))!.split(' ')[0]);
  await expect.poll(zoom).toBeGreaterThan(16);
  await desk.picture('pixel-grid');
  await desk.close();
});
