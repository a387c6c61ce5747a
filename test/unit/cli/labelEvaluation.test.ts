/** `evaluate --task ...` in this process: datasets, a project and folders of label maps with the same pixels give the same numbers. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { vocPalette, writeIndexedPng } from '@shared/formats/png/maskPng';
import { fromBox, type Rle, toCompressed } from '@shared/mask';
import { addToConfusion, emptyConfusion, semanticMetrics } from '@shared/metrics';
import { Session } from '../../../src-main/cli/lib/session';
import { evaluateLabels, type LabelOptions } from '../../../src-main/cli/lib/labelReport';
import { openStore, scratch, writeImage } from '../store/support';

const [H, W] = [10, 20];
const box = (x: number, y: number, w: number, h: number) => fromBox([x, y, w, h], H, W);

interface Region {
  readonly category: number;
  readonly mask: Rle;
}

/** Sky over the upper half, a car over part of it. */
const truth: readonly Region[] = [
  { category: 1, mask: box(0, 0, 20, 5) },
  { category: 2, mask: box(4, 3, 6, 4) },
  { category: 2, mask: box(14, 6, 4, 4) },
];
/** The sky in two pieces, a car moved, one missed. */
const predicted: readonly Region[] = [
  { category: 1, mask: box(0, 0, 12, 5) },
  { category: 1, mask: box(12, 0, 8, 4) },
  { category: 2, mask: box(5, 3, 6, 4) },
];
const CATEGORIES = [
  { id: 1, name: 'sky', isthing: 0 },
  { id: 2, name: 'car', isthing: 1 },
];

function dataset(name: string, regions: readonly Region[], shift = 0): string {
  const file = join(scratch(), name);
  const annotations = regions.map(({ category, mask }, at) => ({
    id: at + 1,
    image_id: 7,
    category_id: category + shift,
    segmentation: { size: mask.size, counts: toCompressed(mask) },
    area: 1,
    bbox: [0, 0, 1, 1],
    iscrowd: 0,
  }));
  const images = [{ id: 7, file_name: 'a.png', width: W, height: H }];
  const categories = CATEGORIES.map((category) => ({ ...category, id: category.id + shift }));
  writeFileSync(file, JSON.stringify({ images, categories, annotations }));
  return file;
}

function pixels(regions: readonly Region[]): Uint8Array {
  const values = new Uint8Array(W * H);
  for (const category of [1, 2]) {
    for (let at = 0; at < values.length; at++) {
      const x = at % W;
      const y = Math.floor(at / W);
      const own = regions.filter((region) => region.category === category).map(({ mask }) => mask);
      const isIn = own.some((mask) => {
        let [run, on, end] = [0, 0, mask.counts[0]];
        while (x * H + y >= end) [run, on, end] = [run + 1, on ^ 1, end + mask.counts[run + 1]];
        return on === 1;
      });
      if (isIn) values[at] = category;
    }
  }
  return values;
}

function mapFolder(values: Uint8Array, size: readonly [number, number] = [H, W]): string {
  const folder = join(scratch(), 'maps');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.png'), writeIndexedPng(values, size[1], size[0], vocPalette()));
  return folder;
}

async function evaluate(gt: string, dt: string, more: Partial<LabelOptions> = {}) {
  const told: string[] = [];
  const out: string[] = [];
  const session = new Session({ out: (text) => out.push(text), err: (text) => told.push(text), isTerminal: false });
  try {
    await evaluateLabels(
      { task: 'semantic', gt, dt, ignore: null, unlabelled: 'background', json: true, ...more },
      session,
    );
  } finally {
    await session.end();
  }
  return { told: told.join(''), text: out.join(''), json: more.json === false ? null : JSON.parse(out.join('')) };
}

describe('semantic', () => {
  const expected = semanticMetrics(addToConfusion(emptyConfusion(3), pixels(truth), pixels(predicted)));

  it('datasets, by name; a project; label maps: the same numbers, equal to a count of pixels', async () => {
    const [gt, dt] = [dataset('gt.json', truth), dataset('dt.json', predicted, 40)];
    const { json } = await evaluate(gt, dt);
    expect(json).toMatchObject({ task: 'semantic', images: 1, meanIou: expected.meanIou });
    expect(json.perClass.map(({ name }: { name: string }) => name)).toEqual(['background', 'sky', 'car']);
    expect(json.perClass.map(({ iou }: { iou: number }) => iou)).toEqual(expected.iou);

    const maps = await evaluate(mapFolder(pixels(truth)), mapFolder(pixels(predicted)));
    expect(maps.json.meanIou).toBe(expected.meanIou);
    expect((await evaluate(gt, mapFolder(pixels(predicted)))).json.meanDice).toBe(expected.meanDice);

    const store = openStore();
    const file = join(scratch(), 'p.maskwright');
    const images = scratch();
    await writeImage(join(images, 'a.png'), W, H);
    await store.call('project.import', { path: gt, imagesFolder: images, file });
    await store.call('project.close', {});
    expect((await evaluate(file, dt)).json.pixelAccuracy).toBe(expected.pixelAccuracy);
  });

  it('leaves out what is to be ignored', async () => {
    const marked = pixels(truth).map((value, at) => (at % W === 0 ? 255 : value));
    const matrix = addToConfusion(emptyConfusion(3), marked, pixels(predicted), { ignoreIndex: 255 });
    const { json } = await evaluate(mapFolder(marked), mapFolder(pixels(predicted)), { ignore: 255 });
    expect(json.meanIou).toBe(semanticMetrics(matrix).meanIou);
    const labelled = await evaluate(dataset('gt.json', truth), dataset('dt.json', predicted), { unlabelled: 'ignore' });
    expect(labelled.json.perClass.map(({ name }: { name: string }) => name)).toEqual(['sky', 'car']);
  });

  it('pixels without an annotation are not the category with ID 0', async () => {
    const [gt, dt] = [dataset('gt.json', truth, -1), dataset('dt.json', predicted, -1)];
    const { json } = await evaluate(gt, dt);
    expect(
      json.perClass.map(({ id, name, iou }: { id: number; name: string; iou: number }) => [id, name, iou]),
    ).toEqual([
      [-1, 'background', expected.iou[0]],
      [0, 'sky', expected.iou[1]],
      [1, 'car', expected.iou[2]],
    ]);
    const boundary = await evaluate(gt, dt, { task: 'boundary' });
    expect(boundary.json.perClass.map(({ id }: { id: number }) => id)).toEqual([-1, 0, 1]);
    // Maps beside it say by 0 what the category says.
    const lower = (values: Uint8Array) => values.map((value) => (value === 0 ? 255 : value - 1));
    const maps = await evaluate(gt, mapFolder(lower(pixels(truth))));
    expect(maps.json.perClass.slice(1, 3).map(({ iou }: { iou: number }) => iou)).toEqual([1, 1]);
  });

  it('maps beside a dataset whose unlabelled pixels are left out: 0 is no class of the means', async () => {
    const { json } = await evaluate(dataset('gt.json', truth), mapFolder(pixels(truth)), { unlabelled: 'ignore' });
    expect([json.meanIou, json.perClass.length]).toEqual([1, 2]);
  });

  it('takes what is to be ignored for no class, in the prediction either', async () => {
    const marked = pixels(truth).map((value, at) => (at % W === 0 ? 255 : value));
    // 255 where truth has a class too: missed there, as a pixel of no class.
    const unsure = pixels(predicted).map((value, at) => (at % W < 3 ? 255 : value));
    const [gt, dt] = [mapFolder(marked), mapFolder(unsure)];
    const ids = ({ json }: Awaited<ReturnType<typeof evaluate>>) => json.perClass.map(({ id }: { id: number }) => id);
    const pixelwise = await evaluate(gt, dt, { ignore: 255 });
    expect(ids(pixelwise)).toEqual([0, 1, 2]);
    const mean = pixelwise.json.perClass.reduce((sum: number, { iou }: { iou: number }) => sum + iou, 0) / 3;
    expect(pixelwise.json.meanIou).toBeCloseTo(mean, 12);
    expect(ids(await evaluate(gt, dt, { ignore: 255, task: 'boundary' }))).toEqual([0, 1, 2]);
    // A named class that is ignored is none either.
    const named = await evaluate(dataset('gt.json', truth), dataset('dt.json', predicted), { ignore: 1 });
    expect(named.json.perClass.map(({ name }: { name: string }) => name)).toEqual(['background', 'car']);
  });

  it('tells classes of the prediction that truth does not name', async () => {
    const gt = dataset('gt.json', truth);
    const dt = dataset('dt.json', predicted);
    writeFileSync(dt, readFileSync(dt, 'utf8').replace('"car"', '"lorry"'));
    expect((await evaluate(gt, dt)).told).toContain('1 category of the prediction not in the ground truth: lorry');
    expect((await evaluate(gt, gt)).told).not.toContain('not in the ground truth');
  });

  it('takes a number of a map that truth does not name for no class', async () => {
    const stray = pixels(predicted).map((value, at) => (at % W === 19 ? 200 : value));
    const { json, told } = await evaluate(dataset('gt.json', truth), mapFolder(stray));
    expect(told).toContain('1 class of the prediction not in the ground truth: 200');
    expect(json.perClass.map(({ name }: { name: string }) => name)).toEqual(['background', 'sky', 'car']);
  });

  describe('what a dataset gives to nobody for sure', () => {
    /** VOC's folder: a car, and pixels of 255 round it. */
    function vocFolder(): string {
      const folder = join(scratch(), 'voc');
      for (const name of ['Annotations', 'SegmentationObject', 'SegmentationClass', 'JPEGImages'])
        mkdirSync(join(folder, name), { recursive: true });
      const values = (own: number) =>
        Uint8Array.from({ length: W * H }, (_, at) => {
          const [x, y] = [at % W, Math.floor(at / W)];
          if (y < 2 || y > 7) return 0;
          return x >= 5 && x < 10 ? own : x >= 3 && x < 12 ? 255 : 0;
        });
      writeFileSync(
        join(folder, 'Annotations', 'a.xml'),
        `<annotation><filename>a.png</filename><size><width>${W}</width><height>${H}</height><depth>3</depth></size>` +
          '<object><name>car</name><bndbox><xmin>6</xmin><ymin>3</ymin><xmax>10</xmax><ymax>8</ymax></bndbox></object></annotation>',
      );
      writeFileSync(join(folder, 'SegmentationObject', 'a.png'), writeIndexedPng(values(1), W, H, vocPalette()));
      writeFileSync(join(folder, 'SegmentationClass', 'a.png'), writeIndexedPng(values(7), W, H, vocPalette()));
      return folder;
    }
    /** The car with its border, and one pixel row that is wrong. */
    const grown = () => dataset('dt.json', [{ category: 2, mask: box(3, 2, 9, 7) }]);

    it('counts nowhere: a border of PASCAL VOC, in its folder and in a project of it', async () => {
      const folder = vocFolder();
      // Background: 200 - 54 pixels; five of them, below the car and its border, are predicted as car... nine with the border's.
      const expectRight = (json: { perClass: { name: string; iou: number }[] }) => {
        const iou = new Map(json.perClass.map((one) => [one.name, one.iou]));
        expect(iou.get('car')).toBeCloseTo(30 / 39, 12);
        expect(iou.get('background')).toBeCloseTo((200 - 54 - 9) / (200 - 54), 12);
      };
      expectRight((await evaluate(folder, grown())).json);
      const store = openStore();
      await writeImage(join(folder, 'JPEGImages', 'a.png'), W, H);
      const file = join(scratch(), 'p.maskwright');
      await store.call('project.import', { path: folder, imagesFolder: folder, file });
      await store.call('project.close', {});
      expectRight((await evaluate(file, grown())).json);
    });

    it('counts nowhere: classes that Cityscapes leaves out of its own evaluation', async () => {
      const folder = join(scratch(), 'city');
      mkdirSync(folder);
      const ring = (x: number, y: number, w: number, h: number) => [
        ...[
          [x, y],
          [x + w - 1, y],
        ],
        ...[
          [x + w - 1, y + h - 1],
          [x, y + h - 1],
        ],
      ];
      const objects = [
        { label: 'sky', polygon: ring(0, 0, 20, 5) },
        { label: 'car', polygon: ring(4, 5, 6, 4) },
        { label: 'parking', polygon: ring(10, 5, 5, 5) },
        { label: 'dynamic', polygon: ring(15, 5, 5, 5) },
      ];
      writeFileSync(join(folder, 'a_gtFine_polygons.json'), JSON.stringify({ imgHeight: H, imgWidth: W, objects }));
      const found: Region[] = [
        { category: 1, mask: box(0, 0, 20, 5) },
        { category: 2, mask: box(4, 5, 12, 4) },
      ];
      const dt = dataset('dt.json', found);
      writeFileSync(dt, readFileSync(dt, 'utf8').replace('a.png', 'a_leftImg8bit.png'));
      const { json } = await evaluate(folder, dt);
      // Of the pixels that are predicted as car too many, all lie where nothing is said.
      expect(json.perClass.map(({ name, iou }: { name: string; iou: number }) => [name, iou])).toEqual([
        ['background', 1],
        ['sky', 1],
        ['car', 1],
      ]);
    });
  });

  it('prints a table', async () => {
    const { text } = await evaluate(dataset('gt.json', truth), dataset('dt.json', predicted), { json: false });
    expect(text.split('\n')[0]).toBe(`Mean IoU                ${expected.meanIou.toFixed(3)}`);
    expect(text).toContain('\nclass         IoU   Dice\n');
  });

  it('refuses maps of other sizes and names that do not meet, with the reason', async () => {
    const small = mapFolder(new Uint8Array(50), [5, 10]);
    await expect(evaluate(dataset('gt.json', truth), small)).rejects.toThrow('a.png is 20 x 10 pixels in');
    const other = dataset('dt.json', predicted);
    writeFileSync(
      other,
      JSON.stringify({ images: [{ id: 1, file_name: 'z.png', width: 1, height: 1 }], annotations: [], categories: [] }),
    );
    await expect(evaluate(dataset('gt.json', truth), other)).rejects.toThrow('has the name of an image of');
  });
});

describe('panoptic and boundary', () => {
  it('things one by one, stuff as a whole', async () => {
    const { json } = await evaluate(dataset('gt.json', truth), dataset('dt.json', predicted, 3), { task: 'panoptic' });
    const [sky, car] = json.perClass;
    // 100 px of sky less 12 under the car; predicted 92 less 12 under its car; both share what neither car covers.
    expect([sky.tp, sky.fp, sky.fn]).toEqual([1, 0, 0]);
    expect([car.tp, car.fp, car.fn]).toEqual([1, 0, 1]);
    // Two pixels of the predicted car lie where truth says nothing: they count on neither side.
    expect(car.sq).toBeCloseTo(20 / 26, 12);
    expect(json.things.pq).toBeCloseTo(20 / 26 / 1.5, 12);
    expect(json.all.categories).toBe(2);
    const maps = mapFolder(pixels(truth));
    await expect(evaluate(maps, maps, { task: 'panoptic' })).rejects.toThrow('do not tell things apart');
  });

  it('what is a thing and what is stuff is said by truth alone', async () => {
    const [gt, dt] = [dataset('gt.json', truth), dataset('dt.json', predicted, 3)];
    const { json } = await evaluate(gt, dt, { task: 'panoptic' });
    // Many result files do not say it: all would be things, the sky in two pieces too, and on top of the car.
    writeFileSync(dt, readFileSync(dt, 'utf8').replaceAll(/,"isthing":[01]/g, ''));
    expect((await evaluate(gt, dt, { task: 'panoptic' })).json).toEqual(json);
  });

  it('boundaries of the same map are the same; others are measured a class', async () => {
    const gt = dataset('gt.json', truth);
    expect((await evaluate(gt, gt, { task: 'boundary' })).json.meanBoundaryIou).toBe(1);
    const { json } = await evaluate(gt, dataset('dt.json', predicted), { task: 'boundary' });
    expect(json.meanBoundaryIou).toBeGreaterThan(0);
    expect(json.meanBoundaryIou).toBeLessThan(1);
  });
});
