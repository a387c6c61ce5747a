/** Pictures of more than 8 bits: true values for measuring, the picture's own range wherever 8 bits are needed. */
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import {
  decode16,
  decodeRgb,
  decodeSamples,
  makeThumbnail,
  probeImage,
  readRange,
  toPng,
} from '../../../src-main/images';
import { sharedPath } from '../../support/shared';
import { floatTiff, put, temporaryFolder, tiffFile, tiffPages } from './files';

const folder = temporaryFolder();
const exif = (path: string) => ({ path, orientation: 'exif' as const });
let count = 0;
const file = (name: string, content: Uint8Array) => exif(put(folder, `${count++}-${name}`, content));
const bytes = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const redOf = (image: { data: ArrayLike<number> }) => Array.from(image.data).filter((_, i) => i % 3 === 0);
const shownBy = async (png: Uint8Array) => redOf({ data: await sharp(png).removeAlpha().raw().toBuffer() });

/** A Zstandard frame with its bytes as they are. Source: RFC 8878, 3.1.1. */
function zstdFrame(data: Uint8Array): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, data.length, 0, 0, 0]);
  head.writeUIntLE(1 | (data.length << 3), 6, 3);
  return Buffer.concat([head, data]);
}

const signed = new Int16Array([-664, -200, 0, 1256]);
const signed32 = new Int32Array([-70000, 0, 5, 1e9]);
const whole32 = new Uint32Array([0, 70000, 4_000_000_000, 7]);
const doubles = new Float64Array([0.1176, 0.3, 1 / 3, 0.7451]);
const dim = new Uint16Array([170, 190, 250, 330]);
/** Two values in three bytes, high bits first. */
const twelve = [0x19, 0x0b, 0xf3, 0x00, 0x1f, 0xff];

const read: [name: string, make: () => Buffer, values: number[]][] = [
  ['int16', () => tiffFile(4, 1, bytes(signed), { 258: 16, 339: 2 }), [...signed]],
  ['int8', () => tiffFile(4, 1, bytes(new Int8Array([-128, -1, 0, 127])), { 258: 8, 339: 2 }), [-128, -1, 0, 127]],
  ['int32', () => tiffFile(4, 1, bytes(signed32), { 258: 32, 339: 2 }), [...signed32]],
  ['uint32', () => tiffFile(4, 1, bytes(whole32), { 258: 32, 339: 1 }), [...whole32]],
  ['float32', () => floatTiff(4, 1, [-1.5, 0, 1e9, 0.25]), [-1.5, 0, 1e9, 0.25]],
  ['float64', () => tiffFile(4, 1, bytes(doubles), { 258: 64, 339: 3 }), [...doubles]],
  [
    'float16',
    () => tiffFile(4, 1, bytes(new Uint16Array([0xbc00, 0, 0x3c00, 0x4200])), { 258: 16, 339: 3 }),
    [-1, 0, 1, 3],
  ],
  ['uint16', () => tiffFile(4, 1, bytes(dim), { 258: 16 }), [...dim]],
  ['12 bits', () => tiffFile(4, 1, Uint8Array.from(twelve), { 258: 12 }), [0x190, 0xbf3, 1, 0xfff]],
  ['Zstandard, 16 bits', () => tiffFile(4, 1, zstdFrame(bytes(dim)), { 258: 16, 259: 50000 }), [...dim]],
];

describe('values as they are in the file', () => {
  test.each(read)('%s', async (name, make, values) => {
    const source = file(`${name}.tif`, make());
    expect(await probeImage(source.path)).toMatchObject({ width: 4, height: 1, mediaType: 'image/tiff' });
    const samples = await decodeSamples(source);
    expect(samples.channels).toEqual(['gray']);
    expect([...samples.data]).toEqual(values);

    // Wherever 8 bits are needed: from the least to the greatest value.
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const eight = values.map((value) => Math.round(((value - low) / (high - low)) * 255));
    const image = await decodeRgb(source);
    expect(redOf(image)).toEqual(eight);
    expect(image.scaledFrom).toEqual([low, high]);
    expect(await shownBy(await toPng(source))).toEqual(eight);
  });

  test('of 8 bits nothing is scaled, whatever the compression', async () => {
    const pixels = Uint8Array.from([30, 100, 230, 31, 101, 229]);
    const source = file('z.tif', tiffFile(2, 1, zstdFrame(pixels), { 258: [8, 8, 8], 259: 50000, 262: 2, 277: 3 }));
    const image = await decodeRgb(source);
    expect([...image.data]).toEqual([...pixels]);
    expect(image.scaledFrom).toBeUndefined();
    const samples = await decodeSamples(source);
    expect(samples.channels).toEqual(['red', 'green', 'blue']);
    expect([...samples.data]).toEqual([...pixels]);
    const grey = file(
      'dark.png',
      await sharp(Buffer.from([3, 9]), { raw: { width: 2, height: 1, channels: 1 } })
        .png()
        .toBuffer(),
    );
    expect(redOf(await decodeRgb(grey))).toEqual([3, 9]);
  });
});

describe('the range', () => {
  test('of colours is one for all channels, and alpha is not part of it', async () => {
    const pixels = new Uint16Array([1000, 2000, 3000, 65535, 1500, 1000, 2000, 0]);
    const raw = sharp(pixels, { raw: { width: 2, height: 1, channels: 4 } });
    const source = file('rgba.png', await raw.toColourspace('rgb16').png().toBuffer());
    const image = await decodeRgb(source);
    expect(image.scaledFrom).toEqual([1000, 3000]);
    expect([...image.data]).toEqual([0, 128, 255, 64, 0, 128]);
  });

  test('leaves out what is no number, and what the file calls no data', async () => {
    const nan = file('nan.tif', floatTiff(4, 1, [NaN, 2, Infinity, 4]));
    const image = await decodeRgb(nan);
    expect(image.scaledFrom).toEqual([2, 4]);
    expect(redOf(image)).toEqual([0, 0, 255, 255]);
    const heights = new Float32Array([-9999, 100, 200, 150]);
    const gdal = file('gdal.tif', tiffFile(4, 1, bytes(heights), { 258: 32, 339: 3, 42113: '-9999' }));
    expect(redOf(await decodeRgb(gdal))).toEqual([0, 0, 255, 128]);
  });

  test('of one value alone is black', async () => {
    const source = file('flat.tif', tiffFile(2, 1, bytes(new Uint16Array([500, 500])), { 258: 16 }));
    expect(redOf(await decodeRgb(source))).toEqual([0, 0]);
  });

  test('thumbnails follow it', async () => {
    const wide = new Uint16Array(64).map((_, i) => (i % 8 < 4 ? 170 : 330));
    const source = file('thumb.tif', tiffFile(8, 8, bytes(wide), { 258: 16 }));
    const { data } = await sharp(await makeThumbnail(source, 8))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]).toBeLessThan(20);
    expect(data[data.length - 1]).toBeGreaterThan(235);
  });
});

describe('the window of values', () => {
  test('16 bits are windowed by their own values', async () => {
    const source = file('dim.tif', tiffFile(4, 1, bytes(dim), { 258: 16 }));
    expect(await readRange(source)).toEqual({ bits: 16, low: 170, high: 330 });
    expect(redOf(await decode16(source))).toEqual([...dim]);
    expect(await shownBy(await toPng(source, [170, 250]))).toEqual([0, 64, 255, 255]);
  });

  test('others by a scale of 16 bits, and the range in their own units is told', async () => {
    const source = file('ct.tif', tiffFile(4, 1, bytes(signed), { 258: 16, 339: 2 }));
    expect(await readRange(source)).toEqual({ bits: 16, low: 0, high: 65535, values: [-664, 1256] });
    expect(redOf(await decode16(source))).toEqual([
      0,
      Math.round((464 / 1920) * 65535),
      Math.round((664 / 1920) * 65535),
      65535,
    ]);
  });
});

describe('what cannot be read is told with its reason, and never called damaged', () => {
  const four = new Uint8Array(16);
  const refused: [name: string, tags: Parameters<typeof tiffFile>[3], reason: string][] = [
    ['lzma', { 258: 8, 259: 34925 }, 'is compressed with LZMA'],
    ['lerc', { 258: 16, 259: 34887, 339: 2 }, 'is compressed with LERC'],
    ['unknown', { 258: 8, 259: 12345 }, 'is compressed with method 12345'],
    ['complex', { 258: 64, 339: 6 }, 'holds complex numbers'],
    ['uint64', { 258: 64, 339: 1 }, 'holds whole numbers of 64 bits'],
    ['float24', { 258: 24, 339: 3 }, 'holds floating-point numbers of 24 bits'],
    ['palette', { 258: 8, 259: 50000, 262: 3 }, 'has another colour model than grey or RGB'],
  ];
  test.each(refused)('%s', async (name, tags, reason) => {
    const source = file(`${name}.tif`, tiffFile(2, 1, four, tags));
    const sentence = `${source.path} cannot be read because it ${reason}`;
    await expect(decodeRgb(source)).rejects.toMatchObject({ code: 'bad-input', message: sentence });
    await expect(probeImage(source.path)).rejects.toMatchObject({ hint: expect.stringContaining('save it as') });
    await expect(decodeSamples(source)).rejects.toThrow(sentence);
  });

  test('what is cut off is called cut off', async () => {
    const whole = tiffFile(4, 1, bytes(signed), { 258: 16, 339: 2, 279: 4000 });
    await expect(decodeRgb(file('cut.tif', whole))).rejects.toThrow('is cut off or damaged');
    const noDirectory = tiffPages(1).subarray(0, 40);
    await expect(probeImage(file('short.tif', noDirectory).path)).rejects.toThrow(/is cut off|is damaged/);
  });
});

describe('cases that people brought', () => {
  const root = sharedPath('data/cases');
  test.skipIf(!root)('signed, dim, double, Zstandard, and a picture in six depths', async () => {
    const values = async (name: string) => {
      const { data } = await decodeSamples(exif(`${root}/${name}`));
      const all = [...data];
      return { low: Math.min(...all), high: Math.max(...all), mean: all.reduce((a, b) => a + b) / all.length };
    };
    expect(await values('tiff-int16/images/ct.tif')).toEqual({ low: -664, high: 1256, mean: -399.625 });
    expect(await values('tiff-uint16-dim/images/dim.tif')).toMatchObject({ low: 170, high: 330 });
    expect(await values('tiff-float64/images/f.tif')).toMatchObject({ low: 30 / 255, high: 190 / 255 });
    expect(await values('zstd-tiff/images/z.tif')).toMatchObject({ low: 30, high: 230 });
    const twin = await decodeRgb(exif(`${root}/u16-dim-cells/img/eight-bit-twin.png`));
    for (const name of ['dim.png', 'dim.tif', 'float-twin.tif', 'int16-ct.tif']) {
      expect((await decodeRgb(exif(`${root}/u16-dim-cells/img/${name}`))).data, name).toEqual(twin.data);
    }
  });
});
