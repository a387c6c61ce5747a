/** "One owner a pixel" and stuff, with every drawing tool: each gesture ends in a document that keeps the rule. */
// @vitest-environment ./test/support/signals.ts
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { segmentationToRle } from '@shared/document/segmentation';
import type { Annotation } from '@shared/document/types';
import { area, equals, fromBox, merge } from '@shared/mask';
import { polygonAnnotation, rect, rectRing, rleAnnotation, SIZE } from '../tools/script';
import { fillUnlabelled } from '../../../../src-renderer/tools/fill/fillTool';
import { type Play, PLAYS } from './monkey';
import { CATEGORIES, WindowDesk } from './window';

/** They share no pixel; the plays draw over all of them. */
const BEFORE: readonly Annotation[] = [
  polygonAnnotation(1, [{ outer: rectRing(2, 2, 10, 8), holes: [] }], { categoryId: 1 }),
  rleAnnotation(2, rect(22, 0, 42, 22), { categoryId: 2 }),
  polygonAnnotation(3, [{ outer: rectRing(12, 26, 16, 16), holes: [] }], { categoryId: 1 }),
  { ...rleAnnotation(4, rect(13, 2, 8, 20), { categoryId: 2 }), locked: true },
];

const maskOf = (annotation: Annotation) => segmentationToRle(annotation.segmentation!, SIZE);
const box = (x: number, y: number, w: number, h: number) => fromBox([x, y, w, h], SIZE[0], SIZE[1]);
const sum = (annotations: readonly Annotation[]) => annotations.reduce((total, each) => total + area(maskOf(each)), 0);
const overlap = (annotations: readonly Annotation[]) =>
  sum(annotations) - area(merge([box(0, 0, 0, 0), ...annotations.map(maskOf)]));

/** Plays the tool on an image of its own; `picked`: the category of what is drawn. */
async function drawn({ tool, selected, steps }: Play, picked = 1): Promise<WindowDesk> {
  const window = await open();
  const { desk } = window;
  const { editor, workbench } = desk;
  await workbench.labelRules.set({ oneOwner: true });
  workbench.categories.pick(picked);
  editor.choose(tool);
  editor.set({ brushDiameter: 4 });
  workbench.selection.set(selected ? [selected] : []);
  await desk.settled();
  for (const step of steps) {
    if (step[0] === 'key') desk.key(step[1]);
    else desk.pointer(...step);
    await desk.settled();
  }
  return window;
}

const open = () =>
  WindowDesk.open(BEFORE, { categories: CATEGORIES.map((each) => ({ ...each, isThing: each.id !== 3 })) });

describe('one owner a pixel', () => {
  beforeAll(() => void vi.stubGlobal('document', { body: null }));
  afterAll(() => void vi.unstubAllGlobals());

  it.each(PLAYS)('$tool takes what it draws from the others, in one step', async (play) => {
    const { desk } = await drawn(play);
    const { workbench, editor } = desk;
    const after = workbench.open!.annotations;
    expect(after).not.toEqual(BEFORE);
    expect(overlap(after.filter(({ locked }) => !locked))).toBe(0);
    // Locked ones stay, and nothing that was covered is bare.
    expect(after.find(({ id }) => id === 4)).toEqual(BEFORE[3]);
    const fresh = after.filter(({ id }) => id > 4);
    if (fresh.length > 0) {
      const all = merge([...BEFORE, ...fresh].map(maskOf));
      expect(equals(merge(after.map(maskOf)), all)).toBe(true);
    }
    await workbench.open!.undo();
    expect(workbench.open!.annotations).toEqual(BEFORE);
    expect(desk.store.opened(7).history.undo).toBe(0);
    expect(editor.tool.id).toBe(play.tool);
  });

  it.each(PLAYS.filter(({ selected }) => !selected))('$tool extends the image’s stuff', async (play) => {
    const { desk } = await drawn(play, 3);
    const { workbench, editor } = desk;
    const stuff = () => workbench.open!.annotations.filter(({ categoryId }) => categoryId === 3);
    expect(stuff()).toHaveLength(1);
    const [first] = stuff();
    // Somewhere else, with another tool: still one.
    editor.choose('box');
    workbench.selection.set([]);
    desk.drag([40, 4], [50, 12]);
    await desk.settled();
    expect(stuff()).toHaveLength(1);
    const [grown] = stuff();
    expect(grown.id).toBe(first.id);
    expect(equals(maskOf(grown), merge([maskOf(first), box(40, 4, 10, 8)]))).toBe(true);
    expect([...workbench.selection.ids]).toEqual([first.id]);
    await workbench.open!.undo();
    expect(stuff()).toEqual([first]);
  });

  it('everything unlabelled goes into the image’s stuff of the active category, or becomes a new thing', async () => {
    for (const categoryId of [2, 3]) {
      const { desk } = await drawn(PLAYS[0], categoryId);
      const { workbench, editor } = desk;
      const before = workbench.open!.annotations;
      await editor.command(fillUnlabelled);
      await desk.settled();
      const after = workbench.open!.annotations;
      expect(area(merge(after.map(maskOf)))).toBe(SIZE[0] * SIZE[1]);
      // Stuff has one annotation an image; another thing is another thing.
      expect(after).toHaveLength(before.length + (categoryId === 3 ? 0 : 1));
      await editor.command(fillUnlabelled);
      expect(editor.hint.text).toContain('Every pixel has an annotation already');
      await workbench.open!.undo();
      expect(workbench.open!.annotations).toEqual(before);
    }
  });

  it('what a key does can be taken back from its notice, with what it took from the others', async () => {
    const { desk } = await open();
    const { workbench, editor } = desk;
    await workbench.labelRules.set({ oneOwner: true });
    workbench.selection.set([4]);
    const unlocked = { ...BEFORE[3], locked: false, zOrder: 9 };
    const larger = { ...unlocked, segmentation: BEFORE[1].segmentation };
    await editor.command(() => ({
      patch: { added: [], updated: [[BEFORE[3], larger]], removed: [] },
      gesture: 'Grow',
    }));
    await desk.settled();
    expect(workbench.open!.annotations.map(({ id }) => id)).toEqual([1, 3, 4]);
    expect(editor.hint.text).toContain('Removed 1 annotation that was covered');
    await workbench.open!.undo();
    expect(workbench.open!.annotations).toEqual(BEFORE);
  });
});
