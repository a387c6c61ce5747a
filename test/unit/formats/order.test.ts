/** What a reader must not be misled by: keys that look like numbers, and colours of transparent pixels. */
import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import { readMap } from '@shared/formats/png/maskPng';
import { formats } from '@shared/formats/registry';
import { readFromMemory, writeToMemory } from '../../support/formatFiles';

test('VIA images with keys like numbers keep their own regions, also when they are written again', async () => {
  const region = (x: number, label: string) => ({
    shape_attributes: { name: 'rect', x, y: 1, width: 4, height: 3 },
    region_attributes: { class: label },
  });
  const via = formats.get('via')!;
  const text = `{"2":${JSON.stringify({ filename: 'b.jpg', size: 1, regions: [region(20, 'dog')], file_attributes: {} })},"1":${JSON.stringify(
    { filename: 'a.jpg', size: 1, regions: [region(10, 'cat')], file_attributes: {} },
  )}}`;
  const sizes = new Map([
    ['a.jpg', [64, 48] as const],
    ['b.jpg', [64, 48] as const],
  ]);
  const view = (await readFromMemory(via, new Map([['v.json', text]]), sizes)).view('v');
  const found = [...view.images()].map(({ id, fileName }) => [
    fileName,
    view.annotationsOf(id).map(({ annotation }) => annotation.bbox[0]),
  ]);
  expect(found).toEqual([
    ['b.jpg', [20]],
    ['a.jpg', [10]],
  ]);
  const { files } = writeToMemory(view, formats.get('coco')!);
  const { images, annotations } = JSON.parse([...files.values()][0] as string) as {
    images: { id: number; file_name: string }[];
    annotations: { image_id: number; bbox: number[] }[];
  };
  const nameOf = new Map(images.map(({ id, file_name: name }) => [id, name]));
  expect(annotations.map(({ image_id: image, bbox }) => [nameOf.get(image), bbox[0]])).toEqual([
    ['b.jpg', 20],
    ['a.jpg', 10],
  ]);
});

test('a transparent pixel of a mask is no pixel of it, whatever its colour', () => {
  const data = new Uint8Array([255, 255, 255, 0, 255, 255, 255, 255, 9, 9, 9, 0, 0, 0, 0, 255]);
  expect([...readMap(encode({ width: 4, height: 1, channels: 4, data })).values].map((value) => value > 0)).toEqual([
    ...[false, true, false, false],
  ]);
});
