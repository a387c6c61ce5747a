/** A mask for each object in a folder for each image: every mask is an object, pixel for pixel. */
import { encode as encodePng } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { segmentationToRle } from '@shared/document/segmentation';
import { objectMasksFormat } from '@shared/formats/objectMasks/format';
import { instanceMapFormat } from '@shared/formats/instanceMap/format';
import { formats } from '@shared/formats/registry';
import { decode } from '@shared/mask';
import { type Files, memorySource, readFromMemory, writeToMemory } from '../../support/formatFiles';

const [W, H] = [4, 3];
/** White pixels on black, grey or with an alpha channel, as the Bowl's files are of both. */
function mask(pixels: readonly number[], channels: 1 | 4 = 1, size: readonly [number, number] = [W, H]): Uint8Array {
  const data = new Uint8Array(size[0] * size[1] * channels);
  if (channels === 4) for (let at = 3; at < data.length; at += 4) data[at] = 255;
  for (const pixel of pixels) data.fill(255, pixel * channels, (pixel + 1) * channels);
  return encodePng({ width: size[0], height: size[1], channels, depth: 8, data });
}

const sizes = new Map(
  ['stage1_train/00a/images/00a.png', 'stage1_train/1b/images/1b.png', 'stage1_test/2c/images/2c.png'].map((name) => [
    name,
    [W, H] as const,
  ]),
);
const files: Files = new Map([
  ['stage1_train/00a/masks/c0ffee.png', mask([0, 1, 4])],
  ['stage1_train/00a/masks/f00d.png', mask([1, 2], 4)],
  ['stage1_train/1b/masks/ab.png', mask([11])],
]);

describe('masks by object', () => {
  it('are known by their folders, and claimed by no other format', async () => {
    const found = await formats.recognise(memorySource(files, sizes));
    expect(found.map(({ format, why }) => [format.id, why])).toEqual([
      ['object-masks', 'stage1_train/00a/masks/ holds 2 masks of stage1_train/00a/images/00a.png'],
    ]);
  });

  it('are objects pixel for pixel, also where they overlap; an image without masks has none', async () => {
    const view = (await readFromMemory(objectMasksFormat, files, sizes)).view('x');
    const pixels = [...view.images()].map(({ id, fileName, width, height }) => [
      ...[fileName, width, height],
      view.annotationsOf(id).map(({ annotation }) => {
        const bitmap = decode(segmentationToRle(annotation.segmentation!, [H, W]));
        return [...bitmap.keys()].filter((at) => bitmap[at] === 1);
      }),
    ]);
    expect(pixels).toEqual([
      ['stage1_train/00a/images/00a.png', W, H, [[0, 1, 4], [1, 2]]], // prettier-ignore
      ['stage1_train/1b/images/1b.png', W, H, [[11]]],
      ['stage1_test/2c/images/2c.png', W, H, []],
    ]);
    const { losses } = writeToMemory(view, instanceMapFormat);
    expect(losses.list().find(({ code }) => code === 'overlap')).toMatchObject({ count: 1, pixels: 1 });
  });

  it('tell of one without a pixel, and refuse one of another size or that is damaged', async () => {
    const withMask = (bytes: Uint8Array) => new Map([...files, ['stage1_train/1b/masks/x.png', bytes] as const]);
    const dataset = await readFromMemory(objectMasksFormat, withMask(mask([])), sizes);
    expect(dataset.issues.map(({ issue }) => issue.message)).toEqual([
      'stage1_train/1b/masks/x.png has no pixel: left out',
    ]);
    const read = (bytes: Uint8Array) => readFromMemory(objectMasksFormat, withMask(bytes), sizes);
    await expect(read(mask([0], 1, [5, 3]))).rejects.toMatchObject({ code: 'bad-input', remedy: 'resize' });
    await expect(read(mask([0]).subarray(0, 50))).rejects.toThrow('stage1_train/1b/masks/x.png is no label map');
    await expect(readFromMemory(objectMasksFormat, new Map(), new Map())).rejects.toThrow('has no image with masks');
  });

  it('are not seen where one map a folder is called as its image', async () => {
    const maps: Files = new Map([['a/masks/a.png', mask([0])]]);
    expect(await objectMasksFormat.recognise(memorySource(maps, new Map([['a/images/a.png', [W, H]]])))).toBeNull();
  });
});
