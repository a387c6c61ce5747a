/** ImageJ's ROI sets: what roifile wrote is read, and what is written says the same to its own reader. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { selectView } from '@shared/dataset/selectView';
import type { DatasetView } from '@shared/dataset/view';
import { segmentationToRle } from '@shared/document/segmentation';
import { formats } from '@shared/formats/registry';
import { changedRoi } from '@shared/formats/imagej/changedRoi';
import { nested } from '@shared/formats/imagej/nested';
import { decodeRoi, encodeRoi, type RoiShape, textsIn } from '@shared/formats/imagej/roi';
import { fromParts, MaskError, toBbox, toCompressed } from '@shared/mask';
import { Random } from '../../support/datasetFuzz';
import { type Files, memorySource, readFromMemory, touchedView, writeToMemory } from '../../support/formatFiles';
import { processorClock } from '../../support/processorTime';

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

  it('leaves under its name with all of its ROIs, lines too, in their order', async () => {
    const view = (await readFromMemory(imagej, files, sizes)).view('v');
    const written = writeToMemory(view, imagej).files;
    expect([...written.keys()]).toEqual(['a_RoiSet.zip']);
    expect(Object.entries(unzipSync(written.get('a_RoiSet.zip') as Uint8Array))).toEqual(
      Object.entries(unzipSync(set)),
    );
  });
});

describe('a ROI that was changed', () => {
  const square = (at: number, side: number) => [at, at, at + side, at, at + side, at + side, at, at + side];
  const shape: RoiShape = { kind: 'parts', parts: [{ outer: square(2, 5.5), holes: [] }] };
  /** Stroke, colours, options, places in the stack, group, and properties beside the category. */
  const source = () => {
    const properties = 'who: me\ncategory: cat\nmean: 12.5\n';
    const bytes = changedRoi(encodeRoi({ name: 'x', category: null, shape }), {
      name: 'cat 7',
      properties,
      shape: null,
    });
    const view = new DataView(bytes.buffer);
    const second = view.getInt32(60);
    view.setInt16(34, 3);
    view.setInt32(40, 0xff00ff00 | 0);
    view.setInt32(44, 0x40ff0000);
    view.setInt16(50, view.getInt16(50) | 1 | 8 | 1024);
    view.setInt32(56, 12);
    [2, 5, 9].forEach((place, at) => view.setInt32(second + 4 + 4 * at, place));
    view.setInt32(second + 24, 0x7f00ff00);
    view.setInt16(second + 28, 14);
    view.setUint8(second + 30, 5);
    view.setFloat32(second + 36, 2.5);
    return bytes;
  };
  const looks = (bytes: Uint8Array) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const second = view.getInt32(60);
    return [
      ...[view.getInt16(34), view.getInt32(40), view.getInt32(44), view.getInt16(50) & ~(1 | 128), view.getInt32(56)],
      ...[4, 8, 12, 24].map((at) => view.getInt32(second + at)),
      ...[view.getInt16(second + 28), view.getUint8(second + 30), view.getFloat32(second + 36)],
    ];
  };
  const read = async () => {
    const some: Files = new Map([['a.zip', zipSync({ 'x-0001.roi': source(), 'y.roi': set.slice(0, 9) })]]);
    return (await readFromMemory(imagej, some, sizes)).view('v');
  };
  const written = (view: DatasetView) => {
    const { files: made, losses } = writeToMemory(view, imagej);
    return { rois: unzipSync(made.get('a.zip') as Uint8Array), losses: losses.list().map(({ code }) => code) };
  };

  it('keeps what it says besides when it is drawn anew', async () => {
    const view = await read();
    const outer = square(3, 9);
    const redrawn = touchedView(view, (records) =>
      records.map((record) => ({
        ...{ id: record.id, imageId: record.imageId, categoryId: record.categoryId, text: record.text },
        ...{ untouched: false, baseline: record.baseline, place: {} },
        annotation: { ...record.annotation, segmentation: { kind: 'polygons', parts: [{ outer, holes: [] }] } },
      })),
    );
    const { rois, losses } = written(redrawn);
    expect(Object.keys(rois)).toEqual(['x-0001.roi', 'y.roi']);
    const bytes = rois['x-0001.roi'];
    expect(decodeRoi(bytes)).toMatchObject({
      name: 'cat 7',
      category: 'cat',
      shape: { parts: [{ outer, holes: [] }] },
    });
    expect(looks(bytes)).toEqual(looks(source()));
    // A spline through other points would be another outline.
    expect(new DataView(bytes.buffer, bytes.byteOffset).getInt16(50) & 1).toBe(0);
    expect(textsIn(bytes).properties).toBe('who: me\ncategory: cat\nmean: 12.5\n');
    expect(losses).toEqual([]);
  });

  it('has its very shape under another name', async () => {
    const { rois, losses } = written(selectView(await read(), { map: { cat: 'tiger' } }));
    const bytes = rois['x-0001.roi'];
    expect(textsIn(bytes)).toEqual({ name: 'tiger 7', properties: 'who: me\ncategory: tiger\nmean: 12.5\n' });
    const second = new DataView(bytes.buffer, bytes.byteOffset).getInt32(60);
    expect(bytes.slice(0, second)).toEqual(source().slice(0, second));
    expect(looks(bytes)).toEqual(looks(source()));
    expect(losses).toEqual([]);
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
  const parts = nested([square(8, 4), square(0, 20), square(30, 5), square(4, 12)])!;
  expect(parts).toEqual([
    { outer: square(8, 4), holes: [] },
    { outer: square(0, 20), holes: [square(4, 12)] },
    { outer: square(30, 5), holes: [] },
  ]);
  expect(toBbox(fromParts(parts, 40, 40))).toEqual([0, 0, 35, 35]);
});

it('outlines without number, or nested without end, are refused at once', () => {
  const square = (at: number, side: number) => [at, at, at + side, at, at + side, at + side, at, at + side];
  // Each lies in all the ones before it; their boxes crowd in a corner.
  const onion = Array.from({ length: 60_000 }, (_, i) => square(i / 1e5, 3 - i / 5e4));
  const usedMs = processorClock();
  expect(nested([...onion, square(9e5, 9)])).toBeNull();
  expect(nested(onion.slice(0, 3000))).toHaveLength(1500);
  expect(() =>
    decodeRoi(
      encodeRoi({
        name: '',
        category: null,
        shape: { kind: 'parts', parts: onion.map((outer) => ({ outer, holes: [] })) },
      }),
    ),
  ).toThrow('too many');
  // A path of two billion numbers that are not there.
  const long = encodeRoi({
    name: '',
    category: null,
    shape: { kind: 'parts', parts: [{ outer: square(0, 9), holes: [] }] },
  });
  new DataView(long.buffer).setInt32(36, 2 ** 31 - 1);
  for (let i = 0; i < 20; i++) expect(() => decodeRoi(long)).toThrow('cut off');
  expect(usedMs()).toBeLessThan(5000);
});

it('a set that unpacks to more than a dataset has is refused before it is unpacked', async () => {
  const bomb = zipSync(
    Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`${i}.roi`, new Uint8Array(9)] as const)),
  );
  // What the list at its end says of each.
  const view = new DataView(bomb.buffer, bomb.byteOffset);
  for (let at = 0; at + 4 <= bomb.length; at++)
    if (view.getUint32(at) === 0x504b0102) view.setUint32(at + 24, 31_000_000, true);
  await expect(readFromMemory(imagej, new Map([['a.zip', bomb]]), sizes)).rejects.toThrow('more than 500 MB');
});

it('names of ROIs that lead out of their set lead nowhere when they are written again', async () => {
  const shape: RoiShape = { kind: 'box', box: [1, 1, 5, 5] };
  const roi = encodeRoi({ name: 'a', category: 'a', shape });
  const set = zipSync({
    '../../out.roi': roi,
    '/etc/out.roi': roi,
    'sub/Zelle: 1?.roi': roi,
    '../line.roi': new Uint8Array(9),
  });
  const view = (await readFromMemory(imagej, new Map([['a.zip', set]]), sizes)).view('v');
  const names = Object.keys(unzipSync(writeToMemory(view, imagej).files.get('a.zip') as Uint8Array));
  expect(names).toHaveLength(4);
  expect(names).toContain('sub/Zelle: 1?.roi');
  for (const name of names) expect(name).not.toMatch(/^\/|(^|\/)\.\.(\/|$)/);
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
