/** What other programs write and nothing reads is called by its name, with what to do; variants that can be read are. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { segmentationToRle } from '@shared/document/segmentation';
import { formats } from '@shared/formats/registry';
import { area } from '@shared/mask';
import { DatasetFolder } from '../../../src-main/dataset/datasetFolder';
import { recogniseDataset } from '../../../src-main/dataset/recognise';
import { type Files, readFromMemory } from '../../support/formatFiles';

const root = mkdtempSync(join(tmpdir(), 'maskwright-others-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;
const put = (files: Readonly<Record<string, unknown>>): string => {
  const folder = join(root, String(made++));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
};

const box = { label: 'cat', coordinates: { x: 5, y: 5, width: 4, height: 4 } };
const others: readonly (readonly [what: string, name: string, content: unknown, says: RegExp])[] = [
  [
    'Create ML',
    '_annotations.createml.json',
    [{ image: 'a.png', annotations: [box] }],
    /Create ML.*export it as COCO/s,
  ],
  ['Scalabel', 'labels.json', [{ name: 'a.png', labels: [{ id: '1', category: 'car' }] }], /Scalabel.*to_coco/s],
  ['V7 Darwin', 'a.json', { version: '2.0', item: { name: 'a.png' }, annotations: [] }, /V7 Darwin.*as COCO/s],
  ['SuperAnnotate', 'a.json', { metadata: { name: 'a.png' }, instances: [] }, /SuperAnnotate.*COCO/s],
  ['Labelbox', 'export.ndjson', { data_row: { id: 'x' }, projects: {} }, /Labelbox.*COCO/s],
  [
    'a table of TensorFlow',
    '_annotations.csv',
    'filename,width,height,class,xmin,ymin,xmax,ymax\na.png,40,20,cat,1,1,9,9\n',
    /TensorFlow.*export it as COCO/s,
  ],
  ['ISAT', 'a.json', { info: { name: 'a.png' }, objects: [] }, /ISAT.*COCO/s],
  ['Hasty', 'export.json', { project_name: 'x', label_classes: [], images: [{ image_name: 'a.png' }] }, /Hasty.*COCO/s],
  [
    'Segments.ai',
    'r.json',
    { name: 'x', dataset: { name: 'me/x', task_type: 'bboxes', samples: [] } },
    /Segments\.ai.*COCO/s,
  ],
  ['Hugging Face', 'metadata.jsonl', '{"file_name": "a.png", "objects": {}}\n', /Hugging Face.*COCO/s],
  ['Open Images', 'boxes.csv', 'ImageID,Source,LabelName,Confidence,XMin\n', /Open Images.*COCO/s],
  ['DOTA', 'labelTxt/a.txt', 'imagesource:x\n1 1 9 1 9 9 1 9 plane 0\n', /DOTA.*YOLO/s],
  ['KITTI', 'label_2/a.txt', 'Car 0.00 0 -1.57 1 2 9 9 1.5 1.6 3.2 1 2 3 -1.5\n', /KITTI.*COCO/s],
  ['CamVid', 'label_colors.txt', '0 0 0 Void\n', /CamVid.*CVAT/s],
  ['TFRecords', 'train.tfrecord', 'x', /TFRecords.*export it as COCO/s],
];

describe('files of other programs', () => {
  it.each(others)('%s is called by its name, in a folder and by itself', async (_, name, content, says) => {
    const folder = put({ [name]: content });
    // What is known by its folder says nothing by itself.
    for (const path of [folder, ...(name.includes('/') ? [] : [join(folder, name)])]) {
      const error = await recogniseDataset(new DatasetFolder(path), undefined).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'bad-input' });
      const { message, hint } = error as { message: string; hint: string };
      expect(`${message} ${hint}`).toMatch(says);
    }
  });

  it('all that is known is still known: no format’s own file is called another program’s', async () => {
    const task = { id: 1, data: { image: 'a.png' }, annotations: [{ result: [] }] };
    for (const [id, files] of [
      ['label-studio', { 'tasks.json': [task] }],
      ['label-studio', { 'tasks.json': [{ annotations: [{ result: [] }], data: { image: 'a.png' }, id: 1 }] }],
    ] as const)
      expect((await recogniseDataset(new DatasetFolder(put(files)), undefined)).format.id).toBe(id);
  });

  it('a file of COCO that begins with a long key of another program is one of COCO', async () => {
    const coco = { images: [], annotations: [], categories: [] };
    const folder = put({ 'a.json': { dataset: { name: 'x', about: 'y'.repeat(100_000) }, ...coco } });
    expect((await recogniseDataset(new DatasetFolder(join(folder, 'a.json')), undefined)).format.id).toBe('coco');
  });

  it('a dataset one folder further in is pointed at', async () => {
    const ann = { size: { height: 20, width: 40 }, objects: [], tags: [], description: '' };
    const folder = put({ 'proj/meta.json': { classes: [], tags: [] }, 'proj/ds/ann/a.png.json': ann });
    const reading = recogniseDataset(new DatasetFolder(folder), undefined);
    await expect(reading).rejects.toMatchObject({ hint: 'choose the folder proj inside of it, which is Supervisely' });
  });
});

it('labelme’s shapes with corners of their own are outlines; what has no area is told', async () => {
  const corners = [[1, 1], [9, 1], [9, 9], [1, 9]]; // prettier-ignore
  const types = ['polygon', 'oriented_rectangle', 'rotation', 'quadrilateral', 'line', 'point', 'linestrip', 'points'];
  const shapes = types.map((type) => ({ label: type, points: corners, shape_type: type, group_id: null, flags: {} }));
  const old = { label: 'old', line_color: null, fill_color: null, points: corners };
  const file = { version: '3.5.0', shapes: [...shapes, old], imagePath: 'a.png', imageData: null };
  const sizes = new Map([['a.png', [40, 20] as const]]);
  const text = JSON.stringify({ ...file, imageHeight: 20, imageWidth: 40 });
  const files: Files = new Map([['a.json', text]]);
  const dataset = await readFromMemory(formats.get('labelme')!, files, sizes);
  const view = dataset.view('v');
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  expect(
    [...view.annotations()].map(({ annotation, categoryId }) => [
      names.get(categoryId),
      area(segmentationToRle(annotation.segmentation!, [20, 40])),
    ]),
  ).toEqual([...types.slice(0, 4), 'old'].map((type) => [type, 64]));
  expect(dataset.issues.map(({ issue }) => issue.message)).toEqual(
    types.slice(4).map((type) => `shapes of type "${type}" have no area: left out`),
  );
});
