/** The review status as a step of its image's history, among the gestures. */
import { describe, expect, it } from 'vitest';
import type { ReviewStatus } from '@shared/document/types';
import { added, boxAnnotation, imageFolder, openStore, proposals } from './support';

async function project() {
  const folder = await imageFolder(2);
  const store = openStore();
  await store.call('project.openFolder', { folder });
  const mark = (status: ReviewStatus, reason?: string) => store.call('image.setStatus', { imageId: 1, status, reason });
  const draw = (id: number) =>
    store.call('document.commit', { imageId: 1, patch: added(boxAnnotation(id, 1, id)), gesture: 'box' });
  const state = async () => {
    const { image, snapshot, history } = await store.call('image.open', { imageId: 1 });
    return [image.status, image.reason, snapshot.annotations.length, history.undo, history.redo];
  };
  return { folder, store, mark, draw, state };
}

describe('an image that was new', () => {
  it('is new again once all that was done on it is undone, and in progress once it is done again, after a restart too', async () => {
    const { folder, store, mark, draw } = await project();
    await draw(1);
    await draw(2);
    await mark('done');
    await store.call('project.close', {});
    const again = openStore();
    await again.call('project.openFolder', { folder });
    const seen: unknown[] = [];
    for (const method of ['undo', 'undo', 'undo', 'redo', 'undo', 'redo', 'redo'] as const) {
      const step = await again.call(`document.${method}`, { imageId: 1 });
      const { image } = await again.call('image.open', { imageId: 1 });
      expect(step!.status ?? image.status).toBe(image.status);
      seen.push([image.status, step!.status]);
    }
    expect(seen).toEqual([
      ['in-progress', undefined],
      ['in-progress', undefined],
      ['new', 'new'],
      ['in-progress', 'in-progress'],
      ['new', 'new'],
      ['in-progress', 'in-progress'],
      ['in-progress', undefined],
    ]);
  });

  it('stays new where a gesture changed nothing, and is begun by the next one after an undo', async () => {
    const { store, draw, state } = await project();
    await store.call('document.commit', { imageId: 1, patch: added(), gesture: 'nothing' });
    expect(await state()).toEqual(['new', null, 0, 0, 0]);
    await draw(1);
    await store.call('document.undo', { imageId: 1 });
    await draw(2);
    expect(await state()).toEqual(['in-progress', null, 1, 1, 0]);
    await store.call('document.undo', { imageId: 1 });
    expect(await state()).toEqual(['new', null, 0, 0, 1]);
  });

  it('is not made new by the undo of an edit of an image that was in progress before', async () => {
    const { store, mark, draw, state } = await project();
    await mark('in-progress');
    await draw(1);
    await store.call('document.undo', { imageId: 1 });
    expect(await state()).toEqual(['in-progress', null, 0, 1, 1]);
    await store.call('document.undo', { imageId: 1 });
    expect(await state()).toEqual(['new', null, 0, 0, 2]);
  });

  it('is in progress as long as what an operation across images did on it is there', async () => {
    const { store, draw, state } = await project();
    await draw(1);
    await store.call('proposals.put', { imageId: 1, result: proposals([0.9]), categoryName: 'cell' });
    const across = { imageIds: [1], modelScore: 0, methodScore: 0, categoryName: null, spared: [], openImageId: null };
    expect(await store.call('proposals.acceptAcross', across)).toMatchObject({ annotations: 1 });
    expect(await store.call('document.undo', { imageId: 1 })).toMatchObject({ status: 'in-progress' });
    expect(await state()).toEqual(['in-progress', null, 1, 0, 1]);
  });
});

describe('review status', () => {
  it('is undone and redone in its order with the gestures, also after a restart', async () => {
    const { folder, store, mark, draw, state } = await project();
    await draw(1);
    await mark('rejected', 'blurred');
    await draw(2);
    await mark('done');
    expect(await state()).toEqual(['done', 'blurred', 2, 4, 0]);
    await store.call('project.close', {});
    const again = openStore();
    await again.call('project.openFolder', { folder });
    const seen: unknown[] = [];
    for (const method of [
      'document.undo',
      'document.undo',
      'document.undo',
      'document.redo',
      'document.redo',
    ] as const) {
      const step = await again.call(method, { imageId: 1 });
      const { image, snapshot } = await again.call('image.open', { imageId: 1 });
      expect(step!.review).toEqual(step!.review && image);
      seen.push([image.status, image.reason, snapshot.annotations.length, step!.review !== null]);
    }
    expect(seen).toEqual([
      ['rejected', 'blurred', 2, true],
      ['rejected', 'blurred', 1, false],
      ['in-progress', null, 1, true],
      ['rejected', 'blurred', 1, true],
      ['rejected', 'blurred', 2, false],
    ]);
  });

  it('is no step where nothing changes, and ends what could be redone', async () => {
    const { store, mark, draw, state } = await project();
    expect((await mark('new')).history).toEqual({ undo: 0, redo: 0 });
    await draw(1);
    await store.call('document.undo', { imageId: 1 });
    expect((await mark('done')).history).toEqual({ undo: 1, redo: 0 });
    expect((await mark('done')).history).toEqual({ undo: 1, redo: 0 });
    expect(await state()).toEqual(['done', null, 0, 1, 0]);
  });

  it('is taken back from elsewhere only while it is the latest', async () => {
    const { store, mark, draw, state } = await project();
    const { history } = await mark('done');
    await draw(1);
    expect(await store.call('document.undo', { imageId: 1, step: history.undo })).toBeNull();
    expect(await state()).toEqual(['done', null, 1, 2, 0]);
    await store.call('document.undo', { imageId: 1 });
    expect((await store.call('document.undo', { imageId: 1, step: history.undo }))?.review).toMatchObject({
      status: 'new',
    });
    expect(await state()).toEqual(['new', null, 0, 0, 2]);
  });
});

describe('where one stopped', () => {
  it('is kept with the project while its image is there', async () => {
    const { folder, store } = await project();
    expect((await store.call('project.summary', {})).place).toBeNull();
    const place = { imageId: 2, view: { x: 10.5, y: 4, scale: 3 } };
    await store.call('project.setPlace', { place });
    await store.call('project.close', {});
    const again = openStore();
    expect((await again.call('project.openFolder', { folder })).project.place).toEqual(place);
    await again.call('project.setPlace', { place: { imageId: 99, view: null } });
    expect((await again.call('project.summary', {})).place).toBeNull();
  });
});
