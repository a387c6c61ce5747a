/** Datasets that describe pictures as they lie in their files: formats whose tools turn pictures upright get them upright. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SideTurn, turnedView } from '@shared/dataset/turnedView';
import { segmentationToRle } from '@shared/document/segmentation';
import { formats } from '@shared/formats/registry';
import { decode, fromPolygons } from '@shared/mask';
import { runInProcess as run } from '../../support/cliInProcess';
import { Random } from '../../support/datasetFuzz';
import { exifBlock, withExif } from '../../support/exif';
import { madeDataset } from '../../support/formatFiles';
import { turnPixels } from '../../../src-main/images/exif';

const root = mkdtempSync(join(tmpdir(), 'maskwright-frames-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const at = (...parts: string[]) => join(root, ...parts);

/** As they lie in the files; a phone shows them standing. */
const [width, height] = [40, 20];
const turns: readonly SideTurn[] = [5, 6, 7, 8];
const ring = [3, 2, 31, 2, 31, 9, 12, 9, 12, 15, 3, 15];
const names = ['upright.jpg', ...turns.map((turn) => `turned${turn}.jpg`)];

beforeAll(async () => {
  mkdirSync(at('images'));
  const picture = await sharp({ create: { width, height, channels: 3, background: 'navy' } })
    .jpeg()
    .toBuffer();
  names.forEach((name, i) =>
    writeFileSync(at('images', name), i === 0 ? picture : withExif('jpeg', picture, exifBlock(turns[i - 1]))),
  );
  const images = names.map((file_name, i) => ({ id: i + 1, file_name, width, height }));
  const annotations = names.map((_, i) => ({
    id: i + 1,
    image_id: i + 1,
    category_id: 1,
    segmentation: [ring],
    iscrowd: 0,
  }));
  writeFileSync(at('coco.json'), JSON.stringify({ images, annotations, categories: [{ id: 1, name: 'cat' }] }));
});

/** What the picture shows of the object once it is upright, row by row. */
function upright(place: number) {
  const bits = decode(fromPolygons([ring], height, width));
  const turn = place === 0 ? 1 : turns[place - 1];
  return turnPixels({ width, height, data: bits }, turn);
}

const convert = (to: string, format: string, ...rest: string[]) =>
  run('convert', '--from', at('coco.json'), '--to', at(to), '--to-format', format, '--images', at('images'), ...rest);

/** The masks of a dataset that has the pictures beside it, by the stem of their names. */
async function masksOf(path: string) {
  const out = `${path}.back.json`;
  const { code, stderr } = await run(
    'convert',
    '--from',
    path,
    '--to',
    out,
    '--to-format',
    'coco',
    '--images',
    at('images'),
    '--option',
    'masks=rle',
  );
  expect(code, stderr).toBe(0);
  const { images, annotations } = JSON.parse(readFileSync(out, 'utf8')) as {
    images: { id: number; file_name: string; width: number; height: number }[];
    annotations: { image_id: number; segmentation: { size: [number, number]; counts: string } }[];
  };
  return new Map(
    annotations.map(({ image_id, segmentation }) => {
      const image = images.find(({ id }) => id === image_id)!;
      const data = decode(segmentationToRle({ kind: 'rle', ...segmentation }, segmentation.size));
      return [image.file_name.split('/').pop()!, { width: image.width, height: image.height, data }] as const;
    }),
  );
}

describe('what is described as it lies in the file', () => {
  test.each([
    ['yolo-seg', 'yolo'],
    ['labelme', 'labelme'],
    ['cvat', 'cvat'],
    ['label-studio', 'tasks.json'],
    ['via', 'via.json'],
  ])('leaves upright as %s', async (format, to) => {
    const { code, stderr } = await convert(to, format);
    expect([code, stderr]).toEqual([0, expect.stringContaining('4 images are described upright')]);
    const found = await masksOf(at(to));
    expect(found.size).toBe(names.length);
    names.forEach((name, place) => {
      const truth = upright(place);
      const mask = found.get(name)!;
      expect([mask.width, mask.height], name).toEqual([truth.width, truth.height]);
      expect(mask.data, name).toEqual(truth.data);
    });
  });

  test.each([
    ['coco', 'again.json'],
    ['voc', 'voc'],
  ])('stays as it is in %s, which says the size of its frame', async (format, to) => {
    const { code, stderr } = await convert(to, format);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('upright')]);
    const text =
      format === 'coco' ? readFileSync(at(to), 'utf8') : readFileSync(at(to, 'Annotations', 'turned6.xml'), 'utf8');
    expect(text).toContain(format === 'coco' ? '"width":40,"height":20' : '<width>40</width>');
  });

  test('by way of a project, too', async () => {
    const project = at('p.maskwright');
    expect((await run('import', at('coco.json'), '--project', project, '--images', at('images'))).code).toBe(0);
    const { code, stderr } = await run(
      'convert',
      '--from',
      project,
      '--to',
      at('from-project'),
      '--to-format',
      'labelme',
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('4 images are described upright')]);
    const found = await masksOf(at('from-project'));
    names.forEach((name, place) => expect(found.get(name)!.data, name).toEqual(upright(place).data));
  });

  test('labelme files that name the sides of the file are read as labelme drew them: upright', async () => {
    mkdirSync(at('old'));
    const [box] = [[1, 3, 19, 39]];
    const shape = {
      label: 'cat',
      points: [
        [box[0], box[1]],
        [box[2], box[3]],
      ],
      shape_type: 'rectangle',
      flags: {},
    };
    const file = { version: '4', shapes: [shape], imagePath: '../images/turned6.jpg', imageData: null };
    writeFileSync(at('old', 'turned6.json'), JSON.stringify({ ...file, imageHeight: height, imageWidth: width }));
    writeFileSync(at('old', 'turned6.jpg'), readFileSync(at('images', 'turned6.jpg')));
    const { code } = await run('convert', '--from', at('old'), '--to', at('old.json'), '--to-format', 'coco');
    expect(code).toBe(0);
    const { images, annotations } = JSON.parse(readFileSync(at('old.json'), 'utf8')) as Record<
      string,
      { width: number; height: number; bbox: number[] }[]
    >;
    expect([images[0].width, images[0].height]).toEqual([height, width]);
    expect(annotations[0].bbox).toEqual([1, 3, 18, 36]);
    expect(readdirSync(at('old'))).toHaveLength(2);
  });
});

test('every kind of annotation turns as its pixels do', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const view = madeDataset(new Random(seed)).view('made');
    const turn = turns[seed % 4];
    const all = new Map([...view.images()].map(({ id }) => [id, turn]));
    const after = turnedView(view, all);
    for (const { id, width: w, height: h } of view.images()) {
      expect(after.image(id)).toMatchObject({ width: h, height: w, text: null });
      view.annotationsOf(id).forEach(({ annotation }, place) => {
        const now = after.annotationsOf(id)[place].annotation;
        if (annotation.segmentation?.kind !== 'rle') return;
        const truth = turnPixels(
          { width: w, height: h, data: decode(segmentationToRle(annotation.segmentation, [h, w])) },
          turn,
        );
        expect(decode(segmentationToRle(now.segmentation!, [w, h])), `seed ${seed}`).toEqual(truth.data);
      });
    }
  }
  expect(formats.writable.filter(({ isUpright }) => isUpright).length).toBeGreaterThan(4);
});
