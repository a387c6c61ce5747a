/** The category that is drawn next belongs to its project, and is kept with the place where one stopped. */
import { expect, it } from 'vitest';
import type { Category } from '@shared/document/types';
import type { ProjectPlace } from '@shared/project/types';
import { EditorDesk, MemoryStore } from './desk';

const categories: readonly Category[] = ['cat', 'dog', 'cow'].map((name, position) => ({
  ...{ id: position + 1, name, supercategory: null, color: null, hotkey: null, position },
}));
const place: ProjectPlace = { imageId: 7, view: null };

async function desk(project: object = {}): Promise<{ desk: EditorDesk; kept: () => Promise<unknown[]> }> {
  const store = new MemoryStore();
  store.answers['project.setPlace'] = () => null;
  const opened = await EditorDesk.open(store, { categories, ...project });
  const kept = async () => {
    await opened.workbench.place.flush();
    return store.called('project.setPlace');
  };
  return { desk: opened, kept };
}

it('is kept with the image and the view, whichever came first, and is back after a restart', async () => {
  const { desk: first, kept } = await desk({ place });
  first.workbench.categories.pick(2);
  expect(await kept()).toEqual([{ place: { imageId: 7, view: null, categoryId: 2 } }]);
  const view = { x: 3, y: 4, scale: 2 };
  first.workbench.place.note({ imageId: 8, view });
  expect((await kept())[1]).toEqual({ place: { imageId: 8, view, categoryId: 2 } });
  first.workbench.place.note({ imageId: 8, view: null });
  expect((await kept())[2]).toEqual({ place: { imageId: 8, view: null, categoryId: 2 } });

  const { desk: second } = await desk({ place: { imageId: 8, view, categoryId: 2 } });
  expect([second.workbench.categories.activeId, second.workbench.open!.image.id]).toEqual([2, 8]);
  second.editor.choose('box');
  second.drag([2, 2], [10, 10]);
  await second.settled();
  expect(second.workbench.open!.annotations.map(({ categoryId }) => categoryId)).toEqual([2]);
});

it('is the first one where the one of before is gone, or none was picked, and is no other project’s', async () => {
  const { desk: gone } = await desk({ place: { ...place, categoryId: 9 } });
  expect(gone.workbench.categories.activeId).toBe(1);
  gone.workbench.categories.pick(3);
  await gone.workbench.show({ ...gone.workbench.project!, file: '/q.maskwright', place: null });
  expect(gone.workbench.categories.activeId).toBe(1);
});

it('is not written to the project that is opened after the one it is of, nor to one that cannot be changed', async () => {
  const { desk: first, kept } = await desk({ place });
  first.workbench.categories.pick(2);
  await first.workbench.show({ ...first.workbench.project!, file: '/q.maskwright', place });
  expect(await kept()).toEqual([]);
  const { desk: readOnly, kept: keptThere } = await desk({ place, readOnly: true, readOnlyReason: 'file' });
  readOnly.workbench.categories.pick(2);
  expect([readOnly.workbench.categories.activeId, await keptThere()]).toEqual([2, []]);
});

it('goes into the category that the active one is merged into', async () => {
  const { desk: merging, kept } = await desk({ place: { ...place, categoryId: 2 } });
  const change = { patch: { added: [], updated: [], removed: [] }, annotations: 0, counts: [], resized: null };
  const history = { undo: 1, redo: 0, undoTitle: null, redoTitle: null };
  const left = categories.filter(({ id }) => id !== 2);
  merging.workbench.projectChanged({ ...change, history, categories: left } as never, { from: 2, into: 3 });
  expect(merging.workbench.categories.activeId).toBe(3);
  expect(await kept()).toEqual([{ place: { ...place, categoryId: 3 } }]);
});
