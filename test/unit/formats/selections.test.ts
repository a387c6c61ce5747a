/** Categories renamed, joined and dropped, small objects and unfinished images left out, in parts: every format writes of it what a plain filter says. */
import { describe, expect, it } from 'vitest';
import { ofSplit, type Selection, selectView, splitsOf } from '@shared/dataset/selectView';
import type { DatasetView } from '@shared/dataset/view';
import { segmentationToRle } from '@shared/document/segmentation';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { formats } from '@shared/formats/registry';
import { area, merge, type Rle, toCompressed } from '@shared/mask';
import { Random } from '../../support/datasetFuzz';
import { readFromMemory, sizesIn, writeToMemory } from '../../support/formatFiles';

const names = ['cat', 'dog', 'toy', 'sky', 'car'];
const at = { pointer: '' };
const [width, height] = [40, 30];

/** Squares that lie apart, so that every format can say them. */
function squares(random: Random): DatasetView {
  const made = new MemoryDataset('/made', 'made');
  names.forEach((name, place) => made.category({ id: place + 1, name, supercategory: null }, null, at));
  let id = 1;
  for (let image = 1; image <= 9; image++) {
    made.image({ id: image, fileName: `p${image}.png`, width, height }, null, at);
    for (let cell = 0; cell < 12; cell++) {
      if (random.chance(0.5)) continue;
      const [x, y, side] = [10 * (cell % 4), 10 * Math.floor(cell / 4), 3 + random.below(6)];
      const outer = [x, y, x + side, y, x + side, y + side, x, y + side];
      const content = {
        segmentation: { kind: 'polygons', parts: [{ outer, holes: [] }] },
        ...{ bbox: null, area: null, isCrowd: false, score: null, extra: {} },
      } as const;
      const categoryId = 1 + random.below(names.length);
      made.annotation({ id: id++, imageId: image, categoryId, maskSize: null, content }, null, at);
    }
  }
  return made.view('made');
}

/** Every second image is done. */
const reviewed = (view: DatasetView): DatasetView => ({
  ...view,
  images: () =>
    [...view.images()].map((image) => ({ ...image, status: numberOf(image.fileName) % 2 === 1 ? 'done' : 'new' })),
});

const numberOf = (fileName: string) => Number(/p(\d+)[._]/.exec(fileName.replace(/_leftImg8bit/, ''))![1]);

/** Of each image and category the pixels, by the names of both. */
function pixelsOf(views: readonly DatasetView[]): Record<string, string> {
  const masks = new Map<string, Rle[]>();
  for (const view of views) {
    const called = new Map(view.categories().map(({ id, name }) => [id, name]));
    for (const { id, fileName } of view.images()) {
      for (const { categoryId, annotation } of view.annotationsOf(id)) {
        const key = `${numberOf(fileName)} ${called.get(categoryId)}`;
        const mask = segmentationToRle(annotation.segmentation!, [height, width]);
        masks.set(key, [...(masks.get(key) ?? []), mask]);
      }
    }
  }
  return Object.fromEntries([...masks].sort().map(([key, list]) => [key, toCompressed(merge(list))]));
}

/** As it should be, computed from the whole without any of what is tried. */
function wanted(view: DatasetView, { map = {}, drop = [], minArea = 0, onlyDone }: Selection): Record<string, string> {
  const called = new Map(view.categories().map(({ id, name }) => [id, name]));
  const kept = new Map<string, Rle[]>();
  for (const { id, fileName } of view.images()) {
    if (onlyDone && numberOf(fileName) % 2 === 0) continue;
    for (const { categoryId, annotation } of view.annotationsOf(id)) {
      const name = called.get(categoryId)!;
      const mask = segmentationToRle(annotation.segmentation!, [height, width]);
      if (drop.includes(name) || area(mask) < minArea) continue;
      const key = `${numberOf(fileName)} ${map[name] ?? name}`;
      kept.set(key, [...(kept.get(key) ?? []), mask]);
    }
  }
  return Object.fromEntries([...kept].sort().map(([key, list]) => [key, toCompressed(merge(list))]));
}

function selectionOf(random: Random): Selection {
  const some = () => names.filter(() => random.chance(0.3));
  const map = Object.fromEntries(some().map((name) => [name, random.pick([...names, 'new', 'class 1'])]));
  return {
    ...{ map, drop: some().slice(0, 3), onlyDone: random.chance(0.5), minArea: random.pick([0, 20, 40]) },
    ...(random.chance(0.6) ? { split: { shares: [0.5, 0.3, 0.2], seed: random.below(9) } } : {}),
  };
}

const tried = ['coco', 'yolo-seg', 'datumaro', 'label-map', 'roboflow', 'voc', 'coco-panoptic', 'cvat', 'instance-map'];

/** Each part written and read again. `kept`: is told how many labels each keeps that are nobody's. */
async function throughParts(
  view: DatasetView,
  id: string,
  kept: (count: number) => void = () => undefined,
): Promise<readonly DatasetView[]> {
  const format = formats.get(id)!;
  const parts =
    format.splits === true
      ? [view]
      : splitsOf(view).map((split) => (split === undefined ? view : ofSplit(view, split)));
  return Promise.all(
    parts.map(async (part) => {
      const { files, losses } = writeToMemory(part, format);
      kept(losses.count('label-kept'));
      const sizes = sizesIn(format, part);
      return (await readFromMemory(format, files, sizes)).view('read');
    }),
  );
}

describe.each(tried)('%s', (id) => {
  it.each([
    ['of another format', 'made'],
    ['of its own', id],
  ])('writes what was chosen of a dataset %s', async (_, from) => {
    for (let seed = 1; seed <= 25; seed++) {
      const random = new Random(seed);
      const made = squares(random);
      const [whole] = from === 'made' ? [made] : await throughParts(made, id);
      const selection = selectionOf(random);
      const chosen = selectView(reviewed(whole), selection);
      const kept: number[] = [];
      const found = await throughParts(chosen, id, (count) => kept.push(count));
      expect(pixelsOf(found), `seed ${seed}: ${JSON.stringify(selection)}`).toEqual(wanted(whole, selection));
      const images = found.flatMap((view) => [...view.images()].map(({ fileName }) => numberOf(fileName)));
      const all = [...made.images()].map(({ fileName }) => numberOf(fileName));
      expect(images.sort()).toEqual(selection.onlyDone ? all.filter((number) => number % 2 === 1) : all);
      // A name that is gone is in no list any more, unless that is told.
      found.forEach((view, place) => {
        const left = new Set(chosen.categories().map(({ name }) => name));
        expect(view.categories().filter(({ name }) => !left.has(name))).toHaveLength(kept[place]);
      });
    }
  });
});

it('classes of a Roboflow export, with its folders and its list, are numbered anew in its labels', async () => {
  const yolo = formats.get('yolo-seg')!;
  for (let seed = 1; seed <= 25; seed++) {
    const random = new Random(seed);
    const made = squares(random);
    const files = new Map<string, string>();
    for (const [name, text] of writeToMemory(made, yolo).files) {
      const stem = /p\d+/.exec(name)?.[0];
      if (stem) files.set(`${numberOf(name) % 3 === 0 ? 'valid' : 'train'}/labels/${stem}.txt`, text as string);
    }
    const sets = 'train: ../train/images\nval: ../valid/images\n\n';
    files.set('data.yaml', `${sets}nc: 5\nnames: ['${names.join("', '")}']\n\nroboflow:\n  version: 3\n`);
    const sizes = new Map(
      [...files.keys()]
        .filter((name) => name.includes('/labels/'))
        .map((name) => [name.replace('/labels/', '/images/').replace('.txt', '.png'), [width, height] as const]),
    );
    const whole = (await readFromMemory(yolo, files, sizes)).view('read');
    expect(pixelsOf([whole])).toEqual(wanted(made, {}));
    const selection = selectionOf(random);
    const found = await throughParts(selectView(reviewed(whole), selection), 'yolo-seg');
    expect(pixelsOf(found), `seed ${seed}: ${JSON.stringify(selection)}`).toEqual(wanted(whole, selection));
  }
});

it('labels that Datumaro keeps for the numbers of the others are told, each once', async () => {
  const datumaro = formats.get('datumaro')!;
  const made = squares(new Random(1));
  const [one] = await throughParts(made, 'datumaro');
  const [text] = [...writeToMemory(made, datumaro).files.values()] as string[];
  const files = ['train', 'val'].map((name) => [`annotations/${name}.json`, text] as const);
  const two = (await readFromMemory(datumaro, new Map(files), new Map())).view('read');
  for (const view of [one, two]) {
    const { losses } = writeToMemory(selectView(view, { drop: ['dog', 'sky'] }), datumaro);
    expect(losses.count('label-kept')).toBe(2);
    expect(writeToMemory(view, datumaro).losses.count('label-kept')).toBe(0);
    expect(writeToMemory(selectView(view, { map: { dog: 'hound' } }), datumaro).losses.count('label-kept')).toBe(0);
  }
});

describe('a split that keeps categories in the same shares', () => {
  /** Images of one object each, of categories that `categoryOf` tells. */
  const dataset = (count: number, categoryOf: (image: number) => number): DatasetView => {
    const made = new MemoryDataset('/made', 'made');
    for (let id = 1; id <= 40; id++) made.category({ id, name: `c${id}`, supercategory: null }, null, at);
    const content = {
      segmentation: null,
      bbox: [1, 1, 4, 4],
      area: 16,
      isCrowd: false,
      score: null,
      extra: {},
    } as const;
    for (let id = 1; id <= count; id++) {
      made.image({ id, fileName: `p${id}.png`, width, height }, null, at);
      made.annotation({ id, imageId: id, categoryId: categoryOf(id), maskSize: null, content }, null, at);
    }
    return made.view('made');
  };
  const countsOf = (view: DatasetView, shares: readonly number[], seed: number, only?: (image: number) => boolean) => {
    const images = [...selectView(view, { split: { shares, seed, stratify: true } }).images()];
    const chosen = images.filter(({ id }) => only?.(id) ?? true);
    return ['train', 'val', 'test'].map((name) => chosen.filter(({ split }) => split === name).length);
  };

  it.each([
    ['each image of a category of its own', (image: number) => image],
    ['two images of each category', (image: number) => Math.ceil(image / 2)],
    ['a frequent and many rare categories', (image: number) => (image <= 10 ? 40 : image)],
  ])('gives each part its share where there are few images: %s', (_, categoryOf) => {
    for (let seed = 0; seed < 50; seed++) {
      const view = dataset(24, categoryOf);
      const [train, val] = countsOf(view, [0.8, 0.2], seed);
      expect([Math.abs(train - 19.2) < 1, Math.abs(val - 4.8) < 1], `seed ${seed}: ${train}, ${val}`).toEqual([
        true,
        true,
      ]);
      const three = countsOf(view, [0.7, 0.2, 0.1], seed);
      expect(three.map((count, at) => Math.abs(count - 24 * [0.7, 0.2, 0.1][at]) < 1.5)).toEqual([true, true, true]);
    }
  });

  it('and each category too, as far as whole images allow', () => {
    for (let seed = 0; seed < 50; seed++) {
      const view = dataset(100, (image) => 1 + (image % 2));
      const [train, val, test] = countsOf(view, [0.7, 0.2, 0.1], seed, (image) => image % 2 === 0);
      expect([Math.abs(train - 35) <= 1, Math.abs(val - 10) <= 1, Math.abs(test - 5) <= 1]).toEqual([true, true, true]);
    }
  });
});
