/** What an export would change where it goes: nothing of itself in any format, and exactly what is another now. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { diffSentences } from '@shared/dataset/diffWords';
import { selectView } from '@shared/dataset/selectView';
import type { DatasetView } from '@shared/dataset/view';
import { CancelSource } from '@shared/errors/cancellation';
import type { DatasetFormat } from '@shared/formats/format';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { formats } from '@shared/formats/registry';
import type { ExportChanges } from '@shared/project/types';
import { exportChanges } from '../../../src-main/dataset/exportChanges';
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
function dataset(boxes: readonly Box[], imageCount = 3): DatasetView {
  const made = new MemoryDataset('/made', 'made');
  const at = { pointer: '' };
  for (const [place, name] of ['cat', 'dog'].entries())
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
async function makePictures(): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  for (const id of [1, 2, 3, 4])
    await sharp({ create: { width: 40, height: 30, channels: 3, background: 'navy' } })
      .png()
      .toFile(join(pictures, `photo ${id}.png`));
}

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
    await makePictures();
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
    expect(told(await exportChanges(dataset(other), job, context()))).toEqual(['1 annotation changed']);
  });
});

it('an image that came or went is told, and each part of a split is compared with its own file', async () => {
  await makePictures();
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

it('what is there and is no dataset, or another format, is said', async () => {
  await makePictures();
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
