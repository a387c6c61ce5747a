/** ImageJ's ROI sets: what roifile wrote is read, and what is written says the same to its own reader. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { segmentationToRle } from '@shared/document/segmentation';
import { formats } from '@shared/formats/registry';
import { nested } from '@shared/formats/imagej/nested';
import { decodeRoi, encodeRoi, type RoiShape } from '@shared/formats/imagej/roi';
import { fromParts, MaskError, toBbox, toCompressed } from '@shared/mask';
import { Random } from '../../support/datasetFuzz';
import { type Files, memorySource, readFromMemory, writeToMemory } from '../../support/formatFiles';

const folder = join(fileURLToPath(new URL('../../fixtures/formats/imagej', import.meta.url)));
const { size, objects } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
  size: [number, number];
  objects: [string, 'mask' | 'points' | 'box', string | number[]][];
};
const set = new Uint8Array(readFileSync(join(folder, 'a_RoiSet.zip')));
const files: Files = new Map([['a_RoiSet.zip', set]]);
const sizes = new Map([['a.png', [size[1], size[0]] as const]]);
const imagej = formats.get('imagej')!;

describe('a set that roifile wrote', () => {
  it('is known, belongs to the picture of its name, and has these objects', async () => {
    expect((await formats.recognise(memorySource(files, sizes))).map(({ format }) => format.id)).toEqual(['imagej']);
    const dataset = await readFromMemory(imagej, files, sizes);
    const view = dataset.view('v');
    const names = new Map(view.categories().map(({ id, name }) => [id, name]));
    expect([...view.images()].map(({ fileName }) => fileName)).toEqual(['a.png']);
    const found = view.annotationsOf(1);
    expect(found.map(({ categoryId }) => names.get(categoryId))).toEqual(objects.map(([name]) => name));
    objects.forEach(([name, kind, value], place) => {
      const { segmentation, bbox } = found[place].annotation;
      if (kind === 'mask') expect(toCompressed(segmentationToRle(segmentation!, size)), name).toBe(value);
      else if (kind === 'points') expect(segmentation).toMatchObject({ parts: [{ outer: value, holes: [] }] });
      else if (segmentation) expect(toBbox(segmentationToRle(segmentation, size))).toEqual(value);
      else expect(bbox).toEqual(value);
    });
    expect(dataset.issues.map(({ issue }) => issue.message)).toEqual(['it is a polyline, which has no area: left out']);
  });

  it('leaves with the very ROIs, though one more is drawn', async () => {
    const view = (await readFromMemory(imagej, files, sizes)).view('v');
    const before = (await readFromMemory(imagej, files, sizes)).annotations.map(({ text }) => text);
    const written = writeToMemory(view, imagej).files;
    const again = await readFromMemory(imagej, written, sizes);
    expect(again.annotations.map(({ text }) => text)).toEqual(before);
  });
});

describe('pictures of sets', () => {
  it.each([
    [['x/RoiSet.zip'], ['x/photo.tif'], 'x/photo.tif'],
    [['x/b.zip'], ['x/a.png', 'x/b.png'], 'x/b.png'],
    [['b_rois.zip'], ['a.png', 'b.png'], 'b.png'],
    [['b.png.zip'], ['a.png', 'b.png'], 'b.png'],
    [['RoiSet_b.zip'], ['a.png', 'b.png'], 'b.png'],
    [['cells.zip'], [], 'cells.tif'],
  ])('%j beside %j is of %s', async (zips, pictures, expected) => {
    const some: Files = new Map(zips.map((name) => [name, set]));
    const all = new Map(pictures.map((name) => [name, [24, 18] as const]));
    const { images } = await readFromMemory(imagej, some, all);
    expect(images.map(({ record }) => record.fileName)).toEqual([expected]);
  });
});

it('what is encoded is decoded again', () => {
  const random = new Random(5);
  const value = () => (random.chance(0.5) ? random.below(500) : Math.fround(random.next() * 300 - 20));
  for (let i = 0; i < 300; i++) {
    const ring = () => Array.from({ length: 2 * (3 + random.below(6)) }, value);
    const square = (at: number, side: number) => [at, at, at + side, at, at + side, at + side, at, at + side];
    const shape: RoiShape = random.pick<RoiShape>([
      { kind: 'box', box: [value(), value(), Math.fround(Math.abs(value()) + 1), Math.fround(Math.abs(value()) + 1)] },
      { kind: 'parts', parts: [{ outer: ring(), holes: [] }] },
      {
        kind: 'parts',
        parts: [
          { outer: square(0, 50), holes: [square(5.5, 10), square(20, 9)] },
          { outer: square(60, 7), holes: [] },
        ],
      },
    ]);
    const roi = { name: `Zelle ${i} 犬`, category: random.chance(0.5) ? 'Zelle: "rund"' : null, shape };
    expect(decodeRoi(encodeRoi(roi))).toEqual(roi);
  }
});

it('rings are outlines, holes, and islands in them', () => {
  const square = (at: number, side: number) => [at, at, at + side, at, at + side, at + side, at, at + side];
  const parts = nested([square(8, 4), square(0, 20), square(30, 5), square(4, 12)]);
  expect(parts).toEqual([
    { outer: square(8, 4), holes: [] },
    { outer: square(0, 20), holes: [square(4, 12)] },
    { outer: square(30, 5), holes: [] },
  ]);
  expect(toBbox(fromParts(parts, 40, 40))).toEqual([0, 0, 35, 35]);
});

it('no ROI that is cut or bent does more than be refused with a sentence', () => {
  const random = new Random(9);
  const whole = encodeRoi({
    name: 'a',
    category: 'b',
    shape: { kind: 'parts', parts: [{ outer: [0, 0, 9, 0, 9, 9.5], holes: [] }] },
  });
  for (let i = 0; i < 3000; i++) {
    const bent = whole.slice(0, random.chance(0.3) ? random.below(whole.length) : whole.length);
    for (let k = random.below(4); k > 0 && bent.length > 0; k--) bent[random.below(bent.length)] = random.below(256);
    try {
      decodeRoi(bent);
    } catch (error) {
      expect(error).toBeInstanceOf(MaskError);
    }
  }
});
