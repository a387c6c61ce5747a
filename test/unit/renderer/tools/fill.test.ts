import { describe, expect, test } from 'vitest';
import { fillTool } from '../../../../src-renderer/tools/fill/fillTool';
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
