/** Samples for measuring: the file's own values, one channel where it is grey, turned as the source says. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodeSamples } from '../../../src-main/images';
import { bmpFile, floatTiff, gradient, rgbImage, storeTurned, temporaryFolder } from './files';

const folder = temporaryFolder();
const raw = (data: Uint8Array | Uint16Array, width: number, height: number, channels: 1 | 2 | 3 | 4) =>
  sharp(data, { raw: { width, height, channels } });

let number = 0;
async function decode(file: Sharp | Buffer, name: string, orientation: 'exif' | 'stored' = 'exif') {
  const path = join(folder, `${number++}-${name}`);
  writeFileSync(path, Buffer.isBuffer(file) ? file : await file.toBuffer());
  const { width, height, channels, data } = await decodeSamples({ path, orientation });
  return { size: [width, height], channels, kind: data.constructor, values: [...data] };
}

const eight = [0, 7, 30, 128, 200, 255];
const sixteen = [0, 1, 257, 32768, 65534, 65535];
const rgb = ['red', 'green', 'blue'];

describe('greyscale files have one channel of their own values', () => {
  const grey8 = () => raw(Uint8Array.from(eight), 3, 2, 1).toColourspace('b-w');
  const grey16 = () => raw(Uint16Array.from(sixteen), 3, 2, 1).toColourspace('grey16');

  test.each([
    ['png', () => grey8().png({ palette: false }), Uint8Array, eight],
    ['tiff', () => grey8().tiff({ compression: 'none' }), Uint8Array, eight],
    ['png', () => grey16().png(), Uint16Array, sixteen],
    ['tiff', () => grey16().tiff({ compression: 'deflate' }), Uint16Array, sixteen],
  ] as const)('%s', async (format, make, kind, values) => {
    expect(await decode(make(), `grey.${format}`)).toEqual({ size: [3, 2], channels: ['gray'], kind, values });
  });

  test('floating point is not scaled', async () => {
    const values = [-1.5, 0, 1e6, 0.25];
    const found = await decode(floatTiff(4, 1, values), 'float.tiff');
    expect(found).toEqual({ size: [4, 1], channels: ['gray'], kind: Float32Array, values });
  });

  test('alpha is left out', async () => {
    const found = await decode(
      raw(Uint8Array.from([10, 255, 20, 0]), 2, 1, 2)
        .toColourspace('b-w')
        .png(),
      'la.png',
    );
    expect(found).toMatchObject({ channels: ['gray'], values: [10, 20] });
  });
});

describe('formats that cannot say that they are grey', () => {
  const grey = Uint8Array.from(eight.flatMap((value) => [value, value, value]));
  const colour = gradient(3, 2);
  const rows = (data: Uint8Array) =>
    [1, 0].map((y) => [0, 1, 2].flatMap((x) => [...data.subarray((y * 3 + x) * 3).subarray(0, 3)].reverse()));
  const makers = {
    bmp: async (data: Uint8Array) => bmpFile({ width: 3, height: 2, bits: 24, rows: rows(data) }),
    webp: (data: Uint8Array) => rgbImage(3, 2, data).webp({ lossless: true, exact: true }).toBuffer(),
    'palette.png': (data: Uint8Array) => rgbImage(3, 2, data).png({ palette: true, dither: 0 }).toBuffer(),
  };

  test.each(['bmp', 'webp', 'palette.png'] as const)('%s', async (format) => {
    expect(await decode(await makers[format](grey), `x.${format}`)).toMatchObject({
      channels: ['gray'],
      values: eight,
    });
    const found = await decode(await makers[format](colour), `x.${format}`);
    expect(found).toMatchObject({ size: [3, 2], channels: rgb, values: [...colour] });
  });
});

describe('colour files have three channels', () => {
  test('grey pixels in a colour PNG stay three', async () => {
    const found = await decode(rgbImage(1, 1, Buffer.from([9, 9, 9])).png(), 'rgb.png');
    expect(found).toMatchObject({ channels: rgb, values: [9, 9, 9] });
  });

  test('16 bits with alpha', async () => {
    const file = raw(Uint16Array.from([65535, 32896, 1, 25700]), 1, 1, 4)
      .toColourspace('rgb16')
      .png();
    const found = await decode(file, 'rgba16.png');
    expect(found).toEqual({ size: [1, 1], channels: rgb, kind: Uint16Array, values: [65535, 32896, 1] });
  });
});

test('turned as the camera says, or as stored', async () => {
  const values = Uint8Array.from([1, 2, 3, 4, 5, 6]);
  const upright = Buffer.from([...values].flatMap((value) => [value, value, value]));
  const { data, width, height } = storeTurned(upright, 3, 2, 6);
  const single = Uint8Array.from({ length: 6 }, (_, i) => data[3 * i]);
  // Two steps: withMetadata makes everything colour.
  const marked = await raw(single, width, height, 1).withMetadata({ orientation: 6 }).png().toBuffer();
  const file = await sharp(marked).keepExif().toColourspace('b-w').png({ palette: false }).toBuffer();
  expect(await decode(file, 'turned.png')).toMatchObject({ size: [3, 2], values: [...values] });
  expect(await decode(file, 'turned.png', 'stored')).toMatchObject({ size: [2, 3], values: [...single] });
});

test('what cannot be read is told with its path', async () => {
  await expect(decodeSamples({ path: join(folder, 'gone.png'), orientation: 'exif' })).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('gone.png does not exist'),
  });
  await expect(decode(Buffer.from('hello'), 'text.png')).rejects.toMatchObject({ code: 'bad-input' });
  const cut = (await raw(gradient(40, 40), 40, 40, 3).png().toBuffer()).subarray(0, 200);
  await expect(decode(cut, 'cut.png')).rejects.toMatchObject({ code: 'bad-input' });
});
