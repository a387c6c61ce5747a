import { describe, expect, it } from 'vitest';
import { proxyOf } from '@shared/dataset/completeView';
import type { DatasetView } from '@shared/dataset/view';
import { flatView, panopticRegions, stuffIds } from '@shared/document/labelMap';
import { cocoPanopticFormat } from '@shared/formats/cocoPanoptic/format';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { readMap, writeColorPng } from '@shared/formats/png/maskPng';
import { rleToSegmentation } from '@shared/document/segmentation';
import { fromBox, toCompressed } from '@shared/mask';
import { Random } from '../../../support/datasetFuzz';
import { type Files, madeDataset, memorySource, readFromMemory, writeToMemory } from '../../../support/formatFiles';

/** The panoptic map of an image: whose pixels are which, without the numbers of anything. */
function regionsOf(view: DatasetView, imageId: number, [height, width]: readonly [number, number]) {
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  const stuff = stuffIds(view.categories());
  const annotations = view.annotationsOf(imageId).map(({ annotation }) => annotation);
  return panopticRegions(flatView(annotations, stuff, [height, width]), stuff)
    .map(({ categoryId, isCrowd, mask }) => `${names.get(categoryId)} ${isCrowd} ${toCompressed(mask)}`)
    .sort();
}

const someStuff = (view: DatasetView): DatasetView => ({
  ...proxyOf(view),
  categories: () => view.categories().map((one) => ({ ...one, isThing: one.id % 2 === 1 })),
});

const read = (files: Files, sizes: ReadonlyMap<string, readonly [number, number]> = new Map(), options = {}) =>
  readFromMemory(cocoPanopticFormat, files, sizes, options);

describe('COCO panoptic', () => {
  it('gives the flat view back as it was, whatever lies in it', async () => {
    let regions = 0;
    for (let seed = 1; seed <= 120; seed++) {
      const before = someStuff(madeDataset(new Random(seed)).view('made'));
      const { files } = writeToMemory(before, cocoPanopticFormat);
      const dataset = await read(files);
      expect(dataset.issues, `seed ${seed}`).toEqual([]);
      const after = dataset.view('read');
      const images = [...after.images()];
      for (const [place, image] of [...before.images()].entries()) {
        const size = [image.height, image.width] as const;
        expect(images[place]).toMatchObject({ fileName: image.fileName, width: image.width, height: image.height });
        const expected = regionsOf(before, image.id, size);
        expect(regionsOf(after, images[place].id, size), `seed ${seed}: ${image.fileName}`).toEqual(expected);
        regions += expected.length;
      }
      // Things and stuff, and the pictures themselves, pixel by pixel.
      expect(after.categories().map(({ isThing }) => isThing)).toEqual(
        before.categories().map(({ isThing }) => isThing),
      );
      const again = writeToMemory(after, cocoPanopticFormat).files;
      for (const [name, content] of files) expect(again.get(name), `seed ${seed}: ${name}`).toEqual(content);
    }
    expect(regions).toBeGreaterThan(300);
  });

  const json = (segments: readonly object[], more: object = {}) =>
    JSON.stringify({
      info: 'info',
      images: [{ id: 9, file_name: 'a.jpg', width: 4, height: 2, license: 3 }],
      annotations: [{ image_id: 9, file_name: 'x.png', segments_info: segments, own: 'kept', ...more }],
      categories: [
        { id: 3, name: 'car', isthing: 1, supercategory: 'vehicle', color: [1, 2, 3] },
        { id: 5, name: 'sky', isthing: 0, supercategory: '' },
      ],
    }).replace('"info":"info"', '"info":{"year":2024, "2":1, "1":2}');
  const picture = (numbers: readonly number[]) => writeColorPng(Uint32Array.from(numbers), 4, 2);
  const files = (text: string, numbers: readonly number[]): Files =>
    new Map<string, string | Uint8Array>([
      ['panoptic_val.json', text],
      ['panoptic_val/x.png', picture(numbers)],
    ]);
  const segments = [
    { id: 0x0a0b0c, category_id: 3, area: 99, bbox: [0, 0, 1, 1], iscrowd: 1, note: 'unknown keys stay' },
    { category_id: 5, id: 7, area: 2, bbox: [2, 0, 2, 1], iscrowd: 0 },
    { category_id: 5, id: 8, area: 2, bbox: [2, 1, 2, 1], iscrowd: 0 },
  ];
  const numbers = [0x0a0b0c, 0, 7, 7, 0x0a0b0c, 0x0a0b0c, 8, 8];

  it('keeps numbers, unknown keys and stated areas of what nobody touched, and stuff apart that came apart', async () => {
    const before = files(json(segments), numbers);
    const view = (await read(before)).view('x');
    expect(view.categories()).toMatchObject([
      { id: 3, isThing: true, color: '#010203' },
      { id: 5, isThing: false },
    ]);
    const [image] = [...view.images()];
    expect(view.annotationsOf(image.id).map(({ annotation }) => [annotation.isCrowd, annotation.area])).toEqual([
      [true, 99],
      [false, 2],
      [false, 2],
    ]);
    const { files: after, losses } = writeToMemory(view, cocoPanopticFormat);
    const written = JSON.parse(after.get('panoptic.json') as string) as { annotations: unknown; info: unknown };
    const source = JSON.parse(json(segments)) as typeof written;
    expect(written.annotations).toEqual(source.annotations);
    // Keys in the order in which they came, which JSON.parse would change.
    expect(after.get('panoptic.json')).toContain('"info": {"year":2024, "2":1, "1":2}');
    expect([...readMap(after.get('panoptic/x.png') as Uint8Array).values]).toEqual(numbers);
    expect(losses.list().filter(({ code }) => code !== 'id')).toEqual([]);
  });

  it('gives what was drawn into stuff to its first segment, with the area it has then', async () => {
    const view = (await read(files(json(segments), numbers))).view('x');
    const { images } = view;
    const [image] = [...images()];
    const drawn = new MemoryDataset('/x', 'x');
    drawn.category({ id: 5, name: 'sky', supercategory: null }, null, { pointer: '' });
    drawn.image({ id: 9, fileName: 'a.jpg', width: 4, height: 2 }, null, { pointer: '' });
    const content = {
      ...{ segmentation: rleToSegmentation(fromBox([0, 0, 4, 1], 2, 4)), bbox: null, area: null },
      ...{ isCrowd: false, score: null, extra: {} },
    };
    drawn.annotation({ id: 50, imageId: 9, categoryId: 5, maskSize: null, content }, null, { pointer: '' });
    const all = [...view.annotationsOf(image.id), ...drawn.view('x').annotationsOf(9)];
    const { files: after } = writeToMemory(
      { ...view, annotationsOf: () => all, annotations: () => all },
      cocoPanopticFormat,
    );
    const { annotations } = JSON.parse(after.get('panoptic.json') as string) as {
      annotations: { segments_info: { id: number; area: number; bbox: number[] }[] }[];
    };
    // The crowd is a thing and lies above.
    expect([...readMap(after.get('panoptic/x.png') as Uint8Array).values]).toEqual([
      ...[0x0a0b0c, 7, 7, 7],
      ...[0x0a0b0c, 0x0a0b0c, 8, 8],
    ]);
    expect(annotations[0].segments_info.map(({ id, area, bbox }) => [id, area, bbox])).toEqual([
      [0x0a0b0c, 99, [0, 0, 1, 1]],
      [7, 3, [1, 0, 3, 1]],
      [8, 2, [2, 1, 2, 1]],
    ]);
  });

  it('tells segments without pixels, pixels without a segment, and pictures that are not there', async () => {
    const odd = [...segments, { id: 77, category_id: 5, area: 1, bbox: [0, 0, 1, 1], iscrowd: 0 }];
    const { issues, annotations } = await read(files(json(odd), [1, 1, ...numbers.slice(2)]));
    expect(annotations).toHaveLength(3);
    expect(issues.map(({ issue: { code, pointer, message } }) => [code, pointer, message])).toEqual([
      ['segment-empty', '/annotations/0/segments_info/3', 'segment 77 has no pixel in the picture: left out'],
      [
        'segment-unlisted',
        '/annotations/0',
        "2 pixels of x.png have the number 1, which is no segment of the list: they are nobody's",
      ],
    ]);
    const gone = await read(new Map([['panoptic_val.json', json(segments)]]));
    expect(gone.issues.map(({ issue }) => issue.code)).toEqual(['map-missing']);
  });

  it('refuses a picture of another size than its image, unless it is to be fitted', async () => {
    const other = files(json([segments[1]]), numbers);
    other.set('panoptic_val/x.png', writeColorPng(Uint32Array.of(7, 0), 2, 1));
    await expect(read(other)).rejects.toThrow('x.png is 2 x 1 pixels, but its image a.jpg is 4 x 2');
    const fitted = await read(other, new Map(), { resize: 'nearest' });
    expect(fitted.annotations[0].record.content?.segmentation).toMatchObject({ size: [2, 4] });
  });

  it('is known by the folder of its pictures where the list of images is longer than what is looked at', async () => {
    const images = Array.from({ length: 2000 }, (_, id) => ({ id, file_name: `${id}.jpg`, width: 4, height: 2 }));
    const text = JSON.stringify({ images, annotations: [], categories: [] });
    const known = (name: string) =>
      cocoPanopticFormat.recognise(
        memorySource(
          new Map([
            [name, text],
            ['panoptic_val/x.png', picture(numbers)],
          ] as [string, string | Uint8Array][]),
          new Map(),
        ),
      );
    expect(await known('panoptic_val.json')).toBe(
      'panoptic_val.json lists segments, and panoptic_val/ has their pictures',
    );
    expect(await known('instances_val.json')).toBeNull();
  });

  it('reads records that stand before their images as those that stand after them', async () => {
    const { images, annotations, ...rest } = JSON.parse(json(segments, { file_name: undefined })) as Record<
      string,
      unknown
    >;
    const before = files(JSON.stringify({ annotations, ...rest, images }), numbers);
    before.set('panoptic_val/a.png', before.get('panoptic_val/x.png')!);
    const { issues, annotations: found } = await read(before);
    expect([issues, found.length]).toEqual([[], 3]);
    // The size is that of the image here too.
    before.set('panoptic_val/a.png', writeColorPng(Uint32Array.of(7, 8), 2, 1));
    await expect(read(before)).rejects.toThrow('a.png is 2 x 1 pixels, but its image a.jpg is 4 x 2');
    const fitted = await read(before, new Map(), { resize: 'nearest' });
    expect(fitted.annotations[0].record.content?.segmentation).toMatchObject({ size: [2, 4] });
    const nobodys = await read(files(JSON.stringify({ annotations, ...rest, images: [] }), numbers));
    expect(nobodys.issues.map(({ issue }) => issue.message)).toContain(
      'nothing says which picture it has: 3 segments are left out',
    );
  });

  it('gives every picture a name of its own, whatever the records say', async () => {
    const names: readonly (string | null)[] = ['../../evil.png', 'b.png', 'B.png', null, 'f.png', null];
    const list = names.map((_, at) => ({ id: at + 1, file_name: `${'abcdef'[at]}.jpg`, width: 4, height: 2 }));
    const segment = { id: 7, category_id: 5, area: 8, bbox: [0, 0, 4, 2], iscrowd: 0 };
    const records = names.flatMap((file_name, at) =>
      file_name === null ? [] : [{ image_id: at + 1, file_name, segments_info: [segment] }],
    );
    const { categories } = JSON.parse(json([])) as { categories: object[] };
    const all = new Map<string, string | Uint8Array>([
      ['panoptic_val.json', JSON.stringify({ images: list, annotations: records, categories })],
      ...['evil', 'b', 'B', 'f'].map(
        (name) => [`panoptic_val/${name}.png`, picture(Array(8).fill(7) as number[])] as const,
      ),
    ]);
    const view = (await read(all)).view('x');
    const drawn = new MemoryDataset('/x', 'x');
    const at = { pointer: '' };
    const content = {
      ...{ segmentation: rleToSegmentation(fromBox([0, 0, 4, 2], 2, 4)), bbox: null, area: null },
      ...{ isCrowd: false, score: null, extra: {} },
    };
    // The last two images came without a record, and have one now: the sixth would like to be called as the fifth is.
    drawn.category({ id: 5, name: 'sky', supercategory: null }, null, at);
    for (const { id, file_name: fileName } of list) drawn.image({ id, fileName, width: 4, height: 2 }, null, at);
    for (const imageId of [4, 6])
      drawn.annotation({ id: null, imageId, categoryId: 5, maskSize: null, content }, null, at);
    const added = drawn.view('x');
    const of = (imageId: number) => [...view.annotationsOf(imageId), ...added.annotationsOf(imageId)];
    const everything = list.flatMap(({ id }) => of(id));
    const { files: after } = writeToMemory(
      { ...proxyOf(view), annotationsOf: of, annotations: () => everything, annotationCount: everything.length },
      cocoPanopticFormat,
    );
    const written = JSON.parse(after.get('panoptic.json') as string) as { annotations: { file_name: string }[] };
    const called = written.annotations.map(({ file_name }) => file_name);
    expect(called).toEqual(['a.png', 'b.png', 'B_2.png', 'd.png', 'f.png', 'f_2.png']);
    expect([...after.keys()].sort()).toEqual(['panoptic.json', ...called.map((name) => `panoptic/${name}`)].sort());
  });

  it('makes one segment of stuff that a merged category brought, and of things that have become stuff', async () => {
    const view = (await read(files(json(segments), numbers))).view('x');
    const merged: DatasetView = {
      ...proxyOf(view),
      annotationsOf: (id) =>
        view.annotationsOf(id).map((record) => {
          if (record.categoryId !== 3) return record;
          const { id: own, imageId, text, baseline, place } = record;
          const annotation = { ...record.annotation, categoryId: 5, isCrowd: false };
          return { id: own, imageId, categoryId: 5, text, untouched: false, annotation, baseline, place };
        }),
    };
    const idsOf = (after: Files) =>
      (
        JSON.parse(after.get('panoptic.json') as string) as { annotations: { segments_info: { id: number }[] }[] }
      ).annotations.flatMap(({ segments_info }) => segments_info.map(({ id }) => id));
    const { files: after } = writeToMemory(merged, cocoPanopticFormat);
    expect(idsOf(after)).toEqual([7, 8]);
    expect([...readMap(after.get('panoptic/x.png') as Uint8Array).values]).toEqual([7, 0, 7, 7, 7, 7, 8, 8]);

    const cars = [segments[0], { ...segments[1], category_id: 3 }];
    const things = (
      await read(
        files(
          json(cars),
          numbers.map((value) => (value === 8 ? 0 : value)),
        ),
      )
    ).view('x');
    const asStuff: DatasetView = {
      ...proxyOf(things),
      categories: () => things.categories().map((one) => ({ ...one, isThing: false })),
    };
    expect(idsOf(writeToMemory(asStuff, cocoPanopticFormat).files)).toHaveLength(1);
  });
});
