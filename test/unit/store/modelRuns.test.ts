/** How models run in a project is kept with it, each by itself, with what another version says beside it. */
import { expect, it } from 'vitest';
import type { ModelRun } from '@shared/project/modelRun';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, scratch } from './support';

it('how a model runs is read again after the project was closed', async () => {
  const folder = scratch();
  const dataset = join(folder, 'dataset.json');
  writeFileSync(dataset, JSON.stringify({ images: [], annotations: [], categories: [] }));
  const store = openStore();
  const { project } = await store.call('project.import', { path: dataset, imagesFolder: folder });
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
