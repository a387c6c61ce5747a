import { describe, expect, test } from 'vitest';
import type { Annotation } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import { cellWalls } from '@shared/methods/cells';
import { DEFAULT_TOOL_SETTINGS } from '../../../../src-renderer/tools/tool';
import { EngineScript } from './engineScript';
import { type FillState, fillTool } from '../../../../src-renderer/tools/fill/fillTool';
import { pixels, pixelsOf, polygonAnnotation, rect, rectRing, rleAnnotation, ToolScript } from './script';

const outer = rect(5, 5, 30, 30);
const hole = rect(10, 10, 8, 8);
const holed = rleAnnotation(1, (x, y) => outer(x, y) && !hole(x, y) && !rect(25, 25, 2, 2)(x, y));

describe('fill bucket', () => {
  test('fills the hole of the selected mask under the click, and no other', () => {
    const s = new ToolScript(fillTool, [holed], [1]).click(12, 12);
    expect(pixelsOf(s.annotation(1))).toEqual(pixels((x, y) => outer(x, y) && !rect(25, 25, 2, 2)(x, y)));
    expect(s.gestures).toEqual(['Fill hole']);
    s.expectUndoRedo();
  });

  test('fills the hole of a polygon', () => {
    const polygon = polygonAnnotation(1, [{ outer: rectRing(5, 5, 30, 30), holes: [rectRing(10, 10, 8, 8)] }]);
    const s = new ToolScript(fillTool, [polygon], [1]).click(12, 12);
    expect(pixelsOf(s.annotation(1))).toEqual(pixels(outer));
    s.expectUndoRedo();
  });

  test('background that touches by a corner only is another region', () => {
    const corner = rleAnnotation(1, (x, y) => outer(x, y) && !rect(10, 10, 4, 4)(x, y) && !rect(14, 14, 4, 4)(x, y));
    const s = new ToolScript(fillTool, [corner], [1]).click(11, 11);
    expect(pixelsOf(s.annotation(1))).toEqual(pixels((x, y) => outer(x, y) && !rect(14, 14, 4, 4)(x, y)));
  });

  test('with nothing selected, the gap between annotations becomes one', () => {
    const left = rleAnnotation(1, rect(0, 0, 20, 48));
    const right = polygonAnnotation(2, [{ outer: rectRing(40, 0, 24, 48), holes: [] }]);
    const bridge = rleAnnotation(3, rect(20, 20, 20, 5));
    const s = new ToolScript(fillTool, [left, right, bridge]).click(30, 40);
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(20, 25, 20, 23)));
    expect(s.annotation(1000)).toMatchObject({ categoryId: 1, provenance: { tool: 'fill', edits: 0 } });
    expect(s.selection).toEqual([1000]);
    s.expectUndoRedo();
  });

  test('with one selected, a click around it adds the gap there, and nothing that others have', () => {
    const road = rleAnnotation(1, rect(0, 0, 20, 48));
    const [car, wall] = [rleAnnotation(2, rect(25, 5, 10, 10)), rleAnnotation(3, rect(40, 0, 4, 48))];
    const s = new ToolScript(fillTool, [road, car, wall], [1]).click(30, 30);
    expect(pixelsOf(s.annotation(1))).toEqual(pixels((x, y) => rect(0, 0, 40, 48)(x, y) && !rect(25, 5, 10, 10)(x, y)));
    expect(s.gestures).toEqual(['Fill gap']);
    s.expectUndoRedo();
    const on = new ToolScript(fillTool, [road, car, wall], [1]).click(30, 10);
    on.expectUntouched();
    expect(on.notices).toEqual(['An annotation covers this pixel']);
  });

  test('hidden annotations do not hold it back', () => {
    const s = new ToolScript(fillTool, [rleAnnotation(1, rect(0, 0, 20, 48)), rleAnnotation(2, rect(30, 0, 2, 48))]);
    s.hidden = new Set([2]);
    expect(pixelsOf(s.click(25, 5).annotation(1000))).toEqual(pixels(rect(20, 0, 44, 48)));
  });

  test.each([
    ['on the mask itself', 6, 6, [1]],
    ['on an annotation', 6, 6, []],
    ['outside the image', -1, 3, [1]],
  ])('%s it does nothing and says so', (_, x, y, selection) => {
    const s = new ToolScript(fillTool, [holed], selection).click(x, y);
    s.expectUntouched();
    expect(s.notices).toHaveLength(1);
  });

  test('cancel leaves nothing', () => {
    new ToolScript(fillTool, [holed], [1]).cancel().key('Escape').expectUntouched();
  });
});

describe('fill bucket on superpixel cells', () => {
  /** The whole image in cells of 16 x 16 pixels. */
  const labels = Int32Array.from(
    { length: 64 * 48 },
    (_, i) => Math.floor((i % 64) / 16) + 4 * Math.floor(i / 64 / 16),
  );
  const cell = (column: number, row: number) => rect(16 * column, 16 * row, 16, 16);
  const map = { box: [0, 0, 64, 48] as Box, ...cellWalls(labels, 64) };
  const open = (annotations: readonly Annotation[] = [], selection: readonly number[] = []) => {
    const s = new EngineScript(fillTool, annotations, selection);
    s.settings = { ...DEFAULT_TOOL_SETTINGS, fillsCells: true };
    return s.move([[20, 20]]);
  };
  const celled = (...given: Parameters<typeof open>) =>
    open(...given).answer({ channel: 'cells', method: 'vision.superpixels', result: map });
  const shown = (s: EngineScript<FillState>) => s.tool.preview(s.state, s.context);

  test('the cell below the pointer is shown, and what is shown is filled', () => {
    const s = celled();
    expect(s.asked).toMatchObject([{ method: 'vision.superpixels', params: { box: [0, 0, 64, 48], params: {} } }]);
    const [shape, ...others] = shown(s);
    expect(others).toEqual([]);
    s.move([[22, 30]]);
    expect(shown(s)[0]).toBe(shape);
    s.move([[40, 20]]).click(40, 20);
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(cell(2, 1)));
    expect(shown(s)).toMatchObject([{ kind: 'mask', size: [48, 64] }]);
    expect([s.gestures, s.selection]).toEqual([['Fill cell'], [1000]]);
    s.expectUndoRedo();
    s.send({ type: 'leave' });
    expect(shown(s)).toEqual([]);
    s.move([[40, 20]]);
    expect(shown(s)).toHaveLength(1);
    s.move([[-1, 4]]);
    expect(shown(s)).toEqual([]);
    s.click(-1, 4);
    expect(s.notices).toEqual(['Click inside the image']);
    expect(s.asked).toHaveLength(1);
  });

  test('a click beside what it has just filled goes on with it, one elsewhere begins anew', () => {
    const s = celled().click(20, 20).click(20, 40).click(4, 40).click(52, 20);
    const joined = [cell(1, 1), cell(1, 2), cell(0, 2)];
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels((x, y) => joined.some((one) => one(x, y))));
    expect(pixelsOf(s.annotation(1001))).toEqual(pixels(cell(3, 1)));
    expect(s.gestures).toEqual(['Fill cell', 'Fill cell', 'Fill cell', 'Fill cell']);
  });

  test('one that the user selected gets it, wherever it lies; a locked one does not', () => {
    const road = polygonAnnotation(1, [{ outer: rectRing(0, 0, 8, 8), holes: [] }]);
    const s = celled([road], [1]).click(60, 40);
    expect(pixelsOf(s.annotation(1))).toEqual(pixels((x, y) => rect(0, 0, 8, 8)(x, y) || cell(3, 2)(x, y)));
    s.expectUndoRedo();
    const locked = celled([{ ...road, locked: true }], [1]).click(60, 40);
    locked.expectUntouched();
    expect(locked.notices).toEqual(['The selected annotation is locked']);
  });

  test('cells of another size are cut anew, and gaps are filled again once it is off', () => {
    const s = celled();
    s.set({ params: { superpixels: { size: 8 } } });
    expect(shown(s)).toEqual([]);
    expect(s.waiting('cells')).toMatchObject({ params: { params: { size: 8 } } });
    s.click(20, 20).expectUntouched();
    expect(s.notices).toEqual(['The cells are being computed: click again once one shows']);
    s.set({ fillsCells: false });
    expect(s.open.size).toBe(0);
    s.click(20, 20);
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(() => true));
  });

  test('a failure is told once, and what is cut serves on after an undo', () => {
    const failed = open()
      .fail('cells', 'The picture cannot be read')
      .move([[30, 30]])
      .click(30, 30);
    expect(failed.notices).toEqual(['The picture cannot be read', 'The picture cannot be read']);
    expect(failed.asked).toHaveLength(1);
    const s = celled()
      .cancel()
      .move([[4, 4]]);
    expect(s.asked).toHaveLength(1);
    const waiting = open()
      .cancel()
      .move([[4, 4]]);
    expect(waiting.asked).toHaveLength(2);
  });

  test('cells that come after the pointer has left show nothing', () => {
    const s = open().send({ type: 'leave' });
    s.answer({ channel: 'cells', method: 'vision.superpixels', result: map });
    expect(shown(s)).toEqual([]);
    expect(shown(s.move([[20, 20]]))).toHaveLength(1);
    expect(s.asked).toHaveLength(1);
  });

  test('a large picture is cut where the pointer is', () => {
    const s = open();
    s.snapshot = { imageId: 8, size: [3000, 4000], annotations: [] };
    s.move([[3999.5, 10]]);
    expect(s.waiting('cells')).toMatchObject({ params: { box: [3000, 0, 1000, 1000] } });
    s.move([[999, 2999]]);
    expect(s.waiting('cells')).toMatchObject({ params: { box: [0, 2000, 1000, 1000] } });
  });
});
