/** Pictures with an EXIF turn: what the window shows is the frame in which masks are kept, whatever the format. */
import { expect, test } from '@playwright/test';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { exifBlock, withExif } from '../support/exif';
import { launch, temporaryFolder } from './support/app';
import { Desk } from './support/desk';
import { imageFolder } from './support/imageFolder';
import { HEIGHT, WIDTH } from './support/reference';

/**
 * `on its side`: the pixels lie turned in the file, and EXIF says how to turn them back. `as it lies`: EXIF asks for the same
 * turn, but the dataset has the size of the pixels as they lie.
 */
const pictures = [
  ['01.png', 'on its side'],
  ['02.webp', 'on its side'],
  ['03.jpg', 'on its side'],
  ['04.png', 'as it lies'],
  ['05.webp', 'as it lies'],
  ['06.jpg', 'as it lies'],
  ['07.tif', 'on its side'],
  ['08.tif', 'as it lies'],
  // EXIF asks in a type of number that browsers do not read.
  ['09.jpg', 'on its side', 'long'],
  ['10.png', 'on its side', 'long'],
  ['11.webp', 'on its side', 'long'],
] as const;

/** Of the left half; each picture has its own, so that none is taken for another. */
const redOf = (at: number) => 240 - 16 * at;
const blue = { r: 0, g: 0, b: 220 };

async function turnedDataset(): Promise<string> {
  const folder = temporaryFolder('turned');
  mkdirSync(join(folder, 'images'));
  const whole = { width: WIDTH, height: HEIGHT, channels: 3, background: blue } as const;
  for (const [at, [name, lies, how]] of pictures.entries()) {
    const half = { ...whole, width: WIDTH / 2, background: { r: redOf(at), g: 0, b: 0 } };
    const left = await sharp({ create: half }).png().toBuffer();
    const upright = await sharp({ create: whole })
      .composite([{ input: left, left: 0, top: 0 }])
      .png()
      .toBuffer();
    const turned = sharp(upright).rotate(lies === 'on its side' ? 270 : 0);
    const file = how === 'long' ? turned : turned.withMetadata({ orientation: 6 });
    const format = ({ jpg: 'jpeg', tif: 'tiff', png: 'png', webp: 'webp' } as const)[name.slice(3)]!;
    const options = format === 'webp' ? { lossless: true } : format === 'jpeg' ? { quality: 100 } : {};
    const encoded = await file.toFormat(format, options).toBuffer();
    const isLong = how === 'long' && format !== 'tiff';
    writeFileSync(join(folder, 'images', name), isLong ? withExif(format, encoded, exifBlock(6, 4, 'MM')) : encoded);
  }
  const images = pictures.map(([file_name], at) => ({ id: at + 1, file_name, width: WIDTH, height: HEIGHT }));
  const file = join(folder, 'dataset.json');
  writeFileSync(file, JSON.stringify({ images, annotations: [], categories: [{ id: 1, name: 'half' }] }));
  return file;
}

test('PNG, WebP, JPEG and TIFF with an EXIF turn are shown as their masks are', async () => {
  const desk = await Desk.open(await turnedDataset());
  for (const [at, [name, lies]] of pictures.entries()) {
    if (at > 0) await desk.key('d');
    await expect(desk.page.getByRole('banner')).toContainText(name);
    // Pixel centres: the pixel grid is drawn between them.
    const seen = async (x: number) => (await desk.screenPixel([x + 0.5, HEIGHT / 2 + 0.5])).split(',').map(Number);
    const message = `${name}, ${lies}`;
    await expect.poll(async () => Math.abs((await seen(WIDTH / 4))[0] - redOf(at)), { message }).toBeLessThan(8);
    expect((await seen((3 * WIDTH) / 4))[2], message).toBeGreaterThan(200);
    const { proposals } = await desk.app.ask('app.propose', {
      imageId: at + 1,
      with: { kind: 'method', method: 'threshold', params: { channel: 'r' }, categoryName: 'half' },
    });
    expect(proposals.map(({ bbox }) => bbox)).toEqual([[0, 0, WIDTH / 2, HEIGHT]]);
  }
  await desk.close();
});

test('a picture whose file goes while the project is open leaves a quiet sign in the list', async () => {
  const folder = await imageFolder(['a.png', 'b.png', 'c.png']);
  const app = await launch({ args: [folder] });
  await expect(app.page.getByRole('banner')).toContainText('a.png');
  const row = app.page.getByRole('listbox', { name: 'Images' }).getByRole('option', { name: 'b.png' });
  await expect(row.locator('img')).toHaveJSProperty('naturalHeight', 120);
  rmSync(join(folder, 'b.png'));
  await app.page.reload();
  await expect(row.getByTitle('The image file cannot be read')).toBeVisible();
  await expect(row.locator('img')).toHaveCount(0);
  await row.click();
  await expect(row).toContainText('is missing');
  await expect(app.page.getByRole('button', { name: 'Propose', exact: true })).toBeDisabled();
  await expect(row.getByTitle('The image file cannot be read')).toBeVisible();

  // In the place of a picture, a link to a text: no page gets it, also where its folder is allowed.
  writeFileSync(join(folder, '..', 'secret.txt'), 'the pass phrase');
  rmSync(join(folder, 'c.png'));
  symlinkSync(join('..', 'secret.txt'), join(folder, 'c.png'));
  await app.electron.evaluate(({ dialog }) => {
    dialog.showMessageBox = () => Promise.resolve({ response: 0, checkboxChecked: false });
  });
  const pictures = () =>
    app.page.evaluate(async () => {
      const found = await Promise.all(
        ['image', 'thumbnail', 'reduced'].map((kind) => fetch(`/${kind}/3?opening=again`)),
      );
      return Promise.all(found.map(async (response) => `${response.status} ${await response.text()}`));
    });
  for (const answer of await pictures()) expect(answer).toMatch(/^422 .*c\.png is not an image of a known format/);
  await app.close();
});
