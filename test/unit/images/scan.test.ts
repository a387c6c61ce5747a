import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodeRgb, noImages, scanFolder } from '../../../src-main/images';
import { makeThumbnail } from '../../../src-main/images/thumbnail';
import { toPng } from '../../../src-main/images/toPng';
import { CancelSource } from '@shared/errors/cancellation';
import { bmpFile, put, rgbImage, temporaryFolder, tiffPages } from './files';

const folder = temporaryFolder();

beforeAll(async () => {
  const jpeg = await rgbImage(20, 10).jpeg().toBuffer();
  for (const sub of ['sub', 'sub/deeper', '.hidden', 'empty']) mkdirSync(join(folder, sub));
  put(folder, 'img10.jpg', jpeg);
  put(folder, 'img2.jpg', jpeg);
  put(folder, 'IMG3.JPG', await rgbImage(20, 10).withMetadata({ orientation: 6 }).jpeg().toBuffer());
  put(folder, 'broken.jpg', jpeg.subarray(0, jpeg.length - 30));
  put(folder, 'zero.png', '');
  put(folder, 'really-a-png.jpg', await rgbImage(5, 5).png().toBuffer());
  put(folder, 'sub/deeper/page.tif', await rgbImage(7, 3).tiff().toBuffer());
  put(folder, 'sub/old.bmp', bmpFile({ width: 1, height: 1, bits: 24, rows: [[1, 2, 3]] }));
  put(folder, 'sub/small.webp', await rgbImage(8, 8).webp().toBuffer());
  put(folder, '.hidden/a.jpg', jpeg);
  put(folder, '.DS_Store', 'x');
  put(folder, 'notes.txt', 'x');
  put(folder, 'instances.json', '{}');
});

describe('scanFolder', () => {
  test('says of a TIFF with several pages that only the first is taken', async () => {
    const pages = temporaryFolder();
    put(pages, 'stack.tif', tiffPages(3));
    put(pages, 'single.tif', tiffPages(1));
    const { images, findings } = await scanFolder(pages);
    expect(images.map((image) => [image.fileName, image.pages, image.width])).toEqual([
      ['single.tif', 1, 2],
      ['stack.tif', 3, 2],
    ]);
    const message = 'stack.tif has 3 pages: only the first is used';
    expect(findings).toEqual([{ severity: 'warning', code: 'image-pages', message, file: join(pages, 'stack.tif') }]);
  });

  test('takes what is good in natural order and reports each damaged file', async () => {
    const { images, findings } = await scanFolder(folder);
    expect(images.map((image) => [image.fileName, image.width, image.height, image.mediaType])).toEqual([
      ['img2.jpg', 20, 10, 'image/jpeg'],
      ['IMG3.JPG', 10, 20, 'image/jpeg'],
      ['img10.jpg', 20, 10, 'image/jpeg'],
      ['really-a-png.jpg', 5, 5, 'image/png'],
      ['sub/deeper/page.tif', 7, 3, 'image/tiff'],
      ['sub/old.bmp', 1, 1, 'image/bmp'],
      ['sub/small.webp', 8, 8, 'image/webp'],
    ]);
    expect(images[0]).toMatchObject({ path: join(folder, 'img2.jpg'), storedWidth: 20, exifOrientation: 1 });
    expect(images[0].size).toBeGreaterThan(100);
    expect(images[0].mtimeMs).toBeGreaterThan(0);
    expect(findings).toEqual([
      {
        severity: 'error',
        file: join(folder, 'broken.jpg'),
        message: `${join(folder, 'broken.jpg')} is cut off or damaged: its image data end too early`,
      },
      { severity: 'error', file: join(folder, 'zero.png'), message: `${join(folder, 'zero.png')} is empty (0 bytes)` },
    ]);
  });

  test('progress ends at the total; cancellation stops it', async () => {
    const seen: number[] = [];
    await scanFolder(folder, { onProgress: ({ done, total }) => seen.push(done, total) });
    expect(seen).toEqual([9, 9]);
    const signal = new CancelSource();
    signal.abort();
    await expect(scanFolder(folder, { signal })).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('an empty folder, a missing one, a file', async () => {
    expect(await scanFolder(join(folder, 'empty'))).toEqual({ images: [], findings: [], faults: new Map() });
    await expect(scanFolder(join(folder, 'nowhere'))).rejects.toThrow(/nowhere does not exist/);
    await expect(scanFolder(join(folder, 'notes.txt'))).rejects.toThrow(/notes.txt is a file/);
    expect(noImages('/data/x').message).toBe('The folder /data/x has no images');
    const finding = { severity: 'error', message: '/data/x/a.jpg is empty (0 bytes)' } as const;
    expect(noImages('/data/x', [finding])).toMatchObject({
      message: 'The folder /data/x has no usable image, only 1 file that cannot be read',
      hint: finding.message,
    });
  });
});

describe('pictures for the window', () => {
  test('a thumbnail is a JPEG no larger than its side, upright', async () => {
    const jpeg = await makeThumbnail({ path: join(folder, 'IMG3.JPG'), orientation: 'exif' }, 8);
    expect(await sharp(jpeg).metadata()).toMatchObject({ format: 'jpeg', width: 4, height: 8 });
    const small = await makeThumbnail({ path: join(folder, 'sub/old.bmp'), orientation: 'exif' }, 8);
    expect(await sharp(small).metadata()).toMatchObject({ format: 'jpeg', width: 1, height: 1 });
  });

  test('toPng has the pixels that decoding gives', async () => {
    for (const name of ['sub/deeper/page.tif', 'sub/old.bmp', 'IMG3.JPG']) {
      for (const orientation of ['exif', 'stored'] as const) {
        const source = { path: join(folder, name), orientation };
        const { width, height, data } = await decodeRgb(source);
        const png = await sharp(await toPng(source))
          .removeAlpha()
          .raw()
          .toBuffer({ resolveWithObject: true });
        expect(png.info).toMatchObject({ width, height });
        expect(new Uint8Array(png.data)).toEqual(data);
      }
    }
    const damaged = { path: join(folder, 'broken.jpg'), orientation: 'exif' } as const;
    await expect(toPng(damaged)).rejects.toMatchObject({ code: 'bad-input' });
    await expect(makeThumbnail(damaged, 8)).rejects.toMatchObject({ code: 'bad-input' });
  });
});
