import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decode16, decodeRgb, decodeRgba } from '../../../src-main/images/decode';
import { probeImage } from '../../../src-main/images/probe';
import { AppError } from '@shared/errors/appError';
import { CancelSource } from '@shared/errors/cancellation';
import { floatTiff, gradient, put, rgbImage, storeTurned, temporaryFolder } from './files';

const folder = temporaryFolder();
const exif = (path: string) => ({ path, orientation: 'exif' as const });
const stored = (path: string) => ({ path, orientation: 'stored' as const });
const samples = (image: { data: ArrayLike<number> }) => Array.from(image.data);

describe('orientation', () => {
  const width = 6;
  const height = 4;
  const upright = gradient(width, height);

  for (const format of ['png', 'webp', 'tiff'] as const) {
    test.each([1, 2, 3, 4, 5, 6, 7, 8])(`${format}, EXIF %i: upright once, or as stored`, async (orientation) => {
      const turned = storeTurned(upright, width, height, orientation);
      const file = await rgbImage(turned.width, turned.height, turned.data)
        .withMetadata({ orientation })
        .toFormat(format, format === 'webp' ? { lossless: true } : { compression: 'deflate' })
        .toBuffer();
      const path = put(folder, `turned${orientation}.${format}`, file);

      expect(await decodeRgb(exif(path))).toEqual({ width, height, data: new Uint8Array(upright) });
      expect(await decodeRgb(stored(path))).toEqual({ ...turned, data: new Uint8Array(turned.data) });
      expect(await probeImage(path)).toMatchObject({
        width,
        height,
        storedWidth: turned.width,
        storedHeight: turned.height,
        exifOrientation: orientation,
        mediaType: `image/${format}`,
      });
    });
  }

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'JPEG, EXIF %i: the bright corner comes back to the top left',
    async (orientation) => {
      const scene = Buffer.alloc(32 * 16 * 3, 20);
      for (let y = 0; y < 8; y++) scene.fill(220, y * 96, y * 96 + 24);
      const turned = storeTurned(scene, 32, 16, orientation);
      const path = put(
        folder,
        `turned${orientation}.jpg`,
        await rgbImage(turned.width, turned.height, turned.data).withMetadata({ orientation }).jpeg().toBuffer(),
      );
      const image = await decodeRgb(exif(path));
      expect([image.width, image.height]).toEqual([32, 16]);
      for (const [x, y, value] of [
        [3, 3, 220],
        [28, 3, 20],
        [3, 12, 20],
        [28, 12, 20],
      ]) {
        expect(Math.abs(image.data[(y * 32 + x) * 3] - value)).toBeLessThan(8);
      }
      expect(await probeImage(path)).toMatchObject({ width: 32, height: 16, exifOrientation: orientation });
    },
  );
});

describe('bit depths and colour spaces', () => {
  const wide = [0, 1, 128, 129, 255, 257, 1000, 32768, 40000, 65406, 65534, 65535];
  const grey16 = (format: 'png' | 'tiff') =>
    sharp(new Uint16Array(wide), { raw: { width: 12, height: 1, channels: 1 } })
      .toColourspace('grey16')
      .toFormat(format, { compression: 'deflate' })
      .toBuffer();

  test.each(['png', 'tiff'] as const)('16-bit grey %s: full range to 8 bits, exact at 16', async (format) => {
    const path = put(folder, `grey16.${format}`, await grey16(format));
    const rounded = wide.flatMap((value) => Array(3).fill(Math.round(value / 257)));
    expect(samples(await decodeRgb(exif(path)))).toEqual(rounded);
    expect(samples(await decode16(exif(path)))).toEqual(wide.flatMap((value) => [value, value, value]));
  });

  test('16-bit RGBA PNG keeps its alpha in RGBA and its colours in RGB', async () => {
    const pixel = [65535, 32896, 0, 25700];
    const file = await sharp(new Uint16Array(pixel), { raw: { width: 1, height: 1, channels: 4 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    const path = put(folder, 'rgba16.png', file);
    expect(samples(await decodeRgba(exif(path)))).toEqual([255, 128, 0, 100]);
    expect(samples(await decodeRgb(exif(path)))).toEqual([255, 128, 0]);
    expect(samples(await decode16(exif(path)))).toEqual([65535, 32896, 0]);
  });

  test('8 bits at 16: white is 65535', async () => {
    const path = put(
      folder,
      'eight.png',
      await rgbImage(1, 1, Buffer.from([0, 128, 255]))
        .png()
        .toBuffer(),
    );
    expect(samples(await decode16(exif(path)))).toEqual([0, 128 * 257, 65535]);
  });

  test('a float TIFF is scaled from its own range', async () => {
    const path = put(folder, 'float.tiff', floatTiff(4, 1, [-1, 0, 1, 3]));
    const image = await decodeRgb(exif(path));
    expect([image.data[0], image.data[3], image.data[6], image.data[9]]).toEqual([0, 64, 128, 255]);
    expect(samples(await decode16(exif(path))).filter((_, i) => i % 3 === 0)).toEqual([0, 16384, 32768, 65535]);
  });

  test('8-bit grey PNG and WebP become RGB', async () => {
    const raw = sharp(Buffer.from([7, 200]), { raw: { width: 2, height: 1, channels: 1 } }).toColourspace('b-w');
    const path = put(folder, 'grey.png', await raw.png().toBuffer());
    expect(samples(await decodeRgb(exif(path)))).toEqual([7, 7, 7, 200, 200, 200]);
    expect(samples(await decodeRgba(exif(path)))).toEqual([7, 7, 7, 255, 200, 200, 200, 255]);
  });

  test('a palette PNG', async () => {
    const colours = Buffer.from([255, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0]);
    const file = await rgbImage(2, 2, colours).png({ palette: true, colours: 4, dither: 0 }).toBuffer();
    const path = put(folder, 'palette.png', file);
    expect((await sharp(file).metadata()).isPalette).toBe(true);
    expect(samples(await decodeRgb(exif(path)))).toEqual([...colours]);
  });

  test('alpha is dropped, colours below it stay', async () => {
    const raw = sharp(Buffer.from([10, 20, 30, 0, 40, 50, 60, 128]), { raw: { width: 2, height: 1, channels: 4 } });
    const path = put(folder, 'alpha.png', await raw.png().toBuffer());
    expect(samples(await decodeRgb(exif(path)))).toEqual([10, 20, 30, 40, 50, 60]);
    expect(samples(await decodeRgba(exif(path)))).toEqual([10, 20, 30, 0, 40, 50, 60, 128]);
  });

  test('a CMYK JPEG becomes RGB of about the same colours', async () => {
    const scene = Buffer.alloc(16 * 16 * 3);
    for (let i = 0; i < 256; i++) scene.set([200, 60, 40], 3 * i);
    const file = await rgbImage(16, 16, scene).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
    expect((await sharp(file).metadata()).space).toBe('cmyk');
    const image = await decodeRgb(exif(put(folder, 'cmyk.jpg', file)));
    expect(image.data.length).toBe(16 * 16 * 3);
    expect(Math.abs(image.data[0] - 200)).toBeLessThan(40);
    expect(image.data[0]).toBeGreaterThan(image.data[1] + 60);
  });

  test('one pixel', async () => {
    const path = put(
      folder,
      'one.png',
      await rgbImage(1, 1, Buffer.from([1, 2, 3]))
        .png()
        .toBuffer(),
    );
    expect(await decodeRgb(exif(path))).toEqual({ width: 1, height: 1, data: new Uint8Array([1, 2, 3]) });
  });

  test('a file that changed on disk is read anew', async () => {
    const path = put(
      folder,
      'changing.png',
      await rgbImage(1, 1, Buffer.from([1, 2, 3]))
        .png()
        .toBuffer(),
    );
    await decodeRgb(exif(path));
    put(
      folder,
      'changing.png',
      await rgbImage(1, 1, Buffer.from([9, 8, 7]))
        .png()
        .toBuffer(),
    );
    expect(samples(await decodeRgb(exif(path)))).toEqual([9, 8, 7]);
  });
});

describe('files that cannot be used', async () => {
  const noise = Buffer.from(Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919 + (i % 13) * 31) % 256));
  const jpeg = await rgbImage(64, 64, noise).jpeg().toBuffer();
  const png = await rgbImage(64, 64, noise).png().toBuffer();
  const webp = await rgbImage(64, 64, noise).webp().toBuffer();
  const bad: [name: string, content: Uint8Array | string, fault: RegExp][] = [
    ['half.jpg', jpeg.subarray(0, jpeg.length >> 1), /is cut off or damaged/],
    ['noend.jpg', jpeg.subarray(0, jpeg.length - 2), /is cut off or damaged/],
    ['header.jpg', jpeg.subarray(0, 200), /is damaged|cut off/],
    ['half.png', png.subarray(0, png.length >> 1), /is cut off or damaged/],
    ['half.webp', webp.subarray(0, webp.length >> 1), /is cut off or damaged/],
    ['empty.jpg', '', /is empty \(0 bytes\)/],
    ['text.png', 'this is not a picture', /is not an image of a known format/],
    ['stub.bmp', 'BM', /is damaged|cut off/],
  ];

  test.each(bad)('%s', async (name, content, fault) => {
    const path = put(folder, name, content);
    for (const read of [() => decodeRgb(exif(path)), () => probeImage(path)]) {
      const error = await read().then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({ code: 'bad-input', place: { file: path } });
      expect((error as AppError).message).toMatch(fault);
      expect((error as AppError).message).toContain(path);
    }
  });

  test('a PNG without its last chunk but with all its pixels is fine', async () => {
    const path = put(folder, 'noend.png', png.subarray(0, png.length - 12));
    expect(await probeImage(path)).toMatchObject({ width: 64, height: 64 });
  });

  test('a JPEG with foreign data behind its end is fine', async () => {
    const path = put(folder, 'motion.jpg', Buffer.concat([jpeg, Buffer.alloc(200_000, 1)]));
    expect(await probeImage(path)).toMatchObject({ width: 64, height: 64 });
    expect((await decodeRgb(exif(path))).width).toBe(64);
  });

  test('missing file, folder', async () => {
    await expect(decodeRgb(exif(`${folder}/none.jpg`))).rejects.toThrow(`${folder}/none.jpg does not exist`);
    await expect(probeImage(`${folder}/none.jpg`)).rejects.toThrow('does not exist');
    await expect(decodeRgb(exif(folder))).rejects.toThrow('is a folder, not an image');
  });

  test('cancelled before it starts', async () => {
    const signal = new CancelSource();
    signal.abort();
    await expect(decodeRgb(exif(`${folder}/one.png`), { signal })).rejects.toMatchObject({ code: 'cancelled' });
  });
});
