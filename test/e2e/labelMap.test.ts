/** Streets from nothing to fully labelled: stuff, things, one owner a pixel, shared borders, the label map; killed in between. */
import { expect, test } from '@playwright/test';
import { segmentationToRle } from '@shared/document/segmentation';
import type { Annotation } from '@shared/document/types';
import { categoryMap, flatView } from '@shared/document/labelMap';
import { readMap } from '@shared/formats/png/maskPng';
import { area, labelsToRaster, merge } from '@shared/mask';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { launch, temporaryFolder, type App } from './support/app';
import { ImageMouse, openByName, storedAnnotations } from './support/look';
import { picture } from './support/screenshots';
import { boxes, CATEGORIES, HEIGHT, streets, WIDTH } from './support/street';

const masks = (annotations: readonly Annotation[]) =>
  annotations.map(({ segmentation }) => segmentationToRle(segmentation!, [HEIGHT, WIDTH]));
const kinds = (annotations: readonly Annotation[]) =>
  [...annotations].sort((a, b) => a.categoryId - b.categoryId).map(({ categoryId }) => categoryId);

/** What the second street is to be in the end, painted by hand: the class of each pixel. */
function expectedMap(ignore: number): Uint16Array {
  const map = new Uint16Array(WIDTH * HEIGHT);
  const paint = (value: number, [left, top, right, bottom]: readonly [number, number, number, number]) => {
    for (let y = top; y < bottom; y++) map.fill(value, y * WIDTH + left, y * WIDTH + right);
  };
  paint(1, [0, 0, 480, 200]);
  // The road went up to the sky on the right, and half of the gap below the houses, which took the other half.
  paint(3, [350, 200, 480, 214]);
  paint(3, [0, 214, 480, 320]);
  paint(2, [0, 90, 200, 212]);
  paint(2, [200, 60, 350, 212]);
  paint(3, [0, 212, 350, 214]);
  paint(4, [370, 80, 470, 180]);
  paint(4, [0, 0, 20, 20]);
  paint(5, [96, 182, 220, 260]);
  // The car was as near to these as houses and road.
  for (const x of [95, 220]) paint(5, [x, 211, x + 1, 213]);
  paint(5, [300, 230, 360, 270]);
  paint(ignore, [440, 290, 480, 320]);
  return map;
}

/** With one owner a pixel on, in a project whose first street is not all labelled. */
async function drawSecondStreet(app: App): Promise<void> {
  const { page } = app;
  const mouse = new ImageMouse(page);
  const imageId = await openByName(app, 'street-2.png');
  const status = page.getByRole('contentinfo');
  const apply = () => page.getByRole('button', { name: 'Apply' }).click();
  // The first street was drawn in the dark.
  await page.getByRole('button', { name: 'Dark or light' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.getByRole('application', { name: 'Image canvas' }).focus();

  await test.step('an outline snaps to its neighbours and follows them from click to click', async () => {
    await boxes(app, '2', [
      [0, 90, 200, 210],
      [200, 60, 350, 210],
    ]);
    await page.keyboard.press('v');
    await page.keyboard.press('Escape');
    await page.keyboard.press('1');
    await page.keyboard.press('p');
    // Beside the corners of the houses: the clicks are on them.
    await mouse.click([2, 88]);
    await mouse.move([352, 58]);
    await expect(status).toContainText('Tab takes the other way');
    const [left, top] = await mouse.at([0, 30]);
    const [right, bottom] = await mouse.at([WIDTH, 240]);
    await picture(page, 'shared-borders', { x: left, y: top, width: right - left, height: bottom - top });
    await mouse.click([352, 58]);
    await mouse.click([351, 200]);
    for (const point of [
      [480, 200],
      [480, 0],
      [0, 0],
    ] as const) {
      await mouse.click(point);
    }
    await page.keyboard.press('Enter');
    const [house, sky] = await storedAnnotations(app, imageId);
    expect([house.area, sky.area]).toEqual([46_500, 480 * 200 - 200 * 110 - 150 * 140]);
    expect(area(merge(masks([house, sky]), { intersect: true }))).toBe(0);
  });

  await test.step('gaps are filled, and the road expands to its neighbours’ borders', async () => {
    await boxes(app, '3', [[0, 214, 480, 320]]);
    await boxes(app, '4', [[370, 80, 470, 180]]);
    await boxes(app, '5', [[96, 182, 220, 260]]);
    await page.keyboard.press('v');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Alt+g');
    await expect(page.getByRole('region', { name: 'Fill gaps' })).toContainText(
      '904 unlabelled pixels to 3 annotations',
    );
    await apply();
    await mouse.click([400, 300]);
    await page.keyboard.press('Alt+b');
    const expanding = page.getByRole('region', { name: 'Expand to borders' });
    await expect(expanding).toContainText('1,820 unlabelled pixels to 1 annotation');
    await apply();
    await expect(page.getByText('Unlabelled 0.0 %')).toBeVisible();
  });

  await test.step('the class under the pointer is picked, and “ignore” painted', async () => {
    await page.keyboard.press('Escape');
    await mouse.move([420, 130]);
    await page.keyboard.press('Alt+i');
    await expect(status).toContainText('tree');
    await page.keyboard.press('r');
    await mouse.drag([
      [0, 0],
      [20, 20],
    ]);
    await page.keyboard.press('Alt+p');
    await expect(status).toContainText('“ignore”');
    await mouse.drag([
      [440, 290],
      [480, 320],
    ]);
    await page.keyboard.press('Alt+l');
    const legend = page.getByRole('region', { name: 'Label map' });
    await expect(legend.getByRole('listitem').filter({ hasText: 'ignore' })).toContainText('0.8 %');
    const opacity = legend.getByRole('slider', { name: 'Opacity' });
    await opacity.press('End');
    for (let step = 0; step < 8; step++) await opacity.press('ArrowLeft');
    const { x, y, width } = (await page.getByRole('application', { name: 'Image canvas' }).boundingBox())!;
    const [, bottom] = await mouse.at([0, HEIGHT]);
    await picture(page, 'painting-classes', { x, y, width, height: bottom - y + 8 });
    await page.keyboard.press('Alt+l');
  });

  await test.step('an overlap is listed and mended', async () => {
    await page.keyboard.press('Shift+q');
    await boxes(app, '5', [[300, 230, 360, 270]]);
    await page.keyboard.press('v');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Alt+o');
    const row = page.getByRole('list', { name: 'Overlaps' }).getByRole('button', { name: /car over road/ });
    await expect(row).toContainText('2,400 px');
    await picture(page.getByRole('region', { name: 'Overlaps' }), 'overlaps');
    await row.click();
    await apply();
    await page.keyboard.press('Alt+o');
    await expect(page.getByRole('region', { name: 'Overlaps' })).toContainText('overlap');
    await page.keyboard.press('Escape');
  });

  await test.step('the exported label map is what was drawn, pixel for pixel', async () => {
    await expect(page.getByRole('status').filter({ hasText: /^Saved$/ })).toBeVisible();
    const folder = join(temporaryFolder('maps'), 'out');
    await app.exportTo(folder, 'label-map', { depth: '16', unlabelled: 'background', background: '0', ignore: '255' });
    const legend = JSON.parse(readFileSync(join(folder, 'legend.json'), 'utf8')) as object;
    expect(JSON.stringify(legend)).toContain('"sky"');
    const file = join(folder, 'labels', 'street-2.png');
    const { data } = await sharp(file)
      .toColourspace('grey16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true });
    const map = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
    const expected = expectedMap(255);
    const wrong = [...expected.keys()].filter((at) => map[at] !== expected[at]);
    expect(wrong.slice(0, 5).map((at) => [at % WIDTH, Math.floor(at / WIDTH), map[at], expected[at]])).toEqual([]);
  });

  await test.step('images are searched by how much of them is unlabelled', async () => {
    await page.getByRole('searchbox', { name: /images/i }).fill('unlabelled>1');
    await expect(page.getByRole('option', { name: /street-1/ })).toBeVisible();
    await expect(page.getByRole('option', { name: /street-2/ })).toHaveCount(0);
  });
}

test('a street from nothing to fully labelled, with one owner a pixel; killed in the middle', async () => {
  const file = await streets();
  let app = await launch({ args: [file] });
  let { page } = app;
  const { userData } = app;
  const imageId = await openByName(app, 'street-1.png');
  await expect(page.getByRole('application', { name: 'Image canvas' })).toHaveAttribute('data-view', /\d/);

  // What COCO calls isthing is in the category's dialog.
  const categories = page.getByRole('listbox', { name: 'Categories' });
  await categories.getByRole('option', { name: 'sky' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: /^Edit:/ }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('combobox', { name: 'Kind: Stuff' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Cancel' }).click();

  const oneOwner = () => page.getByRole('button', { name: 'One owner a pixel' });
  await expect(oneOwner()).toHaveAttribute('aria-pressed', 'false');
  await oneOwner().click();
  await expect(oneOwner()).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByText('Unlabelled 100.0 %')).toBeVisible();

  // The sky over everything, in two strokes: one annotation. What comes after takes its part of it.
  await boxes(app, '1', [
    [0, 0, 240, 210],
    [200, 0, 480, 210],
  ]);
  await boxes(app, '2', [
    [0, 90, 200, 210],
    [200, 60, 350, 210],
  ]);
  let annotations = await storedAnnotations(app, imageId);
  expect(kinds(annotations)).toEqual([1, 2]);
  const [sky, building] = annotations;
  expect([sky.area, building.area]).toEqual([480 * 210 - 200 * 120 - 150 * 150, 200 * 120 + 150 * 150]);
  // A third of the picture is left.
  await expect(page.getByText('Unlabelled 34.4 %')).toBeVisible();
  await app.kill();

  app = await launch({ args: [file], userData });
  ({ page } = app);
  await openByName(app, 'street-1.png');
  await expect(oneOwner()).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByText('Unlabelled 34.4 %')).toBeVisible();
  await boxes(app, '4', [[370, 80, 470, 180]]);
  await boxes(app, '3', [[0, 210, 480, 300]]);
  await boxes(app, '5', [[96, 182, 220, 260]]);

  await page.keyboard.press('v');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Alt+l');
  const legend = page.getByRole('region', { name: 'Label map' });
  await expect(legend.getByRole('listitem')).toHaveText([
    /^\s*sky/,
    /^\s*building/,
    /^\s*road/,
    /^\s*tree/,
    /^\s*car\s*6\.3 %$/,
    /^\s*Unlabelled\s*6\.3 %$/,
  ]);
  await picture(page, 'label-map');

  // One colour a class, whatever lies below; the key switches back, and the selection is what it was.
  const mouse = new ImageMouse(page);
  await legend.getByRole('slider', { name: 'Opacity' }).press('End');
  const at = (x: number, y: number) => mouse.screenPixel([x, y]);
  const rgbOf = new Map<number, number[]>();
  const colourOf = async (name: string) => {
    const swatch = legend.getByRole('listitem').filter({ hasText: name }).locator('.swatch');
    return (await swatch.evaluate((element) => getComputedStyle(element).backgroundColor)).replace(/[^\d,]/g, '');
  };
  for (const [name, x, y] of [
    ['sky', 400, 40],
    ['building', 300, 100],
    ['car', 150, 200],
    ['road', 300, 280],
  ] as const) {
    const colour = await colourOf(name);
    rgbOf.set(CATEGORIES.find((one) => one.name === name)!.id, colour.split(',').map(Number));
    await expect.poll(() => at(x, y)).toBe(colour);
  }
  await legend.getByRole('slider', { name: 'Opacity' }).press('Home');

  // What nobody labelled is left out from now on: black, and so it leaves.
  await legend.getByText('In label map files').click();
  await legend.getByLabel(/^Unlabelled is/).click();
  await page.getByRole('option', { name: 'Left out' }).click();
  await picture(legend, 'label-map-values');
  expect(await app.ask('project.labelRules', {})).toMatchObject({ unlabelled: 'ignore', ignore: 255 });
  await page.getByRole('application', { name: 'Image canvas' }).focus();

  // The rest of the road: the one that is there grows.
  await boxes(app, '3', [[0, 280, 480, 320]]);
  await expect(page.getByText('Unlabelled 0.0 %')).toBeVisible();
  await expect(legend.getByRole('listitem').filter({ hasText: 'Unlabelled' })).toHaveCount(0);
  annotations = await storedAnnotations(app, imageId);
  expect(kinds(annotations)).toEqual([1, 2, 3, 4, 5]);
  const own = masks(annotations);
  expect(own.reduce((sum, mask) => sum + area(mask), 0)).toBe(WIDTH * HEIGHT);
  expect(area(merge(own))).toBe(WIDTH * HEIGHT);
  const selected = page.getByRole('listbox', { name: 'Annotations' }).getByRole('option', { selected: true });
  await expect(selected).toHaveCount(1);
  await page.keyboard.press('Alt+l');
  await expect(legend).toHaveCount(0);
  await expect(selected).toHaveCount(1);

  // The map leaves as these very pixels, and the folder opens as what it is.
  const maps = join(temporaryFolder('export'), 'maps');
  await app.exportTo(maps, 'label-map', {});
  const stuff = new Set(CATEGORIES.filter(({ isthing }) => isthing === 0).map(({ id }) => id));
  const expected = labelsToRaster(
    categoryMap(flatView(annotations, stuff, [HEIGHT, WIDTH])),
    new Uint8Array(WIDTH * HEIGHT),
  );
  const written = readMap(readFileSync(join(maps, 'labels', 'street-1.png')));
  expect([written.width, written.height]).toEqual([WIDTH, HEIGHT]);
  expect(Buffer.compare(Buffer.from(Uint8Array.from(written.values)), Buffer.from(expected))).toBe(0);
  expect(written.palette?.slice(1, 4)).toEqual([1, 2, 3].map((id) => rgbOf.get(id)));

  // One step back for each of the two strokes of the gesture's kind, and for nothing else.
  await page.keyboard.press('Control+z');
  await expect(page.getByText('Unlabelled 6.3 %')).toBeVisible();
  await drawSecondStreet(app);
  await app.close();
});
