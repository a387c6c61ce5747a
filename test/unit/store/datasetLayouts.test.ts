/** Datasets as tools and websites hand them out: which files lie where, and what a zip has around them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { runInProcess as run } from '../../support/cliInProcess';
import { openStore, scratch } from './support';

type Files = Readonly<Record<string, string | Uint8Array>>;

let picture: Uint8Array;
beforeAll(async () => {
  picture = await sharp({ create: { width: 40, height: 20, channels: 3, background: 'navy' } })
    .jpeg()
    .toBuffer();
});

const coco = (...names: readonly string[]) =>
  JSON.stringify({
    info: { description: '' },
    licenses: [],
    images: names.map((file_name, place) => ({ id: place + 1, file_name, width: 40, height: 20 })),
    categories: [{ id: 1, name: 'cell', supercategory: '' }],
    annotations: names.map((_, place) => ({
      ...{ id: place + 1, image_id: place + 1, category_id: 1, iscrowd: 0, area: 50, bbox: [5, 5, 10, 5] },
      segmentation: [[5, 5, 15, 5, 15, 10, 5, 10]],
    })),
  });

const yolo = '0 0.125 0.25 0.375 0.25 0.375 0.5 0.125 0.5\n';
const cvatXml = `<?xml version="1.0" encoding="utf-8"?>
<annotations><version>1.1</version><meta><task><labels><label><name>cell</name><attributes></attributes></label></labels></task></meta>
<image id="0" name="default/a.jpg" width="40" height="20"><polygon label="cell" source="manual" occluded="0" points="5,5;15,5;15,10" z_order="0"></polygon></image></annotations>`;
const vocXml = `<annotation><folder></folder><filename>a.jpg</filename><size><width>40</width><height>20</height><depth>3</depth></size>
<object><name>cell</name><bndbox><xmin>5</xmin><ymin>5</ymin><xmax>15</xmax><ymax>10</ymax></bndbox></object></annotation>`;
const datumaro = JSON.stringify({
  ...{ dm_format_version: '1.0', media_type: 2, info: {} },
  categories: { label: { labels: [{ name: 'cell', parent: '', attributes: [] }], attributes: [] } },
  items: [
    {
      ...{ id: 'a', attr: {}, image: { path: 'a.jpg', size: [20, 40] } },
      annotations: [
        { id: 0, type: 'polygon', attributes: {}, group: 0, label_id: 0, points: [5, 5, 15, 5, 15, 10], z_order: 0 },
      ],
    },
  ],
});
const labelme = JSON.stringify({
  ...{ version: '5.4.1', flags: {}, imagePath: 'a.jpg', imageData: null, imageHeight: 20, imageWidth: 40 },
  shapes: [
    {
      label: 'cell',
      points: [
        [5, 5],
        [15, 5],
        [15, 10],
      ],
      group_id: null,
      shape_type: 'polygon',
      flags: {},
    },
  ],
});

/** As their exports are unpacked: files without pictures' bytes stand as null. */
const layouts: Readonly<
  Record<
    string,
    { readonly format: string; readonly images: number; readonly files: Readonly<Record<string, string | null>> }
  >
> = {
  'COCO of CVAT': {
    ...{ format: 'coco', images: 1 },
    files: { 'annotations/instances_default.json': coco('a.jpg'), 'images/default/a.jpg': null },
  },
  'COCO of Label Studio': {
    format: 'coco',
    images: 1,
    files: { 'result.json': coco('images/a.jpg'), 'images/a.jpg': null },
  },
  'COCO of Roboflow': {
    ...{ format: 'roboflow', images: 2 },
    files: {
      'README.dataset.txt': '# cells\nhttps://example.org',
      'README.roboflow.txt': 'cells - v1',
      'train/_annotations.coco.json': coco('a_jpg.rf.1.jpg'),
      'train/a_jpg.rf.1.jpg': null,
      'valid/_annotations.coco.json': coco('b_jpg.rf.2.jpg'),
      'valid/b_jpg.rf.2.jpg': null,
    },
  },
  'YOLO of Roboflow': {
    ...{ format: 'yolo-seg', images: 2 },
    files: {
      'README.dataset.txt': '# cells',
      'README.roboflow.txt': 'cells - v1',
      'data.yaml': "train: ../train/images\nval: ../valid/images\ntest: ../test/images\n\nnc: 1\nnames: ['cell']\n",
      'train/images/a.jpg': null,
      'train/labels/a.txt': yolo,
      'valid/images/b.jpg': null,
      'valid/labels/b.txt': yolo,
    },
  },
  'Ultralytics YOLO of CVAT': {
    ...{ format: 'yolo-seg', images: 1 },
    files: {
      'data.yaml': 'names:\n  0: cell\npath: .\ntrain: train.txt\n',
      'train.txt': 'data/images/train/a.jpg\n',
      'images/train/a.jpg': null,
      'labels/train/a.txt': yolo,
    },
  },
  'YOLO 1.1 of CVAT': {
    ...{ format: 'yolo', images: 1 },
    files: {
      'obj.data': 'classes = 1\ntrain = data/train.txt\nnames = data/obj.names\nbackup = backup/\n',
      'obj.names': 'cell\n',
      'train.txt': 'data/obj_train_data/a.jpg\n',
      'obj_train_data/a.jpg': null,
      'obj_train_data/a.txt': '0 0.25 0.375 0.25 0.25\n',
    },
  },
  'CVAT for images': { format: 'cvat', images: 1, files: { 'annotations.xml': cvatXml, 'images/default/a.jpg': null } },
  'VOC of CVAT': {
    ...{ format: 'voc', images: 1 },
    files: {
      'labelmap.txt': '# label:color_rgb:parts:actions\nbackground:0,0,0::\ncell:128,0,0::\n',
      'ImageSets/Main/default.txt': 'a\n',
      'Annotations/a.xml': vocXml,
      'JPEGImages/a.jpg': null,
    },
  },
  Datumaro: {
    ...{ format: 'datumaro', images: 1 },
    files: { 'annotations/default.json': datumaro, 'images/default/a.jpg': null },
  },
  labelme: { format: 'labelme', images: 1, files: { 'a.json': labelme, 'a.jpg': null } },
};

const bytesOf = (files: Readonly<Record<string, string | null>>): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [name, text ?? picture]));

/** What zips have besides. */
const wrappings: Readonly<Record<string, (files: Files) => Files>> = {
  'as it is': (files) => files,
  'one top folder': (files) =>
    Object.fromEntries(Object.entries(files).map(([name, data]) => [`set v1/${name}`, data])),
  'what macOS adds': (files) => {
    const inTop = Object.entries(files).map(([name, data]) => [`set/${name}`, data] as const);
    const added = inTop.map(
      ([name]) => [`__MACOSX/${dirname(name)}/._${name.split('/').at(-1)}`, '\0\x05\x16\x07'] as const,
    );
    return Object.fromEntries([
      ...inTop,
      ...added,
      ['set/.DS_Store', '\0\0\0\x01Bud1'],
      ['__MACOSX/._set', '\0\x05\x16\x07'],
    ]);
  },
  'dot files beside it': (files) => ({ ...files, '.gitignore': '*.jpg', '.DS_Store': '\0\0', 'Thumbs.db': '\0' }),
  'backslashes of Windows': (files) =>
    Object.fromEntries(Object.entries(files).map(([name, data]) => [`set\\${name.replace(/\//g, '\\')}`, data])),
};

function zipOf(files: Files): string {
  const place = join(scratch(), 'download.zip');
  const encoded = Object.entries(files).map(([name, data]) => [
    name,
    typeof data === 'string' ? new TextEncoder().encode(data) : data,
  ]);
  writeFileSync(place, zipSync(Object.fromEntries(encoded) as Record<string, Uint8Array>));
  return place;
}

describe.each(Object.entries(layouts))('%s', (_, { format, images, files }) => {
  it.each(Object.entries(wrappings))('is known and opened with its images: %s', async (_, wrapped) => {
    const zip = zipOf(wrapped(bytesOf(files)));
    const store = openStore();
    const { formats } = await store.call('project.recognise', { path: zip });
    expect(formats.map(({ id }) => id)).toEqual([format]);
    const { project, findings } = await store.call('project.openDataset', { path: zip });
    expect([project.imageCount, project.annotationCount]).toEqual([images, images]);
    expect(findings.filter(({ code }) => code === 'image-missing')).toEqual([]);
    const rows = await store.call('image.list', {});
    expect(rows.map(({ problem }) => problem)).toEqual(rows.map(() => null));
    await store.call('project.close', {});
  });
});

describe('a folder with several COCO files', () => {
  const place = () => {
    const folder = scratch();
    const files = bytesOf({
      'annotations/instances_train.json': coco('a.jpg', 'b.jpg'),
      'annotations/instances_val.json': coco('c.jpg'),
      'train/a.jpg': null,
      'train/b.jpg': null,
      'val/c.jpg': null,
    });
    for (const [name, data] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), data);
    }
    return folder;
  };

  it('names them, and opens each with the images of the whole folder, as a project of its own', async () => {
    const folder = place();
    const store = openStore();
    const found = await store.call('project.recognise', { path: folder });
    expect([found.formats, found.files]).toEqual([
      [],
      ['annotations/instances_train.json', 'annotations/instances_val.json'],
    ]);
    const train = await store.call('project.openDataset', { path: folder, file: found.files[0] });
    expect([train.project.imageCount, new Set(train.findings.map(({ code }) => code))]).toEqual([
      2,
      new Set(['image-found-base-name']),
    ]);
    const val = await store.call('project.openDataset', { path: folder, file: found.files[1] });
    expect([val.project.imageCount, new Set(val.findings.map(({ code }) => code))]).toEqual([
      1,
      new Set(['image-found-base-name']),
    ]);
    expect(val.project.file).not.toBe(train.project.file);
    // The file itself is the same project, with the same images.
    const direct = await store.call('project.openDataset', { path: join(folder, found.files[1]) });
    expect(direct.project.file).toBe(val.project.file);
    await expect(store.call('project.openDataset', { path: folder, file: '../other.json' })).rejects.toThrow(
      /leads out/,
    );
  });

  it('is told by the command line with the file to name, which then finds the images', async () => {
    const folder = place();
    const to = ['--to', join(scratch(), 'out'), '--to-format', 'yolo-seg', '--copy-images'];
    const refused = await run('convert', '--from', folder, ...to);
    expect([refused.code, refused.stderr]).toEqual([
      3,
      expect.stringContaining('has 2 COCO files: annotations/instances_train.json, annotations/instances_val.json'),
    ]);
    expect(refused.stderr).toContain(`name one of them, such as ${folder}/annotations/instances_train.json`);
    const done = await run('convert', '--from', join(folder, 'annotations', 'instances_train.json'), ...to);
    expect([done.code, done.stderr]).toEqual([0, expect.not.stringContaining('missing')]);
    expect(done.stdout).toContain('2 images, 2 annotations in 3 files');
  });
});
