/** Masks with very many runs: drawn by the raster worker while they are proposed, refused as polygons. */
import { expect, test } from '@playwright/test';
import { area, encode, fromCompressed, toBbox, toCompressed } from '@shared/mask';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { launch, temporaryFolder, type App } from './support/app';
import { ImageMouse, openByName, storedAnnotations } from './support/look';

const [WIDTH, HEIGHT] = [220, 160];
/** A comb: two rows white, two black, joined by the first column. */
const isWhite = (x: number, y: number) => x === 0 || y % 4 < 2;

let app: App;
test.beforeAll(async () => {
  const folder = temporaryFolder('ragged');
  mkdirSync(join(folder, 'images'));
  const pixels = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
    isWhite(i % WIDTH, Math.floor(i / WIDTH)) ? 255 : 0,
  );
  const raw = { width: WIDTH, height: HEIGHT, channels: 1 } as const;
  await sharp(pixels, { raw })
    .png()
    .toFile(join(folder, 'images', 'comb.png'));
  const [width, height] = [400, 300];
  const noise = encode(
    Uint8Array.from({ length: width * height }, (_, i) => Math.imul(i ^ (i >>> 7), 0x9e3779b1) >>> 31),
    height,
    width,
  );
  await sharp({ create: { width, height, channels: 3, background: '#465462' } })
    .png()
    .toFile(join(folder, 'images', 'noise.png'));
  const images = [
    { id: 1, file_name: 'comb.png', width: WIDTH, height: HEIGHT },
    { id: 2, file_name: 'noise.png', width, height },
  ];
  const annotations = [
    {
      id: 1,
      image_id: 2,
      category_id: 1,
      segmentation: { size: noise.size, counts: toCompressed(noise) },
      bbox: toBbox(noise),
      area: area(noise),
      iscrowd: 0,
    },
  ];
  const file = join(folder, 'dataset.json');
  writeFileSync(file, JSON.stringify({ images, annotations, categories: [{ id: 1, name: 'comb' }] }));
  app = await launch({ args: [file] });
});
test.afterAll(() => app.close());

test('a ragged mask of the wand is shown over its pixels, and accepted pixel by pixel', async () => {
  const imageId = await openByName(app, 'comb.png');
  const mouse = new ImageMouse(app.page);
  await app.page.keyboard.press('w');
  // It would round the teeth.
  const wand = app.page.getByRole('region', { name: 'Magic wand' });
  await wand.getByRole('button', { name: 'Show parameters' }).click();
  await wand.getByRole('combobox', { name: 'Smooth edge' }).click();
  await app.page.getByRole('option', { name: 'No', exact: true }).click();
  const colors = async () => ({
    // Far from the pointer, in the middle of two white rows and of the black ones below them.
    white: await mouse.screenPixel([150.5, 101]),
    black: await mouse.screenPixel([150.5, 103]),
  });
  await expect.poll(colors).toEqual({ white: '255,255,255', black: '0,0,0' });
  await mouse.click([20.5, 40.5]);
  await expect.poll(colors).toEqual({ white: expect.not.stringContaining('255,255,255'), black: '0,0,0' });
  await app.page.keyboard.press('Escape');
  await expect.poll(colors).toEqual({ white: '255,255,255', black: '0,0,0' });
  await mouse.click([20.5, 40.5]);
  await expect.poll(colors).toEqual({ white: expect.not.stringContaining('255,255,255'), black: '0,0,0' });
  await app.page.keyboard.press('Enter');
  await expect.poll(async () => (await storedAnnotations(app, imageId)).length).toBe(1);
  const [{ segmentation }] = await storedAnnotations(app, imageId);
  if (segmentation?.kind !== 'rle') throw new Error('expected a mask');
  const { counts } = fromCompressed(segmentation.counts, segmentation.size);
  // Column-major: the first column is white from top to bottom, the others have a run a row.
  expect(counts.length).toBeGreaterThan(8000);
  expect([...counts.subarray(0, 4)]).toEqual([0, HEIGHT + 2, 2, 2]);
});

test('a mask too ragged to edit as a polygon is not made one, neither converted nor simplified', async () => {
  const imageId = await openByName(app, 'noise.png');
  const [before] = await storedAnnotations(app, imageId);
  await app.page.keyboard.press('Control+a');
  await app.page.keyboard.press('Shift+P');
  await expect(
    app.page.getByText(/^1 mask stays a mask: an outline of [\d,]+ vertices cannot be edited/),
  ).toBeVisible();

  await app.page.keyboard.press('Alt+s');
  const simplify = app.page.getByRole('region', { name: 'Simplify' });
  await simplify.getByRole('slider', { name: 'Tolerance' }).press('Home');
  await expect(simplify.getByText(/^[\d,]+ vertices would be left.*raise the tolerance/)).toBeVisible();
  await expect(simplify.getByRole('button', { name: 'Apply' })).toBeDisabled();
  await app.page.keyboard.press('Escape');
  await expect(simplify).toBeHidden();
  expect(await storedAnnotations(app, imageId)).toEqual([before]);
});
