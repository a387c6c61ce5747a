/** One street in each theme: painted to the last pixel with cells and “fill with”, killed midway, and its map taken in again. */
import { expect, test } from '@playwright/test';
import { categoryMap, flatView } from '@shared/document/labelMap';
import { segmentationToRle } from '@shared/document/segmentation';
import { readMap, vocPalette, writeIndexedPng } from '@shared/formats/png/maskPng';
import { decode, labelsToRaster } from '@shared/mask';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { launch, temporaryFolder, type App } from './support/app';
import { commandLine } from './support/commandLine';
import { ImageMouse, openByName, storedAnnotations } from './support/look';
import { picture, pictureOfText } from './support/screenshots';
import { boxes, CATEGORIES, HEIGHT, streets, WIDTH } from './support/street';
import { resizeTo } from './support/window';

type Theme = 'dark' | 'light';

/** A click of the bucket in the crown of the tree; the pixels of the cell, which are all of the crown's colour. */
async function fillCell(app: App, imageId: number, image: string, takesPicture: boolean): Promise<Uint8Array> {
  const { page } = app;
  const mouse = new ImageMouse(page);
  await page.keyboard.press('v');
  await page.keyboard.press('Escape');
  await page.keyboard.press('4');
  await page.keyboard.press('u');
  await page.getByRole('checkbox', { name: 'Superpixel cells' }).click();
  await mouse.move([420, 120]);
  await expect(page.getByRole('contentinfo')).toContainText('Click a cell');
  await mouse.click([420, 120]);
  await expect(page.getByRole('listbox', { name: 'Annotations' }).getByRole('option', { name: /tree/ })).toHaveCount(1);
  // The tool that has cells in hand leaves the keys to the window, on the canvas too.
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('listbox', { name: 'Annotations' }).getByRole('option', { name: /tree/ })).toHaveCount(0);
  await page.keyboard.press('Control+y');
  const tree = (await storedAnnotations(app, imageId)).find(({ categoryId }) => categoryId === 4)!;
  const cell = decode(segmentationToRle(tree.segmentation!, [HEIGHT, WIDTH]));
  const { data } = await sharp(image).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const colours = new Set(
    [...cell.keys()].filter((at) => cell[at]).map((at) => data.subarray(3 * at, 3 * at + 3).join()),
  );
  expect([...colours]).toEqual(['82,113,59']);
  expect(cell[120 * WIDTH + 420]).toBe(1);
  if (takesPicture) {
    await mouse.move([452, 140]);
    const canvas = (await page.getByRole('application', { name: 'Image canvas' }).boundingBox())!;
    const [, bottom] = await mouse.at([0, 215]);
    const top = canvas.y - 36;
    await picture(page, 'superpixel-cells', { x: canvas.x, y: top, width: canvas.width, height: bottom - top });
  }
  return cell;
}

/** The street as it is to be: of what lies over each other the last one drawn, and sky in the rest. */
function expectedMap(cell: Uint8Array): Uint16Array {
  const map = new Uint16Array(WIDTH * HEIGHT).fill(1);
  const paint = (value: number, [left, top, right, bottom]: readonly [number, number, number, number]) => {
    for (let y = top; y < bottom; y++) map.fill(value, y * WIDTH + left, y * WIDTH + right);
  };
  paint(2, [0, 90, 200, 210]);
  paint(2, [200, 60, 350, 210]);
  for (const at of cell.keys()) if (cell[at]) map[at] = 4;
  paint(3, [0, 205, 480, 320]);
  paint(5, [96, 182, 220, 260]);
  return map;
}

const firstWrong = (values: ArrayLike<number>, expected: Uint16Array) =>
  [...expected.keys()]
    .filter((at) => values[at] !== expected[at])
    .slice(0, 5)
    .map((at) => [at % WIDTH, Math.floor(at / WIDTH), values[at], expected[at]]);

/** The folder of the exported maps, and what they are to hold. */
async function paintStreet(theme: Theme): Promise<{ maps: string; images: string; expected: Uint16Array }> {
  const file = await streets();
  const images = join(dirname(file), 'images');
  let app = await launch({ args: [file] });
  let { page } = app;
  let imageId = await openByName(app, 'street-1.png');
  await expect(page.getByRole('application', { name: 'Image canvas' })).toHaveAttribute('data-view', /\d/);
  if (theme === 'light') await page.getByRole('button', { name: 'Dark or light' }).click();
  await page.getByRole('button', { name: 'One owner a pixel' }).click();
  await expect(page.getByText('Unlabelled 100.0 %')).toBeVisible();
  await page.getByRole('application', { name: 'Image canvas' }).focus();
  await boxes(app, '2', [
    [0, 90, 200, 210],
    [200, 60, 350, 210],
  ]);
  const cell = await fillCell(app, imageId, join(images, 'street-1.png'), theme === 'dark');
  const unlabelled = page.getByText(/^Unlabelled [\d.]+ %$/);
  const left = (await unlabelled.textContent())!;
  await app.kill();

  app = await launch({ args: [file], userData: app.userData });
  ({ page } = app);
  imageId = await openByName(app, 'street-1.png');
  await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
  await expect(page.getByRole('button', { name: 'One owner a pixel' })).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByText(left)).toBeVisible();
  await boxes(app, '3', [[0, 205, 480, 320]]);
  await boxes(app, '5', [[96, 182, 220, 260]]);
  await page.keyboard.press('v');
  await page.keyboard.press('Escape');
  const mouse = new ImageMouse(page);
  await page.mouse.click(...(await mouse.at([300, 20])), { button: 'right' });
  await page.getByRole('menuitem', { name: 'Fill everything unlabelled with…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Fill everything unlabelled with' });
  await dialog.getByRole('combobox').fill('sky');
  await dialog.getByRole('combobox').press('Enter');
  await expect(page.getByText('Unlabelled 0.0 %')).toBeVisible();
  await storedAnnotations(app, imageId);

  // One colour a class, and it covers what is below.
  await page.keyboard.press('Alt+l');
  const legend = page.getByRole('region', { name: 'Label map' });
  await legend.getByRole('slider', { name: 'Opacity' }).press('End');
  for (const [name, x, y] of [
    ['sky', 400, 40],
    ['building', 330, 100],
    ['road', 300, 300],
  ] as const) {
    const swatch = legend.getByRole('listitem').filter({ hasText: name }).locator('.swatch');
    const colour = await swatch.evaluate((element) => getComputedStyle(element).backgroundColor);
    await expect.poll(() => mouse.screenPixel([x, y])).toBe(colour.replace(/[^\d,]/g, ''));
  }

  const maps = join(temporaryFolder('maps'), 'out');
  await app.exportTo(maps, 'label-map', {});
  await app.close();
  const expected = expectedMap(cell);
  expect(firstWrong(readMap(readFileSync(join(maps, 'labels', 'street-1.png'))).values, expected)).toEqual([]);
  return { maps, images, expected };
}

/** The command line says how good a prediction is that has everything four pixels further right. */
async function evaluateMoved(maps: string, expected: Uint16Array): Promise<void> {
  const predicted = join(temporaryFolder('predicted'), 'predicted');
  mkdirSync(join(predicted, 'labels'), { recursive: true });
  copyFileSync(join(maps, 'legend.json'), join(predicted, 'legend.json'));
  const moved = Uint8Array.from(expected, (_, at) => expected[at % WIDTH < 4 ? at : at - 4]);
  writeFileSync(join(predicted, 'labels', 'street-1.png'), writeIndexedPng(moved, WIDTH, HEIGHT, vocPalette()));
  // Nothing is drawn on the other street.
  rmSync(join(maps, 'labels', 'street-2.png'));
  const said = commandLine('evaluate', '--task', 'semantic', '--gt', maps, '--dt', predicted);
  const right = moved.filter((value, at) => value === expected[at]).length / moved.length;
  expect(/^Pixel accuracy +([\d.]+)$/m.exec(said)?.[1]).toBe(right.toFixed(3));
  await pictureOfText('maskwright evaluate --task semantic --gt maps --dt predicted', said, 'evaluate');
}

test('a street in the light theme, killed midway: the exported map is what was painted', async () => {
  await paintStreet('light');
});

test('a street in the dark theme; its map is measured, and opens again beside one that does not fit its image', async () => {
  const { maps, images, expected } = await paintStreet('dark');
  await evaluateMoved(maps, expected);
  mkdirSync(join(maps, 'images'));
  for (const name of ['street-1.png', 'street-2.png']) copyFileSync(join(images, name), join(maps, 'images', name));
  const small = { width: WIDTH / 2, height: HEIGHT / 2, channels: 3 as const, background: '#000' };
  await sharp({ create: small })
    .toColourspace('b-w')
    .png()
    .toFile(join(maps, 'labels', 'street-2.png'));

  const app = await launch({ args: [maps] });
  const { page } = app;
  const dialog = page.getByRole('dialog', { name: /^Open out/ });
  await expect(dialog).toContainText('Label maps');
  await picture(dialog, 'import-label-maps');
  await dialog.getByRole('button', { name: 'Open' }).click();
  const refusal = page.getByRole('alert').filter({ hasText: 'street-2.png' });
  await expect(refusal).toContainText('240 x 160 pixels');
  await refusal.getByRole('button', { name: 'Fit the maps to their images' }).click();

  await expect(page.getByRole('option', { name: /street-1\.png/ })).toBeVisible();
  const imageId = (await app.ask('image.list', {})).find(({ fileName }) => fileName.endsWith('street-1.png'))!.id;
  const { annotations } = (await app.ask('image.open', { imageId })).snapshot;
  const stuff = new Set(CATEGORIES.filter(({ isthing }) => isthing === 0).map(({ id }) => id));
  const read = categoryMap(flatView(annotations, stuff, [HEIGHT, WIDTH]));
  expect(firstWrong(labelsToRaster(read, new Uint8Array(WIDTH * HEIGHT)), expected)).toEqual([]);

  // In the smallest window what is told leaves the legend its place.
  await resizeTo(app, 900, 600);
  await page.getByRole('application', { name: 'Image canvas' }).focus();
  await page.keyboard.press('Alt+l');
  const legend = page.getByRole('region', { name: 'Label map' });
  await legend.getByText('In label map files').click();
  const told = page.getByRole('status').filter({ hasText: /Opened with/ });
  await expect(told).toBeVisible();
  const lower = (await told.boundingBox())!;
  const upper = (await legend.boundingBox())!;
  expect(upper.y + upper.height).toBeLessThanOrEqual(lower.y);
  await app.close();
});
