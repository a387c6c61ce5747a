import { toCompressed } from '@shared/mask';
import { paletteColor } from '@shared/document/palette';
import { describe, expect, test } from 'vitest';
import { grabcutTool, thresholdTool, watershedTool } from '../../../../src-renderer/tools/method/methodTools';
import { NO_CATEGORY } from '../../../../src-renderer/tools/tool';
import { EngineScript } from './engineScript';
import { maskFrom, pixels, pixelsOf, rect, rleAnnotation } from './script';

const first = maskFrom(rect(12, 8, 10, 10));
const better = maskFrom(rect(12, 8, 12, 10));
const RIGHT = { button: 2, buttons: 2 } as const;

const boxed = () => new EngineScript(grabcutTool).drag([10.4, 5.6], [30.2, 25.1]);
const working = () => boxed().found('preview', first).found('final', better);

describe('GrabCut', () => {
  test('a box asks for a preview on whole pixels, then for the full result; Enter accepts that', () => {
    const s = boxed();
    expect(s.run('preview')).toEqual({ method: 'grabcut', params: {}, box: [10, 5, 21, 21], stage: 'preview' });
    s.found('preview', first);
    expect(s.run('final')).toEqual({ method: 'grabcut', params: {}, box: [10, 5, 21, 21], stage: 'final' });
    s.found('final', better).key('Enter');
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(12, 8, 12, 10)));
    expect(s.annotation(1000)).toMatchObject({ score: null, provenance: { tool: 'grabcut', ms: 12, edits: 0 } });
    expect(s.state.kind).toBe('idle');
    expect(s.gestures).toEqual(['GrabCut']);
    expect(s.selection).toEqual([1000]);
    s.expectUndoRedo();
  });

  test('Enter before the full result waits for it', () => {
    const s = boxed().key('Enter').found('preview', first);
    expect(s.patches).toEqual([]);
    s.found('final', better);
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(12, 8, 12, 10)));
  });

  test('other annotations in the box count as background, unless they cover most of it or are switched off', () => {
    const near = maskFrom(rect(24, 5, 6, 20));
    const under = rleAnnotation(2, rect(5, 0, 30, 30));
    const s = new EngineScript(grabcutTool, [
      rleAnnotation(1, rect(24, 5, 6, 20)),
      under,
      rleAnnotation(3, rect(40, 30, 5, 5)),
    ]);
    s.drag([10, 5], [30, 25]);
    expect(s.run('preview').params).toEqual({ avoid: toCompressed(near) });
    s.set({ params: { grabcut: { neighbours: 0 } } });
    expect(s.run('preview').params).toEqual({ neighbours: 0 });
  });

  test('a natural score of 1 stays one; the 1 of a method without scores is none', () => {
    for (const [tool, score] of [
      [grabcutTool, null],
      [thresholdTool, 1],
    ] as const) {
      const s = new EngineScript(tool)
        .drag([10, 5], [30, 25])
        .found('preview', first)
        .found('final', first)
        .key('Enter');
      expect(s.annotation(1000).score).toBe(score);
    }
  });

  test('strokes refine: left is the object, right or Alt the background; each asks again with all of them', () => {
    const s = working();
    s.settings = { ...s.settings, brushDiameter: 6 };
    s.drag([14, 10], [20, 10]);
    expect(s.run('preview').params).toEqual({ strokes: '1:3 14,10 17,10 20,10' });
    expect(s.open.has('final')).toBe(false);
    s.stroke([26, 20], [28, 20], RIGHT).down(5, 5, { alt: true }).up(5, 5);
    expect(s.run('preview').params).toEqual({ strokes: '1:3 14,10 17,10 20,10; 0:3 26,20 28,20; 0:3 5,5' });
  });

  test('the full result of before a stroke is not accepted', () => {
    const s = working().drag([14, 10], [20, 10]).key('Enter');
    expect(s.patches).toEqual([]);
    s.found('preview', first).found('final', first);
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(12, 8, 10, 10)));
  });

  test('Esc steps back one stroke at a time, then drops the box', () => {
    const s = working().drag([14, 10], [20, 10]).drag([14, 12], [20, 12]);
    s.key('Escape');
    expect(String(s.run('preview').params.strokes)).toMatch(/^1:10 14,10 [^;]*$/);
    s.key('Escape');
    expect(s.run('preview').params).toEqual({});
    s.key('Escape').expectUntouched();
    expect(s.open.size).toBe(0);
  });

  test('Ctrl+Z steps back too, and Esc inside a stroke drops that stroke only', () => {
    const s = working().drag([14, 10], [20, 10]).key('z', { ctrl: true });
    expect(s.run('preview').params).toEqual({});
    s.down(14, 10).move([[20, 10]]);
    const asked = s.asked.length;
    s.key('Escape').up(20, 10);
    expect(s.asked).toHaveLength(asked);
    expect(s.state.kind).toBe('working');
  });

  test('starts from the selected annotation as the mask, and remakes it', () => {
    const own = rleAnnotation(5, rect(10, 10, 8, 8), { extra: { note: 'keep' } });
    const s = new EngineScript(grabcutTool, [own], [5]).key('Enter');
    expect(s.run('preview')).toMatchObject({ within: own.segmentation, stage: 'preview' });
    expect(s.run('preview').box).toBeUndefined();
    s.found('preview', first).found('final', better).key('Enter');
    expect(pixelsOf(s.annotation(5))).toEqual(pixels(rect(12, 8, 12, 10)));
    expect(s.annotation(5)).toMatchObject({ categoryId: 3, extra: { note: 'keep' }, provenance: { tool: 'grabcut' } });
    s.expectUndoRedo();
  });

  test('a changed parameter asks again; the same parameters do not', () => {
    const s = working().set({ params: { grabcut: { iterations: 3 } } });
    expect(s.run('preview').params).toEqual({ iterations: 3 });
    const asked = s.asked.length;
    s.set({ brushDiameter: 9 });
    expect(s.asked).toHaveLength(asked);
  });

  test('a failure is said, and Enter says it again instead of accepting what was there before', () => {
    const s = working().drag([14, 10], [20, 10]).fail('preview', 'The box has no background').key('Enter');
    expect(s.patches).toEqual([]);
    expect(s.notices).toEqual(['The box has no background', 'The box has no background']);
  });

  test('an empty result is not an annotation', () => {
    const s = boxed().found('preview').found('final').key('Enter');
    expect(s.patches).toEqual([]);
    expect(s.notices).toHaveLength(1);
  });

  test('a box outside the image, a click: a sentence or nothing, never a question', () => {
    for (const s of [
      new EngineScript(grabcutTool).drag([70, 50], [90, 70]),
      new EngineScript(grabcutTool).click(10, 10),
      new EngineScript(grabcutTool).key('Enter'),
    ]) {
      s.expectUntouched();
      expect(s.open.size).toBe(0);
    }
  });

  test('that there is no category is a matter of accepting', () => {
    const s = new EngineScript(grabcutTool);
    s.categoryId = null;
    s.drag([10, 5], [30, 25]).found('preview', first).found('final', first);
    expect(s.notices).toEqual([]);
    s.key('Enter');
    expect(s.patches).toEqual([]);
    expect(s.notices).toEqual([NO_CATEGORY.notice]);
  });

  test('cancel drops every question; an answer that comes all the same changes nothing', () => {
    const s = boxed();
    const late = s.waiting('preview');
    s.cancel();
    expect(s.open.size).toBe(0);
    s.open.set('preview', late);
    s.found('preview', first).expectUntouched();
  });
});

describe('watershed', () => {
  const left = maskFrom(rect(4, 4, 10, 10));
  const right = maskFrom(rect(14, 4, 6, 10));

  test('without a selection Enter takes the whole image; every object is an annotation, in one step', () => {
    const s = new EngineScript(watershedTool).key('Enter');
    expect(s.run('preview')).toEqual({ method: 'watershed', params: {}, stage: 'preview' });
    s.found('preview', left, right).found('final', left, right).key('Enter');
    expect(s.snapshot.annotations.map(({ area }) => area)).toEqual([100, 60]);
    expect(s.gestures).toEqual(['Watershed']);
    s.expectUndoRedo();
  });

  test('splits the selected mask: the largest part stays it, the others join its category', () => {
    const blob = rleAnnotation(5, rect(4, 4, 16, 10), { categoryId: 9 });
    const s = new EngineScript(watershedTool, [blob], [5]).key('Enter');
    expect(s.run('preview').within).toEqual(blob.segmentation);
    s.found('preview', right, left).found('final', right, left).key('Enter');
    expect(pixelsOf(s.annotation(5))).toEqual(pixels(rect(4, 4, 10, 10)));
    expect(s.annotation(1000)).toMatchObject({ area: 60, categoryId: 9 });
    expect(s.selection).toEqual([5, 1000]);
    s.expectUndoRedo();
  });

  test('markers: one label an object, Q the next, digits any, the right button background', () => {
    const s = new EngineScript(watershedTool).drag([2, 2], [40, 40]).click(6, 6).key('q').click(16, 6);
    s.key('1').click(8, 8).stroke([30, 30], [34, 30], RIGHT);
    expect(s.run('preview').params).toEqual({ markers: '1:10 6,6; 2:10 16,6; 1:10 8,8; 0:10 30,30 34,30' });
  });

  test('a mask has the colour of the scribble it grew from, in whatever order the masks come', () => {
    const s = new EngineScript(watershedTool).drag([2, 2], [40, 40]).click(16, 6).key('q').click(6, 6);
    const tones = () =>
      watershedTool.preview(s.state, s.context).flatMap((shape) => (shape.kind === 'mask' ? [shape.tone] : []));
    s.found('preview', left, right);
    expect(tones()).toEqual([paletteColor(1), paletteColor(0)]);
    // One mask alone keeps the colour of its scribble too.
    s.key('Escape').found('preview', right);
    expect(tones()).toEqual([paletteColor(0)]);
  });

  test('more objects than ids are free: asks for ids and accepts when they are there', () => {
    const s = new EngineScript(watershedTool).key('Enter').found('preview', left, right).found('final', left, right);
    const ids = s.freeIds;
    s.freeIds = ids.slice(0, 1);
    s.key('Enter');
    expect(s.patches).toEqual([]);
    expect(s.idsNeeded).toBe(2);
    s.reserved(ids);
    expect(s.snapshot.annotations).toHaveLength(2);
  });
});
