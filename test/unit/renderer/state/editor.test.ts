/** The editor between tools and store: ids that are late, gestures that wait for them. */
// @vitest-environment ./test/support/signals.ts
import { describe, expect, it } from 'vitest';
import { AppError } from '@shared/ipc/errors';
import { EditorDesk, MemoryStore } from './desk';

const boxes = (store: MemoryStore) => store.opened(7).snapshot.annotations.map(({ bbox }) => bbox);

describe('a gesture without ids', () => {
  it('asks for more and goes on, and so do those that came meanwhile, in their order', async () => {
    const store = new MemoryStore();
    let isFull = true;
    let first = 1;
    store.answers['document.reserveIds'] = ({ count }) => {
      if (isFull) throw new AppError('bad-input', 'There is no room left on the disk');
      first += count;
      return { first: first - count };
    };
    const desk = await EditorDesk.open(store);
    expect(desk.workbench.notices.list.map(({ text }) => text)).toEqual(['There is no room left on the disk']);
    desk.editor.choose('box');
    // Nobody opens the image again: room was made, and that is enough.
    isFull = false;
    desk.drag([1, 1], [11, 11]).drag([20, 20], [25, 28]);
    await desk.settled();
    expect(boxes(store)).toEqual([
      [1, 1, 10, 10],
      [20, 20, 5, 8],
    ]);
    expect(desk.editor.state.kind).toBe('idle');
  });

  it('while there are none to be had, it says why each time and nothing is left half done', async () => {
    const store = new MemoryStore();
    store.answers['document.reserveIds'] = () => {
      throw new AppError('bad-input', 'There is no room left on the disk');
    };
    const desk = await EditorDesk.open(store);
    desk.workbench.notices.dismiss(desk.workbench.notices.list[0].id);
    desk.editor.choose('box');
    desk.drag([1, 1], [11, 11]);
    await desk.settled();
    expect(desk.workbench.notices.list.map(({ text }) => text)).toEqual(['There is no room left on the disk']);
    expect([boxes(store), desk.editor.state.kind]).toEqual([[], 'idle']);
  });
});
