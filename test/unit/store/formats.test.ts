import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import type { FormatOptions } from '@shared/formats/format';
import { formats } from '@shared/formats/registry';
import { DatasetFolder } from '../../../src-main/dataset/datasetFolder';
import { Random } from '../../support/datasetFuzz';
import { madeDataset, placeIn, writeToMemory } from '../../support/formatFiles';
import { Sqlite } from '../../../src-main/store/database/database';
import { added, boxAnnotation, failure, openStore, scratch, writeImage } from './support';

/** Pictures that were written as the images of a dataset: its maps are pictures too. */
const pictures = new Set<string>();

/** The files of a folder but pictures and projects, by name. */
function textsBelow(folder: string, prefix = ''): Record<string, string> {
  return Object.fromEntries(
    readdirSync(join(folder, prefix)).flatMap((name): [string, string][] => {
      const path = prefix + name;
      if (statSync(join(folder, path)).isDirectory()) return Object.entries(textsBelow(folder, `${path}/`));
      const isOther = /\.(jpe?g|maskwright.*|lock)$/.test(name) || pictures.has(join(folder, path));
      return isOther ? [] : [[path, readFileSync(join(folder, path), name.endsWith('.png') ? 'latin1' : 'utf8')]];
    }),
  );
}

/** A dataset of the format on the disk, with its pictures. */
async function datasetOnDisk(id: string, seed: number, options: FormatOptions = {}): Promise<string> {
  const format = formats.get(id)!;
  const folder = join(scratch(), 'données');
  const view = madeDataset(new Random(seed)).view('made');
  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  for (const [name, content] of writeToMemory(view, format, options).files) write(name, content);
  for (const { fileName, width, height } of view.images()) {
    const path = join(folder, placeIn(format, view)(fileName));
    mkdirSync(dirname(path), { recursive: true });
    pictures.add(path);
    await writeImage(path, width, height);
  }
  return folder;
}

const inFolders = formats.all.filter(({ read, write, target }) => read && write && target === 'folder');

const holdsBoxes = (format: string) => !formats.get(format)!.losses.includes('box-left-out');

/** An object that the format can hold: a box, or where it holds masks alone the pixels of a small square. */
function drawn(format: string, id: number, imageId: number, categoryId: number) {
  const square = { kind: 'polygons' as const, parts: [{ outer: [0, 0, 2, 0, 2, 2, 0, 2], holes: [] }] };
  const segmentation = holdsBoxes(format) ? null : square;
  return { ...boxAnnotation(id, imageId, 1, { imageId }), segmentation, categoryId, zOrder: 1e6 };
}

describe.each(inFolders.map(({ id }) => id))('a project of a %s dataset', (id) => {
  it('leaves as it came, also after an edit was taken back; an edit changes its own image alone', async () => {
    const folder = await datasetOnDisk(id, 5);
    const before = textsBelow(folder);
    const store = openStore();
    const { project } = await store.call('project.import', { path: folder, file: join(scratch(), 'p.maskwright') });
    expect(project.annotationCount).toBeGreaterThan(2);
    const exported = async () => {
      const path = join(scratch(), 'out');
      const report = await store.call('project.export', { path, format: id, options: {}, overwrite: 'refuse' });
      return { texts: textsBelow(path), report };
    };
    expect((await exported()).texts).toEqual(before);

    const images = await store.call('image.list', {});
    const { id: imageId, width, height } = images.find(({ annotationCount }) => annotationCount > 1)!;
    const { first } = await store.call('document.reserveIds', { count: 1 });
    const annotation = drawn(id, first, imageId, 1);
    expect(width * height).toBeGreaterThan(0);
    await store.call('document.commit', { imageId, patch: added(annotation), gesture: 'box' });
    const { texts, report } = await exported();
    const changed = Object.keys({ ...texts, ...before }).filter((name) => texts[name] !== before[name]);
    const inText = changed.filter((name) => !name.endsWith('.png'));
    expect(changed.length).toBeGreaterThan(0);
    expect([inText.length, changed.length - inText.length].every((count) => count <= 1)).toBe(true);
    // What was there before stands in it as it did.
    const linesOf = (text: string) => text.split('\n').map((line) => line.trim().replace(/,$/, ''));
    for (const name of inText) {
      const kept = new Set(linesOf(texts[name]));
      expect(linesOf(before[name]).filter((line) => !kept.has(line)).length).toBeLessThanOrEqual(2);
    }
    // The objects of a map have no texts of their own: it counts again what it could not say of any of them.
    const lost = holdsBoxes(id) ? report.losses.flatMap(({ places }) => places) : [];
    expect(lost.every(({ annotationId }) => annotationId === undefined || annotationId === first)).toBe(true);

    await store.call('document.undo', { imageId });
    expect((await exported()).texts).toEqual(before);
  });

  it('goes out as COCO and into the folder it came from only when told', async () => {
    const folder = await datasetOnDisk(id, 5);
    const store = openStore();
    const { project } = await store.call('project.openDataset', { path: folder });
    expect(dirname(project.file)).toBe(folder);
    const error = await failure(
      store.call('project.export', { path: folder, format: id, options: {}, overwrite: 'export' }),
    );
    expect(error.code).toBe('bad-input');
    const path = join(scratch(), 'coco.json');
    const { annotations } = await store.call('project.export', {
      path,
      format: 'coco',
      options: {},
      overwrite: 'refuse',
    });
    const coco = JSON.parse(readFileSync(path, 'utf8')) as { annotations: unknown[]; images: unknown[] };
    expect(coco.annotations).toHaveLength(annotations);
    expect(coco.images).toHaveLength(project.imageCount);
    await store.call('project.close', {});
    expect(existsSync(project.file)).toBe(true);
    expect((await store.call('project.openDataset', { path: folder })).project.file).toBe(project.file);
  });
});

/** In zips nothing can be counted; what they say is compared below. */
const isText = (format: (typeof formats.all)[number]) =>
  [...writeToMemory(madeDataset(new Random(5)).view('made'), format).files.values()].some(
    (content) => typeof content === 'string',
  );

const both = formats.all.filter(
  (format) => format.read && format.write && format.numbersCategories !== true && isText(format),
);

describe.each(both.map(({ id }) => id))('a renamed category of a %s dataset', (id) => {
  it('leaves under its new name, in the files that name it', async () => {
    const folder = await datasetOnDisk(id, 5);
    const { target } = formats.get(id)!;
    const before = textsBelow(folder);
    const store = openStore();
    await store.call('project.import', { path: folder, file: join(scratch(), 'p.maskwright') });
    const { categories } = await store.call('project.summary', {});
    const category = categories.find(({ name }) => name === 'cat')!;
    await store.call('category.update', { category: { ...category, name: 'lynx' } });
    const exported = async () => {
      const path = join(scratch(), target === 'file' ? `dataset.${formats.get(id)!.extensions[0]}` : 'out');
      await store.call('project.export', { path, format: id, options: {}, overwrite: 'refuse' });
      return textsBelow(target === 'file' ? dirname(path) : path);
    };
    const after = await exported();
    const count = (texts: Record<string, string>, word: RegExp) =>
      Object.values(texts).reduce((sum, text) => sum + (text.match(word)?.length ?? 0), 0);
    expect(count(before, /\bcat\b/g)).toBeGreaterThan(0);
    expect(count(after, /\bcat\b/g)).toBe(0);
    expect(count(after, /\blynx\b/g)).toBe(count(before, /\bcat\b/g));
    for (const [name, text] of Object.entries(before)) if (!/\bcat\b/.test(text)) expect(after[name]).toBe(text);
    await store.call('project.undo', { openImageId: null });
    expect(await exported()).toEqual(before);
  });

  it('does so in a project of before the names that came were kept', async () => {
    const folder = await datasetOnDisk(id, 5);
    const { target } = formats.get(id)!;
    const store = openStore();
    const file = join(scratch(), 'p.maskwright');
    await store.call('project.import', { path: folder, file });
    await store.call('project.close', {});
    const db = new Sqlite(file, { mode: 'write' });
    db.run("DELETE FROM meta WHERE key = 'importedCategories'");
    db.close();
    await store.call('project.open', { file });
    const exported = async () => {
      const path = join(scratch(), target === 'file' ? `dataset.${formats.get(id)!.extensions[0]}` : 'out');
      await store.call('project.export', { path, format: id, options: {}, overwrite: 'refuse' });
      return textsBelow(target === 'file' ? dirname(path) : path);
    };
    expect(await exported()).toEqual(textsBelow(folder));
    const { categories } = await store.call('project.summary', {});
    const category = categories.find(({ name }) => name === 'cat')!;
    await store.call('category.update', { category: { ...category, name: 'lynx' } });
    for (const text of Object.values(await exported())) expect(text).not.toMatch(/\bcat\b/);
  });
});

const readBack = formats.all.filter(
  ({ id, read, write, losses }) =>
    read && write && id !== 'coco' && !id.startsWith('yolo') && !losses.includes('category'),
);

describe.each(readBack.map(({ id }) => id))('the list of categories of a %s dataset', (id) => {
  it('goes with the project: new ones are declared, and two that change their names do so in every object', async () => {
    const folder = await datasetOnDisk(id, 5);
    const { target, read } = formats.get(id)!;
    const labelsOf = async (path: string) => {
      const dataset = new MemoryDataset(path, id);
      await read!(new DatasetFolder(path), dataset);
      const names = new Map(dataset.categories.map(({ record }) => [record.id, record.name]));
      return dataset.annotations.map(({ record }) => names.get(record.categoryId!) ?? 'nobody').sort();
    };
    const before = await labelsOf(folder);
    const store = openStore();
    await store.call('project.import', { path: folder, file: join(scratch(), 'p.maskwright') });
    const exported = async () => {
      const path = join(scratch(), target === 'file' ? `dataset.${formats.get(id)!.extensions[0]}` : 'out');
      await store.call('project.export', { path, format: id, options: {}, overwrite: 'refuse' });
      return target === 'file' ? dirname(path) : path;
    };
    const [first, second] = (await store.call('project.summary', {})).categories;
    for (const category of [
      { ...first, name: 'somebody else' },
      { ...second, name: first.name },
      { ...first, name: second.name },
    ])
      await store.call('category.update', { category });
    const swapped: Record<string, string> = { [first.name]: second.name, [second.name]: first.name };
    expect(await labelsOf(await exported())).toEqual(before.map((name) => swapped[name] ?? name).sort());

    const { categories } = await store.call('project.summary', {});
    const [added1] = (await store.call('category.create', { name: 'newcomer' })).filter(
      (one) => !categories.some((known) => known.id === one.id),
    );
    const image = (await store.call('image.list', {})).find(({ annotationCount }) => annotationCount > 1)!;
    const { first: annotationId } = await store.call('document.reserveIds', { count: 1 });
    const box = drawn(id, annotationId, image.id, added1.id);
    await store.call('document.commit', { imageId: image.id, patch: added(box), gesture: 'box' });
    const path = await exported();
    expect(await labelsOf(path)).toEqual([...before.map((name) => swapped[name] ?? name), 'newcomer'].sort());
    const lists: Record<string, RegExp> = {
      cvat: /<name>newcomer<\/name>/,
      supervisely: /"title": ?"newcomer"/,
      via: /"newcomer": ?""/,
      voc: /^newcomer:/m,
    };
    if (lists[id]) expect(Object.values(textsBelow(path)).join('\n')).toMatch(lists[id]);
  });
});

it('a map is not taken for the picture of its image, which is missing', async () => {
  const folder = scratch();
  const made = madeDataset(new Random(3)).view('made');
  const names = [...made.images()].map(({ fileName }) => fileName);
  expect(names.some((name) => name.endsWith('.png'))).toBe(true);
  for (const [name, content] of writeToMemory(made, formats.get('coco-panoptic')!).files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const store = openStore();
  await store.call('project.import', { path: folder, file: join(scratch(), 'x.maskwright') });
  const rows = await store.call('image.list', {});
  expect(rows.map(({ fileName, missing }) => [fileName, missing])).toEqual(names.map((name) => [name, true]));
});

it.each(['label-map', 'instance-map', 'object-masks', 'coco-panoptic', 'cityscapes'])(
  'the maps of a %s folder are no new images when it is opened again, but photos are',
  async (id) => {
    const folder = await datasetOnDisk(id, 5);
    const store = openStore();
    const { project } = await store.call('project.openDataset', { path: folder, format: id });
    expect(project.imageCount).toBeGreaterThan(1);
    const [first] = await store.call('image.list', {});
    const added = join(dirname(join(folder, first.fileName)), 'new.jpg');
    await writeImage(added, 30, 20);
    const again = await store.call('project.openFolder', { folder });
    expect(again.project.imageCount).toBe(project.imageCount + 1);
    expect(again.findings).toEqual([]);
  },
);

it('an image of a VOC project says what its pictures leave out, and no other does', async () => {
  const store = openStore();
  const voidsOf = async (id: string, options: FormatOptions) => {
    const path = await datasetOnDisk(id, 5, options);
    await store.call('project.import', { path, file: join(scratch(), 'p.maskwright') });
    const images = await store.call('image.list', {});
    const texts = await Promise.all(images.map(({ id: imageId }) => store.call('image.voids', { imageId })));
    return images.flatMap(({ id: imageId }, place) =>
      texts[place] === null ? [] : [[imageId, texts[place]] as const],
    );
  };
  const found = await voidsOf('voc', { border: '5' });
  expect(found.length).toBeGreaterThan(0);
  expect(found).toEqual((await store.call('project.voids', {})).images);
  expect(await voidsOf('voc', { border: '0' })).toEqual([]);
  expect(await voidsOf('labelme', {})).toEqual([]);
});
