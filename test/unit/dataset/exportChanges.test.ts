/** What an export would change where it goes: nothing of itself in any format, and exactly what is another now. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipeSchema } from '@shared/dataset/augment/recipe';
import { diffSentences } from '@shared/dataset/diffWords';
import { selectView } from '@shared/dataset/selectView';
import type { DatasetView } from '@shared/dataset/view';
import { CancelSource } from '@shared/errors/cancellation';
import type { Progress } from '@shared/errors/work';
import type { DatasetFormat } from '@shared/formats/format';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { formats } from '@shared/formats/registry';
import type { ExportChanges } from '@shared/project/types';
import { exportChanges } from '../../../src-main/dataset/exportChanges';
import { DatasetFolder } from '../../../src-main/dataset/datasetFolder';
import { derivedOnce } from '../../../src-main/dataset/outgoing';
import { writeDataset } from '../../../src-main/dataset/writeDataset';

const root = mkdtempSync(join(tmpdir(), 'maskwright-changes-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const context = () => ({ signal: new CancelSource(), progress: () => undefined });

interface Box {
  readonly image: number;
  readonly category: number;
  readonly at: readonly [number, number];
}

/** Three images of objects that lie apart, so that every format can say them. */
function dataset(boxes: readonly Box[], imageCount = 3, categories = ['cat', 'dog']): DatasetView {
  const made = new MemoryDataset('/made', 'made');
  const at = { pointer: '' };
  for (const [place, name] of categories.entries())
    made.category({ id: place + 1, name, supercategory: null }, null, at);
  for (let id = 1; id <= imageCount; id++)
    made.image({ id, fileName: `photo ${id}.png`, width: 40, height: 30 }, null, at);
  for (const [
    place,
    {
      image,
      category,
      at: [x, y],
    },
  ] of boxes.entries()) {
    const outer = [x, y, x + 8, y, x + 8, y + 6, x, y + 6];
    const content = {
      segmentation: { kind: 'polygons', parts: [{ outer, holes: [] }] },
      ...{ bbox: null, area: null, isCrowd: false, score: null, extra: {} },
    } as const;
    made.annotation({ id: place + 1, imageId: image, categoryId: category, maskSize: null, content }, null, at);
  }
  return made.view('made');
}

const before: readonly Box[] = [
  { image: 1, category: 1, at: [2, 2] },
  { image: 1, category: 2, at: [20, 10] },
  { image: 2, category: 1, at: [5, 5] },
  { image: 3, category: 2, at: [5, 20] },
];

const pictures = join(root, 'pictures');
const fileOf = ({ fileName }: { readonly fileName: string }) => ({ path: join(pictures, fileName), root: pictures });

/** Of the images; they are all alike. */
beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  for (const id of [1, 2, 3, 4])
    await sharp({ create: { width: 40, height: 30, channels: 3, background: 'navy' } })
      .png()
      .toFile(join(pictures, `photo ${id}.png`));
});

const jobOf = (format: DatasetFormat, copies: boolean) => ({
  format,
  options: {},
  path: join(root, `${format.id}-${copies}${format.target === 'file' ? `.${format.extensions[0]}` : ''}`),
  imagesFolder: pictures,
  ...(copies ? { images: { how: 'copy', fileOf } as const } : {}),
});

const told = (found: ExportChanges | null) =>
  found?.changes && diffSentences(found.changes).map((one) => one.replace(/ \(.*/, ''));

const both = formats.all.filter((format) => format.read && format.write);

describe.each(both.map((format) => [format.id, format] as const))('%s', (_, format) => {
  const copying = format.placeImages ? [false, true] : [false];
  it.each(copying)('tells what is another now, and nothing else (images copied: %s)', async (copies) => {
    const job = { ...jobOf(format, copies), replaces: true };
    expect(await exportChanges(dataset(before), job, context())).toBeNull();
    await writeDataset(dataset(before), job, context());
    const same = await exportChanges(dataset(before), job, context());
    expect([same?.why, told(same)]).toEqual([null, []]);

    const fewer = await exportChanges(dataset(before.slice(1)), job, context());
    expect(told(fewer)).toEqual(['1 annotation removed']);
    const more = await exportChanges(dataset([...before, { image: 2, category: 2, at: [25, 20] }]), job, context());
    expect(told(more)).toEqual(['1 annotation added']);
    const other = before.map((one, place) => (place === 2 ? { ...one, category: 2 } : one));
    // Of masks alone nothing is another: the category is not written.
    const changed = format.id === 'object-masks' ? [] : ['1 annotation changed'];
    expect(told(await exportChanges(dataset(other), job, context()))).toEqual(changed);
  });
});

it('an image that came or went is told, and each part of a split is compared with its own file', async () => {
  const coco = { ...jobOf(formats.get('coco')!, false), path: join(root, 'split.json'), replaces: true };
  const split = { split: { shares: [0.67, 0.33], seed: 1 } };
  const view = selectView(dataset(before), split);
  expect(await exportChanges(view, coco, context())).toBeNull();
  await writeDataset(view, coco, context());
  expect(told(await exportChanges(view, coco, context()))).toEqual([]);
  expect(told(await exportChanges(selectView(dataset(before.slice(1)), split), coco, context()))).toEqual([
    '1 annotation removed',
  ]);
  const whole = { ...coco, path: join(root, 'whole.json') };
  await writeDataset(dataset(before), whole, context());
  const larger = dataset([...before, { image: 4, category: 1, at: [1, 1] }], 4);
  expect(told(await exportChanges(larger, whole, context()))).toEqual(['1 image added', '1 annotation added']);
});

it('what is looked at and then written is derived once: its copies are made in one go, and it comes out as by itself', async () => {
  const job = { ...jobOf(formats.get('yolo-seg')!, true), path: join(root, 'once'), replaces: true };
  const augment = recipeSchema.parse({ copies: 1, flipHorizontal: 1 });
  const plain = { ...job, augment };
  await writeDataset(dataset(before), plain, context());
  const view = dataset(before);
  const { format, images } = job;
  const once = { ...plain, outgoing: derivedOnce(view, { format, images, augment }) };
  const begun: number[] = [];
  const counting = {
    signal: new CancelSource(),
    progress: ({ done, text }: Progress) => void (text === 'Making augmented copies' && done === 0 && begun.push(done)),
  };
  expect(told(await exportChanges(view, once, counting))).toEqual([]);
  const { augmented, images: count } = await writeDataset(view, once, counting);
  expect([augmented?.copies, count, begun]).toEqual([3, 6, [0]]);
  expect(told(await exportChanges(dataset(before), plain, context()))).toEqual([]);
});

const facetsOf = (found: ExportChanges | null) => found?.changes && diffSentences(found.changes);

it.each(both.filter(({ statesNumbers }) => statesNumbers).map((format) => [format.id, format] as const))(
  '%s: other numbers of the categories are told',
  async (_, format) => {
    const job = { ...jobOf(format, false), path: join(root, `numbers-${format.id}.json`), replaces: true };
    await writeDataset(dataset(before), job, context());
    const swapped = before.map((one) => ({ ...one, category: 3 - one.category }));
    const found = await exportChanges(dataset(swapped, 3, ['dog', 'cat']), job, context());
    expect(facetsOf(found)?.join()).toMatch(/^2 categories changed \(number 2/);
    expect(found?.changes?.annotations.changed.count).toBe(0);
  },
);

it.each(['yolo', 'yolo-seg', 'roboflow', 'cityscapes', 'voc'])(
  '%s: images that move to another part of the split are told',
  async (id) => {
    for (const copies of [false, true]) {
      const job = { ...jobOf(formats.get(id)!, copies), path: join(root, `moved-${id}-${copies}`), replaces: true };
      const split = (seed: number) => selectView(dataset(before), { split: { shares: [0.67, 0.33], seed } });
      await writeDataset(split(1), job, context());
      const trainOf = (view: DatasetView) => Array.from(view.images(), ({ split }) => split).join();
      const seed = [2, 3, 4, 5].find((one) => trainOf(split(one)) !== trainOf(split(1)))!;
      expect(facetsOf(await exportChanges(split(1), job, context()))).toEqual([]);
      expect(facetsOf(await exportChanges(split(seed), job, context()))).toEqual(['2 images changed (split 2)']);
    }
  },
);

it('COCO: ids, outlines, boxes, other fields and what stands beside the lists are told', async () => {
  const ring = [2, 2, 10, 2, 10, 8, 2, 8];
  const record = { id: 1, image_id: 1, category_id: 1, segmentation: [ring], bbox: [2, 2, 8, 6], area: 48, iscrowd: 0 };
  const base = {
    info: { version: '1' },
    licenses: [],
    images: [{ id: 1, file_name: 'a.png', width: 40, height: 30, license: 1 }],
    categories: [
      { id: 1, name: 'cat' },
      { id: 2, name: 'dog' },
    ],
    annotations: [record],
  };
  const read = async (made: object) => {
    const file = join(root, 'made.json');
    writeFileSync(file, JSON.stringify({ ...base, ...made }));
    const kept = new MemoryDataset(file, 'coco');
    await formats.get('coco')!.read!(new DatasetFolder(file), kept, {});
    return kept.view('made');
  };
  const job = { ...jobOf(formats.get('coco')!, false), path: join(root, 'facets.json'), replaces: true };
  await writeDataset(await read({}), job, context());
  const toldOf = async (made: object, options = {}) =>
    facetsOf(await exportChanges(await read(made), { ...job, options }, context()));
  expect(await toldOf({})).toEqual([]);
  expect(await toldOf({}, { masks: 'rle' })).toEqual(['1 annotation changed (outline 1)']);
  expect(await toldOf({ annotations: [{ ...record, bbox: [0, 0, 1, 1] }] })).toEqual(['1 annotation changed (box 1)']);
  expect(await toldOf({ annotations: [{ ...record, id: 7 }] })).toEqual(['1 annotation changed (id 1)']);
  expect(await toldOf({ info: { version: '2' }, licenses: [{ id: 1 }] })).toEqual(['2 other fields changed']);
  expect(await toldOf({ images: [{ ...base.images[0], license: 2 }] })).toEqual(['1 image changed (fields 1)']);
  const renumbered = { images: [{ ...base.images[0], id: 9 }], annotations: [{ ...record, image_id: 9 }] };
  expect(await toldOf(renumbered)).toEqual(['1 image changed (id 1)']);
  expect(await toldOf({ categories: [...base.categories].reverse() })).toEqual(['2 categories changed (order 2)']);
  const skeleton = [{ ...base.categories[0], keypoints: ['nose'] }, base.categories[1]];
  expect(await toldOf({ categories: skeleton })).toEqual(['1 category changed (fields 1)']);
});

it.each(both.map((format) => [format.id, format] as const))(
  '%s: a dataset without images removes all, and what is there is not blamed for it',
  async (_, format) => {
    const job = { ...jobOf(format, false), path: join(root, `emptied-${format.id}.${format.extensions[0]}`) };
    await writeDataset(dataset(before), job, context());
    const found = await exportChanges(dataset([], 0), { ...job, replaces: true } as typeof job, context());
    expect([found?.why, told(found)?.filter((one) => one.includes('image'))]).toEqual([null, ['3 images removed']]);
  },
);

it.each(
  both.filter(({ target, splits }) => target === 'folder' && !splits).map((format) => [format.id, format] as const),
)('%s: a split into a folder that holds the whole is compared with the whole', async (_, format) => {
  const job = { ...jobOf(format, false), path: join(root, `whole-${format.id}`), replaces: true };
  await writeDataset(dataset(before), job, context());
  const split = (boxes: readonly Box[]) => selectView(dataset(boxes), { split: { shares: [0.67, 0.33], seed: 1 } });
  expect(told(await exportChanges(split(before), job, context()))).toEqual([]);
  expect(told(await exportChanges(split(before.slice(1)), job, context()))).toEqual(['1 annotation removed']);
  await writeDataset(split(before), job, context());
  expect(told(await exportChanges(split(before.slice(1)), job, context()))).toContain('1 annotation removed');
});

it('COCO panoptic has a list of its own for each part of a split, with its images alone', async () => {
  const job = { ...jobOf(formats.get('coco-panoptic')!, false), path: join(root, 'panoptic-parts'), replaces: true };
  const view = selectView(dataset(before), { split: { shares: [0.67, 0.33], seed: 1 } });
  await writeDataset(view, job, context());
  for (const part of ['train', 'val']) {
    const list = JSON.parse(readFileSync(join(job.path, part, `panoptic_${part}.json`), 'utf8')) as {
      images: object[];
    };
    const names = [...view.images()].flatMap(({ split, fileName }) => (split === part ? [fileName] : []));
    expect(list.images).toMatchObject(names.map((file_name) => ({ file_name })));
  }
});

it('what an earlier split left beside a format of one file is named', async () => {
  const job = { ...jobOf(formats.get('coco')!, false), path: join(root, 'stale.json'), replaces: true };
  const split = (...shares: number[]) => selectView(dataset(before), { split: { shares, seed: 1 } });
  const leftOf = async (view: DatasetView) => (await writeDataset(view, job, context())).left;
  expect(await leftOf(split(0.34, 0.33, 0.33))).toBeUndefined();
  expect(await leftOf(split(0.67, 0.33, 0))).toEqual(['stale.test.json']);
  expect(await leftOf(dataset(before))).toEqual(['stale.train.json', 'stale.val.json', 'stale.test.json']);
  expect(await leftOf(split(0.67, 0.33, 0))).toEqual(['stale.json', 'stale.test.json']);
});

it('what is there and is no dataset, or another format, is said', async () => {
  const coco = jobOf(formats.get('coco')!, false);
  const text = join(root, 'notes.json');
  writeFileSync(text, '[1, 2');
  expect(await exportChanges(dataset(before), { ...coco, path: text }, context())).toMatchObject({ why: 'no-dataset' });
  const cvat = { ...coco, format: formats.get('cvat')!, path: join(root, 'other.json') };
  await writeDataset(dataset(before), { ...cvat, replaces: true }, context());
  const found = await exportChanges(dataset(before.slice(1)), { ...coco, path: cvat.path }, context());
  expect(found?.format).toBe(formats.get('cvat')!.title);
  expect(told(found)).toContain('1 annotation removed');
});

it('can be cancelled', async () => {
  const job = { ...jobOf(formats.get('coco')!, false), path: join(root, 'cancelled.json'), replaces: true };
  await writeDataset(dataset(before), job, context());
  const signal = new CancelSource();
  signal.abort();
  await expect(exportChanges(dataset(before), job, { signal, progress: () => undefined })).rejects.toMatchObject({
    code: 'cancelled',
  });
});
