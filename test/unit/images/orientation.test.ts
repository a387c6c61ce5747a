/** One reading of orientation: every format, however the turn is stored, for size, pixels, samples, thumbnail and window. */
import { open } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decodeRgb, decodeSamples, makeThumbnail, probeImage, toPng } from '../../../src-main/images';
import { FileBytes, readHeader, windowShowsFile } from '../../../src-main/images/header';
import { exifBlock, put, rgbImage, storeTurned, temporaryFolder, tiffFile, withExif } from './files';

const folder = temporaryFolder();
const [width, height] = [48, 32];

/** A colour a quarter of the upright picture: top left, top right, bottom left, bottom right. */
const colours = [
  [230, 20, 20],
  [20, 200, 20],
  [20, 20, 220],
  [220, 220, 30],
] as const;
const upright = Buffer.alloc(width * height * 3);
for (let p = 0; p < width * height; p++) {
  const right = p % width >= width / 2;
  const below = p >= (width * height) / 2;
  upright.set(colours[(below ? 2 : 0) + (right ? 1 : 0)], p * 3);
}

/** Which quarter each quarter of an RGB picture shows. */
function quarters(data: ArrayLike<number>, w: number, h: number, channels = 3): number[] {
  return [0, 1, 2, 3].map((q) => {
    const x = Math.floor(w * (q % 2 ? 0.75 : 0.25));
    const y = Math.floor(h * (q >= 2 ? 0.75 : 0.25));
    const at = (y * w + x) * channels;
    return colours.findIndex((colour) => colour.every((value, c) => Math.abs(value - data[at + c]) < 30));
  });
}

async function quartersOf(picture: Uint8Array) {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { size: [info.width, info.height], shown: quarters(data, info.width, info.height) };
}

async function makeFile(kind: string, orientation: number): Promise<Buffer> {
  const stored = storeTurned(upright, width, height, orientation);
  const image = rgbImage(stored.width, stored.height, stored.data);
  const [format, how] = kind.split(' ') as ['jpeg' | 'png' | 'webp' | 'tiff', string | undefined];
  if (format === 'tiff') {
    const tags = { 258: [8, 8, 8], 262: 2, 277: 3, 274: orientation };
    const file = tiffFile(stored.width, stored.height, stored.data, tags);
    if (how === 'long') file.writeUInt16LE(4, file.indexOf(Buffer.from([0x12, 0x01, 3, 0, 1, 0, 0, 0])) + 2);
    return file;
  }
  const encoded = {
    jpeg: () => image.jpeg({ quality: 95 }),
    png: () => image.png(),
    webp: () => image.webp({ lossless: true }),
  };
  const block = exifBlock(orientation, how === 'long' ? 4 : 3, how === 'long' ? 'MM' : 'II');
  const prefixed = how === 'prefixed' ? Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), block]) : block;
  return withExif(format, await encoded[format]().toBuffer(), prefixed, how === 'behind' ? 'behind' : undefined);
}

async function headerOf(path: string) {
  const handle = await open(path);
  try {
    return (await readHeader(new FileBytes(handle, (await handle.stat()).size))).header!;
  } finally {
    await handle.close();
  }
}

const kinds = [
  'jpeg',
  'jpeg long',
  'png',
  'png long',
  'png behind',
  'webp',
  'webp long',
  'webp prefixed',
  'tiff',
  'tiff long',
];

describe.each(kinds)('%s', (kind) => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('orientation %i: one size and one picture for all', async (orientation) => {
    const path = put(
      folder,
      `${kind.replace(' ', '-')}-${orientation}.${kind.split(' ')[0]}`,
      await makeFile(kind, orientation),
    );
    const source = { path, orientation: 'exif' as const };
    expect(await probeImage(path)).toMatchObject({ width, height, exifOrientation: orientation });
    const right = { size: [width, height], shown: [0, 1, 2, 3] };
    const image = await decodeRgb(source);
    expect([image.width, image.height]).toEqual([width, height]);
    expect(quarters(image.data, width, height)).toEqual([0, 1, 2, 3]);
    const samples = await decodeSamples(source);
    expect([samples.width, samples.height]).toEqual([width, height]);
    expect(quarters(samples.data, width, height)).toEqual([0, 1, 2, 3]);
    expect(await quartersOf(await toPng(source))).toEqual(right);
    expect(await quartersOf(await makeThumbnail(source, 24))).toEqual({ size: [24, 16], shown: [0, 1, 2, 3] });

    // As it lies in the file, for datasets whose sizes are those.
    const lies = storeTurned(upright, width, height, orientation);
    const stored = await decodeRgb({ path, orientation: 'stored' });
    expect([stored.width, stored.height]).toEqual([lies.width, lies.height]);
    expect(quarters(stored.data, lies.width, lies.height)).toEqual(quarters(lies.data, lies.width, lies.height));

    // The window decodes itself only what every browser turns alike.
    const header = await headerOf(path);
    const isPlain = kind !== 'tiff' && kind !== 'tiff long' && (orientation === 1 || kind === 'jpeg');
    expect(windowShowsFile(header, 'exif')).toBe(isPlain);
    expect(windowShowsFile(header, 'stored')).toBe(isPlain && orientation === 1);
  });
});

test('a turn that is none of the eight is none', async () => {
  const png = await rgbImage(width, height, upright).png().toBuffer();
  for (const orientation of [0, 9, 65535]) {
    const path = put(folder, `odd-${orientation}.png`, withExif('png', png, exifBlock(orientation)));
    expect(await probeImage(path)).toMatchObject({ width, height, exifOrientation: 1 });
  }
});
