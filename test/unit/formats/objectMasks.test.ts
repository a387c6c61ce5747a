/** A mask for each object in a folder for each image: every mask is an object, pixel for pixel. */
import { encode as encodePng } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { proxyOf } from '@shared/dataset/completeView';
import type { DatasetView } from '@shared/dataset/view';
import { segmentationToRle } from '@shared/document/segmentation';
import { objectMasksFormat } from '@shared/formats/objectMasks/format';
import { instanceMapFormat } from '@shared/formats/instanceMap/format';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { readMap, writeMaskPng } from '@shared/formats/png/maskPng';
import { formats } from '@shared/formats/registry';
import { decode } from '@shared/mask';
import {
  type Files,
  memorySource,
  readFromMemory,
  sizesIn,
  touchedView,
  writeToMemory,
} from '../../support/formatFiles';

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
    expect(dataset.issues.map(({ issue }) => issue.message)).toContain(
      'stage1_train/1b/masks/x.png has no pixel: left out',
    );
    const read = (bytes: Uint8Array) => readFromMemory(objectMasksFormat, withMask(bytes), sizes);
    await expect(read(mask([0], 1, [5, 3]))).rejects.toMatchObject({ code: 'bad-input', remedy: 'resize' });
    await expect(read(mask([0]).subarray(0, 50))).rejects.toThrow('stage1_train/1b/masks/x.png is no label map');
    await expect(readFromMemory(objectMasksFormat, new Map(), new Map())).rejects.toThrow('has no image with masks');
  });

  it('of other kinds, and second pictures, are told to be left out', async () => {
    const more: Files = new Map([...files, ['stage1_train/1b/masks/x.jpg', mask([0])]]);
    const pictures = new Map([...sizes, ['stage1_train/1b/images/1b.jpg', [W, H] as const]]);
    const dataset = await readFromMemory(objectMasksFormat, more, pictures);
    const left = dataset.issues.filter(({ issue }) => issue.code === 'file-left-out');
    expect(left.map(({ issue }) => issue.message)).toEqual([
      'stage1_train/1b/images/1b.jpg is a second picture beside stage1_train/1b/images/1b.png, which was taken: the masks are of one',
      'stage1_train/1b/masks/x.jpg is no PNG or TIFF: masks of other kinds are left out',
    ]);
    expect(dataset.images).toHaveLength(3);
  });

  it('are not seen where one map a folder is called as its image', async () => {
    const maps: Files = new Map([['a/masks/a.png', mask([0])]]);
    expect(await objectMasksFormat.recognise(memorySource(maps, new Map([['a/images/a.png', [W, H]]])))).toBeNull();
  });
});

describe('masks by object, written', () => {
  const square = (x: number, y: number, side: number) => {
    const outer = [x, y, x + side, y, x + side, y + side, x, y + side];
    return { kind: 'polygons' as const, parts: [{ outer, holes: [] }] };
  };
  const made = (names: readonly string[], boxes: readonly (readonly [number, number, number])[]) => {
    const dataset = new MemoryDataset('/made', 'made');
    const at = { pointer: '' };
    dataset.category({ id: 1, name: 'nucleus', supercategory: null }, null, at);
    for (const [place, fileName] of names.entries()) {
      dataset.image({ id: place + 1, fileName, width: W, height: H }, null, at);
      for (const box of boxes) {
        const content = {
          ...{ segmentation: square(...box), bbox: null, area: null },
          ...{ isCrowd: false, score: null, extra: {} },
        };
        dataset.annotation({ id: null, imageId: place + 1, categoryId: 1, maskSize: null, content }, null, at);
      }
    }
    return dataset.view('made');
  };

  it('are a folder for each image, pixel for pixel, also where they overlap', () => {
    const view = made(['images/a b.png', 'x/ü.v2.jpg'], [[0, 0, 2], [1, 1, 2]]); // prettier-ignore
    const { files, losses } = writeToMemory(view, objectMasksFormat);
    const grid = ([...files] as [string, Uint8Array][]).map(([name, bytes]) => [name, [...readMap(bytes).values]]);
    const on = (...pixels: number[]) => Array.from({ length: W * H }, (_, at) => (pixels.includes(at) ? 255 : 0));
    expect(grid).toEqual([
      ['a b/masks/mask_0001.png', on(0, 1, 4, 5)],
      ['a b/masks/mask_0002.png', on(5, 6, 9, 10)],
      ['x/ü.v2/masks/mask_0001.png', on(0, 1, 4, 5)],
      ['x/ü.v2/masks/mask_0002.png', on(5, 6, 9, 10)],
    ]);
    expect(objectMasksFormat.placeImages!(view).map(({ picture }) => picture)).toEqual([
      'a b/images/a b.png',
      'x/ü.v2/images/ü.v2.jpg',
    ]);
    expect(losses.list().map(({ code, count }) => [code, count])).toEqual([
      ...[['outline-as-mask', 4], ['category', 4], ['id', 4]], // prettier-ignore
    ]);
  });

  it('of images that would share a folder lie in one each, and no mask is called as its image', async () => {
    const names = ['a.jpg', 'A.png', 'mask_0001.png', '.png', 'a/images/a.jpg'];
    const view = made(names, [[0, 0, 1], [2, 2, 1]]); // prettier-ignore
    const { files, losses } = writeToMemory(view, objectMasksFormat);
    const pictures = objectMasksFormat.placeImages!(view).map(({ picture }) => picture);
    expect(pictures).toEqual([
      ...['a/images/a.jpg', 'A_2/images/A_2.png', 'mask_0001/images/mask_0001.png', '_/images/_.png'],
      'a_3/images/a_3.jpg',
    ]);
    expect(losses.count('image-renamed')).toBe(3);
    const sizes = new Map(pictures.map((name) => [name, [W, H] as const]));
    const again = (await readFromMemory(objectMasksFormat, files, sizes)).view('again');
    expect([...again.images()].map(({ id }) => again.annotationsOf(id).length)).toEqual([2, 2, 2, 2, 2]);
    const alone = made(['mask_0001.png'], [[0, 0, 1]]);
    const { files: one } = writeToMemory(alone, objectMasksFormat);
    const found = await formats.recognise(memorySource(one, new Map([['mask_0001/images/mask_0001.png', [W, H]]])));
    expect(found.map(({ format }) => format.id)).toEqual(['object-masks']);
  });

  it('of images that lay so elsewhere, and of copies of them, lie as those did, not deeper', async () => {
    const given = made(['x/a/images/a.png', 'y/a/images/a.png', 'a/images/b.png'], [[0, 0, 1]]);
    const placesIn = (view: DatasetView) => objectMasksFormat.placeImages!(view).map(({ picture }) => picture);
    expect(placesIn(given)).toEqual(['x/a/images/a.png', 'y/a/images/a.png', 'a/images/b/images/b.png']);
    for (const view of [given, (await readFromMemory(objectMasksFormat, files, sizes)).view('x')]) {
      const before = placesIn(view);
      const images = [...view.images()];
      const copies = images.map((image, at) => ({
        ...{ ...image, id: 90 + at, text: null, copyOf: image.id },
        fileName: image.fileName.replace('.png', '_aug1.png'),
      }));
      const more = { ...proxyOf(view), images: () => [...images, ...copies], imageCount: 2 * images.length };
      const deeper = (name: string) => name.replace(/([^/]+)\/images\/[^/]+$/, '$1_aug1/images/$1_aug1.png');
      expect(placesIn(more)).toEqual([...before, ...before.map(deeper)]);
    }
  });

  it('of what was split anew are of the part whose folder lies above', async () => {
    const masks = new Map(
      ['train/val/a', 'val/stage1_train/b', 'none/test2/c'].map((at) => [`${at}/masks/1.png`, mask([0])]),
    );
    const dataset = await readFromMemory(objectMasksFormat, masks, new Map());
    expect(dataset.images.map(({ record }) => record.split)).toEqual(['train', 'val', 'test']);
  });

  it('that came so keep their folders, names and values; a new one has a name that none has', async () => {
    const own: Files = new Map([
      ...files,
      [
        'stage1_train/1b/masks/mask_0001.png',
        writeMaskPng(
          Uint8Array.from({ length: W * H }, (_, at) => (at === 3 ? 1 : 0)),
          W,
          H,
          1,
        ),
      ],
    ]);
    const view = (await readFromMemory(objectMasksFormat, own, sizes)).view('own');
    expect([...view.images()].map(({ statedSplit }) => statedSplit)).toEqual(['train', 'train', 'test']);
    const { files: again, losses } = writeToMemory(view, objectMasksFormat);
    expect([...again.keys()]).toEqual([...own.keys()]);
    for (const [name, content] of own) {
      const [was, is] = [content, again.get(name)!].map((bytes) => readMap(bytes as Uint8Array));
      const valueOf = (value: number) => (was.isColour && value > 0 ? 255 : value);
      expect([...is.values], name).toEqual([...was.values].map(valueOf));
    }
    expect(losses.list()).toEqual([]);
    const record = view.annotationsOf(2)[0];
    const { imageId, categoryId, annotation, place } = record;
    const added = { id: 99, imageId, categoryId, annotation, place, text: null, untouched: false, baseline: null };
    const more = touchedView(view, (records) => (records[0]?.imageId === 2 ? [added, ...records] : records));
    const { files: written, losses: lost } = writeToMemory(more, objectMasksFormat);
    expect([...written.keys()].filter((name) => name.includes('1b'))).toEqual([
      ...['mask_0001_2', 'ab', 'mask_0001'].map((stem) => `stage1_train/1b/masks/${stem}.png`),
    ]);
    // `ab` lies above the new one and has its pixel, and is read before it.
    expect(lost.list().filter(({ code }) => code === 'order')).toMatchObject([{ count: 1, places: [{ imageId: 2 }] }]);
  });

  it('are known where a folder above an image is called images', async () => {
    const names = ['x/images/y.png', 'w.png', 'v.png'];
    const view = made(names, [[0, 0, 2], [1, 1, 2]]); // prettier-ignore
    const { files } = writeToMemory(view, objectMasksFormat);
    const places = objectMasksFormat.placeImages!(view).map(({ picture }) => [picture, [W, H]] as const);
    const source = memorySource(files, new Map(places));
    // On a disk every PNG is a picture.
    const found = await formats.recognise({ ...source, pictures: source.names });
    expect(found.map(({ format }) => format.id)).toEqual(['object-masks']);
  });

  it('without their pictures find those that lie elsewhere', async () => {
    const { files } = writeToMemory(made(['sub/a.jpg', 'b.png'], [[0, 0, 2], [1, 1, 2]]), objectMasksFormat); // prettier-ignore
    const elsewhere = { ...memorySource(files, new Map()), pictures: async () => ['x/a.jpg', 'b.png', 'x/b.png'] };
    expect((await formats.recognise(elsewhere)).map(({ format }) => format.id)).toEqual(['object-masks']);
    const dataset = new MemoryDataset('/memory', 'object-masks');
    await objectMasksFormat.read!(elsewhere, dataset);
    expect(dataset.images.map(({ record }) => record.fileName)).toEqual(['x/a.jpg', 'b.png']);
    const places = objectMasksFormat.placeImages!(dataset.view('v'));
    expect(places.map(({ picture }) => picture)).toEqual(['sub/a/images/a.jpg', 'b/images/b.png']);
    expect(
      await objectMasksFormat.recognise(memorySource(new Map([['gt/masks/1.png', mask([0])]]), new Map())),
    ).toBeNull();
  });

  it('are told where masks overlap, once for each that takes pixels of others', async () => {
    const dataset = await readFromMemory(objectMasksFormat, files, sizes);
    expect(dataset.issues.map(({ issue, at }) => [issue.code, issue.message, at.file])).toEqual([
      [
        'masks-overlap',
        'stage1_train/00a/masks/f00d.png has 1 pixel that other masks of its image have',
        'stage1_train/00a/masks/f00d.png',
      ],
    ]);
  });

  it.each(formats.all.filter((format) => format.read && format.write).map((format) => [format.id, format] as const))(
    'written as %s, with their pictures, are that format alone',
    async (id, format) => {
      const view = (await readFromMemory(objectMasksFormat, files, sizes)).view('x');
      const found = await formats.recognise(memorySource(writeToMemory(view, format).files, sizesIn(format, view)));
      expect(found.map((one) => one.format.id)).toEqual([id]);
    },
  );

  it('are known by their pictures alone where no image has any', async () => {
    expect(await objectMasksFormat.recognise(memorySource(new Map(), sizes))).toMatch(/no image has masks yet$/);
  });
});
