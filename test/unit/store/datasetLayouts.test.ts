/** Datasets as tools and websites hand them out: which files lie where, and what a zip has around them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { firstDraft, mostCopies, recipeOf } from '../../../src-renderer/session/augmentDraft';
import { runInProcess as run } from '../../support/cliInProcess';
import { added, boxAnnotation, openStore, scratch } from './support';

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

/** A new folder with these files; null: a picture. */
function folderOf(files: Readonly<Record<string, string | null>>): string {
  const folder = scratch();
  for (const [name, data] of Object.entries(bytesOf(files))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), data);
  }
  return folder;
}

describe('a folder with several COCO files', () => {
  const place = () =>
    folderOf({
      'annotations/instances_train.json': coco('a.jpg', 'b.jpg'),
      'annotations/instances_val.json': coco('c.jpg'),
      'train/a.jpg': null,
      'train/b.jpg': null,
      'val/c.jpg': null,
    });

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

  it('opens the parts of a split as one project, and writes them again as they came', async () => {
    const folder = place();
    // Records whose ids nobody shares, in a spelling of their own.
    const record = (id: number, name: string) =>
      `{"file_name": "${name}", "id": ${id}, "height": 20, "width": 40, "licence": ${id}.50}`;
    const annotation = (id: number, image: number) =>
      `{"id": ${id}, "category_id": 7, "image_id": ${image}, "bbox": [1, 1, 4, 4], "area": 16.0, "iscrowd": 0, "note": "${id}"}`;
    const text = (images: string, annotations: string) =>
      `{"images": [${images}], "annotations": [${annotations}], "categories": [{"id": 7, "name": "cat"}]}`;
    const [train, val] = ['train', 'val'].map((split) => join(folder, 'annotations', `instances_${split}.json`));
    writeFileSync(val, text(record(30, 'c.jpg'), annotation(300, 30)));
    writeFileSync(train, text([record(10, 'a.jpg'), record(20, 'b.jpg')].join(), annotation(100, 10)));
    const store = openStore();
    const { together } = await store.call('project.recognise', { path: folder });
    expect(together.map(({ name }) => name)).toEqual(['annotations/instances_*.json']);
    const parts = together[0].files.map(({ file }) => file);
    const opened = await store.call('project.openDataset', { path: folder, parts });
    expect(opened.project).toMatchObject({ imageCount: 3, annotationCount: 2, splits: ['train', 'val'] });
    expect(opened.project.categories.map(({ name }) => name)).toEqual(['cat']);

    const out = join(scratch(), 'out.json');
    const job = {
      format: 'coco',
      options: {},
      path: out,
      overwrite: 'export',
      selection: { split: 'stated' },
    } as const;
    expect((await store.call('project.export', job)).parts).toEqual(['out.train.json', 'out.val.json']);
    const written = (split: string) => readFileSync(out.replace('.json', `.${split}.json`), 'utf8');
    for (const one of [record(10, 'a.jpg'), record(20, 'b.jpg'), annotation(100, 10)])
      expect(written('train')).toContain(one);
    for (const one of [record(30, 'c.jpg'), annotation(300, 30)]) expect(written('val')).toContain(one);
    expect(written('train')).not.toContain('c.jpg');
    // In another format too; all in one where that is asked.
    const yolo = { ...job, format: 'yolo-seg', path: join(scratch(), 'yolo') };
    // What is written is told before.
    const {
      files,
      places,
      images,
      parts: sizes,
    } = await store.call('project.previewExport', {
      ...{ format: yolo.format, options: {}, selection: yolo.selection },
    });
    expect(sizes).toEqual([
      { split: 'train', images: 2 },
      { split: 'val', images: 1 },
    ]);
    // Copies are of images of the training part, as a recipe says; without parts of all.
    const recipe = recipeOf({ ...firstDraft, copies: 3 }, null)!;
    expect(mostCopies(recipe, { images, parts: sizes })).toBe(6);
    expect(mostCopies({ ...recipe, splits: ['train', 'val'] }, { images, parts: sizes })).toBe(9);
    expect(mostCopies(recipe, { images, parts: [] })).toBe(9);
    expect([files, places]).toEqual([
      4,
      [
        { name: 'data.yaml', files: 1 },
        { name: 'labels/train/a.txt', files: 1 },
        { name: 'labels/train/b.txt', files: 1 },
        { name: 'labels/val/c.txt', files: 1 },
      ],
    ]);
    await store.call('project.export', yolo);
    expect(existsSync(join(yolo.path, 'labels', 'val', 'c.txt'))).toBe(true);
    expect((await store.call('project.export', { ...job, selection: {} })).parts).toBeUndefined();

    // The same parts are the same project; one of them by itself is another, and so is another split of the folder.
    await store.call('document.commit', {
      imageId: 10,
      patch: added(boxAnnotation(999, 10, 2, { categoryId: 7 })),
      gesture: 'box',
    });
    const again = await store.call('project.openDataset', { path: folder, parts });
    expect([again.project.file, again.project.annotationCount]).toEqual([opened.project.file, 3]);
    const alone = await store.call('project.openDataset', { path: folder, file: parts[0] });
    expect([alone.project.file === opened.project.file, alone.project.splits]).toEqual([false, []]);
    for (const split of ['train', 'val']) {
      const other = join(folder, 'annotations', `boxes_${split}.json`);
      writeFileSync(other, readFileSync(split === 'train' ? train : val));
    }
    const boxes = parts.map((name) => name.replace('instances', 'boxes'));
    const second = await store.call('project.openDataset', { path: folder, parts: boxes });
    expect(second.project.file).not.toBe(opened.project.file);
    writeFileSync(val, text(record(30, 'c.jpg'), ''));
    const changed = await store.call('project.openDataset', { path: folder, parts });
    expect(changed.findings.map(({ message }) => message).join()).toContain('has changed since it was opened first');
  });

  it('gives parts that count from 1 each ids of their own, and says so; what cannot be one dataset is refused', async () => {
    const folder = place();
    const store = openStore();
    const parts = ['annotations/instances_train.json', 'annotations/instances_val.json'];
    const { project, findings } = await store.call('project.openDataset', { path: folder, parts });
    expect([project.imageCount, project.annotationCount]).toEqual([3, 3]);
    expect(findings.some(({ code, message }) => code === 'duplicate-id' && message.includes('new id'))).toBe(true);
    const rows = await store.call('image.list', {});
    expect(rows.map(({ fileName, annotationCount }) => [fileName, annotationCount])).toEqual([
      ['a.jpg', 1],
      ['b.jpg', 1],
      ['c.jpg', 1],
    ]);
    const job = { format: 'coco', options: {}, overwrite: 'export' } as const;
    const out = join(scratch(), 'one.json');
    await store.call('project.export', { ...job, path: out });
    const { images } = JSON.parse(readFileSync(out, 'utf8')) as { images: { id: number }[] };
    expect(new Set(images.map(({ id }) => id)).size).toBe(3);

    const refused = (names: readonly string[]) => store.call('project.openDataset', { path: folder, parts: names });
    await expect(refused([parts[0], '../instances_val.json'])).rejects.toThrow(/leads out/);
    await expect(refused([parts[0], 'other.json'])).rejects.toThrow(/are not the parts of one split/);
    writeFileSync(join(folder, parts[1]), coco('a.jpg'));
    const twice = await refused([...parts].reverse()).catch((error: Error) => error.message);
    expect(twice).toMatch(/The image a\.jpg is in .*instances_train\.json and in .*instances_val\.json/);
    writeFileSync(join(folder, parts[1]), '{"images": [{"id": 1}], "annotations": [], "categories": []}');
    const broken = await refused([...parts].reverse()).catch((error: { remedy?: string }) => error.remedy);
    expect(broken).toBe('repair');
  });

  it.each([
    ['annotations/instances_train.json', 'annotations/instances_val.json'],
    ['train/coco.json', 'val/coco.json'],
  ])('tells images of one name apart that are another file in each part: %s', async (...parts) => {
    const folder = folderOf({
      [parts[0]]: coco('1.jpg', '2.jpg'),
      [parts[1]]: coco('1.jpg'),
      'train/1.jpg': null,
      'train/2.jpg': null,
      'val/1.jpg': null,
    });
    const store = openStore();
    const { project, findings } = await store.call('project.openDataset', { path: folder, parts });
    expect([project.imageCount, project.annotationCount, project.splits]).toEqual([3, 3, ['train', 'val']]);
    expect(findings.map(({ message }) => message).join()).toContain('1 name of images, such as 1.jpg');
    expect(findings.filter(({ code = '' }) => code.startsWith('image-'))).toEqual([]);
    const rows = await store.call('image.list', {});
    expect(rows.map(({ fileName, problem, annotationCount }) => [fileName, problem, annotationCount])).toEqual([
      ['train/1.jpg', null, 1],
      ['train/2.jpg', null, 1],
      ['val/1.jpg', null, 1],
    ]);
    const job = { format: 'coco', options: {}, overwrite: 'export', selection: { split: 'stated' } } as const;
    const out = join(scratch(), 'out.json');
    await store.call('project.export', { ...job, path: out });
    expect(readFileSync(out.replace('.json', '.val.json'), 'utf8')).toMatch(/"file_name": ?"val\/1\.jpg"/);
  });

  it('is read together by the command line where that is asked', async () => {
    const folder = place();
    const to = ['--project', join(scratch(), 'work.maskwright')];
    const refused = await run('import', folder, ...to);
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('--together instances')]);
    const done = await run('import', folder, '--together', 'instances', ...to);
    expect([done.code, done.stdout]).toEqual([0, expect.stringContaining('3 images, 3 annotations, 1 category')]);
    const other = await run('import', folder, '--together', 'captions', ...to, '--force');
    expect([other.code, other.stderr]).toEqual([3, expect.stringContaining('there are annotations/instances_*.json')]);
  });

  it('offers to read files together where they are the parts of a split, by a word that only they have', async () => {
    const refusal = async (...names: string[]) => {
      const folder = scratch();
      for (const name of names) writeFileSync(join(folder, `${name}.json`), '{"images": [], "annotations": [], "categories": []}'); // prettier-ignore
      const { code, stderr } = await run('import', folder, '--project', join(scratch(), 'work.maskwright'));
      expect([code, stderr]).toEqual([3, expect.stringContaining(`such as ${folder}/${names[0]}.json`)]);
      return /with (--together .*)\n/.exec(stderr)?.[1] ?? null;
    };
    expect(await refusal('first', 'second')).toBeNull();
    // Two of one part are no split.
    expect(await refusal('a_train', 'b_train')).toBeNull();
    expect(await refusal('cells_train', 'cells_val')).toBe('--together cells');
    expect(await refusal('cells_train', 'cells_val', 'red_cells_train', 'red_cells_val')).toBe(
      '--together "cells_*.json" or --together red',
    );
    const two = scratch();
    for (const name of ['train', 'val']) writeFileSync(join(two, `${name}.json`), '{"images": [], "annotations": [], "categories": []}'); // prettier-ignore
    const to = ['--project', join(scratch(), 'work.maskwright')];
    expect((await run('import', two, ...to)).stderr).toContain('--together "*.json"');
    expect((await run('import', two, '--together', '*.json', ...to)).code).toBe(0);
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
