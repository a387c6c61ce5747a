import { describe, expect, test } from 'vitest';
import { boxTool } from '../../../../src-renderer/tools/box/boxTool';
import { pixels, pixelsOf, rect, rectRing, ToolScript } from './script';

const script = () => new ToolScript(boxTool);

describe('box', () => {
  test.each([
    ['down right', [10, 5], [30, 25]],
    ['up left', [30, 25], [10, 5]],
    ['up right', [10, 25], [30, 5]],
  ] as const)('a drag %s draws a polygon of four corners', (_, from, to) => {
    const s = script().drag(from, to);
    expect(s.annotation(1000).segmentation).toEqual({
      kind: 'polygons',
      parts: [{ outer: rectRing(10, 5, 20, 20), holes: [] }],
    });
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(10, 5, 20, 20)));
    expect(s.annotation(1000)).toMatchObject({
      area: 400,
      bbox: [10, 5, 20, 20],
      provenance: { tool: 'box', edits: 0 },
    });
    expect(s.gestures).toEqual(['Draw box']);
    expect(s.selection).toEqual([1000]);
    s.expectUndoRedo();
  });

  test('Shift makes a square, Alt draws from the centre', () => {
    const square = script().down(10, 10).up(20, 13, { shift: true });
    expect(pixelsOf(square.annotation(1000))).toEqual(pixels(rect(10, 10, 10, 10)));
    const centred = script().down(30, 20).up(36, 25, { alt: true });
    expect(pixelsOf(centred.annotation(1000))).toEqual(pixels(rect(24, 15, 12, 10)));
  });

  test('is clipped to the image; outside of it there is nothing', () => {
    expect(pixelsOf(script().drag([-10, -10], [10, 8]).annotation(1000))).toEqual(pixels(rect(0, 0, 10, 8)));
    const outside = script().drag([70, 5], [90, 20]);
    outside.expectUntouched();
    expect(outside.notices).toHaveLength(1);
  });

  test('a click draws nothing', () => {
    script().click(10, 10).expectUntouched();
    script().drag([10, 10], [12, 11]).expectUntouched();
  });

  test('cancel at press and while dragging', () => {
    for (const how of ['cancel', 'Escape'] as const) {
      for (const drag of [false, true]) {
        const s = script().down(10, 5);
        if (drag) s.move([[30, 25]]);
        expect(s.state.kind).toBe('dragging');
        if (how === 'cancel') s.cancel();
        else s.key('Escape');
        s.expectUntouched();
      }
    }
  });

  test('without a category it refuses', () => {
    const s = Object.assign(script(), { categoryId: null }).drag([10, 5], [30, 25]);
    s.expectUntouched();
    expect(s.notices).toHaveLength(1);
  });
});
