/** Maps that leave and come back are the same maps: crowds, holes, stuff in parts, what is left out, many and large numbers. */
import { describe, expect, it } from 'vitest';
import type { DatasetView } from '@shared/dataset/view';
import { flatView, panopticRegions, stuffIds } from '@shared/document/labelMap';
import { isIgnored } from '@shared/document/labelValues';
import { rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import type { Annotation, Segmentation } from '@shared/document/types';
import { cocoPanopticFormat } from '@shared/formats/cocoPanoptic/format';
import type { DatasetFormat, FormatOptions } from '@shared/formats/format';
import { instanceMapFormat } from '@shared/formats/instanceMap/format';
import { labelMapFormat } from '@shared/formats/labelMap/format';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { readMap } from '@shared/formats/png/maskPng';
import { fromBox, subtract } from '@shared/mask';
import { Random } from '../../../support/datasetFuzz';
import { readFromMemory, writeToMemory } from '../../../support/formatFiles';

const at = { pointer: '' };
const STUFF = ['sky', 'road', 'ignore'];

interface Made {
  readonly view: DatasetView;
  readonly width: number;
  readonly height: number;
  /** Painted by hand, bottom first: of each pixel the annotation that has it. */
  readonly owners: readonly (Annotation | null)[];
}

/** One image, painted pixel by pixel beside the dataset; `many`: a few hundred small things too. */
function made(seed: number, { many = false } = {}): Made {
  const random = new Random(seed);
  const [width, height] = [20 + random.below(50), 20 + random.below(40)];
  const dataset = new MemoryDataset('/made', 'made');
  const names = ['car', 'person', 'dog', ...STUFF];
  // The numbers of things and stuff mean nothing of their order.
  const categoryIds = random.chance(0.5) ? [1, 2, 3, 4, 5, 6] : [900, 3, 70_000, 12, 65_535, 255];
  names.forEach((name, index) => {
    const record = { id: categoryIds[index], name, supercategory: null, isThing: !STUFF.includes(name) };
    dataset.category(record, null, at);
  });
  dataset.image({ id: 1, fileName: 'street.png', width, height }, null, at);
  // Above two bytes, and so that the next ones carry.
  let id = random.pick([1, 65_530, 16_700_000]);
  const add = (name: string, segmentation: Segmentation, isCrowd = false) => {
    const content = { segmentation, bbox: null, area: null, isCrowd, score: null, extra: {} };
    const categoryId = categoryIds[names.indexOf(name)];
    dataset.annotation({ id: id++, imageId: 1, categoryId, maskSize: null, content }, null, at);
  };
  const box = (w = 1 + random.below(width), h = 1 + random.below(height)) =>
    fromBox([random.below(width), random.below(height), w, h], height, width);
  for (let count = 2 + random.below(12); count > 0; count--) {
    const mask = random.chance(0.4) ? subtract(box(), box()) : box();
    // A thing may come as a crowd; stuff comes in parts.
    const name = random.pick(names);
    add(name, rleToSegmentation(mask), !STUFF.includes(name) && random.chance(0.3));
    const [x, y] = [random.below(width - 8), random.below(height - 8)];
    const ring = (inset: number) => [
      x + inset,
      y + inset,
      x + 8 - inset,
      y + inset,
      x + 8 - inset,
      y + 8 - inset,
      x + inset,
      y + 8 - inset,
    ];
    if (random.chance(0.3))
      add(random.pick(names), { kind: 'polygons', parts: [{ outer: ring(0), holes: [ring(2)] }] });
  }
  // More than a byte counts, one beside another.
  if (many) {
    const cells = Array.from({ length: Math.floor(width / 2) * Math.floor(height / 2) }, (_, cell) => cell).slice(
      0,
      500,
    );
    for (const cell of cells) {
      const [x, y] = [2 * (cell % Math.floor(width / 2)), 2 * Math.floor(cell / Math.floor(width / 2))];
      add('person', rleToSegmentation(fromBox([x, y, 1 + (cell % 2), 2], height, width)));
    }
  }
  const view = dataset.view('made');
  return { view, width, height, owners: ownersIn(view, [height, width]) };
}

/** Of each pixel of the only image the annotation that has it, by painting them one over another. */
function ownersIn(view: DatasetView, [height, width]: readonly [number, number]): (Annotation | null)[] {
  const stuff = stuffIds(view.categories());
  const owners = new Array<Annotation | null>(width * height).fill(null);
  const [image] = [...view.images()];
  const annotations = view.annotationsOf(image.id).map(({ annotation }) => annotation);
  // Stuff lies below things; among equals the later one is above.
  for (const isStuff of [true, false]) {
    for (const one of annotations.filter(({ categoryId }) => stuff.has(categoryId) === isStuff)) {
      for (const pixel of pixelsOf(one, [height, width])) owners[pixel] = one;
    }
  }
  return owners;
}

function* pixelsOf({ segmentation }: Annotation, [height, width]: readonly [number, number]) {
  const { counts } = segmentationToRle(segmentation!, [height, width]);
  let place = 0;
  for (const [turn, run] of counts.entries()) {
    for (let n = 0; n < run; n++, place++)
      if (turn % 2 === 1) yield (place % height) * width + Math.floor(place / height);
  }
}

/** Numbers in place of objects: equal where two maps group the pixels alike. */
function grouped(keys: readonly (string | null)[]): number[] {
  const seen = new Map<string, number>();
  return keys.map((key) => {
    if (key === null) return 0;
    if (!seen.has(key)) seen.set(key, seen.size + 1);
    return seen.get(key)!;
  });
}

async function again({ view, width, height }: Made, format: DatasetFormat, options: FormatOptions = {}) {
  const { files } = writeToMemory(view, format, options);
  const sizes = new Map([
    ['street.png', [width, height] as const],
    ['images/street.png', [width, height] as const],
  ]);
  const dataset = await readFromMemory(format, files, sizes);
  return { files, dataset, view: dataset.view('again') };
}

/** Of each pixel the category, a crowd or not, and which object: by painting the annotations, not by the flat view. */
function painted(view: DatasetView, { width, height }: Made) {
  return described(ownersIn(view, [height, width]), namesOf(view), stuffIds(view.categories()));
}

function described(
  owners: readonly (Annotation | null)[],
  names: ReadonlyMap<number, string>,
  stuff: ReadonlySet<number>,
) {
  const classes = owners.map((one) => (one ? names.get(one.categoryId)! : null));
  const crowds = owners.map((one) => one?.isCrowd ?? false);
  // Stuff, and a crowd of a category, is one region however many annotations it has.
  const objects = grouped(
    owners.map((one) => one && (stuff.has(one.categoryId) ? `stuff ${one.categoryId}` : `${one.id}`)),
  );
  return { classes, crowds, objects };
}

const namesOf = (view: DatasetView) => new Map(view.categories().map(({ id, name }) => [id, name]));
const truthOf = ({ view, owners }: Made) => described(owners, namesOf(view), stuffIds(view.categories()));

describe('a map that leaves and comes back', () => {
  it('as COCO panoptic: classes, crowds and objects of every pixel', async () => {
    let [objects, crowds] = [0, 0];
    for (let seed = 1; seed <= 60; seed++) {
      const before = made(seed, { many: seed % 6 === 0 });
      const { view, dataset, files } = await again(before, cocoPanopticFormat);
      expect(dataset.issues, `seed ${seed}`).toEqual([]);
      const truth = truthOf(before);
      const found = painted(view, before);
      expect(found, `seed ${seed}`).toEqual(truth);
      // Which is what the flat view of it says.
      const [image] = [...view.images()];
      const size = [image.height, image.width] as const;
      const annotations = view.annotationsOf(image.id).map(({ annotation }) => annotation);
      const stuff = stuffIds(view.categories());
      const regions = panopticRegions(flatView(annotations, stuff, size), stuff);
      expect(regions.length, `seed ${seed}`).toBe(new Set(truth.objects.filter((one) => one > 0)).size);
      // The picture's numbers are the segments', some of them of three bytes.
      const picture = readMap(files.get('panoptic/street.png') as Uint8Array);
      expect(grouped([...picture.values].map((value) => (value === 0 ? null : `${value}`)))).toEqual(truth.objects);
      objects = Math.max(objects, ...truth.objects);
      crowds += truth.crowds.filter(Boolean).length;
    }
    expect(objects).toBeGreaterThan(256);
    expect(crowds).toBeGreaterThan(1000);
  });

  it.each<FormatOptions>([
    { depth: 'auto', unlabelled: 'background' },
    { depth: '16', unlabelled: 'background' },
    { depth: '16', unlabelled: 'ignore', ignore: '65000' },
  ])('as label maps: the class of every pixel (%o)', async (options) => {
    for (let seed = 1; seed <= 40; seed++) {
      const before = made(seed);
      const { view } = await again(before, labelMapFormat, options);
      const { classes } = painted(view, before);
      // Where what nobody has is left out too, the two are one.
      const merges = options.unlabelled === 'ignore';
      const expected = truthOf(before).classes.map((name) =>
        name && isIgnored(name) ? (merges ? null : 'ignore') : name,
      );
      expect(classes, `seed ${seed}`).toEqual(expected);
    }
  });

  it('as instance maps: the class and the object of every pixel', async () => {
    let most = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const before = made(seed, { many: seed % 5 === 0 });
      const { view } = await again(before, instanceMapFormat);
      const found = painted(view, before);
      const truth = truthOf(before);
      expect([found.classes, found.objects], `seed ${seed}`).toEqual([truth.classes, truth.objects]);
      most = Math.max(most, ...found.objects);
    }
    expect(most).toBeGreaterThan(256);
  });
});
