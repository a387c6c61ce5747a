import { describe, expect, it } from 'vitest';
import { type DatasetDiff, diffDatasets } from '@shared/dataset/diff';
import { diffSentences, overviewOf } from '@shared/dataset/diffWords';
import { formats } from '@shared/formats/registry';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { encode } from '@shared/mask';
import { rleToSegmentation } from '@shared/document/segmentation';
import { Random } from '../../support/datasetFuzz';
import {
  type Files,
  madeDataset,
  memorySource,
  readFromMemory,
  sizesIn,
  writeToMemory,
} from '../../support/formatFiles';
import { vocPalette, writeIndexedPng } from '@shared/formats/png/maskPng';

interface Made {
  readonly images?: readonly object[];
  readonly categories?: readonly object[];
  readonly annotations?: readonly object[];
}

const square = (x: number, y: number, side: number) => [x, y, x + side, y, x + side, y + side, x, y + side];
const one = (id: number, x: number, more: object = {}) => ({
  id,
  image_id: 1,
  category_id: 1,
  segmentation: [square(x, 10, 20)],
  bbox: [x, 10, 20, 20],
  area: 400,
  iscrowd: 0,
  ...more,
});
const base: Required<Made> = {
  images: [{ id: 1, file_name: 'a.png', width: 100, height: 80 }],
  categories: [
    { id: 1, name: 'cat' },
    { id: 2, name: 'dog' },
  ],
  annotations: [one(1, 10), one(2, 50)],
};

async function coco(made: Made = {}) {
  const dataset = new MemoryDataset('/memory', 'coco');
  const files = new Map([['data.json', JSON.stringify({ ...base, ...made })]]);
  await formats.get('coco')!.read!(memorySource(files, new Map()), dataset, {});
  return dataset.view('made');
}

const sentencesOf = (diff: DatasetDiff) => diffSentences(overviewOf(diff, 10));
const of = async (before: Made, after: Made) => diffDatasets(await coco(before), await coco(after));

describe('the difference of two datasets', () => {
  it('is none of a dataset with itself', async () => {
    const diff = await of({}, {});
    expect(sentencesOf(diff)).toEqual([]);
    expect([diff.images.same, diff.categories.same, diff.annotations.same]).toEqual([1, 2, 2]);
  });

  it.each([
    ['mask', { segmentation: [square(50, 10, 18)], bbox: [50, 10, 18, 18], area: 324 }, { iou: 324 / 400 }],
    ['category', { category_id: 2 }, { oldCategory: 'cat', category: 'dog', iou: 1 }],
    ['crowd', { iscrowd: 1 }, {}],
    ['score', { score: 0.5 }, {}],
    ['attributes', { attributes: { colour: 'red' } }, {}],
    ['area', { area: 55 }, {}],
  ])('says what of an annotation has changed: %s', async (facet, change, more) => {
    const { annotations } = await of({}, { annotations: [one(1, 10), one(2, 50, change)] });
    expect(annotations.changed).toMatchObject([{ image: 'a.png', ids: [2, 2], what: [facet], ...more }]);
    expect([annotations.added, annotations.removed, annotations.same]).toEqual([[], [], 1]);
  });

  it('knows annotations by their masks, not by their numbers', async () => {
    const { annotations } = await of({}, { annotations: [one(7, 50), one(8, 10), one(9, 70)] });
    expect(annotations).toMatchObject({ removed: [], changed: [], same: 2 });
    expect(annotations.added).toEqual([{ image: 'a.png', category: 'cat', ids: [null, 9] }]);
    // Where only the number is the same, it is the same one, moved.
    const far = await of({}, { annotations: [one(1, 10), one(2, 75, { area: 1 })] });
    expect(far.annotations.changed).toMatchObject([{ ids: [2, 2], what: ['mask'], iou: 0 }]);
  });

  it('makes no object of another one that has its place, where numbers are no more than places', async () => {
    const voc = formats.get('voc')!;
    const sizes = new Map([['a.jpg', [100, 80] as const]]);
    const viewOf = async (...objects: readonly (readonly [name: string, x: number])[]) => {
      const text = objects.map(
        ([name, x]) =>
          `<object><name>${name}</name><bndbox><xmin>${x}</xmin><ymin>1</ymin><xmax>${x + 9}</xmax><ymax>9</ymax></bndbox></object>`,
      );
      const xml = `<annotation><filename>a.jpg</filename><size><width>100</width><height>80</height></size>${text.join('')}</annotation>`;
      return (await readFromMemory(voc, new Map([['Annotations/a.xml', xml]]), sizes)).view('v');
    };
    const before = await viewOf(['cat', 1], ['dog', 20], ['cat', 40]);
    const { annotations } = diffDatasets(before, await viewOf(['cat', 1], ['cat', 60]), { statesRecords: false });
    expect(annotations.removed.map(({ category, ids }) => [category, ids[0]])).toEqual([
      ['dog', 2],
      ['cat', 3],
    ]);
    expect(annotations.added.map(({ category, ids }) => [category, ids[1]])).toEqual([['cat', 2]]);
    expect(annotations).toMatchObject({ changed: [], same: 1 });
  });

  it('of one shape in two categories, each is its own', async () => {
    const both = [one(1, 10), one(2, 10, { category_id: 2 })];
    const swapped = [one(5, 10, { category_id: 2 }), one(6, 10)];
    expect((await of({ annotations: both }, { annotations: swapped })).annotations).toMatchObject({
      same: 2,
      changed: [],
    });
  });

  it('a polygon and the mask of its pixels are one mask with another outline', async () => {
    const bitmap = Uint8Array.from({ length: 8000 }, (_, i) =>
      i % 100 >= 10 && i % 100 < 30 && i >= 1000 && i < 3000 ? 1 : 0,
    );
    const { size, counts } = rleToSegmentation(encode(bitmap, 80, 100));
    const after = { annotations: [one(1, 10, { segmentation: { size, counts } }), one(2, 50)] };
    expect((await of({}, after)).annotations).toMatchObject({ same: 1, changed: [{ what: ['outline'], iou: 1 }] });
  });

  it('tells images and categories that came, went or changed', async () => {
    const after = {
      images: [
        { id: 1, file_name: 'a.png', width: 100, height: 90 },
        { id: 2, file_name: 'b.png', width: 10, height: 10 },
      ],
      categories: [
        { id: 1, name: 'cat', supercategory: 'pet' },
        { id: 3, name: 'cow' },
      ],
      annotations: [],
    };
    const diff = await of({}, after);
    expect(diff.images).toMatchObject({ added: ['b.png'], removed: [], changed: [{ name: 'a.png', what: ['size'] }] });
    expect(diff.categories).toMatchObject({
      added: ['cow'],
      removed: ['dog'],
      changed: [{ name: 'cat', what: ['supercategory'] }],
    });
    expect(sentencesOf(diff)).toEqual([
      '1 image added',
      '1 image changed (size 1)',
      '1 category added',
      '1 category removed',
      '1 category changed (supercategory 1)',
      '2 annotations removed',
    ]);
    // The other way round, what came has gone.
    const back = await of(after, {});
    expect([back.images.removed, back.categories.added, back.annotations.added.length]).toEqual([
      ['b.png'],
      ['dog'],
      2,
    ]);
  });

  it('pairs images that lie in other folders where their names are alone', async () => {
    const named = (...names: string[]) => ({
      images: names.map((file_name, i) => ({ id: i + 1, file_name, width: 100, height: 80 })),
    });
    expect((await of(named('x/a.png'), named('images/train/a.png'))).images).toMatchObject({ added: [], removed: [] });
    const twice = await of(named('x/a.png', 'y/a.png'), named('z/a.png', 'w/a.png'));
    expect([twice.images.added.length, twice.images.removed.length]).toEqual([2, 2]);
  });
});

describe('names that are used twice', () => {
  const twice: Made = {
    images: [1, 2].map((id) => ({ id, file_name: 'a.png', width: 100, height: 80 })),
    categories: [1, 2, 3].map((id) => ({ id, name: id === 3 ? 'dog' : 'cat', supercategory: `super ${id}` })),
    annotations: [one(1, 10), one(2, 50), one(3, 60, { image_id: 2 })],
  };

  it('are no difference of a dataset from itself, in another order neither', async () => {
    expect(sentencesOf(await of(twice, twice))).toEqual([]);
    const turned = { ...twice, images: [...twice.images!].reverse(), categories: [...twice.categories!].reverse() };
    expect(sentencesOf(await of(twice, turned))).toEqual([]);
  });

  it('hide nothing that came or went', async () => {
    const more: Made = {
      images: [...twice.images!, { id: 7, file_name: 'a.png', width: 100, height: 80 }],
      categories: [...twice.categories!, { id: 9, name: 'cat' }],
      annotations: [...twice.annotations!, one(8, 20, { image_id: 7 })],
    };
    const added = ['1 image added', '1 category added', '1 annotation added'];
    expect(sentencesOf(await of(twice, more))).toEqual(added);
    expect(sentencesOf(await of(more, twice))).toEqual(added.map((text) => text.replace('added', 'removed')));
  });
});

it('equal boxes without a side, of annotations that are keypoints, are equal', async () => {
  const points = (id: number, more: object = {}) => ({
    ...{ id, image_id: 1, category_id: 1, bbox: [0, 0, 0, 0], area: 0, iscrowd: 0, keypoints: [5 + id, 5, 2] },
    ...more,
  });
  const { annotations } = await of(
    { annotations: [points(1), points(2)] },
    { annotations: [points(1), points(2, { keypoints: [9, 9, 1] })] },
  );
  expect(annotations).toMatchObject({
    added: [],
    removed: [],
    same: 1,
    changed: [{ ids: [2, 2], what: ['attributes'] }],
  });
});

describe('the text of an annotation', () => {
  const view = async (id: string, made: Made, sizes: ReadonlyMap<string, readonly [number, number]>) => {
    const format = formats.get(id)!;
    const { files } = writeToMemory(await coco(made), format);
    const dataset = new MemoryDataset('/memory', id);
    await format.read!(memorySource(files, sizes), dataset, {});
    return dataset.view('made');
  };
  const sizeOf = (width: number) =>
    new Map(['images/train/a.png', 'images/a.png', 'a.png'].map((name) => [name, [width, 80] as const] as const));
  const compare = async (id: string, after: Made, width = 100) =>
    diffDatasets(await view(id, base, sizeOf(100)), await view(id, after, sizeOf(width)), {
      textsHoldMasks: formats.get(id)!.textsHoldMasks,
    }).annotations;

  const readable = formats.all.filter(({ read, write }) => read && write).map(({ id }) => id);

  // A pixel less at its lower right corner: the box is the same.
  const notched = [[50, 10, 70, 10, 70, 28, 68, 28, 68, 30, 50, 30]];
  const changed: Made = { annotations: [one(1, 10), one(2, 50, { segmentation: notched, area: 396 })] };

  it.each(readable.filter((id) => id !== 'yolo'))('hides no other mask: %s', async (id) => {
    const { changed: found } = await compare(id, changed);
    expect(found.map(({ what }) => what)).toEqual([expect.arrayContaining(['mask'])]);
  });

  it('of parts of the sides says nothing where the image has another size', async () => {
    expect((await compare('yolo-seg', base, 200)).same).toBe(0);
    expect((await compare('yolo-seg', base)).same).toBe(2);
  });
});

/** Formats that hold every mask as it is. */
describe.each(['coco', 'cvat', 'datumaro', 'supervisely', 'labelme'])('across formats: %s', (id) => {
  it('has no changed and no lost mask', async () => {
    const format = formats.get(id)!;
    for (let seed = 1; seed <= 12; seed++) {
      const made = madeDataset(new Random(seed)).view('made');
      const { files, losses } = writeToMemory(made, format);
      // What the format could not hold is in its losses.
      if (
        losses
          .list()
          .some(({ code }) => !['id', 'score', 'crowd', 'attributes', 'unused-category', 'tags'].includes(code))
      )
        continue;
      const sizes = sizesIn(format, made);
      const again = new MemoryDataset('/memory', id);
      await format.read!(memorySource(files, sizes), again, {});
      const { annotations } = diffDatasets(made, again.view('again'));
      const told = `seed ${seed}: ${JSON.stringify(annotations.changed)}`;
      expect([annotations.added.length, annotations.removed.length], told).toEqual([0, 0]);
      for (const { what } of annotations.changed) {
        for (const facet of what) expect(['score', 'crowd', 'attributes'], told).toContain(facet);
      }
    }
  });
});

describe('numbers of classes that stand beside the annotations', () => {
  const [width, height] = [12, 8];
  const sizes = new Map([['a.jpg', [width, height] as const]]);
  const vocOf = (numbers: readonly number[], list?: string): Files => {
    const values = (rows: readonly number[]) =>
      Uint8Array.from({ length: width * height }, (_, i) => rows[Math.floor(i / width)] ?? 0);
    const object = (name: string) =>
      `<object><name>${name}</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>3</ymax></bndbox></object>`;
    return new Map<string, string | Uint8Array>([
      [
        'Annotations/a.xml',
        `<annotation><filename>a.jpg</filename><size><width>${width}</width><height>${height}</height></size>${object('cat')}${object('dog')}</annotation>`,
      ],
      ['SegmentationObject/a.png', writeIndexedPng(values([1, 2]), width, height, vocPalette())],
      ['SegmentationClass/a.png', writeIndexedPng(values(numbers), width, height, vocPalette())],
      ...(list === undefined ? [] : ([['labelmap.txt', list]] as const)),
    ]);
  };
  const supervisely = (id: number): Files =>
    new Map([
      ['meta.json', `{"classes": [{"title": "cat", "id": ${id}, "shape": "any", "color": "#FF0000"}], "tags": []}`],
      ['ds/ann/a.jpg.json', '{"tags": [], "size": {"height": 8, "width": 12}, "objects": []}'],
    ]);
  const list = (...names: string[]) =>
    `# label:color_rgb:parts:actions\nbackground:0,0,0::\n${names.map((name, i) => `${name}:${i + 1},0,0::\n`).join('')}`;

  it.each([
    ['voc', 'pictures of classes', vocOf([8, 12]), vocOf([8, 13]), ['dog']],
    ['voc', 'a list of classes', vocOf([1, 2], list('cat', 'dog')), vocOf([2, 1], list('dog', 'cat')), ['cat', 'dog']],
    ['supervisely', 'ids of classes', supervisely(5), supervisely(6), ['cat']],
  ])('%s: %s', async (id, _, before, after, changed) => {
    const format = formats.get(id)!;
    const views = await Promise.all(
      [before, after].map(async (files) => (await readFromMemory(format, files, sizes)).view('v')),
    );
    const diff = diffDatasets(views[0], views[1], format);
    expect(diff.categories.changed).toEqual(changed.map((name) => ({ name, what: ['number'] })));
    expect(diff.annotations.changed).toEqual([]);
    expect(diffDatasets(views[0], views[0], format).categories.changed).toEqual([]);
    // Where one of them does not say its numbers, there is no difference to tell.
    const silent = { ...views[1], parts: () => [] };
    expect(diffDatasets(views[0], silent, format).categories.changed).toEqual([]);
  });
});
