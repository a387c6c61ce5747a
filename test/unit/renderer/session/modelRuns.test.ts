/** How a model runs in a project: kept at once, undone where it cannot be kept, forgotten with the project. */
// @vitest-environment ./test/support/signals.ts
import { expect, it } from 'vitest';
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
});
