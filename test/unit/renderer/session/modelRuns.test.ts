/** How a model runs in a project: kept at once, undone where it cannot be kept; a model that is removed can be put back. */
// @vitest-environment ./test/support/signals.ts
import { expect, it, vi } from 'vitest';
import { AppError } from '@shared/errors/appError';
import { EditorDesk, MemoryStore } from './desk';

it('what is set for a model is kept, model by model; what cannot be kept is told and undone', async () => {
  const store = new MemoryStore();
  store.answers['project.modelRuns'] = () => ({ other: { tileSide: 512 } });
  store.answers['project.setModelRun'] = () => null;
  const desk = await EditorDesk.open(store);
  const { makers } = desk.workbench;
  await makers.readChosen();
  expect([makers.runOf('other'), makers.runOf('constructor')]).toEqual([{ tileSide: 512 }, {}]);
  await makers.setRun('photo-objects', { minArea: 50 });
  await makers.setRun('photo-objects', { classes: [['dog', null]] });
  expect(makers.runOf('photo-objects')).toEqual({ minArea: 50, classes: [['dog', null]] });
  expect(store.called('project.setModelRun').at(-1)).toEqual({
    model: 'photo-objects',
    run: { minArea: 50, classes: [['dog', null]] },
  });
  store.answers['project.setModelRun'] = () => {
    throw new AppError('usage', 'The disk is full');
  };
  await makers.setRun('photo-objects', { minArea: 7 });
  expect(makers.runOf('photo-objects').minArea).toBe(50);
  expect(desk.told).toEqual(['The disk is full']);
  // What is set, or another project's, by the time that it fails stays.
  store.answers['project.setModelRun'] = ({ model }) => {
    if (model === 'photo-objects') throw new AppError('usage', 'The disk is full');
    return null;
  };
  await Promise.all([makers.setRun('photo-objects', { minArea: 7 }), makers.setRun('other', { pieces: true })]);
  expect([makers.runOf('photo-objects').minArea, makers.runOf('other')]).toEqual([50, { tileSide: 512, pieces: true }]);
  store.answers['project.modelRuns'] = () => ({ 'photo-objects': { minArea: 9 } });
  const late = makers.setRun('photo-objects', { minArea: 7 });
  await Promise.all([makers.readChosen(), late]);
  expect(makers.runOf('photo-objects')).toEqual({ minArea: 9 });
});

it('each model that was removed can be put back by its notice, also after another one', async () => {
  const store = new MemoryStore();
  const desk = await EditorDesk.open(store);
  const there = new Set(['roads', 'cells']);
  store.answers['app.removeModel'] = ({ folder }) => (there.delete(folder), null);
  store.answers['app.putBackModel'] = ({ folder }) => (there.add(folder), null);
  store.answers['inference.models'] = () => ({ models: [], findings: [] });
  const { makers, notices } = desk.workbench;
  for (const folder of ['roads', 'cells']) {
    const own = { folder, id: folder, name: folder, licence: null, bytes: 1, problem: null };
    await makers.removeOwn(own, () => Promise.resolve());
  }
  expect(desk.told).toEqual(['Removed the model “roads”', 'Removed the model “cells”']);
  for (const { action } of notices.list) action!.run();
  await vi.waitFor(() => expect([...there]).toEqual(['roads', 'cells']));
});

it('a model that cannot be used is told by name, with the reason and the way to the list; not any more once it is gone', async () => {
  const store = new MemoryStore();
  const desk = await EditorDesk.open(store);
  const { makers, notices } = desk.workbench;
  const broken = (name: string) => ({
    ...{ severity: 'error' as const, message: 'This is no JSON', pointer: undefined },
    file: `/home/a/models/${name}/model.json`,
  });
  let findings = [broken('roads')];
  store.answers['inference.models'] = () => ({ models: [], findings });
  const shown: string[] = [];
  makers.showModels = () => void shown.push('models');
  await makers.load();
  await makers.load();
  expect(notices.list.map(({ text }) => text)).toEqual(['The model “roads” cannot be used']);
  expect(notices.list[0].details).toEqual([expect.stringContaining('This is no JSON')]);
  // Also over the first project that opens, and its images.
  notices.dismissProject();
  notices.dismissActions();
  expect(notices.list).toHaveLength(1);
  notices.list[0].action!.run();
  expect(shown).toEqual(['models']);
  // Who dismissed it knows it when the window is come back to.
  notices.dismiss(notices.list[0].id);
  await makers.load();
  expect(notices.list).toEqual([]);
  findings = [broken('roads'), broken('cells')];
  await makers.load();
  expect(notices.list.map(({ text }) => text)).toEqual(['Models cannot be used: “roads”, “cells”']);
  findings = [];
  await makers.load();
  expect(notices.list).toEqual([]);
});
