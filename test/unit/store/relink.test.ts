import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Sqlite } from '../../../src-main/store/database/database';
import { added, boxAnnotation, failure, imageFolder, openStore, scratch, writeDataset, writeImage } from './support';

const missing = { code: 'missing' };

describe('images that moved', () => {
  it('a whole folder that moved is found, and becomes the images folder', async () => {
    const folder = await imageFolder(3);
    const file = join(scratch(), 'p.maskwright');
    const store = openStore();
    await store.call('project.openFolder', { folder, file });
    await store.call('document.commit', { imageId: 2, patch: added(boxAnnotation(1, 2, 3)), gesture: 'box' });
    await store.call('project.close', {});
    const moved = join(scratch(), 'elsewhere');
    renameSync(folder, moved);

    const { findings } = await store.call('project.open', { file });
    expect(findings[0].message).toMatch('does not exist');
    const rows = await store.call('image.list', {});
    expect(rows.map((row) => [row.missing, row.problem])).toEqual(rows.map(() => [true, missing]));
    const report = await store.call('project.relink', { folder: moved });
    expect(report).toMatchObject({ linked: 3, missing: [], project: { imagesFolder: moved, imageCount: 3 } });
    expect((await store.call('image.open', { imageId: 2 })).snapshot.annotations).toHaveLength(1);
    expect((await store.call('image.source', { imageId: 2 })).path).toBe(join(moved, '2.png'));
    await store.call('project.open', { file });
    expect((await store.call('image.list', {})).every((row) => !row.missing)).toBe(true);
  });

  it('does not wait for a pipe that lies there under the name of an image', async () => {
    if (process.platform === 'win32') return;
    const folder = await imageFolder(2);
    const store = openStore();
    await store.call('project.openFolder', { folder, file: join(scratch(), 'p.maskwright') });
    const target = scratch();
    renameSync(join(folder, '1.png'), join(target, '1.png'));
    rmSync(join(folder, '2.png'));
    execFileSync('mkfifo', [join(target, '2.png')]);
    const report = await store.call('project.relink', { folder: target });
    expect([report.linked, report.missing.map(({ fileName }) => fileName)]).toEqual([1, ['2.png']]);
  });

  it('matches by content what was renamed, turns down another picture of the name, keeps what is missing', async () => {
    const folder = await imageFolder(0);
    for (const [name, width] of [
      ['a.png', 11],
      ['b.png', 12],
      ['c.png', 13],
      ['d.png', 14],
    ] as const) {
      await writeImage(join(folder, name), width, 9);
    }
    const store = openStore();
    const file = join(scratch(), 'p.maskwright');
    await store.call('project.openFolder', { folder, file });
    const target = scratch();
    mkdirSync(join(target, 'deep'));
    renameSync(join(folder, 'a.png'), join(target, 'deep', 'renamed.png'));
    rmSync(join(folder, 'b.png'));
    await writeImage(join(target, 'b.png'), 30, 30);
    rmSync(join(folder, 'c.png'));
    const report = await store.call('project.relink', { folder: target });
    expect(report.linked).toBe(1);
    expect(report.missing).toMatchObject([
      { fileName: 'b.png', reason: 'a file of that name is there, but it is another picture' },
      { fileName: 'c.png', reason: null },
    ]);
    // d.png is still in the old folder, which stays the project's.
    expect(report.project).toMatchObject({ imagesFolder: folder, imageCount: 4 });
    const ids = (await store.call('image.list', {})).map(({ id }) => id);
    expect((await store.call('image.source', { imageId: ids[0] })).path).toBe(join(target, 'deep', 'renamed.png'));
    expect((await store.call('image.list', {})).map((row) => row.missing)).toEqual([false, true, true, false]);
    // The link holds when the folder is opened again, and when the old one goes away.
    await store.call('project.openFolder', { folder, file });
    expect((await store.call('image.list', {})).map((row) => row.missing)).toEqual([false, true, true, false]);
    rmSync(folder, { recursive: true });
    await store.call('project.open', { file });
    expect((await store.call('image.list', {})).map((row) => row.missing)).toEqual([false, true, true, true]);
  });

  it('finds images of a dataset in the subfolder that has most of their path', async () => {
    const root = scratch();
    for (const folder of ['train', 'val']) {
      mkdirSync(join(root, folder));
      await writeImage(join(root, folder, '1.png'), folder === 'train' ? 20 : 21, 10);
    }
    const cocoFile = writeDataset(
      JSON.stringify({
        images: [
          { id: 1, file_name: 'val/1.png', width: 21, height: 10 },
          { id: 2, file_name: 'train/1.png', width: 20, height: 10 },
        ],
        annotations: [],
        categories: [],
      }),
    );
    const store = openStore();
    await store.call('project.import', { path: cocoFile, file: join(scratch(), 'p.maskwright') });
    expect((await store.call('image.list', {})).every((row) => row.missing)).toBe(true);
    expect((await store.call('project.relink', { folder: root })).linked).toBe(2);
    expect((await store.call('image.source', { imageId: 1 })).path).toBe(join(root, 'val', '1.png'));
    expect((await store.call('image.source', { imageId: 2 })).path).toBe(join(root, 'train', '1.png'));
  });

  it('an image moved within its folder is the same image when the folder is opened again', async () => {
    const folder = await imageFolder(0);
    await writeImage(join(folder, 'a.png'), 11, 9);
    await writeImage(join(folder, 'b.png'), 12, 9);
    const store = openStore();
    await store.call('project.openFolder', { folder });
    await store.call('image.setStatus', { imageId: 1, status: 'done' });
    mkdirSync(join(folder, 'sub'));
    renameSync(join(folder, 'a.png'), join(folder, 'sub', 'z.png'));
    const { project, findings } = await store.call('project.openFolder', { folder });
    expect(findings).toEqual([]);
    expect(project.imageCount).toBe(2);
    expect((await store.call('image.list', {}))[0]).toMatchObject({
      fileName: 'a.png',
      status: 'done',
      missing: false,
    });
    expect((await store.call('image.source', { imageId: 1 })).path).toBe(join(folder, 'sub', 'z.png'));
  });

  it('says so when there is nothing to find, and changes nothing for a reader', async () => {
    const folder = await imageFolder(1);
    const store = openStore();
    const { project } = await store.call('project.openFolder', { folder });
    expect((await failure(store.call('project.relink', { folder: scratch() }))).message).toMatch('has no images');
    const reader = openStore();
    await reader.call('project.open', { file: project.file });
    expect((await failure(reader.call('project.relink', { folder }))).code).toBe('read-only');
    copyFileSync(join(folder, '1.png'), join(folder, 'copy.png'));
    expect(await store.call('project.relink', { folder })).toMatchObject({ linked: 0, missing: [] });
  });
});

describe('review', () => {
  it('the first edit begins a new image; the reason of a rejection is kept', async () => {
    const store = openStore();
    await store.call('project.openFolder', { folder: await imageFolder(3) });
    await store.call('document.commit', { imageId: 1, patch: added(boxAnnotation(1, 1, 3)), gesture: 'box' });
    await store.call('image.setStatus', { imageId: 2, status: 'done' });
    await store.call('document.commit', { imageId: 2, patch: added(boxAnnotation(2, 2, 3)), gesture: 'box' });
    const statuses = async () => (await store.call('image.list', {})).map(({ status, reason }) => [status, reason]);
    expect(await statuses()).toEqual([
      ['in-progress', null],
      ['done', null],
      ['new', null],
    ]);
    const rejected = await store.call('image.setStatus', { imageId: 3, status: 'rejected', reason: '  blurred ' });
    expect(rejected.image).toMatchObject({ status: 'rejected', reason: 'blurred' });
    const renewed = await store.call('image.setStatus', { imageId: 3, status: 'new', reason: 'x' });
    expect(renewed.image).toMatchObject({ status: 'new', reason: 'blurred' });
    const again = await store.call('image.setStatus', { imageId: 3, status: 'rejected', reason: ' ' });
    expect(again.image).toMatchObject({ status: 'rejected', reason: null });
  });

  it('the list comes in parts, and images are found by category', async () => {
    const store = openStore();
    await store.call('project.openFolder', { folder: await imageFolder(5) });
    const categories = await store.call('category.create', { name: 'cell' });
    const box = boxAnnotation(1, 4, 3, { categoryId: categories[0].id });
    await store.call('document.commit', { imageId: 4, patch: added(box), gesture: 'box' });
    expect((await store.call('image.list', { from: 2, count: 2 })).map(({ id }) => id)).toEqual([3, 4]);
    expect((await store.call('image.list', { from: 4, count: 2 })).map(({ id }) => id)).toEqual([5]);
    expect(await store.call('image.withCategory', { categoryId: categories[0].id })).toEqual([4]);
    await store.call('document.undo', { imageId: 4 });
    expect(await store.call('image.withCategory', { categoryId: categories[0].id })).toEqual([]);
  });

  it('a project of an older version gets the new columns', async () => {
    const folder = await imageFolder(1);
    const store = openStore();
    const image = { id: 1, file_name: '1.png', width: 20, height: 10, tags: ['night'] };
    const text = JSON.stringify({
      images: [image],
      annotations: [],
      categories: [{ id: 1, name: 'cell', isthing: 0 }],
    });
    const { project } = await store.call('project.import', {
      path: writeDataset(text),
      imagesFolder: folder,
    });
    await store.call('project.close', {});
    const db = new Sqlite(project.file, { mode: 'build' });
    const since = [
      ...['images.reason', 'images.fingerprint', 'proposals.accepted_as', 'proposals.taken'],
      ...['images.tags', 'categories.place', 'categories.attributes', 'annotations.baseline', 'categories.is_thing'],
      ...['images.unlabelled', 'images.split'],
    ];
    for (const column of since) db.exec(`ALTER TABLE ${column.replace('.', ' DROP COLUMN ')}`);
    db.run('UPDATE images SET problem = ?', `${folder}/1.png is empty (0 bytes)`);
    db.exec('DROP TABLE drafts; PRAGMA user_version=1');
    db.close();
    await store.call('project.open', { file: project.file });
    expect((await store.call('image.list', {}))[0]).toMatchObject({
      fileName: '1.png',
      reason: null,
      // It was a sentence.
      problem: { code: 'empty' },
      // They were in the file all along.
      tags: ['night'],
    });
    const [category] = (await store.call('project.summary', {})).categories;
    expect(category).toEqual({
      id: 1,
      name: 'cell',
      supercategory: null,
      color: null,
      hotkey: null,
      position: 0,
      isThing: false,
    });
    expect(await store.call('image.open', { imageId: 1 })).toMatchObject({ proposals: [], drafts: [] });
    await store.call('draft.put', { imageId: 1, draft: { key: 'k', tool: 'polygon', data: '{}' } });
  });
});

it('a large folder that lost its images says so of all of them, and takes them all back', async () => {
  const folder = await imageFolder(1);
  const images = Array.from({ length: 700 }, (_, at) => ({
    id: at + 1,
    file_name: `${at}.png`,
    width: 20,
    height: 10,
  }));
  for (const { file_name } of images) copyFileSync(join(folder, '1.png'), join(folder, file_name));
  const store = openStore();
  const cocoFile = writeDataset(JSON.stringify({ images, annotations: [], categories: [] }));
  const { project } = await store.call('project.import', {
    path: cocoFile,
    imagesFolder: folder,
    file: join(scratch(), 'p.maskwright'),
  });
  const missingCount = async () => {
    await store.call('project.open', { file: project.file });
    return (await store.call('image.list', {})).filter((row) => row.missing).length;
  };
  expect(await missingCount()).toBe(0);
  renameSync(folder, `${folder}-away`);
  mkdirSync(folder);
  expect(await missingCount()).toBe(700);
  rmSync(folder, { recursive: true });
  renameSync(`${folder}-away`, folder);
  expect(await missingCount()).toBe(0);
});

it('an image is not given the file that another one names whole, and what only a name decided is told', async () => {
  const store = openStore();
  const cocoFile = writeDataset(
    JSON.stringify({
      // More than are looked at on import: of the last three the project does not know what their files held.
      images: [...Array.from({ length: 2000 }, (_, at) => `first/${at}.png`), 'a/x.png', 'b/x.png', 'a/y.png'].map(
        (file_name, at) => ({ id: at + 1, file_name, width: 20, height: 10 }),
      ),
      annotations: [],
      categories: [],
    }),
  );
  await store.call('project.import', {
    path: cocoFile,
    imagesFolder: scratch(),
    file: join(scratch(), 'p.maskwright'),
  });
  const folder = scratch();
  for (const name of ['b/x.png', 'c/y.png']) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    await writeImage(join(folder, name), 20, 10);
  }
  const report = await store.call('project.relink', { folder });
  expect(report.linked).toBe(2);
  expect(report.byNameAlone).toEqual([{ imageId: 2003, fileName: 'a/y.png', file: 'c/y.png' }]);
  expect(report.missing.map(({ fileName }) => fileName)).toContain('a/x.png');
  expect((await store.call('image.source', { imageId: 2002 })).path).toBe(join(folder, 'b/x.png'));
});
