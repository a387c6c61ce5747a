/** The editor between tools and store: ids that are late, gestures that wait for them, work that is left unfinished. */
// @vitest-environment ./test/support/signals.ts
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AppError } from '@shared/errors/appError';
import { withSegmentation } from '@shared/document/segmentation';
import type { Engine } from '../../../../src-renderer/api/engine';
import { createCommands } from '../../../../src-renderer/keyboard/windowCommands';
import { toolRegistry } from '../../../../src-renderer/tools';
import { fillUnlabelled } from '../../../../src-renderer/tools/fill/fillTool';
import { ProjectFiles } from '../../../../src-renderer/session/projectFiles.svelte';
import { ProjectOperations } from '../../../../src-renderer/session/projectOperations.svelte';
import { ProjectGuard } from '../../../../src-renderer/session/projectGuard.svelte';
import { removePatch, updatePatch } from '../../../../src-renderer/tools/patches';
import { invertPatch } from '@shared/document/patch';
import type { Patch } from '@shared/document/types';
import { fromBox } from '@shared/mask';
import { resultOf } from '../tools/engineScript';
import { SIZE } from '../tools/script';
import { EditorDesk, MemoryStore, PROJECT } from './desk';

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
    // A polygon is not thrown away for it: Enter tries again.
    desk.editor.choose('polygon');
    desk.click(2, 2).click(12, 2).click(12, 12).click(2, 12).key('Enter');
    await desk.settled();
    expect(desk.editor.state.kind).toBe('drawing');
    delete store.answers['document.reserveIds'];
    desk.key('Enter');
    await desk.settled();
    expect(boxes(store)).toEqual([[2, 2, 10, 10]]);
  });
});

describe('a told deletion', () => {
  it('is offered to be taken back until that was done, by whatever way', async () => {
    const desk = await EditorDesk.open();
    const { editor, workbench } = desk;
    editor.choose('box');
    desk.drag([1, 1], [11, 11]);
    await desk.settled();
    const [annotation] = workbench.open!.annotations;
    await editor.command(() => ({ patch: removePatch([annotation]) }));
    const told = `Deleted cat · ID ${annotation.id}`;
    expect(desk.told).toEqual([told]);
    // Newer work that is taken back leaves it.
    desk.drag([20, 20], [30, 28]);
    await workbench.open!.undo();
    editor.noteChange();
    await desk.openImage(8);
    editor.noteChange();
    expect(desk.told).toEqual([told]);
    await desk.openImage(7);
    await workbench.open!.undo();
    editor.noteChange();
    expect([workbench.open!.annotations.length, desk.told]).toEqual([1, []]);
  });
});

describe('what an undo took away', () => {
  it('is not selected any more, and nothing speaks of it', async () => {
    const desk = await EditorDesk.open();
    const { workbench, editor } = desk;
    editor.choose('box');
    desk.drag([2, 2], [12, 12]);
    await desk.settled();
    const [kept] = workbench.selection.ids;
    desk.drag([20, 20], [30, 28]);
    await desk.settled();
    workbench.selection.set(workbench.open!.annotations.map(({ id }) => id));
    await workbench.open!.undo();
    expect([...workbench.selection.ids]).toEqual([kept]);
    await workbench.open!.undo();
    expect([...workbench.selection.ids]).toEqual([]);
  });
});

describe('a drawing in a project without a category', () => {
  const cat = { id: 1, name: 'cat', supercategory: null, color: null, hotkey: null, position: 0 };
  const asked = 'Name a category to finish this: every annotation belongs to one. Esc drops it';

  async function emptyProject(): Promise<EditorDesk> {
    const store = new MemoryStore();
    store.answers['category.create'] = ({ name }) => {
      if (name === 'bad') throw new AppError('bad-input', 'That is no name');
      return [{ ...cat, name }];
    };
    return EditorDesk.open(store, { categories: [] });
  }
  const type = async (desk: EditorDesk, name: string) => {
    const { notices } = desk.workbench;
    notices.answer(
      notices.list.find(({ field }) => field)!,
      name,
    );
    await desk.settled();
  };
  const draw: Record<string, (desk: EditorDesk) => unknown> = {
    box: (desk) => desk.drag([2, 2], [12, 12]),
    polygon: (desk) => desk.click(2, 2).click(12, 2).click(12, 12).click(2, 12).click(2, 2),
    brush: (desk) => desk.drag([7, 7], [9, 9]),
    lassoAdd: (desk) => desk.pointer('down', 2, 2).pointer('move', 12, 2).pointer('move', 12, 12).pointer('up', 2, 12),
    fill: (desk) => desk.click(7, 7),
  };

  it.each(Object.keys(draw))('with %s waits for the name, and is one step of undo', async (tool) => {
    const desk = await emptyProject();
    const { workbench, store } = desk;
    desk.editor.choose(tool);
    draw[tool](desk);
    await desk.settled();
    expect([desk.told, boxes(store)]).toEqual([[asked], []]);
    if (tool !== 'fill') expect(desk.editor.preview.length).toBeGreaterThan(0);
    await type(desk, 'cat');
    const { annotations } = store.opened(7).snapshot;
    expect(annotations.map(({ categoryId }) => categoryId)).toEqual([1]);
    expect([desk.told, desk.editor.idle, store.draftsOf(7)]).toEqual([[], true, []]);
    expect([...workbench.selection.ids]).toEqual(annotations.map(({ id }) => id));
    await workbench.open!.undo();
    await desk.settled();
    expect([boxes(store), store.opened(7).history]).toEqual([[], { undo: 0, redo: 1 }]);
  });

  it.each(['box', 'polygon', 'brush'])('with %s is dropped by Esc, on the canvas or in the field', async (tool) => {
    for (const escape of [
      (desk: EditorDesk) => void desk.key('Escape'),
      ({ workbench: { notices } }: EditorDesk) => notices.dismiss(notices.list[0].id),
    ]) {
      const desk = await emptyProject();
      desk.editor.choose(tool);
      draw[tool](desk);
      await desk.settled();
      escape(desk);
      await desk.settled();
      expect([desk.told, desk.editor.idle, boxes(desk.store), desk.store.draftsOf(7)]).toEqual([[], true, [], []]);
      // The next one asks again.
      draw[tool](desk);
      await desk.settled();
      expect(desk.told).toEqual([asked]);
    }
  });

  it('stays while the pointer moves, presses and a refused name lead back to the question', async () => {
    const desk = await emptyProject();
    desk.editor.choose('box');
    draw.box(desk);
    await desk.settled();
    const first = desk.workbench.notices.list[0].id;
    desk.pointer('move', 30, 30).drag([20, 20], [30, 28]);
    await desk.settled();
    expect([desk.told, desk.workbench.notices.list[0].id > first]).toEqual([[asked], true]);
    await type(desk, 'bad');
    expect(desk.told).toEqual(['That is no name', asked]);
    // Many sentences do not push the question out.
    for (let i = 0; i < 6; i++) desk.workbench.notices.show('warning', `Sentence ${i}`);
    await type(desk, 'cat');
    expect(boxes(desk.store)).toEqual([[2, 2, 10, 10]]);
    desk.drag([20, 20], [30, 28]);
    await desk.settled();
    expect(boxes(desk.store).length).toBe(2);
  });

  it('waits on, and the question has the keyboard again, where another tool, image or project, an undo or the close is asked for', async () => {
    const desk = await emptyProject();
    const { workbench, editor, store } = desk;
    const files = new ProjectFiles(store.client as Engine, workbench, {} as never);
    const operations = new ProjectOperations(store.client as Engine, workbench);
    editor.choose('box');
    draw.box(desk);
    await desk.settled();
    for (const leave of [
      () => editor.choose('lassoAdd'),
      () => workbench.openImage(8),
      () => workbench.step(1),
      () => editor.rest(),
      () => files.close(),
      () => files.open({ kind: 'project', path: '/p/other.maskwright' }),
      () => files.open({ kind: 'folder', path: '/p' }),
      () => files.open({ kind: 'dataset', path: '/other.zip' }),
      () => files.pickFolder(),
      () => files.openBackup('/p.maskwright', '/copy.maskwright'),
      () => new ProjectGuard(store.client as Engine, workbench, files.findings).saveElsewhere(),
      // Both open the image again, of another size perhaps.
      () => files.relink(),
      () => operations.undo(),
    ]) {
      const before = workbench.notices.list[0].id;
      await leave();
      await desk.settled();
      expect([desk.told, editor.tool.id, workbench.open?.image.id, boxes(store)]).toEqual([[asked], 'box', 7, []]);
      expect([workbench.notices.list[0].id > before, editor.preview.length > 0]).toEqual([true, true]);
    }
    await type(desk, 'cat');
    expect(boxes(store)).toEqual([[2, 2, 10, 10]]);
    // Answered or given up, everything goes on.
    await desk.openImage(8);
    editor.choose('lassoAdd');
    expect([workbench.open?.image.id, editor.tool.id, desk.told]).toEqual([8, 'lassoAdd', []]);
  });

  it('holds nobody on its image in a project that can be changed no longer', async () => {
    const desk = await emptyProject();
    desk.editor.choose('box');
    draw.box(desk);
    await desk.settled();
    desk.store.answers['project.summary'] = () => ({
      ...PROJECT,
      categories: [],
      readOnly: true,
      readOnlyReason: 'not-writable',
    });
    await desk.workbench.refreshProject();
    await desk.openImage(8);
    await desk.settled();
    expect([desk.workbench.open?.image.id, desk.told, boxes(desk.store)]).toEqual([8, [], []]);
  });

  it('is finished by a category made anywhere, and given up with its project', async () => {
    const desk = await emptyProject();
    desk.editor.choose('box');
    draw.box(desk);
    await desk.workbench.categories.create('dog');
    await desk.settled();
    expect([desk.told, boxes(desk.store)]).toEqual([[], [[2, 2, 10, 10]]]);
    const left = await emptyProject();
    left.editor.choose('box');
    draw.box(left);
    await left.settled();
    left.workbench.leave();
    await left.settled();
    expect([left.told, boxes(left.store)]).toEqual([[], []]);
    await left.workbench.show({ ...PROJECT, categories: [cat] });
    draw.box(left);
    await left.settled();
    expect(boxes(left.store)).toEqual([[2, 2, 10, 10]]);
  });

  it('that a command makes waits as well', async () => {
    const desk = await emptyProject();
    void desk.editor.command(fillUnlabelled);
    await desk.settled();
    expect([desk.told, boxes(desk.store)]).toEqual([[asked], []]);
    await type(desk, 'wall');
    expect(boxes(desk.store)).toEqual([[0, 0, SIZE[1], SIZE[0]]]);
  });
});

it.each([...toolRegistry.map(({ id }) => [id, {}] as const), ['fill', { fillsCells: true }] as const])(
  '%s %o leaves the keys of the window to the window',
  async (id, settings) => {
    const desk = await EditorDesk.open(new MemoryStore());
    desk.editor.set(settings);
    desk.editor.choose(id);
    desk.pointer('move', 5, 5);
    const free = (key: string, modifiers: object) =>
      !desk.editor.dispatch({ type: 'key', key, modifiers: { shift: false, alt: false, ctrl: false, ...modifiers } });
    const keys = () => [free('l', { alt: true }), free('s', { ctrl: true }), free('v', {}), free('F2', {})];
    expect(keys()).toEqual([true, true, true, true]);
    desk.editor.set({ fillsCells: false });
    expect(keys()).toEqual([true, true, true, true]);
  },
);

const ring = [2, 2, 12, 2, 12, 12, 2, 12];
const polygon = (points: readonly number[], goal: object = { kind: 'new' }) => ['polygon', { goal, points }];

async function halfPolygon(): Promise<EditorDesk> {
  const desk = await EditorDesk.open();
  desk.editor.choose('polygon');
  desk.click(2, 2).click(12, 2).click(12, 12);
  await desk.settled();
  return desk;
}

describe('a result that is accepted while it is still computed', () => {
  /** GrabCut on a box, accepted before its full result is there; `give` lets that come, or fail. */
  async function accepting() {
    const desk = await EditorDesk.open();
    const give: Record<'result' | 'fail', () => void> = { result: () => undefined, fail: () => undefined };
    const answers = desk.store.answers as Record<string, (params: never) => unknown>;
    answers['app.openSession'] = () => ({ session: 's' });
    answers['vision.run'] = ({
      method,
      params,
      stage,
    }: {
      method: string;
      params: Record<string, string>;
      stage: string;
    }) => {
      const result = resultOf(method, params, [fromBox([4, 4, 10, 8], ...SIZE)]);
      if (stage === 'preview') return result;
      return new Promise((done, refuse) => {
        give.result = () => done(result);
        give.fail = () => refuse(new AppError('bad-input', 'There is not enough memory'));
      });
    };
    desk.editor.choose('grabcut');
    desk.drag([2, 2], [20, 16]);
    await desk.settled();
    desk.key('Enter');
    return { desk, give };
  }

  it.each(['close', 'open'] as const)('comes to its image before the project is left: %s', async (how) => {
    const { desk, give } = await accepting();
    const { store, workbench } = desk;
    const files = new ProjectFiles(store.client as Engine, workbench, {} as never);
    const asked: string[] = [];
    const answers = store.answers as Record<string, () => unknown>;
    answers['project.close'] = () => asked.push('close');
    answers['project.open'] = () => (asked.push('open'), null);
    const leaving = how === 'close' ? files.close() : files.open({ kind: 'project', path: '/other.maskwright' });
    await desk.settled();
    expect([asked, boxes(store)]).toEqual([[], []]);
    give.result();
    await leaving;
    expect([asked, boxes(store), store.draftsOf(7)]).toEqual([[how], [[4, 4, 10, 8]], []]);
  });

  it('comes to the image it is for before the next one opens', async () => {
    const { desk, give } = await accepting();
    const leaving = desk.openImage(8);
    await desk.settled();
    expect([desk.workbench.open!.image.id, boxes(desk.store)]).toEqual([7, []]);
    give.result();
    await leaving;
    expect([desk.workbench.open!.image.id, boxes(desk.store), desk.store.draftsOf(7)]).toEqual([
      8,
      [[4, 4, 10, 8]],
      [],
    ]);
  });

  it('comes to its image also where one goes there again at once, and that one stays open', async () => {
    for (const wanted of [
      [8, 7],
      [8, 7, 8],
    ]) {
      const { desk, give } = await accepting();
      const opened = Promise.all(wanted.map((id) => desk.openImage(id)));
      await desk.settled();
      give.result();
      await opened;
      expect([desk.workbench.open!.image.id, boxes(desk.store)]).toEqual([wanted.at(-1), [[4, 4, 10, 8]]]);
      expect(desk.workbench.currentImageId).toBe(wanted.at(-1));
    }
  });

  it('does not hold the image where it fails', async () => {
    const { desk, give } = await accepting();
    const leaving = desk.openImage(8);
    await desk.settled();
    give.fail();
    await leaving;
    expect([desk.workbench.open!.image.id, boxes(desk.store)]).toEqual([8, []]);
    expect(desk.store.draftsOf(7)).toHaveLength(1);
  });

  it('comes before the box that is dragged meanwhile, which is begun after it', async () => {
    const { desk, give } = await accepting();
    desk.drag([20, 2], [30, 12]);
    await desk.settled();
    expect([desk.workbench.open!.annotations, desk.store.called('vision.run')]).toEqual([
      [],
      expect.objectContaining({ length: 2 }),
    ]);
    give.result();
    await desk.settled();
    expect(boxes(desk.store)).toEqual([[4, 4, 10, 8]]);
    expect(desk.editor.state).toMatchObject({ kind: 'working', scope: { box: [20, 2, 10, 10] }, accepting: false });
  });

  it('waits for no button: what is still being dragged then goes on', async () => {
    const { desk, give } = await accepting();
    desk.pointer('down', 20, 2).pointer('move', 24, 6);
    give.result();
    await desk.settled();
    expect(desk.editor.state).toMatchObject({ kind: 'dragging', before: null });
    desk.pointer('move', 30, 12).pointer('up', 30, 12);
    await desk.settled();
    expect(boxes(desk.store)).toEqual([[4, 4, 10, 8]]);
    expect(desk.editor.state).toMatchObject({ kind: 'working', scope: { box: [20, 2, 10, 10] } });
  });

  it('is not lost to a box dragged meanwhile where it fails: what it was made of stays', async () => {
    const { desk, give } = await accepting();
    desk.drag([20, 2], [30, 12]);
    give.fail();
    await desk.settled();
    expect(boxes(desk.store)).toEqual([]);
    expect(desk.editor.state).toMatchObject({ kind: 'working', scope: { box: [2, 2, 18, 14] }, accepting: false });
    expect(desk.editor.hint.text).toMatch('There is not enough memory');
  });

  it('comes before another tool is chosen, with which the next gesture is made', async () => {
    const { desk, give } = await accepting();
    desk.editor.choose('box');
    desk.drag([20, 2], [30, 12]);
    expect(desk.editor.tool.id).toBe('grabcut');
    give.result();
    await desk.settled();
    expect([desk.editor.tool.id, boxes(desk.store)]).toEqual([
      'box',
      [
        [4, 4, 10, 8],
        [20, 2, 10, 10],
      ],
    ]);
    expect(desk.store.draftsOf(7)).toEqual([]);
  });

  it('that fails is put aside by the choice of another tool', async () => {
    const { desk, give } = await accepting();
    desk.drag([40, 2], [50, 12]);
    desk.editor.choose('box');
    desk.drag([20, 2], [30, 12]);
    give.fail();
    await desk.settled();
    expect([desk.editor.tool.id, boxes(desk.store)]).toEqual(['box', [[20, 2, 10, 10]]]);
    expect(desk.store.draftsOf(7)).toHaveLength(1);
  });

  it('is taken back by Escape alone, which drops a box dragged meanwhile first', async () => {
    const { desk, give } = await accepting();
    desk.drag([20, 2], [30, 12]).key('Escape');
    expect(desk.editor.state).toMatchObject({ kind: 'working', accepting: true });
    desk.key('Escape');
    give.result();
    await desk.settled();
    expect(boxes(desk.store)).toEqual([]);
    expect(desk.editor.state).toMatchObject({ kind: 'working', scope: { box: [2, 2, 18, 14] }, accepting: false });
  });
});

it('an image whose only gesture is undone is listed as the store says it is then, and again when that is redone', async () => {
  const desk = await EditorDesk.open();
  const status = () => desk.workbench.rows.row(7)!.status;
  const { open } = desk.workbench;
  desk.editor.choose('box');
  desk.drag([2, 2], [10, 10]);
  await desk.settled();
  const [patch] = desk.store.called('document.commit').map((call) => (call as { patch: Patch }).patch);
  const step = { history: { undo: 0, redo: 1 }, proposals: null, review: null };
  desk.store.answers['document.undo'] = () => ({ ...step, patch: invertPatch(patch), status: 'new' });
  desk.store.answers['document.redo'] = () => ({ ...step, patch, status: 'in-progress' });
  const seen = [status()];
  for (const move of [() => open!.undo(), () => open!.redo()]) {
    await move();
    seen.push(status());
  }
  expect(seen).toEqual(['in-progress', 'new', 'in-progress']);
});

describe('unfinished work', () => {
  it('is durable after every point, and “Saved” waits for it', async () => {
    const desk = await EditorDesk.open();
    const { store, workbench } = desk;
    desk.editor.choose('polygon');
    desk.click(2, 2);
    await desk.settled();
    expect(store.draftsOf(7)).toEqual([]);
    desk.click(12, 2);
    expect(workbench.open!.saved).toBe('saving');
    await desk.settled();
    expect([workbench.open!.saved, store.draftsOf(7)]).toEqual(['saved', [polygon([2, 2, 12, 2])]]);
    desk.click(12, 12).pointer('move', 5, 5).pointer('move', 6, 6);
    await desk.settled();
    expect(store.draftsOf(7)).toEqual([polygon(ring.slice(0, 6))]);
    // A pointer that hovers is nothing new.
    expect(store.called('draft.put').length).toBeLessThanOrEqual(2);
    desk.key('Backspace');
    await desk.settled();
    expect(store.draftsOf(7)).toEqual([polygon(ring.slice(0, 4))]);
  });

  it('is done with when it is finished, in the same transaction, and when Esc drops it', async () => {
    const desk = await halfPolygon();
    desk.click(2, 12).key('Enter');
    await desk.settled();
    expect([desk.store.draftsOf(7), boxes(desk.store), desk.offered]).toEqual([[], [[2, 2, 10, 10]], []]);
    expect(desk.store.called('draft.drop')).toEqual([]);
    desk.click(20, 20).click(30, 20).key('Escape');
    await desk.settled();
    expect([desk.store.draftsOf(7), desk.offered, boxes(desk.store).length]).toEqual([[], [], 1]);
  });

  it('that Esc drops comes back with Undo where it was much', async () => {
    const desk = await halfPolygon();
    desk.key('Escape');
    expect(desk.told).toEqual([]);
    for (let at = 0; at < 6; at++) desk.click(2 + 8 * at, at % 2 === 0 ? 2 : 30);
    desk.key('Escape');
    await desk.settled();
    expect([desk.told, desk.store.draftsOf(7)]).toEqual([['Dropped: polygon, 6 points'], []]);
    desk.workbench.notices.list[0].action!.run();
    await desk.settled();
    expect([desk.offered, desk.store.draftsOf(7).length]).toEqual([['polygon, 6 points'], 1]);
  });

  it('waits for its tool, which goes on with it silently', async () => {
    const desk = await halfPolygon();
    desk.editor.choose('box');
    expect(desk.offered).toEqual(['polygon, 3 points']);
    desk.drag([20, 20], [30, 28]);
    desk.editor.choose('polygon');
    expect([desk.offered, desk.told]).toEqual([[], []]);
    desk.click(2, 12).key('Enter');
    await desk.settled();
    expect(boxes(desk.store)).toEqual([
      [20, 20, 10, 8],
      [2, 2, 10, 10],
    ]);
    expect(desk.store.draftsOf(7)).toEqual([]);
  });

  it('is offered when its image comes back; another one may be begun meanwhile', async () => {
    const desk = await halfPolygon();
    await desk.openImage(8);
    expect([desk.offered, desk.editor.state.kind]).toEqual([[], 'idle']);
    await desk.openImage(7);
    expect(desk.offered).toEqual(['polygon, 3 points']);
    // Begun before the bar was read: both are there.
    desk.click(20, 20).click(30, 20);
    await desk.settled();
    expect(desk.store.draftsOf(7)).toEqual([polygon([20, 20, 30, 20]), polygon(ring.slice(0, 6))]);
    desk.resume();
    expect(desk.offered).toEqual(['polygon, 2 points']);
    desk.click(2, 12).key('Enter');
    await desk.settled();
    expect([boxes(desk.store), desk.store.draftsOf(7)]).toEqual([[[2, 2, 10, 10]], [polygon([20, 20, 30, 20])]]);
  });

  it('is finished by the key of the last tool, which takes that tool where nothing is in hand', async () => {
    const desk = await halfPolygon();
    const { editor, workbench } = desk;
    const last = createCommands({ editor, workbench } as never).find(({ id }) => id === 'tool.last')!;
    last.run();
    await desk.settled();
    expect([editor.tool.id, boxes(desk.store), desk.store.draftsOf(7)]).toEqual(['polygon', [[3, 2, 9, 9]], []]);
    last.run();
    expect(editor.tool.id).not.toBe('polygon');
    last.run();
    expect(editor.tool.id).toBe('polygon');
  });

  it('is discarded when one says so, and comes back with Undo', async () => {
    const desk = await halfPolygon();
    desk.editor.choose('select');
    desk.editor.discard(desk.workbench.open!.drafts.offered[0].key, desk.offered[0]);
    await desk.settled();
    expect([desk.store.draftsOf(7), desk.offered, desk.told]).toEqual([[], [], ['Discarded: polygon, 3 points']]);
    desk.workbench.notices.list[0].action!.run();
    await desk.settled();
    expect([desk.store.draftsOf(7), desk.offered]).toEqual([[polygon(ring.slice(0, 6))], ['polygon, 3 points']]);
  });

  it('stays in hand through undo and commands, and says when what it was about is gone', async () => {
    const desk = await EditorDesk.open();
    const { editor, store, workbench } = desk;
    editor.choose('box');
    desk.drag([20, 20], [30, 28]);
    await desk.settled();
    const [{ id }] = store.opened(7).snapshot.annotations;
    workbench.selection.set([id]);
    editor.choose('polygon');
    desk.click(2, 2, { shift: true }).click(12, 2).click(12, 12).click(2, 12);
    await editor.command(() => ({ notice: 'nothing' }));
    expect(editor.state.kind).toBe('drawing');
    editor.rest();
    await workbench.open!.undo();
    editor.noteChange();
    await desk.settled();
    expect(desk.offered).toEqual(['polygon, 4 points']);
    expect(store.draftsOf(7)).toEqual([polygon(ring, { kind: 'add', id })]);
    desk.resume();
    expect(desk.told).toEqual([`Annotation ${id}, which this added to, is gone: it makes a new one`]);
    desk.key('Enter');
    await desk.settled();
    expect([boxes(store), store.draftsOf(7)]).toEqual([[[2, 2, 10, 10]], []]);
  });

  it('of a gesture that could not be saved is offered again', async () => {
    const desk = await halfPolygon();
    desk.store.answers['document.commit'] = () => {
      throw new AppError('bad-input', 'There is no room left on the disk');
    };
    desk.click(2, 12).key('Enter');
    await desk.settled();
    expect(desk.told).toEqual(['“Draw polygon” was not saved. There is no room left on the disk']);
    expect([desk.offered, desk.workbench.open!.annotations]).toEqual([['polygon, 4 points'], []]);
    delete desk.store.answers['document.commit'];
    desk.resume();
    desk.key('Enter');
    await desk.settled();
    expect([boxes(desk.store), desk.store.draftsOf(7)]).toEqual([[[2, 2, 10, 10]], []]);
  });

  it('of a task that was handed on and came to nothing is offered again', async () => {
    const desk = await EditorDesk.open();
    const { editor, store, workbench } = desk;
    editor.choose('box');
    desk.drag([20, 20], [30, 28]);
    await desk.settled();
    // An outline that takes the window too long: it goes to a worker, of which there is none here. What nobody expects is logged.
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    onTestFinished(() => logged.mockRestore());
    const [box] = store.opened(7).snapshot.annotations;
    const outer = Array.from({ length: 4000 }, (_, at) => {
      const angle = (Math.PI * 2 * Math.floor(at / 2)) / 2000;
      return at % 2 === 0 ? 30 + 15 * Math.cos(angle) : 24 + 15 * Math.sin(angle);
    });
    const large = withSegmentation(box, { kind: 'polygons', parts: [{ outer, holes: [] }] }, SIZE);
    await workbench.open!.apply(updatePatch([[box, large]]), 'test');
    workbench.selection.set([box.id]);
    editor.choose('polygon');
    desk.click(2, 2, { shift: true }).click(12, 2).click(12, 12).click(2, 12).key('Enter');
    expect(editor.state.kind).toBe('idle');
    await desk.settled();
    expect(desk.offered).toEqual(['polygon, 4 points']);
    expect(store.draftsOf(7)).toEqual([polygon(ring, { kind: 'add', id: box.id })]);
    expect(store.opened(7).history.undo).toBe(2);
    expect(logged).toHaveBeenCalledTimes(1);
  });

  it('that cannot be written is “Not saved” until it is', async () => {
    const desk = await halfPolygon();
    desk.store.answers['draft.put'] = () => {
      throw new AppError('bad-input', 'There is no room left on the disk');
    };
    desk.click(2, 12);
    await desk.settled();
    expect(desk.workbench.open!.saved).toBe('failed');
    expect(desk.told).toEqual(['The unfinished work was not saved. There is no room left on the disk']);
    delete desk.store.answers['draft.put'];
    desk.click(40, 30);
    await desk.settled();
    expect([desk.workbench.open!.saved, desk.store.draftsOf(7)]).toEqual(['saved', [polygon([...ring, 40, 30])]]);
    // Left like that, it is written when its image is opened again.
    const fails = () => {
      throw new AppError('bad-input', 'There is no room left on the disk');
    };
    desk.store.answers['draft.put'] = fails;
    desk.click(40, 40);
    await desk.settled();
    await desk.openImage(8);
    delete desk.store.answers['draft.put'];
    await desk.openImage(7);
    await desk.settled();
    expect(desk.store.draftsOf(7)).toEqual([polygon([...ring, 40, 30, 40, 40])]);
    expect([desk.workbench.open!.saved, desk.offered]).toEqual(['saved', ['polygon, 6 points']]);
    desk.resume();
    // What could not be written and is finished now does not come back.
    desk.store.answers['draft.put'] = fails;
    desk.key('Backspace');
    await desk.settled();
    delete desk.store.answers['draft.put'];
    desk.key('Enter');
    await desk.settled();
    expect([desk.workbench.open!.saved, desk.store.draftsOf(7)]).toEqual(['saved', []]);
  });

  it('of a store that dies while it writes is written again; what is no draft any more is refused with a sentence', async () => {
    const desk = await halfPolygon();
    let left = 2;
    const dies = () => {
      if (left-- > 0) throw new AppError('crashed', 'The store process ended and was restarted');
      delete desk.store.answers['draft.put'];
      return null;
    };
    desk.store.answers['draft.put'] = dies;
    desk.click(2, 12);
    await desk.settled();
    expect([desk.workbench.open!.saved, desk.told]).toEqual(['saved', []]);
    desk.editor.choose('select');
    desk.workbench.open!.drafts.bringBack({ key: 'x', tool: 'polygon', data: '{"points":[1]}' });
    desk.resume();
    expect(desk.told[0]).toMatch(/^The unfinished work cannot be read: .*discard it, or go on there$/);
    expect(desk.workbench.open!.drafts.offered).toHaveLength(2);
  });
});
