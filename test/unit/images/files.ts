/** Makes the image files of the tests: tiny, in a temporary folder, removed when the test file ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll } from 'vitest';

export { exifBlock, withExif } from '../../support/exif';

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'maskwright-images-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An RGB picture in which every pixel differs: red tells the column, green the row. */
export function gradient(width: number, height: number): Buffer {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set([x * 7, y * 11, (x * y) % 256], (y * width + x) * 3);
  }
  return data;
}

export const rgbImage = (width: number, height: number, data: Uint8Array = gradient(width, height)) =>
  sharp(data, { raw: { width, height, channels: 3 } });

/**
 * The stored pixels that EXIF orientation `o` turns into the upright `width` x `height` picture `data`.
 * Source: EXIF 2.32, tag 0x0112 (what the stored row 0 and column 0 show).
 */
export function storeTurned(data: Uint8Array, width: number, height: number, o: number) {
  const [storedWidth, storedHeight] = o >= 5 ? [height, width] : [width, height];
  const stored = Buffer.alloc(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const right = width - 1 - x;
      const below = height - 1 - y;
      const at = [
        [x, y],
        [right, y],
        [right, below],
        [x, below],
        [y, x],
        [y, right],
        [below, right],
        [below, x],
      ][o - 1];
      stored.set(data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3), (at[1] * storedWidth + at[0]) * 3);
    }
  }
  return { data: stored, width: storedWidth, height: storedHeight };
}

/** A BMP file: `rows` are the packed rows in file order, without padding. */
export function bmpFile(options: {
  width: number;
  height: number;
  bits: number;
  rows: readonly (readonly number[])[];
  compression?: number;
  palette?: readonly (readonly [r: number, g: number, b: number])[];
  masks?: readonly number[];
}): Buffer {
  const { width, height, bits, rows, compression = 0, palette = [], masks = [] } = options;
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  const packed = compression === 1 || compression === 2;
  const body = Buffer.concat(
    rows.map((row) => Buffer.concat([Buffer.from(row), Buffer.alloc(packed ? 0 : rowBytes - row.length)])),
  );
  const head = Buffer.alloc(54 + masks.length * 4 + palette.length * 4);
  head.write('BM');
  head.writeUInt32LE(head.length + body.length, 2);
  head.writeUInt32LE(head.length, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(bits, 28);
  head.writeUInt32LE(compression, 30);
  head.writeUInt32LE(palette.length, 46);
  masks.forEach((mask, i) => head.writeUInt32LE(mask, 54 + 4 * i));
  palette.forEach(([r, g, b], i) => head.set([b, g, r, 0], 54 + masks.length * 4 + 4 * i));
  return Buffer.concat([head, body]);
}

/** A TIFF of one 32-bit floating-point channel. */
export function floatTiff(width: number, height: number, samples: readonly number[]): Buffer {
  const short = 3;
  const long = 4;
  const pixels = Buffer.from(new Float32Array(samples).buffer);
  const tags = [
    [256, short, width],
    [257, short, height],
    [258, short, 32],
    [259, short, 1],
    [262, short, 1],
    [273, long, 8],
    [277, short, 1],
    [278, short, height],
    [279, long, pixels.length],
    [339, short, 3],
  ];
  const directory = Buffer.alloc(2 + tags.length * 12 + 4);
  directory.writeUInt16LE(tags.length, 0);
  tags.forEach(([tag, type, value], i) => {
    directory.writeUInt16LE(tag, 2 + i * 12);
    directory.writeUInt16LE(type, 4 + i * 12);
    directory.writeUInt32LE(1, 6 + i * 12);
    directory.writeUInt32LE(value, 10 + i * 12);
  });
  const head = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(8 + pixels.length, 4);
  return Buffer.concat([head, pixels, directory]);
}

/** Writes a file of the test and returns its path. */
export function put(folder: string, name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A TIFF file of grey pages, 2 x 1 pixels each. Source: TIFF 6.0, sections 2 and 4. */
export function tiffPages(count: number): Buffer {
  const [short, long] = [3, 4];
  const bytes = 2 + 8 * 12 + 4;
  const file = Buffer.alloc(8 + count * (bytes + 2));
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(8, 4);
  for (let page = 0; page < count; page++) {
    const start = 8 + page * (bytes + 2);
    const pixels = start + bytes;
    const tags = [
      [256, long, 2],
      [257, long, 1],
      [258, short, 8],
      [259, short, 1],
      [262, short, 1],
      [273, long, pixels],
      [278, long, 1],
      [279, long, 2],
    ];
    file.writeUInt16LE(tags.length, start);
    tags.forEach(([tag, type, value], i) => {
      const entry = start + 2 + 12 * i;
      file.writeUInt16LE(tag, entry);
      file.writeUInt16LE(type, entry + 2);
      file.writeUInt32LE(1, entry + 4);
      if (type === short) file.writeUInt16LE(value, entry + 8);
      else file.writeUInt32LE(value, entry + 8);
    });
    file.writeUInt32LE(page + 1 < count ? pixels + 2 : 0, start + 2 + 12 * tags.length);
    file.set([40 * page, 255], pixels);
  }
  return file;
}

/** A TIFF of one uncompressed strip: any tags beside those of its size. Values are SHORT, lists of numbers too. */
export function tiffFile(
  width: number,
  height: number,
  pixels: Uint8Array,
  tags: Readonly<Record<number, number | readonly number[] | string>>,
): Buffer {
  const all: [tag: number, value: number | readonly number[] | string][] = [
    [256, width],
    [257, height],
    [259, 1],
    [262, 1],
    [277, 1],
    [273, 8],
    [278, height],
    [279, pixels.length],
    ...Object.entries(tags).map(([tag, value]): [number, number | readonly number[] | string] => [Number(tag), value]),
  ];
  const entries = [...new Map<number, number | readonly number[] | string>(all)];
  const extra: Buffer[] = [];
  let extraAt = 8 + pixels.length + 2 + entries.length * 12 + 4;
  const directory = Buffer.alloc(2 + entries.length * 12 + 4);
  const rows = entries.sort((a, b) => a[0] - b[0]);
  directory.writeUInt16LE(rows.length, 0);
  rows.forEach(([tag, value], i) => {
    const at = 2 + i * 12;
    const isLong = tag === 273 || tag === 279;
    const bytes =
      typeof value === 'string'
        ? Buffer.from(`${value}\0`, 'latin1')
        : Buffer.from(isLong ? new Uint32Array([value as number]).buffer : new Uint16Array([value].flat()).buffer);
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(typeof value === 'string' ? 2 : isLong ? 4 : 3, at + 2);
    directory.writeUInt32LE(typeof value === 'string' ? bytes.length : [value].flat().length, at + 4);
    if (bytes.length <= 4) bytes.copy(directory, at + 8);
    else {
      directory.writeUInt32LE(extraAt, at + 8);
      extra.push(bytes);
      extraAt += bytes.length;
    }
  });
  const head = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(8 + pixels.length, 4);
  return Buffer.concat([head, pixels, directory, ...extra]);
}
