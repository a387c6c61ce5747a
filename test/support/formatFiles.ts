/** Formats without a disk: files in memory to read from and to write to, and datasets of every kind of object. */
import { LossReport } from '@shared/dataset/losses';
import { inside } from '@shared/dataset/outputNames';
import { completeView, proxyOf } from '@shared/dataset/completeView';
import type { DatasetView } from '@shared/dataset/view';
import type { Segmentation } from '@shared/document/types';
import { rleToSegmentation } from '@shared/document/segmentation';
import { AppError } from '@shared/errors/appError';
import type { DatasetFormat, DatasetSource, FormatOptions } from '@shared/formats/format';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { writeFiles } from '@shared/formats/writeFiles';
import { formatOptions, readOptions } from '@shared/formats/options';
import { encode } from '@shared/mask';
import type { Random } from './datasetFuzz';

export type Files = Map<string, string | Uint8Array>;

/** `sizes` by image name; a name finds its file as the import does, by the end of its path. */
export function memorySource(
  files: Files,
  sizes: ReadonlyMap<string, readonly [width: number, height: number]>,
  entry: string | null = null,
): DatasetSource {
  const bytesOf = (name: string) => {
    const content = files.get(name);
    if (content === undefined) throw new AppError('bad-input', `${name} does not exist`);
    return typeof content === 'string' ? new TextEncoder().encode(content) : content;
  };
  return {
    path: '/memory',
    entry,
    names: async () => [...files.keys(), ...sizes.keys()],
    head: async (name) => (files.has(name) ? new TextDecoder().decode(bytesOf(name).subarray(0, 65536)) : ''),
    text: async (name) => {
      try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytesOf(name));
      } catch (error) {
        throw error instanceof AppError ? error : new AppError('bad-input', `${name} is no UTF-8 text`);
      }
    },
    bytes: async (name) => bytesOf(name),
    async *chunks(name) {
      yield bytesOf(name);
    },
    fullName: (name) => name,
    // Their numbers come from the disk alone, see datasetFolder.ts.
    tiffMapKind: async () => null,
    tiffMap: async (name) => {
      throw new AppError('bad-input', `${name} is no file on a disk`);
    },
    headBytes: async (name) => (files.has(name) ? bytesOf(name).subarray(0, 65536) : new Uint8Array()),
    pictures: async () => [...sizes.keys()],
    imageSize: async (name) => {
      const size =
        sizes.get(name) ?? [...sizes].find(([known]) => name.endsWith(`/${known}`) || known.endsWith(`/${name}`))?.[1];
      return size ? { width: size[0], height: size[1] } : null;
    },
  };
}

/** What the format writes of a view, and what it could not say. */
export function writeToMemory(
  view: DatasetView,
  format: DatasetFormat,
  options: FormatOptions = {},
): { files: Files; losses: LossReport } {
  const losses = new LossReport();
  const complete = completeView(view, losses, format);
  const files: Files = new Map();
  for (const { name, content } of writeFiles(format, complete, {
    options: formatOptions(format, options),
    losses,
    fileName: `dataset.${format.extensions[0] ?? 'json'}`,
  })) {
    // As the writer to the disk says it.
    if (files.has(name)) throw new AppError('bad-input', `${format.id} writes ${name} twice`);
    const made = typeof content === 'function' ? content() : content;
    files.set(name, typeof made === 'string' || made instanceof Uint8Array ? made : [...made].join(''));
  }
  return { files, losses };
}

/** What becomes of the name of an image whose picture is copied along. */
export function placeIn(format: DatasetFormat, view: DatasetView): (name: string) => string {
  const images = [...view.images()];
  const places = format.placeImages?.(view);
  const known = new Map(images.map(({ fileName }, i) => [fileName, places?.[i].picture ?? inside(fileName)]));
  return (name) => known.get(name) ?? inside(name);
}

/** The sizes of the pictures, by the names that they have once they are copied along. */
export function sizesIn(format: DatasetFormat, view: DatasetView) {
  const place = placeIn(format, view);
  return new Map(
    Array.from(view.images(), ({ fileName, width, height }) => [place(fileName), [width, height] as const]),
  );
}

type Records = ReturnType<DatasetView['annotationsOf']>;

/** Once somebody worked on it: no image is as it came, and annotations are what `change` makes of them. */
export function touchedView(view: DatasetView, change = (records: Records): Records => records): DatasetView {
  return {
    ...proxyOf(view),
    images: () => [...view.images()].map((image) => ({ ...image, untouched: false })),
    annotationsOf: (imageId) => change(view.annotationsOf(imageId)),
    annotations: () => change([...view.annotations()]),
  };
}

export async function readFromMemory(
  format: DatasetFormat,
  files: Files,
  sizes: ReadonlyMap<string, readonly [number, number]>,
  given: FormatOptions = {},
): Promise<MemoryDataset> {
  const dataset = new MemoryDataset('/memory', format.id);
  await format.read!(memorySource(files, sizes), dataset, readOptions(format, given));
  return dataset;
}

const imageNames = ['a.png', 'b photo.jpg', 'sub/dir/ü é.png', 'sub/A.png', '雪.jpeg', 'x.y.z.png', 'sub/b photo.png'];

/** Images with every kind of object: parts, holes, masks, crowds, boxes, single pixels, objects at the border, none at all. */
export function madeDataset(random: Random): MemoryDataset {
  const dataset = new MemoryDataset('/made', 'made');
  const at = { pointer: '' };
  const categories = ['cat', 'Straßen & "Wege"', '犬', 'a: b, c'].slice(0, 1 + random.below(4));
  categories.forEach((name, index) => dataset.category({ id: index + 1, name, supercategory: null }, null, at));
  const count = 1 + random.below(4);
  let id = 1;
  for (let index = 0; index < count; index++) {
    const [width, height] = [12 + random.below(30), 10 + random.below(30)];
    const fileName = imageNames[(index + random.below(imageNames.length)) % imageNames.length].replace(
      /\.(\w+)$/,
      `-${index}.$1`,
    );
    dataset.image({ id: index + 1, fileName, width, height }, null, at);
    for (let objects = random.below(5); objects > 0; objects--) {
      const segmentation = madeSegmentation(random, width, height);
      const content = {
        segmentation,
        bbox: segmentation
          ? null
          : ([random.below(5), random.below(5), 1 + random.below(6), 1 + random.below(5)] as const),
        area: null,
        isCrowd: random.chance(0.1),
        score: random.chance(0.2) ? Math.round(random.next() * 100) / 100 : null,
        extra: random.chance(0.2) ? { attributes: { colour: 'red & "blue"' } } : {},
      };
      const record = {
        id: id++,
        imageId: index + 1,
        categoryId: 1 + random.below(categories.length),
        maskSize: null,
        content,
      };
      dataset.annotation(record, null, at);
    }
  }
  return dataset;
}

function madeSegmentation(random: Random, width: number, height: number): Segmentation | null {
  const kind = random.below(8);
  if (kind === 0) return null;
  if (kind === 1) {
    // Any pixels at all, often touching the border.
    const share = random.pick([0.02, 0.3, 0.7]);
    const bitmap = Uint8Array.from({ length: width * height }, () => (random.next() < share ? 1 : 0));
    bitmap[random.below(bitmap.length)] = 1;
    return rleToSegmentation(encode(bitmap, height, width));
  }
  if (kind === 2) {
    const bitmap = new Uint8Array(width * height);
    bitmap[random.below(bitmap.length)] = 1;
    return rleToSegmentation(encode(bitmap, height, width));
  }
  const box = (within: readonly [number, number, number, number]) => {
    const [x0, y0, x1, y1] = within;
    return [x0, y0, x1, y0, x1, y1, x0, y1];
  };
  const half = Math.floor(width / 2);
  if (kind === 3) {
    const parts = [box([0, 0, half - 2, 5]), box([half + 1, 2, width, height])].map((outer) => ({ outer, holes: [] }));
    return { kind: 'polygons', parts };
  }
  if (kind === 4) {
    const hole = box([3, 3, width - 4, height - 4]).map((value, i, all) => (i % 2 === 0 ? value : (all[i] ?? value)));
    return { kind: 'polygons', parts: [{ outer: box([1, 1, width - 1, height - 1]), holes: [hole] }] };
  }
  const points = 3 + random.below(6);
  const ring: number[] = [];
  for (let i = 0; i < points; i++) {
    const angle = (2 * Math.PI * i) / points;
    const fraction = kind === 5 ? 1 : 4;
    ring.push(
      Math.round((width / 2 + Math.cos(angle) * (width / 2 - random.next() * 3)) * fraction) / fraction,
      Math.round((height / 2 + Math.sin(angle) * (height / 2 - random.next() * 3)) * fraction) / fraction,
    );
  }
  return { kind: 'polygons', parts: [{ outer: ring, holes: [] }] };
}

/** The same with tags, supercategories, and objects in every corner: pixels alone, a crowd, and pairs on the same pixels. */
export function richDataset(random: Random): MemoryDataset {
  const plain = madeDataset(random);
  const dataset = new MemoryDataset('/made', 'made');
  const at = { pointer: '' };
  // Names that mean something elsewhere, or that others trim.
  const oddNames = ['$& and $$', '  lead', 'trail ', 'two\nlines', 'class 1'];
  for (const { record } of plain.categories)
    dataset.category(
      {
        ...record,
        ...(random.chance(0.3) ? { name: `${oddNames.splice(random.below(oddNames.length), 1)[0]}` } : {}),
        supercategory: random.chance(0.3) ? 'things & more' : null,
      },
      null,
      at,
    );
  for (const { record } of plain.images)
    dataset.image({ ...record, ...(random.chance(0.2) ? { tags: ['dark', 'a "b"'] } : {}) }, null, at);
  for (const { record } of plain.annotations) dataset.annotation(record, null, at);
  let id = plain.annotations.length + 1;
  for (const { record } of plain.images) {
    const [width, height] = [record.width!, record.height!];
    const pixels = (...places: readonly number[]) => {
      const bitmap = new Uint8Array(width * height);
      for (const place of places) bitmap[place] = 1;
      return rleToSegmentation(encode(bitmap, height, width));
    };
    const corners = [0, width - 1, (height - 1) * width, height * width - 1];
    const extras: { segmentation: Segmentation; isCrowd?: boolean }[] = [
      { segmentation: pixels(random.pick(corners)) },
      { segmentation: pixels(...corners), isCrowd: true },
      { segmentation: { kind: 'polygons', parts: [{ outer: [0, 0, width, 0, width, height, 0, height], holes: [] }] } },
    ];
    for (const { segmentation, isCrowd = false } of extras) {
      for (let copies = random.below(3); copies > 0; copies--) {
        const content = { segmentation, bbox: null, area: null, isCrowd, score: null, extra: {} };
        const categoryId = 1 + random.below(plain.categories.length);
        dataset.annotation({ id: id++, imageId: record.id, categoryId, maskSize: null, content }, null, at);
      }
    }
  }
  return dataset;
}
