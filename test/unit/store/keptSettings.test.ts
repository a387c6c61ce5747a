/** What a project keeps besides its annotations, damaged: the project opens, what cannot be read is the default, and nothing of it is replaced unasked. */
import { expect, it } from 'vitest';
import type { LabelRules } from '@shared/project/types';
import { Sqlite } from '../../../src-main/store/database/database';
import { added, boxAnnotation, failure, imageFolder, openStore } from './support';

const standard = { oneOwner: false, background: 0, ignore: 255, unlabelled: 'background' };

async function closedProject(): Promise<{ file: string; folder: string; edit: <T>(work: (db: Sqlite) => T) => T }> {
  const folder = await imageFolder(2);
  const store = openStore();
  const { project } = await store.call('project.openFolder', { folder });
  await store.call('document.commit', { imageId: 1, patch: added(boxAnnotation(1, 1, 2)), gesture: 'box' });
  await store.call('document.commit', { imageId: 1, patch: added(boxAnnotation(2, 1, 5)), gesture: 'box' });
  await store.call('image.setTags', { imageId: 1, tags: ['night'] });
  await store.call('project.close', {});
  const edit = <T>(work: (db: Sqlite) => T): T => {
    const db = new Sqlite(project.file, { mode: 'write' });
    try {
      return work(db);
    } finally {
      db.close();
    }
  };
  return { file: project.file, folder, edit };
}

const keys = ['pixelScale', 'labelRules', 'modelRuns', 'place', 'batch.queue', 'batch.place'];

const texts = ['{"pixelSize": 2, "un', 'null', '7', '"text"', '[]', '[1]', '{}', '{"imageId":"x","view":5}'];

it('settings that cannot be read open as if they were not there, and stay', async () => {
  const { file, edit } = await closedProject();
  const store = openStore();
  for (const text of texts) {
    edit((db) => {
      for (const key of keys) db.run('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)', key, text);
    });
    const { project } = await store.call('project.open', { file });
    expect(project.place).toBeNull();
    expect(await store.call('project.pixelScale', {})).toBeNull();
    expect(await store.call('project.labelRules', {})).toMatchObject(standard);
    expect(await store.call('project.modelRuns', {})).toEqual({});
    await store.call('project.close', {});
    const kept = edit((db) => db.rows<readonly [string]>('SELECT value FROM settings'));
    expect(kept.filter(([value]) => value === text)).toHaveLength(keys.length);
  }
});

it('the place where one stopped comes with the category that was drawn with, and without it where that is damaged', async () => {
  const { file, edit } = await closedProject();
  const store = openStore();
  await store.call('project.open', { file });
  const place = { imageId: 2, view: { x: 1, y: 2, scale: 3 } };
  await store.call('project.setPlace', { place: { ...place, categoryId: 5 } });
  await store.call('project.close', {});
  expect((await store.call('project.open', { file })).project.place).toEqual({ ...place, categoryId: 5 });
  await store.call('project.close', {});
  const text = JSON.stringify({ ...place, categoryId: 'cat' });
  edit((db) => db.run("UPDATE settings SET value = ? WHERE key = 'place'", text));
  expect((await store.call('project.open', { file })).project.place).toEqual(place);
});

it('a damaged entry is the default alone, and another that the user changes leaves it and what is not known as they were', async () => {
  const { file, edit } = await closedProject();
  const rules = { oneOwner: 'yes', background: 3, ignore: -4, unlabelled: 'ignore', smartShape: 7, later: { a: 1 } };
  edit((db) => {
    const put = 'INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)';
    db.run(put, 'labelRules', JSON.stringify(rules));
    db.run(put, 'pixelScale', JSON.stringify({ pixelSize: 0.5, unit: 'um', later: 2 }));
  });
  const store = openStore();
  await store.call('project.open', { file });
  const read = await store.call('project.labelRules', {});
  expect(read).toMatchObject({ oneOwner: false, background: 3, ignore: 255, unlabelled: 'ignore', later: { a: 1 } });
  expect(read.smartShape).toBeUndefined();
  expect(await store.call('project.pixelScale', {})).toEqual({ pixelSize: 0.5, unit: 'um' });
  await store.call('project.setLabelRules', { rules: { oneOwner: true } });
  await store.call('project.setPixelScale', { scale: { pixelSize: 2, unit: 'mm' } });
  await store.call('project.close', {});
  const text = (key: string) => edit((db) => db.value<string>('SELECT value FROM settings WHERE key = ?', key)!);
  expect(JSON.parse(text('labelRules'))).toEqual({ ...rules, oneOwner: true });
  expect(JSON.parse(text('pixelScale'))).toEqual({ pixelSize: 2, unit: 'mm', later: 2 });
});

it('two values that say the same of background and of what is left out are the defaults', async () => {
  const { file, edit } = await closedProject();
  edit((db) =>
    db.run(`INSERT OR REPLACE INTO settings (key, value) VALUES ('labelRules', '{"background": 9, "ignore": 9}')`),
  );
  const store = openStore();
  await store.call('project.open', { file });
  const rules: LabelRules = await store.call('project.labelRules', {});
  expect(rules).toMatchObject(standard);
});

it('damaged facts, tags, faults and templates stop neither opening, drawing, undoing nor exporting', async () => {
  const { file, folder, edit } = await closedProject();
  edit((db) => {
    db.run("UPDATE images SET tags = '[\"nig'");
    db.run("UPDATE images SET problem = '{\"co' WHERE id = 2");
    db.run("UPDATE categories SET attributes = '[{'");
    for (const key of ['goneCategories', 'exports', 'exportStamps', 'importFiles', 'importedCategories', 'splits'])
      db.run('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', key, '[["');
  });
  const store = openStore();
  await store.call('project.open', { file });
  const opened = await store.call('image.open', { imageId: 1 });
  expect(opened.image.tags).toBeUndefined();
  expect(opened.snapshot.annotations).toHaveLength(2);
  await store.call('document.commit', { imageId: 1, patch: added(boxAnnotation(3, 1, 8)), gesture: 'box' });
  await store.call('document.undo', { imageId: 1 });
  await store.call('project.export', {
    path: `${folder}/out.json`,
    format: 'coco',
    options: {},
    overwrite: 'refuse',
  });
  await store.call('project.close', {});
  await store.call('project.openFolder', { folder });
});

it('an annotation or a step of the history that is damaged is told by name, and the other images open', async () => {
  const { file, edit } = await closedProject();
  edit((db) => {
    db.run("UPDATE annotations SET data = '{' WHERE id = 2");
    db.run("UPDATE log SET patch = '{'");
  });
  const store = openStore();
  await store.call('project.open', { file });
  expect((await failure(store.call('image.open', { imageId: 1 }))).message).toContain('Annotation 2 is damaged');
  expect((await store.call('image.open', { imageId: 2 })).snapshot.annotations).toEqual([]);
  expect((await failure(store.call('document.undo', { imageId: 1 }))).message).toContain('undo history is damaged');
});
