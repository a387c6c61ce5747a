import { describe, expect, it } from 'vitest';
import { EditorDesk, MemoryStore } from './desk';

describe('counts of categories', () => {
  it('follow what is drawn and undone, and the image that is shown', async () => {
    const store = new MemoryStore();
    store.answers['category.counts'] = () => [[1, 40]];
    const desk = await EditorDesk.open(store);
    const { counts } = desk.workbench;
    const both = () => [counts.inImage(1), counts.inProject(1)];
    await desk.settled();
    expect(both()).toEqual([0, 40]);
    desk.editor.choose('box');
    desk.drag([1, 1], [11, 11]);
    expect(both()).toEqual([1, 41]);
    await desk.settled();
    await desk.openImage(8);
    expect(both()).toEqual([0, 41]);
    await desk.openImage(7);
    expect(both()).toEqual([1, 41]);
    await desk.workbench.open!.undo();
    expect(both()).toEqual([0, 40]);
  });

  it('say nothing of the project before the store has answered', async () => {
    const store = new MemoryStore();
    store.answers['category.counts'] = () => new Promise(() => undefined);
    const desk = await EditorDesk.open(store);
    await desk.settled();
    expect([desk.workbench.counts.inImage(1), desk.workbench.counts.inProject(1)]).toEqual([0, null]);
  });
});

describe('attributes that a category asks for', () => {
  it('are what a drawn annotation starts with', async () => {
    const attributes = [{ name: 'metal', kind: 'choice', choices: ['gold'], default: 'gold' }] as const;
    const cat = { id: 1, name: 'cat', supercategory: null, color: null, hotkey: null, position: 0, attributes };
    const desk = await EditorDesk.open(new MemoryStore(), { categories: [cat] });
    desk.editor.choose('box');
    desk.drag([1, 1], [11, 11]);
    expect(desk.workbench.open!.annotations.map(({ extra }) => extra)).toEqual([{ attributes: { metal: 'gold' } }]);
  });
});
