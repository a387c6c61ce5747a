/** Label Studio's short form, and what both of its forms say of objects that have no place. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formats } from '@shared/formats/registry';
import { memorySource, readFromMemory } from '../../support/formatFiles';

const fixture = readFileSync(join(import.meta.dirname, '../../fixtures/formats/label-studio-min/result.json'), 'utf8');
const sizes = new Map<string, readonly [number, number]>();

async function read(id: string, content: unknown) {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const dataset = await readFromMemory(formats.get(id)!, new Map([['r.json', text]]), sizes);
  const view = dataset.view('v');
  return {
    images: [...view.images()].map(({ fileName, width, height }) => [fileName, width, height]),
    objects: [...view.annotations()].map(({ annotation }) => annotation.segmentation?.kind ?? annotation.bbox),
    names: view.categories().map(({ name }) => name),
    messages: dataset.issues.map(({ issue }) => issue.message),
  };
}

const known = async (content: unknown) => {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return (await formats.recognise(memorySource(new Map([['r.json', text]]), sizes))).map(({ format }) => format.id);
};

it('the oldest annotation of each task is read, with the size that its results say; the others are counted', async () => {
  const { images, objects, names } = await read('label-studio-min', fixture);
  expect(images).toEqual([['a.png', 24, 18], ['b c.png', 0, 0]]); // prettier-ignore
  expect(objects).toEqual(['polygons', 'rle', expect.any(Array)]);
  expect(names).toEqual(['cat', 'dog']);
});

const size = { original_width: 100, original_height: 100 };
const common = { annotator: 1, annotation_id: 7, created_at: '2024', updated_at: '2024', lead_time: 1 };

it('results without labels of their own are known by their numbers; choices and texts are none', async () => {
  const entry = {
    photo: '/data/upload/1/c.jpg',
    id: 5,
    p: [{ points: [[0, 0], [50, 0], [50, 50]], closed: true, ...size }], // prettier-ignore
    e: [{ x: 50, y: 50, radiusX: 10, radiusY: 20, rotation: 0, ...size }],
    r: [{ x: 10, y: 20, width: 30, height: 40, rotation: 0, labels: ['dog'], ...size }],
    quality: 'good',
    several: [{ choices: ['a', 'b'] }],
    words: [{ start: 0, end: 4, text: 'none', labels: ['noun'] }],
    ...common,
  };
  const { images, objects, names, messages } = await read('label-studio-min', [entry]);
  expect(images).toEqual([['c.jpg', 100, 100]]);
  expect(objects).toEqual(['polygons', 'polygons', [10, 20, 30, 40]]);
  expect(names).toEqual(['object', 'dog']);
  expect(messages).toEqual([]);
});

const point = { x: 5, y: 5, width: 0.5, keypointlabels: ['eye'] };
it.each([
  ['a point', 'keypointlabels', point, 'a point has no area: left out'],
  ['a mask as a picture', 'bitmasklabels', { imageDataURL: 'data:,' }, /kept as a picture/],
  ['a line', 'vectorlabels', { vertices: [] }, 'a line has no area: left out'],
  ['an object of a video', 'videorectangle', { sequence: [] }, /objects of videos/],
])('%s is told in both forms', async (_, type, value, says) => {
  const short = await read('label-studio-min', [{ image: 'a.png', id: 1, k: [{ ...value, ...size }], ...common }]);
  const result = { type, value, ...size, from_name: 'k', to_name: 'i' };
  const long = await read('label-studio', [{ id: 1, data: { image: 'a.png' }, annotations: [{ result: [result] }] }]);
  for (const { messages, objects } of [short, long]) {
    expect(messages).toEqual([typeof says === 'string' ? says : expect.stringMatching(says)]);
    expect(objects).toEqual([]);
  }
});

it('a second person’s annotation is told in the long form too, one that was cancelled is not', async () => {
  const annotations = [{ was_cancelled: true, result: [] }, { result: [] }, { result: [] }];
  const { messages } = await read('label-studio', [{ id: 1, data: { image: 'a.png' }, annotations }]);
  expect(messages).toEqual([expect.stringMatching(/^1 further annotation .* left out$/)]);
});

it('is known where a mask fills the beginning, and where the data is called so', async () => {
  const rle = Array.from({ length: 40_000 }, () => 0);
  expect(await known([{ image: 'a.png', id: 1, b: [{ format: 'rle', rle, ...size }], ...common }])).toEqual([
    'label-studio-min',
  ]);
  expect(await known([{ data: '/data/upload/1/a.png', id: 1, ...common }])).toEqual(['label-studio-min']);
  expect(await known([{ id: 1, data: { image: 'a.png' }, annotations: [] }])).toEqual(['label-studio']);
});
