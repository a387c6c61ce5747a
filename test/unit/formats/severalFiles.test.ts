/** Folders with more than one file of a dataset: all of them are read, or those that were left are named. */
import { describe, expect, it } from 'vitest';
import { selectView } from '@shared/dataset/selectView';
import { cocoFiles } from '@shared/formats/coco/format';
import { formats } from '@shared/formats/registry';
import { type Files, memorySource, readFromMemory, writeToMemory } from '../../support/formatFiles';

const imagesOf = async (id: string, files: Files, sizes = new Map<string, readonly [number, number]>()) => {
  const dataset = await readFromMemory(formats.get(id)!, files, sizes);
  const view = dataset.view('v');
  const names = new Map(view.categories().map(({ id: category, name }) => [category, name]));
  return {
    view,
    issues: dataset.issues.map(({ issue }) => issue),
    objects: Object.fromEntries(
      [...view.images()].map(({ id: image, fileName }) => [
        fileName,
        view.annotationsOf(image).map(({ categoryId }) => names.get(categoryId)),
      ]),
    ),
  };
};

const datumaro = (labels: readonly string[], items: readonly (readonly [name: string, label: number])[]) =>
  JSON.stringify({
    info: { by: 'me' },
    categories: { label: { labels: labels.map((name) => ({ name, parent: '', attributes: [] })) } },
    items: items.map(([name, label]) => ({
      id: name.replace('.jpg', ''),
      annotations: [{ id: 1, type: 'bbox', label_id: label, bbox: [1, 1, 4, 4], group: 0, attributes: {} }],
      image: { path: name, size: [20, 40] },
    })),
  });

describe('Datumaro of several subsets', () => {
  const files: Files = new Map([
    ['annotations/train.json', datumaro(['cat', 'dog'], [['a.jpg', 0]])],
    [
      'annotations/val.json',
      datumaro(
        ['cat', 'dog'],
        [
          ['a.jpg', 1],
          ['b.jpg', 0],
        ],
      ),
    ],
  ]);
  const sizes = new Map(
    ['images/train/a.jpg', 'images/val/a.jpg', 'images/val/b.jpg'].map((name) => [name, [40, 20] as const]),
  );

  it('is read whole, each picture that of its subset', async () => {
    expect((await imagesOf('datumaro', files, sizes)).objects).toEqual({
      'images/train/a.jpg': ['cat'],
      'images/val/a.jpg': ['dog'],
      'images/val/b.jpg': ['cat'],
    });
  });

  it('leaves as it came; what is renamed is so in every subset', async () => {
    const { view } = await imagesOf('datumaro', files, sizes);
    const format = formats.get('datumaro')!;
    expect(writeToMemory(view, format).files).toEqual(files);
    expect(format.placeImages!(view).map(({ picture }) => picture)).toEqual([...sizes.keys()]);
    const renamed = writeToMemory(selectView(view, { map: { cat: 'lion' } }), format).files;
    const again = await imagesOf('datumaro', renamed, sizes);
    expect(again.objects).toMatchObject({ 'images/train/a.jpg': ['lion'], 'images/val/b.jpg': ['lion'] });
  });

  it('understands lists of labels that differ, by their names', async () => {
    const other = new Map([...files, ['annotations/test.json', datumaro(['dog', 'cow'], [['t.jpg', 0]])] as const]);
    const { objects, view } = await imagesOf('datumaro', other, sizes);
    expect(objects).toMatchObject({ 'images/train/a.jpg': ['cat'], 'images/val/a.jpg': ['dog'], 't.jpg': ['dog'] });
    const { files: written } = writeToMemory(view, formats.get('datumaro')!);
    expect([...written.keys()]).toEqual(['annotations/default.json']);
    expect((await imagesOf('datumaro', written)).view.annotationCount).toBe(4);
  });
});

it('Label Studio: the tasks of all files, each as it came', async () => {
  const task = (id: number, name: string) =>
    `{"id": ${id}, "data": {"image": "${name}"}, "annotations": [{"id": ${id}, "result": [{"type": "rectanglelabels", "original_width": 40, "original_height": 20, "value": {"x": 1, "y": 1, "width": 9, "height": 9, "rectanglelabels": ["cat"]}}]}], "kept": ${id}.50}`;
  const files: Files = new Map([
    ['one.json', `[${task(1, 'a.jpg')}]`],
    ['two.json', `[${task(1, 'b.jpg')}, ${task(2, 'c.jpg')}]`],
  ]);
  const { objects, view } = await imagesOf('label-studio', files);
  expect(objects).toEqual({ 'a.jpg': ['cat'], 'b.jpg': ['cat'], 'c.jpg': ['cat'] });
  const [written] = [...writeToMemory(view, formats.get('label-studio')!).files.values()];
  for (const one of [task(1, 'a.jpg'), task(1, 'b.jpg'), task(2, 'c.jpg')]) expect(written).toContain(one);
});

const cvat = (name: string) =>
  `<annotations><version>1.1</version><image id="0" name="${name}" width="40" height="20"><box label="cat" xtl="1" ytl="1" xbr="5" ybr="5"/></image></annotations>`;
const via = (name: string) =>
  JSON.stringify({ _via_settings: {}, _via_img_metadata: { [`${name}1`]: { filename: name, size: 1, regions: [] } } });

it.each([
  ['cvat', new Map([1, 2, 3].map((n) => [`t${n}.xml`, cvat(`${n}.jpg`)])), 't1.xml', 't2.xml, t3.xml'],
  ['via', new Map([1, 2].map((n) => [`v${n}.json`, via(`${n}.jpg`)])), 'v1.json', 'v2.json'],
])('%s: reads one and names the others', async (id, files, taken, left) => {
  const { issues, view } = await imagesOf(id, files);
  expect(view.imageCount).toBe(1);
  expect(issues.map(({ code, message }) => [code, message])).toEqual([
    ['file-left-out', expect.stringContaining(`only ${taken} was read: ${left} `)],
  ]);
});

describe('labelme files whose first 64 KB say little', () => {
  const points = Array.from({ length: 14000 }, (_, i) => [i % 40, (i * 7) % 20]);
  const shape = { label: 'cat', points, group_id: null, shape_type: 'polygon', flags: {} };
  const rest = { imagePath: 'a.jpg', imageHeight: 20, imageWidth: 40 };
  it.each([
    ['shapes first', { shapes: [shape], version: '5', ...rest, imageData: null }],
    ['the picture first', { imageData: 'A'.repeat(90_000), shapes: [shape], version: '5', ...rest }],
    ['flags and shapes first', { flags: {}, shapes: [shape], ...rest, version: '5' }],
  ])('are known: %s', async (_what, json) => {
    const text = JSON.stringify(json);
    expect(text.length).toBeGreaterThan(70_000);
    const files: Files = new Map([['a.json', text]]);
    const found = await formats.recognise(memorySource(files, new Map()));
    expect(found.map(({ format }) => format.id)).toEqual(['labelme']);
    expect((await imagesOf('labelme', files)).objects).toEqual({ 'a.jpg': ['cat'] });
  });
});

describe('many COCO files in one folder', () => {
  const coco = JSON.stringify({ images: [], annotations: [], categories: [] });
  const folder = (count: number, others: number) =>
    memorySource(
      new Map([
        ...Array.from({ length: count }, (_, i) => [`plate${i}.json`, coco] as const),
        ...Array.from({ length: others }, (_, i) => [`q${i}.json`, '{"shapes":[],"imagePath":"a.png"}'] as const),
      ]),
      new Map([['a.png', [4, 2]]]),
    );

  it('are all found, however many; a few among many others are not meant', async () => {
    expect(await cocoFiles(folder(25, 0))).toHaveLength(25);
    expect(await cocoFiles(folder(70, 30))).toHaveLength(70);
    expect(await cocoFiles(folder(2, 100))).toEqual([]);
  });
});

describe('a file that says a lot before its list of images', () => {
  const much = { about: 'all of it '.repeat(9000) };
  const lists = { images: [], annotations: [], categories: [] };
  const recognised = async (json: object, name = 'a.json', more: Files = new Map()) => {
    const files: Files = new Map([[name, JSON.stringify(json)], ...more]);
    return (await formats.recognise(memorySource(files, new Map()))).map(({ format }) => format.id);
  };

  it.each([
    ['a dataset', { dataset: much, ...lists }],
    ['a key of any name', { 'what else': much, ...lists }],
    ['information and licenses', { info: { by: 'me' }, licenses: [much, much], ...lists }],
    ['categories', { info: {}, categories: [much], images: [], annotations: [] }],
  ])('is COCO: %s', async (_what, json) => {
    expect(await recognised(json)).toEqual(['coco']);
  });

  it('is panoptic where its pictures are beside it', async () => {
    const pictures: Files = new Map([['panoptic/a.png', new Uint8Array()]]);
    expect(await recognised({ dataset: much, ...lists }, 'panoptic.json', pictures)).toEqual(['coco-panoptic']);
  });

  it.each([
    ['has none', { dataset: much, annotations: {} }],
    ['is cut off before', undefined],
    ['is of Hasty', { dataset: much, label_classes: [], images: [] }],
    ['is of Datumaro', { info: much, categories: { label: { labels: [] } }, items: [] }],
  ])('is not COCO where it %s', async (_what, json) => {
    const text = JSON.stringify({ dataset: much, ...lists });
    const files: Files = new Map([['a.json', json ? JSON.stringify(json) : text.slice(0, 70_000)]]);
    expect(await formats.get('coco')!.recognise(memorySource(files, new Map()))).toBeNull();
  });
});
