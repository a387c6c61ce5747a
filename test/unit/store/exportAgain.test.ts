/** What a project remembers of its exports: how the last one was made, what of it is still as it was, and what lies beside it. */
import { appendFileSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { besideSentences, diffSentences } from '@shared/dataset/diffWords';
import { formats } from '@shared/formats/registry';
import type { ExportChanges, ExportSettings } from '@shared/project/types';
import { Sqlite } from '../../../src-main/store/database/database';
import { noteExport, writtenStamps } from '../../../src-main/store/export/exportNotes';
import { imageFolder, openStore, scratch } from './support';

const names = Array.from({ length: 6 }, (_, at) => `${at + 1}.png`);

/** Six images with a box each, as COCO. */
async function project() {
  const folder = await imageFolder(names.length);
  const annotations = names.map((_, at) => ({
    ...{ id: at + 1, image_id: at + 1, category_id: 1, segmentation: [[1, 1, 9, 1, 9, 9]] },
    ...{ area: 32, bbox: [1, 1, 8, 8], iscrowd: 0 },
  }));
  const images = names.map((file_name, at) => ({ id: at + 1, file_name, width: 20, height: 10 }));
  const coco = join(folder, 'coco.json');
  writeFileSync(coco, JSON.stringify({ images, annotations, categories: [{ id: 1, name: 'cat' }] }));
  const store = openStore();
  const { project: opened } = await store.call('project.openDataset', { path: coco });
  const target = join(scratch(), 'out');
  const job = (settings: Partial<ExportSettings> & { format?: string; path?: string } = {}) =>
    ({ format: 'coco', options: {}, overwrite: 'export', path: `${target}.json`, ...settings }) as const;
  const remove = async (id: number) => {
    const [annotation] = (await store.call('image.open', { imageId: id })).snapshot.annotations;
    await store.call('document.commit', {
      imageId: id,
      patch: { added: [], updated: [], removed: [annotation] },
      gesture: 'delete',
    });
  };
  return { store, file: opened.file, target, job, remove };
}

const split: ExportSettings['selection'] = { split: { shares: [0.5, 0.5], seed: 0 } };
const saidOf = (found: ExportChanges | null) => (found?.changes ? diffSentences(found.changes) : found);

it('is made again as it was made, after the project was closed too; a file that says nonsense is as good as none', async () => {
  const { store, file, job } = await project();
  const settings = { options: { masks: 'rle' }, selection: split };
  const report = await store.call('project.export', job(settings));
  expect(report.parts).toEqual(['out.train.json', 'out.val.json']);
  await store.call('project.close', {});
  const { project: again } = await store.call('project.open', { file });
  expect(again).toMatchObject({ lastExport: report.file, lastExportFormat: 'coco', lastExportSettings: settings });
  await store.call('project.close', {});
  const db = new Sqlite(file, { mode: 'write' });
  db.run("UPDATE meta SET value = ? WHERE key = 'lastExportSettings'", '{"selection":{"split":{"shares":["x"]}}}');
  for (const key of ['exportStamps', 'splits']) db.run('INSERT OR REPLACE INTO meta VALUES (?, ?)', key, '{"a": [');
  db.close();
  expect((await store.call('project.open', { file })).project).toMatchObject({ lastExportSettings: null, splits: [] });
  expect((await store.call('project.exportChanges', job(settings)))!.changes).not.toBeNull();
});

it('refuses a part of a split that is the user’s own file before it shows anything, in the words of the window', async () => {
  const { store, job, target } = await project();
  writeFileSync(`${target}.val.json`, '{"images": [], "annotations": [], "categories": []}');
  const words = /out\.val\.json exists already/;
  await expect(store.call('project.exportChanges', job({ selection: split }))).rejects.toThrow(words);
  const refused = await store
    .call('project.export', job({ selection: split }))
    .catch((error: { hint?: string }) => error);
  expect(refused).toMatchObject({ hint: 'export to another file' });
  expect(readdirSync(join(target, '..'))).toEqual(['out.val.json']);
});

it('never writes a part of a split over the file that the project came from, nor calls that a rest', async () => {
  const folder = await imageFolder(names.length);
  const images = names.map((file_name, at) => ({ id: at + 1, file_name, width: 20, height: 10 }));
  const source = join(folder, 'out.train.json');
  const text = JSON.stringify({ images, annotations: [], categories: [{ id: 1, name: 'cat' }] });
  writeFileSync(source, text);
  const store = openStore();
  await store.call('project.openDataset', { path: source });
  const job = { format: 'coco', options: {}, overwrite: 'export', path: join(folder, 'out.json') } as const;
  expect(await store.call('project.exportChanges', job)).toBeNull();
  expect((await store.call('project.export', job)).left).toBeUndefined();
  for (const ask of ['project.exportChanges', 'project.export'] as const)
    await expect(store.call(ask, { ...job, selection: split })).rejects.toThrow(
      /out\.train\.json is one of the inputs/,
    );
  expect(readFileSync(source, 'utf8')).toBe(text);
});

it('knows its own file from one that another program wrote since', async () => {
  const { store, job, remove, target } = await project();
  await store.call('project.export', job());
  await remove(1);
  const look = () => store.call('project.exportChanges', job());
  expect(await look()).not.toHaveProperty('changedSince');
  expect(saidOf(await look())).toEqual(['1 annotation removed']);
  // Nothing is compared above the bound, and what is nobody else's is known all the same.
  expect(await store.call('project.exportChanges', { ...job(), most: 3 })).toEqual({
    ...{ format: 'COCO', changes: null, why: 'too-large' },
  });

  const there = JSON.parse(readFileSync(`${target}.json`, 'utf8')) as { annotations: { id: number }[] };
  there.annotations.push({ ...there.annotations[0], id: 99 });
  writeFileSync(`${target}.json`, JSON.stringify(there));
  expect((await look())!.changedSince).toEqual(['out.json']);
  // True of a file that this project never wrote, too.
  expect(besideSentences((await look())!)).toEqual([
    'out.json was last written by another program: what this export does not say is lost',
  ]);
  expect((await store.call('project.exportChanges', { ...job(), most: 3 }))!.changedSince).toEqual(['out.json']);
  await store.call('project.export', job());
  expect(await look()).not.toHaveProperty('changedSince');

  // Touched, and the same: the difference says so.
  utimesSync(`${target}.json`, new Date(), new Date(1e12));
  const touched = await look();
  expect([touched!.changedSince, saidOf(touched)]).toEqual([['out.json'], []]);
});

it('names what is no part of it any more, of a file and of a folder, and does as it says', async () => {
  const { store, job, target } = await project();
  await store.call('project.export', job({ selection: split }));
  // All in one, beside its parts.
  const whole = await store.call('project.exportChanges', job());
  expect(whole).toEqual({
    ...{ format: null, changes: null, why: 'nothing-there', stays: ['out.train.json', 'out.val.json'] },
  });
  expect(besideSentences(whole!)).toEqual([
    'out.train.json, out.val.json stay as they are: this export does not write them, and tools that read them too may see images twice',
  ]);
  expect((await store.call('project.export', job())).left).toEqual(whole!.stays);
  // In parts again: the whole stays.
  expect((await store.call('project.exportChanges', job({ selection: split })))!.stays).toEqual(['out.json']);

  const folder = { format: 'labelme', path: `${target}-folder` };
  await store.call('project.export', job(folder));
  const file = (name: string) => join(folder.path, name);
  writeFileSync(file('2.json'), `${readFileSync(file('2.json'), 'utf8')} `);
  writeFileSync(file('9.json'), '{"mine": true}');
  for (const id of [1, 2]) await store.call('image.setStatus', { imageId: id, status: 'rejected' });
  for (const id of [3, 4, 5, 6]) await store.call('image.setStatus', { imageId: id, status: 'done' });
  const done = job({ ...folder, selection: { onlyDone: true } });
  const found = (await store.call('project.exportChanges', done))!;
  expect(found.goes).toEqual(['1.json']);
  expect(found.stays).toEqual(['2.json']);
  expect(found).not.toHaveProperty('changedSince');
  const report = await store.call('project.export', done);
  expect([report.removed, report.left]).toEqual([1, ['2.json', '9.json']]);
  expect(readdirSync(folder.path).filter((name) => name.endsWith('.json') && !name.startsWith('.'))).toEqual([
    '2.json',
    '3.json',
    '4.json',
    '5.json',
    '6.json',
    '9.json',
  ]);

  // What somebody else put or changed where this one writes is told before.
  writeFileSync(file('3.json'), '{"shapes": [], "imagePath": "3.png", "imageHeight": 10, "imageWidth": 20}');
  const other = (await store.call('project.exportChanges', job(folder)))!;
  expect(other.changedSince).toEqual(['2.json', '3.json']);
});

it('knows each of 200 files from one that another program wrote since, and keeps no more of earlier exports than it should', async () => {
  const count = 200;
  const images = Array.from({ length: count }, (_, at) => ({
    ...{ id: at + 1, file_name: `${at + 1}.png`, width: 20, height: 10 },
  }));
  const coco = join(scratch(), 'coco.json');
  writeFileSync(coco, JSON.stringify({ images, annotations: [], categories: [{ id: 1, name: 'cat' }] }));
  const store = openStore();
  const { project: opened } = await store.call('project.openDataset', { path: coco });
  const folder = join(scratch(), 'out');
  const job = { format: 'labelme', options: {}, overwrite: 'export', path: folder } as const;
  expect((await store.call('project.export', job)).files).toBe(count);
  expect(await store.call('project.exportChanges', job)).not.toHaveProperty('changedSince');
  for (const at of [61, 199]) appendFileSync(join(folder, `${at}.json`), ' ');
  expect((await store.call('project.exportChanges', job))!.changedSince).toEqual(['61.json', '199.json']);
  await store.call('project.close', {});

  const db = new Sqlite(opened.file, { mode: 'write' });
  const file = (at: number) => join(folder, `${at}.json`);
  const note = async (from: number, until: number) => {
    const written = Array.from({ length: until - from }, (_, at) => file(from + at));
    for (const one of written) writeFileSync(one, '{}');
    await noteExport(db, folder, formats.get('coco')!, { options: {}, selection: {} }, written);
    return writtenStamps(db);
  };
  expect((await note(0, count)).size).toBe(count);
  // Beside an export of 900 files the newest of the one before are known; of 1,500 all are.
  const both = await note(count, 1100);
  expect([both.size, both.has(file(99)), both.has(file(100)), both.has(file(200))]).toEqual([1000, false, true, true]);
  expect((await note(0, 1500)).size).toBe(1500);
  db.close();
});
