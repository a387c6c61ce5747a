import { encode as encodePng } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { proxyOf } from '@shared/dataset/completeView';
import type { DatasetView } from '@shared/dataset/view';
import { categoryMap, flatView, stuffIds } from '@shared/document/labelMap';
import { rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import { drawnPolygon } from '@shared/formats/cityscapes/drawn';
import { cityscapesFormat } from '@shared/formats/cityscapes/format';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { readMap } from '@shared/formats/png/maskPng';
import { decode, fromBox, labelsToRaster } from '@shared/mask';
import { type Files, readFromMemory, touchedView, writeToMemory } from '../../../support/formatFiles';

const W = 6;
const H = 4;
const stem = 'gtFine/train/aachen/aachen_000000_000019_gtFine';
const picture = 'leftImg8bit/train/aachen/aachen_000000_000019_leftImg8bit.png';
const sizes = new Map([[picture, [W, H] as const]]);
/** Road 7, cars 26 (two, and a group), an unlabelled corner, the own car 1. */
const numbers = [
  ...[0, 7, 7, 7, 7, 7],
  ...[7, 26000, 26000, 7, 26005, 7],
  ...[7, 26000, 26000, 7, 26, 26],
  ...[1, 1, 1, 1, 1, 1],
];
const maps: Files = new Map([
  [
    `${stem}_instanceIds.png`,
    encodePng({ width: W, height: H, channels: 1, depth: 16, data: Uint16Array.from(numbers) }),
  ],
]);
/** Its corners are centres of pixels. */
const ring = (x: number, y: number, w: number, h: number) => [
  [x, y],
  [x + w - 1, y],
  [x + w - 1, y + h - 1],
  [x, y + h - 1],
];
const polygons = (...objects: readonly object[]) => JSON.stringify({ imgHeight: H, imgWidth: W, objects }, null, 4);

async function read(files: Files, options = {}) {
  const dataset = await readFromMemory(cityscapesFormat, files, sizes, options);
  const view = dataset.view('x');
  const [image] = [...view.images()];
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  const annotations = view.annotationsOf(image.id).map(({ annotation }) => annotation);
  const flat = categoryMap(flatView(annotations, stuffIds(view.categories()), [H, W]));
  return {
    ...{ dataset, view, image },
    found: annotations.map(({ categoryId, area, isCrowd }) => [names.get(categoryId), area, isCrowd]),
    pixels: [...labelsToRaster(flat, new Int32Array(W * H))],
  };
}

const valuesOf = (files: Files, ending: string) => [...readMap(files.get(`${stem}_${ending}`) as Uint8Array).values];

describe('Cityscapes', () => {
  it('takes objects, groups and stuff from the map of objects, and writes the same numbers again', async () => {
    const { view, image, found } = await read(maps);
    expect(image).toMatchObject({ fileName: picture, width: W, height: H });
    expect(found.sort()).toEqual([
      ['car', 1, false],
      ['car', 2, true],
      ['car', 4, false],
      ['ego vehicle', 6, false],
      ['road', 10, false],
    ]);
    expect(view.categories().find(({ name }) => name === 'car')).toMatchObject({
      id: 26,
      color: '#00008e',
      isThing: true,
    });
    const { files } = writeToMemory(view, cityscapesFormat);
    expect(valuesOf(files, 'instanceIds.png')).toEqual(numbers);
    expect(valuesOf(files, 'labelIds.png')).toEqual(
      numbers.map((value) => (value >= 1000 ? Math.floor(value / 1000) : value)),
    );
    expect(readMap(files.get(`${stem}_labelIds.png`) as Uint8Array)).toMatchObject({ depth: 8, isColour: false });
    const { objects } = JSON.parse(files.get(`${stem}_polygons.json`) as string) as { objects: { label: string }[] };
    expect(objects.map(({ label }) => label).sort()).toEqual(
      ['car', 'car', 'cargroup', 'ego vehicle', 'road', 'road'].sort(),
    );
  });

  it('draws polygons in their order: what lies later is above, stuff above things too, and the text stays', async () => {
    const text = polygons(
      { label: 'road', polygon: ring(0, 0, 6, 4) },
      { label: 'car', polygon: ring(0, 0, 4, 2), id: 7 },
      { label: 'pole', polygon: ring(1, 0, 1, 4) },
      { label: 'license plate', polygon: ring(3, 1, 1, 1) },
      { label: 'persongroup', polygon: ring(4, 3, 2, 1) },
      { label: 'bicycle', polygon: ring(5, 0, 1, 1), deleted: 1 },
    );
    const { view, found, pixels } = await read(new Map([[`${stem}_polygons.json`, text]]));
    expect(found).toEqual([
      ['road', 24, false],
      ['car', 6, false],
      ['pole', 4, false],
      ['license plate', 1, false],
      ['person', 2, true],
    ]);
    expect(pixels.slice(0, 6)).toEqual([26, 17, 26, 26, 7, 7]);
    const { files } = writeToMemory(view, cityscapesFormat);
    expect(files.get(`${stem}_polygons.json`)).toBe(text);
    // The plate is drawn into no map: its car has the pixels.
    expect(valuesOf(files, 'labelIds.png')).toEqual([
      ...[26, 17, 26, 26, 7, 7],
      ...[26, 17, 26, 26, 7, 7],
      ...[7, 17, 7, 7, 7, 7],
      ...[7, 17, 7, 7, 24, 24],
    ]);
    expect(valuesOf(files, 'instanceIds.png').slice(18)).toEqual([7, 17, 7, 7, 24, 24]);
  });

  it('takes the polygons where they know more than the maps, or where it is told', async () => {
    const both = (label: string): Files =>
      new Map<string, string | Uint8Array>([
        ...maps,
        [`${stem}_polygons.json`, polygons({ label, polygon: ring(0, 0, 2, 2) })],
      ]);
    expect((await read(both('car'))).found).toHaveLength(5);
    expect((await read(both('cow'))).found).toEqual([['cow', 4, false]]);
    expect((await read(both('car'), { objects: 'polygons' })).found).toEqual([['car', 4, false]]);
    expect((await read(both('cow'), { objects: 'maps' })).found).toHaveLength(5);
  });

  it('counts objects from 0 in each image and says what its maps cannot', () => {
    const dataset = new MemoryDataset('/made', 'made');
    const at = { pointer: '' };
    dataset.image({ id: 1, fileName: 'street/a b.jpg', width: W, height: H }, null, at);
    for (const [id, name] of [
      [1, 'car'],
      [2, 'cow'],
      [3, 'sky'],
    ] as const)
      dataset.category({ id, name, supercategory: null }, null, at);
    for (const [categoryId, x] of [
      [1, 0],
      [1, 2],
      [2, 4],
      [3, 0],
    ] as const) {
      const box = categoryId === 3 ? ([0, 0, 6, 4] as const) : ([x, 0, 1, 1] as const);
      const content = {
        ...{ segmentation: rleToSegmentation(fromBox(box, H, W)), bbox: null, area: null },
        ...{ isCrowd: false, score: null, extra: {} },
      };
      dataset.annotation({ id: null, imageId: 1, categoryId, maskSize: null, content }, null, at);
    }
    const { files, losses } = writeToMemory(dataset.view('made'), cityscapesFormat);
    const name = 'gtFine/train/street/a b_gtFine';
    expect([...files.keys()]).toEqual([`${name}_polygons.json`, `${name}_labelIds.png`, `${name}_instanceIds.png`]);
    // Sky is stuff here, whatever the project says.
    const map = readMap(files.get(`${name}_instanceIds.png`) as Uint8Array);
    expect([...map.values].slice(0, 6)).toEqual([26000, 23, 26001, 23, 0, 23]);
    expect(losses.count('class-unknown')).toBe(1);
    expect(losses.list().find(({ code }) => code === 'overlap')).toMatchObject({ count: 1, pixels: 3 });
  });

  /** As the tools draw it: without what is deleted, and without plates. */
  const painted = (text: string) => {
    const { objects } = JSON.parse(text) as {
      objects: { label: string; polygon: [number, number][] | string; deleted?: number }[];
    };
    const pixels = new Array<string>(W * H).fill('');
    for (const { label, polygon, deleted } of objects) {
      if (deleted || label === 'license plate' || typeof polygon === 'string') continue;
      decode(drawnPolygon(polygon.flat(), [H, W])).forEach((isIn, at) => isIn && (pixels[at] = label));
    }
    return pixels;
  };

  it('writes polygons that are drawn as the maps are, and what has not changed as it came', async () => {
    const text = polygons(
      { label: 'road', polygon: ring(0, 0, 6, 3), note: 'kept' },
      { label: 'license plate', polygon: ring(1, 0, 1, 1), date: 1 },
      { label: 'car', polygon: ring(1, 0, 3, 2) },
      { label: 'pole', polygon: ring(2, 0, 1, 4) },
    );
    const { view } = await read(new Map([[`${stem}_polygons.json`, text]]));
    const { files, losses } = writeToMemory(touchedView(view), cityscapesFormat);
    const written = files.get(`${stem}_polygons.json`) as string;
    expect(written).toBe(text);
    expect(losses.count('parts-split')).toBe(0);
    // Their groups are the format's own.
    expect(losses.count('supercategory')).toBe(0);
    const drawn = painted(written);
    expect(drawn.map((label) => ({ road: 7, car: 26, pole: 17, '': 0 })[label])).toEqual(
      valuesOf(files, 'labelIds.png'),
    );
  });

  describe('an image with a file that says more', () => {
    /** Two cars, one wholly below a bus, a plate, something deleted, and an object that is none; keys of the label tool. */
    const kept = (label: string, polygon: object, id: number) => ({
      ...{ date: `2015-0${id}`, deleted: 0, draw: true, id, label, polygon, user: 'me', verified: 1.5 },
    });
    const objects = [
      kept('road', ring(0, 0, 6, 4), 1),
      kept('car', ring(0, 0, 2, 2), 2),
      { ...kept('pole', ring(3, 0, 1, 3), 3), deleted: 1 },
      kept('car', ring(4, 0, 1, 1), 4),
      kept('bus', ring(4, 0, 2, 2), 5),
      kept('license plate', ring(0, 1, 1, 1), 6),
      { label: 'car', polygon: 'none', id: 7 },
    ];
    const text = JSON.stringify(
      { comment: 'mine', imgHeight: H, imgWidth: W, objects, scene: [1.5] },
      null,
      2,
    ).replaceAll('1.5', '1.50');
    const polygonsFile = `${stem}_polygons.json`;
    const instances = [
      ...[26000, 26000, 7, 7, 28000, 28000],
      ...[26000, 26000, 7, 7, 28000, 28000],
      ...Array.from({ length: 12 }, () => 7),
    ];
    const withMaps: Files = new Map<string, string | Uint8Array>([
      [
        `${stem}_instanceIds.png`,
        encodePng({ width: W, height: H, channels: 1, depth: 16, data: Uint16Array.from(instances) }),
      ],
      [polygonsFile, text],
    ]);
    const sources: readonly (readonly [string, Files])[] = [
      ['polygons alone', new Map([[polygonsFile, text]])],
      ['polygons and maps', withMaps],
    ];
    type Records = ReturnType<DatasetView['annotationsOf']>;
    const written = (view: DatasetView) => {
      const { files } = writeToMemory(view, cityscapesFormat);
      const json = files.get(polygonsFile) as string;
      const labels = painted(json);
      const numbersOf: Record<string, number> = { road: 7, car: 26, bus: 28, pole: 17, '': 0 };
      // The file is drawn as the maps beside it are.
      expect(labels.map((label) => numbersOf[label])).toEqual(valuesOf(files, 'labelIds.png'));
      const { objects: list, ...rest } = JSON.parse(json) as { objects: { id?: number; label: string }[] };
      return { json, list, rest };
    };
    /** The car on the left, which has no pixel of the lower right. */
    const isCar = ({ annotation }: Records[number]) => {
      const pixels = decode(segmentationToRle(annotation.segmentation!, [H, W]));
      return pixels[1] === 1 && pixels[W * H - 1] === 0;
    };

    it.each(sources)('stays as it came: %s', async (_, files) => {
      const { view } = await read(files);
      expect(written(view).json).toBe(text);
      expect(written(touchedView(view)).json).toBe(text);
    });

    it.each(sources)('loses the object that was deleted, and nothing else: %s', async (_, files) => {
      const { view } = await read(files);
      const { list, rest } = written(touchedView(view, (records) => records.filter((one) => !isCar(one))));
      // Of the maps the road ends at the car, and nobody has those pixels now; its polygon goes on below.
      expect(list.map(({ id }) => id)).toEqual(files === withMaps ? [3, 4, 5, 6, 7, 1] : [1, 3, 4, 5, 6, 7]);
      expect(list.find(({ id }) => id === 1)).toMatchObject({ user: 'me', verified: 1.5, label: 'road' });
      expect(rest).toEqual({ comment: 'mine', imgHeight: H, imgWidth: W, scene: [1.5] });
    });

    it.each(sources)('takes a new object in above the others, which stay: %s', async (_, files) => {
      const { view } = await read(files);
      const own = view.annotationsOf(1).find(isCar)!;
      const outline = rleToSegmentation(fromBox([2, 2, 2, 2], H, W));
      const added = {
        ...{ id: 90, imageId: 1, categoryId: own.categoryId, text: null, untouched: false, baseline: null, place: {} },
        annotation: { ...own.annotation, id: 90, segmentation: outline, zOrder: 99 },
      };
      const { json, list } = written(touchedView(view, (records) => [...records, added]));
      expect(list.slice(0, 7)).toEqual((JSON.parse(text) as { objects: unknown[] }).objects);
      expect(list.slice(7)).toEqual([{ label: 'car', polygon: ring(2, 2, 2, 2) }]);
      expect(json.startsWith(text.slice(0, text.indexOf('"polygon": "none"')))).toBe(true);
    });

    it.each(sources)('keeps what an object says besides that was drawn anew or renamed: %s', async (_, files) => {
      const { view } = await read(files);
      const outline = rleToSegmentation(fromBox([0, 0, 3, 2], H, W));
      const redrawn = touchedView(view, (records) =>
        records.map((record) =>
          isCar(record)
            ? {
                ...{ id: record.id, imageId: 1, categoryId: record.categoryId, text: record.text, untouched: false },
                ...{ baseline: record.baseline, place: {} },
                annotation: { ...record.annotation, segmentation: outline },
              }
            : record,
        ),
      );
      const { list } = written(redrawn);
      expect(list.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(list[1]).toEqual(kept('car', ring(0, 0, 3, 2), 2));
      const bus = {
        ...proxyOf(view),
        categories: () => view.categories().map((one) => (one.name === 'bus' ? { ...one, name: 'caravan' } : one)),
      };
      const { files: renamed } = writeToMemory(bus, cityscapesFormat);
      expect(renamed.get(polygonsFile)).toBe(text.replace('"bus"', '"caravan"'));
    });
  });

  it('says that groups, and pieces of stuff, share the one number that their class has', () => {
    const dataset = new MemoryDataset('/made', 'made');
    const at = { pointer: '' };
    dataset.image({ id: 1, fileName: 'a.jpg', width: W, height: H }, null, at);
    ['car', 'road', 'person'].forEach((name, i) =>
      dataset.category({ id: i + 1, name, supercategory: null }, null, at),
    );
    [1, 1, 2, 2, 3, 1].forEach((categoryId, i) => {
      const content = {
        ...{ segmentation: rleToSegmentation(fromBox([i, 0, 1, 1], H, W)), bbox: null, area: null },
        ...{ isCrowd: i < 2, score: null, extra: {} },
      };
      dataset.annotation({ id: i + 1, imageId: 1, categoryId, maskSize: null, content }, null, at);
    });
    const { losses } = writeToMemory(dataset.view('made'), cityscapesFormat);
    const joined = losses.list().find(({ code }) => code === 'instances-joined');
    expect(joined?.places.map(({ annotationId }) => annotationId).sort()).toEqual([1, 2, 3, 4]);
  });

  it('writes the label that a category has now, and says which plates it cannot place', async () => {
    const text = polygons({ label: 'car', polygon: ring(0, 0, 2, 2) });
    const { view } = await read(new Map([[`${stem}_polygons.json`, text]]));
    const renamed: DatasetView = {
      ...proxyOf(view),
      categories: () => view.categories().map((one) => ({ ...one, name: 'bus' })),
    };
    const { files } = writeToMemory(renamed, cityscapesFormat);
    expect(painted(files.get(`${stem}_polygons.json`) as string).slice(0, 3)).toEqual(['bus', 'bus', '']);

    const dataset = new MemoryDataset('/made', 'made');
    const at = { pointer: '' };
    dataset.category({ id: 1, name: 'license plate', supercategory: null }, null, at);
    dataset.image({ id: 1, fileName: 'a.jpg', width: W, height: H }, null, at);
    dataset.image({ id: 2, fileName: 'b.jpg', width: null, height: null }, null, at);
    const drawn = { kind: 'polygons' as const, parts: [{ outer: [1, 1, 3, 1, 3, 3, 1, 3], holes: [] }] };
    for (const [imageId, segmentation] of [
      [1, drawn],
      [1, null],
      [2, drawn],
    ] as const) {
      const content = {
        ...{ segmentation, bbox: [1, 1, 2, 2] as const, area: null },
        ...{ isCrowd: false, score: null, extra: {} },
      };
      dataset.annotation({ id: null, imageId, categoryId: 1, maskSize: null, content }, null, at);
    }
    const plates = writeToMemory(dataset.view('made'), cityscapesFormat);
    const name = 'gtFine/train/images/a_gtFine_polygons.json';
    expect((JSON.parse(plates.files.get(name) as string) as { objects: object[] }).objects).toEqual([
      { label: 'license plate', polygon: ring(1, 1, 2, 2) },
    ]);
    expect([plates.losses.count('box-left-out'), plates.losses.count('size-unknown')]).toEqual([1, 1]);
  });
});
