/** Drafts in the project file: kept over a restart, replaced by key, gone with the gesture that finishes them. */
import { describe, expect, it } from 'vitest';
import { added, boxAnnotation, failure, imageFolder, openStore } from './support';

const draft = (key: string, data: string, tool = 'polygon') => ({ key, tool, data });

describe('drafts', () => {
  it('belong to their image, latest first, and survive closing the project', async () => {
    const folder = await imageFolder(2);
    let store = openStore();
    await store.call('project.openFolder', { folder });
    await store.call('draft.put', { imageId: 1, draft: draft('a', '{"points":[1,2]}') });
    await store.call('draft.put', { imageId: 1, draft: draft('b', '{}', 'grabcut') });
    await store.call('draft.put', { imageId: 1, draft: draft('a', '{"points":[1,2,3,4]}') });
    await store.call('draft.put', { imageId: 2, draft: draft('c', '{}') });
    await store.call('draft.drop', { key: 'c' });
    await store.call('draft.drop', { key: 'c' });
    await store.call('project.close', {});
    store = openStore();
    await store.call('project.openFolder', { folder });
    const drafts = async (imageId: number) => (await store.call('image.open', { imageId })).drafts;
    expect(await drafts(1)).toEqual([draft('a', '{"points":[1,2,3,4]}'), draft('b', '{}', 'grabcut')]);
    expect(await drafts(2)).toEqual([]);
  });

  it('are finished by a gesture in its own transaction; undo and redo do not know of them', async () => {
    const store = openStore();
    await store.call('project.openFolder', { folder: await imageFolder(1) });
    const drafts = async () => (await store.call('image.open', { imageId: 1 })).drafts.map(({ key }) => key);
    await store.call('draft.put', { imageId: 1, draft: draft('a', '{}') });
    const patch = added(boxAnnotation(1, 1, 2));
    const stale = { added: [], updated: [], removed: [boxAnnotation(9, 1, 2)] };
    await failure(store.call('document.commit', { imageId: 1, patch: stale, gesture: 'x', draft: 'a' }));
    expect(await drafts()).toEqual(['a']);
    await store.call('document.commit', { imageId: 1, patch, gesture: 'x', draft: 'a' });
    expect(await drafts()).toEqual([]);
    await store.call('document.undo', { imageId: 1 });
    expect(await drafts()).toEqual([]);
    await store.call('draft.put', { imageId: 1, draft: draft('b', '{}') });
    expect((await store.call('document.redo', { imageId: 1 }))?.history).toEqual({ undo: 1, redo: 0 });
    expect(await drafts()).toEqual(['b']);
  });

  it('are refused for an image that is not there, and in a project that is read-only', async () => {
    const folder = await imageFolder(1);
    const store = openStore();
    const { project } = await store.call('project.openFolder', { folder });
    const put = (imageId: number, at = store) => at.call('draft.put', { imageId, draft: draft('a', '{}') });
    expect((await failure(put(9))).code).toBe('bad-input');
    const reader = openStore();
    await reader.call('project.open', { file: project.file });
    expect((await failure(put(1, reader))).code).toBe('read-only');
    await put(1);
    expect((await reader.call('image.open', { imageId: 1 })).drafts).toEqual([draft('a', '{}')]);
  });
});
