/** A batch of masks that replace boxes: filled once when it is through, offered again where that was refused or never came. */
import { describe, expect, it } from 'vitest';
import { AppError } from '@shared/errors/appError';
import type { BatchJob } from '@shared/project/types';
import { Batch } from '../../../../src-renderer/session/batch.svelte';
import { ProjectOperations } from '../../../../src-renderer/session/projectOperations.svelte';
import { EditorDesk, MemoryStore } from './desk';

const THROUGH: BatchJob = {
  with: { kind: 'boxes', model: 'smart-select', replace: true, boxes: 5 },
  imageIds: [7, 8],
  next: 2,
  failures: [],
  found: 4,
};

/** Of a project whose batch is as given; `fills`: what each try to fill comes to, an error where it is null. */
async function batchOf(job: BatchJob, fills: (number | null)[], readOnly = false) {
  const store = new MemoryStore();
  let now = job;
  const history = { undo: 0, redo: 0, undoTitle: null, redoTitle: null };
  store.answers['image.open'] = ({ imageId }) => store.opened(imageId);
  store.answers['batch.read'] = () => now;
  store.answers['batch.note'] = (place: Partial<BatchJob>) => {
    now = { ...now, ...place };
    return null;
  };
  store.answers['app.runBatch'] = () => (now = { ...now, next: now.imageIds.length });
  store.answers['proposals.acceptAcross'] = () => {
    const annotations = fills.shift();
    if (annotations === null || annotations === undefined) throw new AppError('bad-input', 'The disk is full');
    const patch = { added: [], updated: [], removed: [] };
    return { title: '', annotations, images: 1, boxesCovered: 1, categories: [], patch, counts: [], history };
  };
  const desk = await EditorDesk.open(store, readOnly ? { readOnly: true, readOnlyReason: 'open-elsewhere' } : {});
  const { workbench } = desk;
  const batch = new Batch(store.client as never, workbench, new ProjectOperations(store.client as never, workbench));
  await batch.load();
  const notices = () => workbench.notices.list.map(({ text }) => text);
  return { store, batch, workbench, notices };
}

it('is run once more on the images that failed alone, as it was asked for', async () => {
  const how = { kind: 'method', method: 'threshold', params: { minArea: 9 }, categoryName: 'cell' } as const;
  const fault = { code: 'crashed', message: 'The vision process ended unexpectedly' } as const;
  const failures = [{ imageId: 8, fileName: '8.png', fault }] as never;
  const { batch, store } = await batchOf({ with: how, imageIds: [7, 8], next: 2, failures }, []);
  const answers = store.answers as Record<string, (params: never) => unknown>;
  answers['batch.end'] = () => null;
  const made = { with: how, imageIds: [8], next: 0, failures: [] };
  answers['batch.create'] = () => made;
  answers['batch.read'] = () => ({ ...made, next: 1 });
  answers['app.runBatch'] = () => null;
  await batch.again();
  expect(store.called('batch.create')).toEqual([{ with: how, imageIds: [8] }]);
  expect([batch.finished, batch.failed]).toEqual([true, 0]);
  // Nothing failed: there is nothing to run.
  await batch.again();
  expect(store.called('batch.create')).toHaveLength(1);
});

describe('a batch whose masks replace the boxes', () => {
  it('fills them when it is through, and tells what was filled, not what was proposed', async () => {
    const { batch, notices, store } = await batchOf({ ...THROUGH, next: 1 }, [3]);
    expect(notices()).toEqual([]);
    await batch.resume();
    expect(batch.told).toBe('done: masks for 3 of 5 boxes');
    expect(batch.unfilled).toBe(false);
    expect(notices()).toEqual(['Gave 3 boxes a mask on 1 image. 1 box kept: another mask covers it']);
    await batch.load();
    expect(batch.told).toBe('done: masks for 3 of 5 boxes');
    expect(notices()).toHaveLength(1);
    expect(store.called('proposals.acceptAcross')).toHaveLength(1);
  });

  it('offers that again where the program ended between the last image and the boxes', async () => {
    const { batch, workbench, notices, store } = await batchOf(THROUGH, [4]);
    expect(store.called('proposals.acceptAcross')).toEqual([]);
    expect(batch.told).toBe('done: 4 masks not in the boxes yet');
    expect(notices()).toEqual(['Masks for boxes are ready, but not in their boxes yet']);
    workbench.notices.list[0].action!.run();
    await expect.poll(() => batch.told).toBe('done: masks for 4 of 5 boxes');
  });

  it('stays open where the boxes could not be filled', async () => {
    const { batch, notices } = await batchOf({ ...THROUGH, next: 1 }, [null, 2]);
    await batch.resume();
    expect([batch.finished, batch.unfilled, batch.told]).toEqual([true, true, 'done: 4 masks not in the boxes yet']);
    expect(notices().join()).toContain('The disk is full');
    await batch.resume();
    expect([batch.unfilled, batch.told]).toEqual([false, 'done: masks for 2 of 5 boxes']);
  });

  it('offers nothing where nothing can be changed', async () => {
    const { batch, notices } = await batchOf(THROUGH, [], true);
    expect([batch.unfilled, notices()]).toEqual([true, []]);
  });
});

describe('another batch', () => {
  const WATERSHED = { kind: 'method', method: 'watershed', params: {}, categoryName: 'cell' } as const;
  const SIMILAR = { direction: new Float32Array(1), sizes: [9] };

  it('does not take the place of one that is paused, or whose masks are not in their boxes yet', async () => {
    for (const job of [{ ...THROUGH, next: 1 }, THROUGH]) {
      const { batch, store, workbench } = await batchOf(job, []);
      await workbench.openImage(7);
      store.answers['app.describe'] = () => SIMILAR;
      expect(batch.occupied).toMatch(/first$/);
      await batch.start(WATERSHED, [7]);
      await batch.startSimilar([], [8]);
      expect(store.called('batch.create')).toEqual([]);
      expect(batch.job).toEqual(job);
    }
  });

  it('takes the place of one that is through', async () => {
    const { batch, store } = await batchOf({ ...THROUGH, filled: 4 }, []);
    store.answers['batch.create'] = (job) => ({ ...job, next: 0, failures: [], found: 0 });
    expect(batch.occupied).toBeNull();
    await batch.start(WATERSHED, [7]);
    expect(store.called('batch.create')).toEqual([{ with: WATERSHED, imageIds: [7] }]);
  });
});
