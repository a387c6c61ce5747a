/** How models run in a project is kept with it, each by itself, with what another version says beside it. */
import { expect, it } from 'vitest';
import type { ModelRun } from '@shared/project/modelRun';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Sqlite } from '../../../src-main/store/database/database';
import { openStore, scratch, type Store } from './support';

async function importEmpty(store: Store) {
  const folder = scratch();
  const dataset = join(folder, 'dataset.json');
  writeFileSync(dataset, JSON.stringify({ images: [], annotations: [], categories: [] }));
  return store.call('project.import', { path: dataset, imagesFolder: folder });
}

it('how a model runs is read again after the project was closed', async () => {
  const store = openStore();
  const { project } = await importEmpty(store);
  expect(await store.call('project.modelRuns', {})).toEqual({});
  const run = { tileSide: 512, classes: [['dog', null]], later: 1 } as ModelRun;
  await store.call('project.setModelRun', { model: 'photo-objects', run });
  await store.call('project.setModelRun', { model: 'other', run: { pieces: true } });
  await store.call('project.close', {});
  await store.call('project.open', { file: project.file });
  expect(await store.call('project.modelRuns', {})).toEqual({ 'photo-objects': run, other: { pieces: true } });
  await expect(store.call('project.setModelRun', { model: 'other', run: { tileSide: 7 } })).rejects.toMatchObject({
    code: 'usage',
  });
});

it('what a project from elsewhere says that no model can run by is left out, and stays in its file', async () => {
  const store = openStore();
  const { project } = await importEmpty(store);
  await store.call('project.close', {});
  const stored = (text?: string) => {
    const db = new Sqlite(project.file, { mode: 'write' });
    if (text !== undefined) db.run("INSERT OR REPLACE INTO settings (key, value) VALUES ('modelRuns', ?)", text);
    const value = db.value<string>("SELECT value FROM settings WHERE key = 'modelRuns'");
    db.close();
    return JSON.parse(value!) as unknown;
  };
  const odd = { a: { classes: 5 }, b: null, c: { tileSide: 'large' }, d: { minArea: -1 } };
  for (const text of ['null', '7', '[]']) {
    stored(text);
    await store.call('project.open', { file: project.file });
    expect(await store.call('project.modelRuns', {})).toEqual({});
    await store.call('project.close', {});
  }
  stored(JSON.stringify({ ...odd, good: { minArea: 4 } }));
  await store.call('project.open', { file: project.file });
  expect(await store.call('project.modelRuns', {})).toEqual({ good: { minArea: 4 } });
  await store.call('project.setModelRun', { model: 'a', run: { pieces: true } });
  await store.call('project.close', {});
  expect(stored()).toEqual({ ...odd, a: { pieces: true }, good: { minArea: 4 } });
});
