import { encode as encodePng } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { proxyOf } from '@shared/dataset/completeView';
import type { DatasetView } from '@shared/dataset/view';
import { categoryMap, flatView, stuffIds } from '@shared/document/labelMap';
import type { FormatOptions } from '@shared/formats/format';
import { unexplainedColors } from '@shared/formats/labelMap/files';
import { labelMapFormat } from '@shared/formats/labelMap/format';
import { fitted } from '@shared/formats/labelMap/values';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { readMap, vocPalette, writeIndexedPng } from '@shared/formats/png/maskPng';
import { rleToSegmentation } from '@shared/document/segmentation';
import { fromBox, labelsToRaster } from '@shared/mask';
import { type Files, memorySource, readFromMemory, writeToMemory } from '../../../support/formatFiles';

const W = 4;
const H = 3;
const values = [0, 0, 1, 1, 0, 7, 7, 255, 1, 7, 0, 255];
const indexed = (pixels: readonly number[] = values, width = W) =>
  writeIndexedPng(Uint8Array.from(pixels), width, pixels.length / width, vocPalette());
const grey = (pixels: readonly number[], depth: 8 | 16) =>
  encodePng({
    ...{ width: W, height: H, channels: 1, depth },
    data: depth === 16 ? Uint16Array.from(pixels) : Uint8Array.from(pixels),
  });

async function read(
  files: Record<string, string | Uint8Array>,
  options: FormatOptions = {},
  pictures = ['images/a.jpg'],
) {
  const sizes = new Map(pictures.map((name) => [name, [W, H] as const]));
  const dataset = await readFromMemory(labelMapFormat, new Map(Object.entries(files)) as Files, sizes, options);
  const view = dataset.view('x');
  const [image] = [...view.images()];
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  const annotations = view.annotationsOf(image.id).map(({ annotation }) => annotation);
  const flat = categoryMap(flatView(annotations, stuffIds(view.categories()), [image.height, image.width]));
  const pixels = [...labelsToRaster(flat, new Int32Array(image.width * image.height))];
  const found = annotations.map(({ categoryId, area }) => [names.get(categoryId), area]);
  return { dataset, view, image, pixels, found, issues: dataset.issues.map(({ issue }) => issue) };
}

describe('reading label maps', () => {
  it.each(['background:::\ncar:::\nroad:::\n', 'car:::\nroad:::\n'])(
    'takes VOC’s colours where a list of CVAT gives none: %j',
    async (list) => {
      const [car, road] = vocPalette().slice(1);
      const data = Uint8Array.from([...Array<number[]>(9).fill([0, 0, 0]), car, road, road].flat());
      const map = encodePng({ width: W, height: H, channels: 3, depth: 8, data });
      const { found, issues, view } = await read({ 'SegmentationClass/a.png': map, 'labelmap.txt': list });
      expect(found.sort()).toEqual([['car', 1], ['road', 2]]); // prettier-ignore
      expect(issues).toEqual([]);
      expect(view.categories().map(({ color }) => color)).toEqual(['#800000', '#008000']);
    },
  );

  it('takes each class of a palette map as one annotation of stuff, and keeps what is to be ignored', async () => {
    const { view, image, found, pixels, issues } = await read({ 'labels/a.png': indexed() });
    expect(image).toMatchObject({ fileName: 'images/a.jpg', width: W, height: H });
    expect(found).toEqual(
      [
        ['class 1', 3],
        ['class 7', 3],
        ['ignore', 2],
      ].sort(),
    );
    expect(view.categories().map(({ id, color, isThing }) => [id, color, isThing])).toEqual(
      [
        [1, '#800000', false],
        [7, '#808080', false],
        [255, null, false],
      ].sort((a, b) => Number(a[0]) - Number(b[0])),
    );
    expect(pixels).toEqual(values.map((value) => (value === 0 ? -1 : value)));
    expect(view.labelValues).toEqual({ background: 0, ignore: 255, unlabelled: 'background' });
    expect(issues).toEqual([]);
  });

  it('takes the objects apart that a map of objects beside it tells apart, and keeps what is of none', async () => {
    const classes = [1, 1, 1, 0, 1, 2, 2, 2, 0, 0, 2, 1];
    const objects = [1, 1, 2, 0, 1, 3, 3, 3, 0, 0, 0, 0];
    const files = (map: Uint8Array) => ({
      'class_names.txt': '_background_\ncat\ndog',
      'SegmentationClass/a.png': indexed(classes),
      'SegmentationObject/a.png': map,
    });
    const { found, pixels, view, issues } = await read(files(indexed(objects)));
    expect(found.sort()).toEqual([
      ['cat', 1],
      ['cat', 1],
      ['cat', 3],
      ['dog', 1],
      ['dog', 3],
    ]);
    expect(view.categories().map(({ isThing }) => isThing)).toEqual([true, true]);
    expect(pixels).toEqual(classes.map((value) => (value === 0 ? -1 : value)));
    expect(issues).toEqual([]);
    // CVAT writes both in VOC's colours.
    const rgb = Uint8Array.from(objects.flatMap((value) => vocPalette()[value].slice(0, 3)));
    const coloured = await read(files(encodePng({ width: W, height: H, channels: 3, depth: 8, data: rgb })));
    expect(coloured.found.sort()).toEqual(found);
    const other = await read(files(indexed([1, 1], 2)));
    expect(other.found.sort()).toEqual([
      ['cat', 5],
      ['dog', 4],
    ]);
    expect(other.issues).toHaveLength(1);
  });

  it('takes connected pieces as things where that is asked for, but the stuff of a legend whole', async () => {
    const legend =
      '{"background": 0, "classes": [{"id": 1, "name": "car", "isthing": 1}, {"id": 7, "name": "road", "isthing": 0}]}';
    const files = { 'legend.json': legend, 'labels/a.png': indexed() };
    const { found } = await read(files, { pieces: 'components' });
    expect(found.sort()).toEqual([
      ['car', 1],
      ['car', 2],
      ['ignore', 2],
      ['road', 3],
    ]);
    const whole = await read(files);
    expect(whole.found.sort()).toEqual([
      ['car', 3],
      ['ignore', 2],
      ['road', 3],
    ]);
  });

  it('reads 8 and 16 bits of grey, and colours by the legend', async () => {
    expect((await read({ 'labels/a.png': grey(values, 8) })).pixels).toEqual(
      (await read({ 'labels/a.png': indexed() })).pixels,
    );
    const deep = values.map((value) => (value === 255 ? 65535 : value * 100));
    const { pixels, view } = await read({ 'labels/a.png': grey(deep, 16) });
    expect(pixels).toEqual(deep.map((value) => (value === 0 ? -1 : value)));
    expect(view.labelValues?.ignore).toBe(65535);
    const palette = vocPalette();
    const data = Uint8Array.from(values.flatMap((value) => palette[value]));
    const colored = encodePng({ width: W, height: H, channels: 3, depth: 8, data });
    const legend = 'name,r,g,b\nbackground,0,0,0\ncar,128,0,0\nroad,128,128,128\n';
    const rgb = await read({ 'class_dict.csv': legend, 'labels/a.png': colored });
    expect(rgb.found.sort()).toEqual([
      ['car', 3],
      ['road', 3],
    ]);
    expect(rgb.issues).toMatchObject([{ code: 'class-unknown' }]);
    await expect(read({ 'labels/a.png': colored })).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('knows the numbers of VOC, Cityscapes and ADE20K', async () => {
    const files = { 'labels/a.png': indexed() };
    expect((await read(files, { classes: 'voc-21' })).found.sort()).toEqual([
      ['aeroplane', 3],
      ['car', 3],
      ['ignore', 2],
    ]);
    const train = await read(files, { classes: 'cityscapes-train' });
    expect(train.found.sort()).toEqual([
      ['road', 4],
      ['sidewalk', 3],
      ['traffic sign', 3],
    ]);
    // Every pixel is a class or left out: there is no background.
    expect(train.view.labelValues).toEqual({ background: 0, ignore: 255, unlabelled: 'ignore' });
    expect(train.pixels).toEqual(values.map((value) => (value === 255 ? -1 : value)));
    expect((await read(files, { classes: 'cityscapes' })).found).toContainEqual(['road', 3]);
    const ade = await read(files, { classes: 'ade20k' });
    expect(ade.found.sort()).toEqual([
      ['ignore', 2],
      ['road', 3],
      ['wall', 3],
    ]);
  });

  it('has the values told that mean background and ignored', async () => {
    const files = { 'labels/a.png': indexed() };
    const { found, view } = await read(files, { background: '7', ignore: '1' });
    expect(found.sort()).toEqual([
      ['class 0', 4],
      ['class 255', 2],
      ['ignore', 3],
    ]);
    expect(view.labelValues).toEqual({ background: 7, ignore: 1, unlabelled: 'background' });
    expect((await read(files, { background: 'none', ignore: '255' })).found.sort()).toEqual([
      ['class 0', 4],
      ['class 1', 3],
      ['class 7', 3],
    ]);
    await expect(read(files, { background: '65536' })).rejects.toMatchObject({ code: 'usage' });
  });

  it('refuses a map of another size than its image, unless it is to be fitted', async () => {
    const half = indexed([1, 7], 2);
    const refused = read({ 'labels/a.png': half });
    await expect(refused).rejects.toThrow('labels/a.png is 2 x 1 pixels, but its image images/a.jpg is 4 x 3');
    const { pixels, issues } = await read({ 'labels/a.png': half }, { resize: 'nearest' });
    expect(pixels).toEqual([1, 1, 7, 7, 1, 1, 7, 7, 1, 1, 7, 7]);
    expect(issues).toMatchObject([{ code: 'map-resized' }]);
  });

  it.each([
    ['labels/train/a.png', ['images/train/a.jpg', 'images/val/a.jpg'], 'images/train/a.jpg'],
    ['masks/b_mask.png', ['photos/b.tif'], 'photos/b.tif'],
    ['a.png', ['a.jpg'], 'a.jpg'],
    ['labels/a.png.png', ['images/a.jpg', 'images/a.png'], 'images/a.png'],
    ['labels/nowhere.png', ['images/a.jpg'], 'nowhere.png'],
  ])('finds the picture of %s', async (name, pictures, expected) => {
    expect((await read({ [name]: indexed() }, {}, pictures)).image.fileName).toBe(expected);
  });
});

describe('legends', () => {
  const legend = (fields: object) => ({ 'legend.json': JSON.stringify(fields), 'labels/a.png': indexed() });

  it('reads the legend that a project without categories leaves', async () => {
    const dataset = new MemoryDataset('/made', 'made');
    dataset.image({ id: 1, fileName: 'a.jpg', width: W, height: H }, null, { pointer: '' });
    for (const unlabelled of ['background', 'ignore']) {
      const { files } = writeToMemory(dataset.view('made'), labelMapFormat, { unlabelled });
      const { found, issues } = await read(Object.fromEntries(files));
      expect([found, issues]).toEqual([[], []]);
    }
    await expect(read({ 'legend.json': '{}', 'labels/a.png': indexed() })).rejects.toThrow('it lists no class');
  });

  it.each([
    [
      'legend.json',
      '{"mine": 1.50, "classes": [{"id": 7, "name": "b", "mine": 1}, {"id": 1, "name": "a", "color": "#FF0000"}]}',
    ],
    ['set/labelmap.txt', '# mine\nbackground:0,0,0::\na:255,0,0:part:act\nb:0,9,0::\n'],
    ['class_dict.csv', 'name,r,g,b,id\r\nbackground,0,0,0,0\r\na, 255,0,0,1\r\nb,0,9,0,7\r\n'],
    ['class_names.txt', '__ignore__\n_background_\na\nb\n'],
  ])('leaves as it came while it says what the maps say: %s', async (name, text) => {
    const used = /json|dict/.test(name) ? values : values.map((value) => (value === 7 ? 2 : value));
    const { view } = await read({ [name]: text, 'labels/a.png': indexed(used) });
    const { files } = writeToMemory(view, labelMapFormat);
    expect(files.get(name)).toBe(text);
    expect([...files.keys()]).toHaveLength(2);
    expect([...readMap(files.get('labels/a.png') as Uint8Array).values]).toEqual(used);
    const renamed: DatasetView = {
      ...proxyOf(view),
      categories: () => view.categories().map((one) => (one.name === 'a' ? { ...one, name: 'c' } : one)),
    };
    const other = writeToMemory(renamed, labelMapFormat).files;
    expect(other.has(name) && name !== 'legend.json').toBe(false);
    expect(other.get('legend.json')).toContain('"c"');
    const moved = writeToMemory(view, labelMapFormat, { background: '9' }).files;
    expect(moved.get('legend.json')).toContain('"background": 9');
  });

  it('has no class for what it says is the background', async () => {
    const car = { id: 1, name: 'car' };
    const more = { id: 7, name: 'road' };
    for (const fields of [
      { background: 0, classes: [{ id: 0, name: 'background' }, car, more] },
      { background: 0, classes: [{ id: 0, name: 'nothing' }, car, more] },
      [{ id: 0, name: '_background_' }, car, more],
    ]) {
      const { view, found } = await read(legend(fields));
      expect(view.categories().map(({ name }) => name)).toEqual(['car', 'road', 'ignore']);
      expect(found).toContainEqual(['car', 3]);
      expect(view.labelValues?.background).toBe(0);
    }
    // Where it says that nothing is, "background" is a class like any other.
    const kept = await read(legend({ background: null, classes: [{ id: 0, name: 'background' }, car, more] }));
    expect(kept.found).toContainEqual(['background', 4]);
    const told = await read(legend({ classes: [{ id: 0, name: 'zero' }, car, more] }), { background: '1' });
    expect(told.view.categories().map(({ name }) => name)).toEqual(['zero', 'road', 'ignore']);
  });

  it('keeps classes of 16 bits apart from what 8 bits ignore', async () => {
    const deep = grey(
      values.map((value) => (value === 7 ? 65535 : value)),
      16,
    );
    const files = { 'labels/a.png': indexed(), 'labels/b.png': deep };
    const { view, found } = await read(files, {}, ['images/a.jpg', 'images/b.jpg']);
    expect(found).toContainEqual(['ignore', 2]);
    const names = new Map(view.categories().map(({ id, name }) => [id, name]));
    const other = view.annotationsOf([...view.images()][1].id).map(({ annotation }) => annotation);
    expect(other.map(({ categoryId, area }) => [names.get(categoryId), area]).sort()).toEqual([
      ['class 1', 3],
      ['class 255', 2],
      ['ignore', 3],
    ]);
    expect(view.labelValues?.ignore).toBe(65535);
  });
});

describe('several maps and turned pictures', () => {
  it('takes one map of a picture and names the others', async () => {
    // In whatever order the folder lists them.
    const files = { 'labels/a_mask.png': indexed(), 'labels/a.png': indexed(), 'masks/a.png': indexed() };
    for (const pictures of [['images/a.jpg'], []]) {
      const { dataset, issues } = await read(files, {}, pictures);
      const images = [...dataset.view('x').images()];
      expect(new Set(images.map(({ fileName }) => fileName)).size).toBe(images.length);
      const left = dataset.issues.map(({ issue, at }) => [at.file, issue.code]);
      expect(left).toContainEqual(['masks/a.png', 'file-left-out']);
      if (pictures.length === 0) continue;
      expect(left).toContainEqual(['labels/a_mask.png', 'file-left-out']);
      expect(issues[0].message).toContain('labels/a.png');
    }
    // Side by side the one without the ending is the picture.
    const beside = await read({ 'a.png': indexed(), 'a_mask.png': indexed() }, {}, ['a.png']);
    expect([beside.image.fileName, beside.image.text, beside.issues]).toEqual(['a.png', 'a_mask.png', []]);
  });

  it('fits a map to the side on which its picture lies', () => {
    const image = { name: 'a.jpg', width: 40, height: 60, turned: true };
    const resize = (map: { width: number; height: number }, width: number, height: number) => ({
      ...map,
      width,
      height,
    });
    const fit = (width: number, height: number) => fitted({ width, height }, image, { file: 'a.png', resize });
    expect(fit(30, 20)).toEqual({ width: 60, height: 40 });
    expect(fit(31, 21)).toEqual({ width: 60, height: 40 });
    expect(fit(20, 30)).toEqual({ width: 40, height: 60 });
    expect(fit(40, 60)).toEqual({ width: 40, height: 60 });
    expect(() => fit(30, 30)).toThrow(
      'a.png is 30 x 30 pixels, but its image a.jpg is 40 x 60 upright and 60 x 40 in its file',
    );
  });
});

describe('recognising label maps', () => {
  const known = async (files: Record<string, string | Uint8Array>, pictures: string[]) => {
    const sizes = new Map(pictures.map((name) => [name, [W, H] as const]));
    return labelMapFormat.recognise(memorySource(new Map(Object.entries(files)), sizes));
  };

  it('says why, and takes no folder of pictures for maps', async () => {
    expect(await known({ 'labels/a.png': indexed() }, ['images/a.jpg'])).toBe(
      'labels/ holds 1 label map, with a picture of the same name',
    );
    expect(await known({ 'legend.json': '[]', 'x/a.png': indexed() }, [])).toBe(
      'legend.json is the legend of 1 label map',
    );
    const photo = encodePng({ width: 1, height: 1, channels: 3, depth: 8, data: new Uint8Array(3) });
    expect(await known({ 'labels/a.png': photo }, ['images/a.jpg'])).toBeNull();
    // What is said instead where no other format knows it.
    const source = (files: Record<string, Uint8Array | string>) =>
      memorySource(new Map(Object.entries(files)), new Map([['images/a.jpg', [W, H] as const]]));
    expect(await unexplainedColors(source({ 'labels/a.png': photo }))).toBe('labels/');
    expect(await unexplainedColors(source({ 'labels/a.png': indexed() }))).toBeNull();
    expect(await unexplainedColors(source({ 'labels/b.png': photo }))).toBeNull();
    expect(await unexplainedColors(source({ 'labels/a.png': photo, 'legend.json': '[]' }))).toBeNull();
    expect(await known({ 'a.png': grey(values, 8), 'b.png': grey(values, 8) }, [])).toBeNull();
    expect(await known({ 'labels/a.png': indexed() }, ['images/b.jpg'])).toBeNull();
  });
});

describe('writing label maps', () => {
  const made = () => {
    const dataset = new MemoryDataset('/made', 'made');
    const at = { pointer: '' };
    dataset.image({ id: 1, fileName: 'a.jpg', width: W, height: H }, null, at);
    for (const [id, name] of [
      [1, 'car'],
      [2, 'ignore'],
      [300, 'sky'],
      [255, 'odd'],
    ] as const)
      dataset.category({ id, name, supercategory: null, isThing: name === 'car' }, null, at);
    const add = (categoryId: number, box: readonly [number, number, number, number]) => {
      const content = {
        ...{ segmentation: rleToSegmentation(fromBox(box, H, W)), bbox: null, area: null },
        ...{ isCrowd: false, score: null, extra: {} },
      };
      dataset.annotation({ id: null, imageId: 1, categoryId, maskSize: null, content }, null, at);
    };
    return { view: () => dataset.view('made'), add };
  };

  it('gives things the pixels over stuff, says how many were lost, and numbers anew what a map cannot hold', () => {
    const { view, add } = made();
    add(1, [0, 0, 2, 1]);
    add(1, [0, 0, 1, 1]);
    add(300, [0, 0, 4, 2]);
    add(255, [0, 2, 1, 1]);
    add(2, [3, 2, 1, 1]);
    const { files, losses } = writeToMemory(view(), labelMapFormat, { unlabelled: 'ignore', background: '9' });
    const map = readMap(files.get('labels/a.png') as Uint8Array);
    // The sky's 300 asks for 16 bits; 255 is the ignored value, so that "odd" moves to the first free number.
    expect(map.depth).toBe(16);
    expect([...map.values]).toEqual([1, 1, 300, 300, 300, 300, 300, 300, 2, 255, 255, 255]);
    expect(losses.list().map(({ code, count, pixels }) => [code, count, pixels])).toEqual(
      expect.arrayContaining([
        ['overlap', 2, 3],
        ['instances-joined', 2, undefined],
        ['renumbered', 1, undefined],
      ]),
    );
    expect(JSON.parse(files.get('legend.json') as string)).toMatchObject({ background: null, ignore: 255 });
  });

  it('draws classes in their colours', () => {
    const { view, add } = made();
    add(1, [0, 0, 2, 1]);
    const dropped = {
      ...view(),
      categories: () =>
        view()
          .categories()
          .filter(({ id }) => id === 1),
    };
    const { files } = writeToMemory(
      { ...dropped, labelValues: { background: 3, ignore: 4, unlabelled: 'background' } },
      labelMapFormat,
    );
    const { values: pixels, palette, depth } = readMap(files.get('labels/a.png') as Uint8Array);
    expect(depth).toBe(8);
    expect([...pixels]).toEqual([1, 1, ...Array.from({ length: 10 }, () => 3)]);
    expect(palette?.[1]).toEqual([0xe6, 0x9f, 0]);
    expect(palette?.[3]).toEqual([0, 0, 0]);
  });

  it('refuses values that cannot be told apart, and more classes than there are numbers', () => {
    const { view } = made();
    const write =
      (options: FormatOptions, from: DatasetView = view()) =>
      () =>
        writeToMemory(from, labelMapFormat, options);
    expect(write({ background: '255' })).toThrow('cannot both be 255');
    const rules = { background: 0, ignore: 300, unlabelled: 'background' as const };
    expect(write({ background: '300' }, { ...proxyOf(view()), labelValues: rules })).toThrow('cannot both be 300');
    const many = Array.from({ length: 65536 }, (_, at) => ({ ...view().categories()[0], id: at + 1, name: `c${at}` }));
    expect(write({}, { ...proxyOf(view()), categories: () => many })).toThrow('The dataset has 65536 categories');
    const all = writeToMemory({ ...proxyOf(view()), categories: () => many.slice(0, 65534) }, labelMapFormat).files;
    const { classes } = JSON.parse(all.get('legend.json') as string) as { classes: { id: number }[] };
    expect(new Set(classes.map(({ id }) => id)).size).toBe(65534);
  });
});
