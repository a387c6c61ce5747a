import { describe, expect, test } from 'vitest';
import { decodeBmp } from '../../../src-main/images/bmp';
import { decodeRgb, decodeRgba } from '../../../src-main/images/decode';
import { probeImage } from '../../../src-main/images/probe';
import { bmpFile, put, temporaryFolder } from './files';

const folder = temporaryFolder();
const palette = [
  [0, 0, 0],
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
] as const;
const rgbOf = (file: Buffer) => {
  const { data } = decodeBmp(file);
  return Array.from({ length: data.length / 4 }, (_, p) => [...data.subarray(4 * p, 4 * p + 3)]);
};
const [black, red, green, blue] = palette.map((colour) => [...colour]);

describe('BMP', () => {
  test('24 bits, bottom row first, odd width', () => {
    const rows = [
      [0, 0, 255, 0, 255, 0, 255, 0, 0],
      [1, 2, 3, 4, 5, 6, 7, 8, 9],
    ];
    const bottomUp = bmpFile({ width: 3, height: 2, bits: 24, rows });
    expect(rgbOf(bottomUp)).toEqual([[3, 2, 1], [6, 5, 4], [9, 8, 7], red, green, blue]);
    const topDown = bmpFile({ width: 3, height: -2, bits: 24, rows });
    expect(rgbOf(topDown)).toEqual([red, green, blue, [3, 2, 1], [6, 5, 4], [9, 8, 7]]);
  });

  test('1, 4 and 8 bits with a palette, odd widths', () => {
    expect(
      rgbOf(bmpFile({ width: 3, height: 1, bits: 1, rows: [[0b10100000]], palette: palette.slice(0, 2) })),
    ).toEqual([red, black, red]);
    const four = bmpFile({
      width: 3,
      height: 2,
      bits: 4,
      rows: [
        [0x12, 0x30],
        [0x01, 0x20],
      ],
      palette,
    });
    expect(rgbOf(four)).toEqual([black, red, green, red, green, blue]);
    const eight = bmpFile({ width: 5, height: 1, bits: 8, rows: [[3, 2, 1, 0, 3]], palette });
    expect(rgbOf(eight)).toEqual([blue, green, red, black, blue]);
  });

  test('16 bits 5-5-5 and 5-6-5, 32 bits with alpha', () => {
    expect(rgbOf(bmpFile({ width: 2, height: 1, bits: 16, rows: [[0x00, 0x7c, 0x1f, 0x00]] }))).toEqual([red, blue]);
    const masks = [0xf800, 0x07e0, 0x001f];
    const file = bmpFile({ width: 2, height: 1, bits: 16, rows: [[0xe0, 0x07, 0xff, 0xff]], compression: 3, masks });
    expect(rgbOf(file)).toEqual([green, [255, 255, 255]]);
    const alpha = [0xff0000, 0xff00, 0xff, 0xff000000];
    const rgba = bmpFile({ width: 1, height: 1, bits: 32, rows: [[3, 2, 1, 128]], compression: 6, masks: alpha });
    expect([...decodeBmp(rgba).data]).toEqual([1, 2, 3, 128]);
    expect([...decodeBmp(bmpFile({ width: 1, height: 1, bits: 32, rows: [[3, 2, 1, 0]] })).data]).toEqual([
      1, 2, 3, 255,
    ]);
  });

  test('RLE8 and RLE4: runs, absolute pixels, moves', () => {
    // Bottom row: three of red, one skipped; top row: absolute green, blue, red.
    const rle8 = [[3, 1, 0, 0, 0, 3, 2, 3, 1, 0, 0, 1]];
    expect(rgbOf(bmpFile({ width: 4, height: 2, bits: 8, rows: rle8, compression: 1, palette }))).toEqual([
      green,
      blue,
      red,
      black,
      red,
      red,
      red,
      black,
    ]);
    const rle4 = [[0, 2, 1, 0, 3, 0x12, 0, 1]];
    expect(rgbOf(bmpFile({ width: 4, height: 1, bits: 4, rows: rle4, compression: 2, palette }))).toEqual([
      black,
      red,
      green,
      red,
    ]);
  });

  test('through decode and probe', async () => {
    const path = put(folder, 'a.bmp', bmpFile({ width: 1, height: 1, bits: 24, rows: [[30, 20, 10]] }));
    const source = { path, orientation: 'exif' } as const;
    expect(await decodeRgb(source)).toEqual({ width: 1, height: 1, data: new Uint8Array([10, 20, 30]) });
    expect(await decodeRgba(source)).toEqual({ width: 1, height: 1, data: new Uint8Array([10, 20, 30, 255]) });
    expect(await probeImage(path)).toMatchObject({ width: 1, height: 1, mediaType: 'image/bmp', fileName: 'a.bmp' });
  });

  test('cut off, and unknown kinds', async () => {
    const file = bmpFile({
      width: 40,
      height: 40,
      bits: 24,
      rows: Array.from({ length: 40 }, () => Array(120).fill(9)),
    });
    const path = put(folder, 'cut.bmp', file.subarray(0, 3000));
    await expect(decodeRgb({ path, orientation: 'exif' })).rejects.toThrow('is cut off or damaged');
    await expect(probeImage(path)).rejects.toThrow('is cut off or damaged');
    expect(() => decodeBmp(bmpFile({ width: 1, height: 1, bits: 24, rows: [[0]], compression: 4 }))).toThrow(
      'compression 4',
    );
  });
});
