import { describe, expect, test } from 'vitest';
import { wandTool } from '../../../../src-renderer/tools/wand/wandTool';
import { EngineScript } from './engineScript';
import { maskFrom, pixels, pixelsOf, rect, rleAnnotation } from './script';

const left = maskFrom(rect(4, 4, 10, 10));
const right = maskFrom(rect(14, 4, 6, 10));

describe('magic wand', () => {
  test('a click asks at once, releasing asks for the full result, Enter accepts it', () => {
    const s = new EngineScript(wandTool).down(6, 7.25);
    const params = { seed: '6,7.25', tolerance: 12 };
    expect(s.run('pick-0')).toEqual({ method: 'wand', params, stage: 'preview' });
    s.found('pick-0', left).up(6, 7.25);
    expect(s.run('pick-0')).toEqual({ method: 'wand', params, stage: 'final' });
    s.found('pick-0', left).key('Enter');
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(4, 4, 10, 10)));
    expect(s.annotation(1000).provenance).toEqual({ tool: 'wand', params, ms: 12, edits: 0 });
    s.expectUndoRedo();
  });

  test('dragging changes the tolerance within its range, and the next click starts from it', () => {
    const s = new EngineScript(wandTool).drag([6, 6], [26, 6]);
    expect(s.run('pick-0').params).toMatchObject({ tolerance: 16 });
    expect(s.settings.params.wand).toEqual({ tolerance: 16 });
    s.drag([30, 6], [-470, 6]);
    expect(s.run('pick-0').params).toMatchObject({ tolerance: 0, seed: '30,6' });
  });

  test('Shift adds, Alt takes away, Esc steps back; provenance names every click', () => {
    const s = new EngineScript(wandTool).click(6, 6).found('pick-0', left);
    s.click(16, 6, { shift: true }).found('pick-1', right).click(5, 5, { alt: true });
    s.found('pick-2', maskFrom(rect(4, 4, 2, 10)));
    s.key('Escape')
      .click(5, 5, { alt: true })
      .found('pick-2', maskFrom(rect(4, 4, 4, 10)))
      .key('Enter');
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(8, 4, 12, 10)));
    expect(s.annotation(1000).provenance).toMatchObject({
      tool: 'wand',
      params: { picks: '12 6,6; +12 16,6; -12 5,5' },
      ms: 36,
    });
    s.expectUndoRedo();
  });

  test('Shift and Alt work on the selected annotation', () => {
    const own = rleAnnotation(5, rect(4, 4, 10, 10));
    const added = new EngineScript(wandTool, [own], [5])
      .click(16, 6, { shift: true })
      .found('pick-0', right)
      .key('Enter');
    expect(pixelsOf(added.annotation(5))).toEqual(pixels(rect(4, 4, 16, 10)));
    const cut = new EngineScript(wandTool, [own], [5]).click(6, 6, { alt: true });
    cut.found('pick-0', maskFrom(rect(4, 4, 3, 10))).key('Enter');
    expect(pixelsOf(cut.annotation(5))).toEqual(pixels(rect(7, 4, 7, 10)));
    cut.expectUndoRedo();
  });

  test('a plain click starts over', () => {
    const s = new EngineScript(wandTool).click(6, 6).found('pick-0', left).click(16, 6, { shift: true });
    s.found('pick-1', right).click(16, 6).found('pick-0', right).key('Enter');
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(14, 4, 6, 10)));
  });

  test('Enter waits for what is still computed', () => {
    const s = new EngineScript(wandTool).click(6, 6).key('Enter');
    expect(s.patches).toEqual([]);
    s.found('pick-0', left);
    expect(s.patches).toHaveLength(1);
  });

  test('outside the image, Alt without anything, cancel, last Esc: nothing', () => {
    expect(new EngineScript(wandTool).click(-3, 6).expectUntouched().notices).toHaveLength(1);
    expect(new EngineScript(wandTool).click(6, 6, { alt: true }).expectUntouched().notices).toHaveLength(1);
    expect(new EngineScript(wandTool).click(6, 6).cancel().expectUntouched().open.size).toBe(0);
    expect(new EngineScript(wandTool).click(6, 6).key('Escape').expectUntouched().open.size).toBe(0);
  });
});
