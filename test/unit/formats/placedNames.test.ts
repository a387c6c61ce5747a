/** The names of pictures and of their annotation files belong together, and none is given twice. */
import { describe, expect, it } from 'vitest';
import { uniqueNames } from '@shared/dataset/outputNames';
import { selectView } from '@shared/dataset/selectView';
import type { DatasetView } from '@shared/dataset/view';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { formats } from '@shared/formats/registry';
import { type Files, placeIn, readFromMemory, writeToMemory } from '../../support/formatFiles';

/** Each image has a box as wide as its place, by which it is known again. */
function datasetOf(names: readonly string[]): DatasetView {
  const dataset = new MemoryDataset('/memory', 'none');
  dataset.category({ id: 1, name: 'cat', supercategory: null }, null, { file: 'x', pointer: '' });
  names.forEach((fileName, i) => {
    const at = { file: 'x', pointer: '' };
    dataset.image({ id: i + 1, fileName, width: 40, height: 20 }, null, at);
    const content = { segmentation: null, bbox: [0, 0, i + 1, 2], area: null, isCrowd: false, score: null, extra: {} };
    dataset.annotation({ id: i + 1, imageId: i + 1, categoryId: 1, maskSize: null, content } as never, null, at);
  });
  return dataset.view('made');
}

const widths = (view: DatasetView) =>
  Object.fromEntries(
    Array.from(view.images(), ({ id, fileName }) => [
      fileName,
      view.annotationsOf(id).map(({ annotation }) => Math.round(annotation.bbox[2])),
    ]),
  );

const clashes = {
  'splits before images/': ['train/images/a.jpg', 'valid/images/a.jpg', 'test/images/a.jpg'],
  'folders before images/': ['s1/images/1.jpg', 's2/images/1.jpg', 's1/images/2.jpg'],
  'endings alone': ['x/a.jpg', 'x/a.png', 'x/a_2.jpg'],
  'folders alone': ['s1/b.jpg', 's2/b.jpg', 's3/B.JPG'],
};

const ids = ['yolo', 'voc', 'roboflow', 'supervisely', 'cvat'];

describe.each(Object.entries(clashes))('images that differ in %s', (_what, names) => {
  it.each(ids)('keep their own annotations in %s', async (id) => {
    const format = formats.get(id)!;
    const view = datasetOf(names);
    const { files, losses } = writeToMemory(view, format);
    const pictures = format.placeImages!(view).map(({ picture }) => picture);
    expect(new Set(pictures.map((name) => name.toLowerCase())).size).toBe(names.length);
    const sizes = new Map(pictures.map((name) => [name, [40, 20] as const]));
    const found = widths((await readFromMemory(format, files, sizes)).view('read'));
    const expected = Object.fromEntries(pictures.map((name, i) => [name.replace(/^images\/(?=s\d|x)/, ''), [i + 1]]));
    if (id !== 'cvat') expect(found).toEqual(expected);
    else expect(Object.values(found)).toEqual(names.map((_, i) => [i + 1]));
    const base = (name: string) => name.split(/[/_]/).pop();
    const numbered = pictures.filter((name, i) => base(name) !== base(names[i]));
    if (id === 'yolo') expect(losses.count('image-renamed')).toBe(numbered.length);
    else if (numbered.length > 0) expect(losses.count('image-renamed')).toBeGreaterThan(0);
  });
});

const yaml = 'path: ../data\n# mine\ntrain: ../train/images\nval: ../valid/images\nkind: [1, 2]\nnames: [cat, dog]\n';
const roboflowLayout: Files = new Map([
  ['data.yaml', yaml],
  ['train/labels/a.txt', '0 0.5 0.5 0.25 0.5\n'],
  ['valid/labels/a.txt', '1 0.5 0.5 0.5 0.5\n'],
]);
const sizes = new Map([
  ['train/images/a.jpg', [40, 20] as const],
  ['valid/images/a.jpg', [40, 20] as const],
]);

describe('a YOLO project', () => {
  const format = formats.get('yolo')!;
  const read = async () => (await readFromMemory(format, roboflowLayout, sizes)).view('read');

  it('stays where it is, its pictures too', async () => {
    const view = await read();
    expect(writeToMemory(view, format).files).toEqual(roboflowLayout);
    expect(format.placeImages!(view).map(({ picture }) => picture)).toEqual([...sizes.keys()]);
  });

  it('keeps the labels of both images of one name when a category is renamed', async () => {
    const view = selectView(await read(), { map: { cat: 'horse' } });
    const { files } = writeToMemory(view, format);
    const texts = Object.fromEntries(files);
    expect(texts).toMatchObject(Object.fromEntries([...roboflowLayout].slice(1)));
    expect(texts['data.yaml']).toContain('horse');
    expect(placeIn(format, view)('valid/images/a.jpg')).toBe('valid/images/a.jpg');
  });

  it('says in its data.yaml where the images of a split went, and keeps the rest of it', async () => {
    const view = selectView(await read(), { split: { shares: [0.5, 0.5], seed: 1 } });
    const { files } = writeToMemory(view, format);
    const names = format.placeImages!(view).map(({ picture }) => picture);
    expect(names.map((name) => name.split('/')[1]).sort()).toEqual(['train', 'val']);
    const text = files.get('data.yaml') as string;
    expect(text).toContain('# mine');
    expect(text).toContain('names: [cat, dog]');
    expect(text).toContain('kind: [1, 2]');
    expect(text).toContain('train: images/train');
    expect(text).toContain('val: images/val');
    expect(text).not.toContain('path:');
    for (const name of names)
      expect([...files.keys()]).toContain(name.replace('images/', 'labels/').replace('jpg', 'txt'));
  });
});

describe('uniqueNames', () => {
  it('numbers the later ones, spares names that are alone, and leaves fixed ones', () => {
    expect(uniqueNames(['a.jpg', 'A.JPG', 'a_2.jpg'])).toEqual(['a.jpg', 'A_3.JPG', 'a_2.jpg']);
    expect(uniqueNames(['a.jpg', 'a.png'], { byStem: true })).toEqual(['a.jpg', 'a_2.png']);
    expect(uniqueNames(['a.jpg', 'a.jpg'], { isFixed: (place) => place === 1 })).toEqual(['a_2.jpg', 'a.jpg']);
  });
});
