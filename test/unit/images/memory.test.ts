/** Memory is promised from the header's numbers, before a pixel is read. */
import { describe, expect, test } from 'vitest';
import { decode16, decodeRgb, decodeRgba, decodeSamples, makeThumbnail, probeImage } from '../../../src-main/images';
import { imageMemory, promiseMemory } from '../../../src-main/images/limits';
import { put, temporaryFolder, tiffFile } from './files';
import { pngHead } from './pngHead';

const folder = temporaryFolder();
const gigabyte = 2 ** 30;

describe('an image of 30,000 x 30,000 pixels', () => {
  const files = {
    png: put(folder, 'huge.png', pngHead(30_000, 30_000, 8)),
    deep: put(folder, 'deep.png', pngHead(30_000, 30_000, 16)),
    float: put(folder, 'float.tif', tiffFile(30_000, 30_000, new Uint8Array(8), { 258: 32, 339: 3, 278: 1 })),
  };

  test.each(Object.entries(files))(
    '%s: what needs its pixels refuses in time, with the numbers',
    async (_kind, path) => {
      const source = { path, orientation: 'exif' as const };
      expect(await probeImage(path).catch((error: Error) => error.message)).toMatchObject(
        path.endsWith('.png') ? { width: 30_000, height: 30_000 } : {},
      );
      const sentence = /has 900 megapixels: this would take \d+\.\d GB of memory, and an image may take \d\.\d GB here/;
      for (const read of [decodeRgb, decodeRgba, decodeSamples, decode16]) {
        const error = await read(source).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        expect(error, read.name).toMatchObject({
          code: 'bad-input',
          message: expect.stringMatching(sentence),
          place: { file: path },
          hint: expect.stringMatching(/^cut it into tiles of at most \d+ megapixels$/),
        });
      }
    },
  );

  test('a thumbnail of a deep one is refused too, it would be read whole', async () => {
    await expect(makeThumbnail({ path: files.deep, orientation: 'exif' }, 160)).rejects.toThrow('has 900 megapixels');
  });
});

test('an image may take a quarter of the memory, from half a GB to four', () => {
  expect(imageMemory(8 * gigabyte)).toBe(2 * gigabyte);
  expect(imageMemory(1 * gigabyte)).toBe(gigabyte / 2);
  expect(imageMemory(256 * gigabyte)).toBe(4 * gigabyte);
  expect(() => promiseMemory('a.png', 100e6, 8, gigabyte)).not.toThrow();
  expect(() => promiseMemory('a.png', 200e6, 8, gigabyte)).toThrow(
    'a.png has 200 megapixels: this would take 1.5 GB of memory, and an image may take 1.0 GB here',
  );
});
