import { describe, expect, test } from 'vitest';
import type { PolygonPart } from '@shared/geometry/polygon';
import { selectTool } from '../../../../src-renderer/tools/select/selectTool';
import { previewBounds } from '../../../../src-renderer/tools/previewBounds';
import { isUnhandled } from '../../../../src-renderer/tools/tool';
import { annotationOf, pixels, pixelsOf, polygonAnnotation, rect, rectRing, rleAnnotation, ToolScript } from './script';

const mask = rleAnnotation(1, rect(5, 5, 10, 10));
const above = rleAnnotation(2, rect(10, 10, 10, 10));
const polygon = polygonAnnotation(3, [{ outer: rectRing(30, 5, 20, 20), holes: [rectRing(35, 10, 8, 8)] }]);
const all = [mask, above, polygon];

const script = (selection: readonly number[] = [], annotations = all) =>
  new ToolScript(selectTool, annotations, selection);
const partsOf = (s: ToolScript<never> | ReturnType<typeof script>, id: number): readonly PolygonPart[] => {
  const { segmentation } = s.annotation(id);
  return segmentation?.kind === 'polygons' ? segmentation.parts : [];
};

describe('picking', () => {
  test('a click selects the topmost, on nothing it clears', () => {
    const s = script().click(12, 12);
    expect(s.selection).toEqual([2]);
    expect(s.click(60, 40).selection).toEqual([]);
    s.expectUntouched();
  });

  test('Shift adds and takes away, in the order of the clicks', () => {
    const s = script([2]).click(6, 6, { shift: true });
    expect(s.selection).toEqual([2, 1]);
    expect(s.click(18, 18, { shift: true }).selection).toEqual([1]);
    expect(s.click(60, 40, { shift: true }).selection).toEqual([1]);
    s.expectUntouched();
  });

  test('Ctrl adds and takes away by a click, and leaves all as it is beside annotations', () => {
    const s = script([2]).click(6, 6, { ctrl: true });
    expect(s.selection).toEqual([2, 1]);
    expect(s.click(18, 18, { ctrl: true }).selection).toEqual([1]);
    expect(s.click(60, 40, { ctrl: true }).selection).toEqual([1]);
    s.expectUntouched();
  });

  test('Alt picks what lies beneath, and goes round', () => {
    const s = script([2], [mask, above]).click(12, 12, { alt: true });
    expect(s.selection).toEqual([1]);
    expect(s.click(12, 12, { alt: true }).selection).toEqual([2]);
  });

  test('a marquee selects what has a pixel in it', () => {
    const s = script().drag([0, 0], [10, 10]);
    expect(s.selection).toEqual([1]);
    // The box of annotation 3 overlaps this one, but only its hole lies in it.
    expect(script().drag([36, 30], [36.5, 28]).selection).toEqual([]);
    expect(script().drag([42, 17], [37, 12], { ctrl: true }).selection).toEqual([]);
    expect(script().drag([63, 0], [17, 12]).selection).toEqual([2, 3]);
    s.expectUntouched();
  });

  test('a marquee with Shift adds; with Ctrl it may start on an annotation', () => {
    expect(script([3]).drag([0, 0], [8, 8], { shift: true }).selection).toEqual([3, 1]);
    expect(script().drag([7, 7], [12, 12], { ctrl: true }).selection).toEqual([1, 2]);
  });

  test('locked and hidden ones are not picked', () => {
    const s = script([], [{ ...mask, locked: true }, above]);
    s.hidden = new Set([2]);
    expect(s.click(12, 12).selection).toEqual([]);
    expect(s.drag([60, 40], [0, 0]).selection).toEqual([]);
  });
});

describe('moving', () => {
  test('shows the same outlines for the whole drag, as far off as they will come to lie', () => {
    const s = script([1, 3]).down(7, 7);
    const shown = (to: readonly [number, number]) => selectTool.preview(s.move([to]).state, s.context)[0];
    const [first, second] = [shown([11.4, 9.6]), shown([13, 9])];
    expect([first, second].map((shape) => shape.kind === 'moved' && shape.by)).toEqual([
      [4, 3],
      [6, 2],
    ]);
    if (first.kind !== 'moved' || second.kind !== 'moved') return;
    expect(second.outlines).toBe(first.outlines);
    expect(first.outlines.length).toBe(2);
    expect(previewBounds([second])).toEqual([11, 7, 45, 20]);
  });

  test('a drag moves masks and polygons together by whole pixels', () => {
    const s = script([1, 3]).drag([7, 7], [11.4, 9.6]);
    expect(pixelsOf(s.annotation(1))).toEqual(pixels(rect(9, 8, 10, 10)));
    expect(partsOf(s, 3)).toEqual([{ outer: rectRing(34, 8, 20, 20), holes: [rectRing(39, 13, 8, 8)] }]);
    expect(s.annotation(2)).toBe(above);
    expect(s.gestures).toEqual(['Move']);
    s.expectUndoRedo();
  });

  test('pressing an unselected annotation selects and moves it', () => {
    const s = script([3]).drag([11, 18], [14, 20]);
    expect(s.selection).toEqual([2]);
    expect(pixelsOf(s.annotation(2))).toEqual(pixels(rect(13, 12, 10, 10)));
    expect(s.annotation(3)).toBe(polygon);
  });

  test('a drag on the selected one moves it even below another; a click there picks the other', () => {
    const s = script([1]).drag([12, 12], [13, 16]);
    expect(pixelsOf(s.annotation(1))).toEqual(pixels(rect(6, 9, 10, 10)));
    expect(script([1]).click(12, 12).selection).toEqual([2]);
  });

  test('the image border stops all of them; with Alt they are cut off', () => {
    const s = script([1]).drag([7, 7], [0, -20]);
    expect(pixelsOf(s.annotation(1))).toEqual(pixels(rect(0, 0, 10, 10)));
    const cut = script([1], [mask])
      .down(7, 7)
      .move(
        [
          [2, 7],
          [0, -1],
        ],
        { alt: true },
      )
      .up(0, -1, { alt: true });
    expect(pixelsOf(cut.annotation(1))).toEqual(pixels(rect(0, 0, 8, 7)));
    cut.expectUndoRedo();
  });

  test('with Alt nothing can be lost wholly', () => {
    const s = script([1], [mask])
      .down(7, 7)
      .move([[-20, 7]], { alt: true })
      .up(-20, 7, { alt: true });
    s.expectUntouched();
    expect(s.notices).toHaveLength(1);
  });

  test('a tremble is a click', () => {
    script([1]).drag([7, 7], [8, 8]).expectUntouched();
  });

  test('a box without a mask moves too', () => {
    const s = script([9], [annotationOf(9, null, { bbox: [5, 5, 10, 10], area: 100 })]).drag([7, 7], [17, 9]);
    expect(s.annotation(9)).toMatchObject({ bbox: [15, 7, 10, 10], area: 100, segmentation: null });
  });
});

describe('arrow keys', () => {
  test('nudge by one pixel, with Shift by ten, and stop at the border', () => {
    const s = script([1], [mask]).key('ArrowRight').key('ArrowDown', { shift: true });
    expect(pixelsOf(s.annotation(1))).toEqual(pixels(rect(6, 15, 10, 10)));
    s.key('ArrowLeft', { shift: true });
    expect(pixelsOf(s.annotation(1))).toEqual(pixels(rect(0, 15, 10, 10)));
    expect(s.gestures).toEqual(['Nudge', 'Nudge', 'Nudge']);
    s.key('ArrowLeft', { alt: true });
    expect(pixelsOf(s.annotation(1))).toEqual(pixels(rect(0, 15, 9, 10)));
    s.expectUndoRedo();
  });

  test('are free for the window without a selection', () => {
    const s = script();
    const event = { type: 'key', key: 'ArrowLeft', modifiers: { shift: false, alt: false, ctrl: false } } as const;
    expect(isUnhandled(s.state, selectTool.reduce(s.state, event, s.context))).toBe(true);
  });
});

describe('scaling', () => {
  // The frame lies 10 view pixels outside the shape.
  test('the corner handle of a mask: pixel centres are looked up in the source', () => {
    const ragged = rleAnnotation(1, (x, y) => rect(10, 10, 10, 8)(x, y) && (x + y) % 3 !== 0);
    const [x, y, w, h] = ragged.bbox;
    const s = script([1], [ragged]).drag([x + w + 10, y + h + 10], [x + w + 17, y + h + 15]);
    const [toW, toH] = [w + 7, h + 5];
    const wanted = pixels((px, py) => {
      const sx = Math.floor(x + ((px + 0.5 - x) * w) / toW);
      const sy = Math.floor(y + ((py + 0.5 - y) * h) / toH);
      return rect(x, y, toW, toH)(px, py) && rect(10, 10, 10, 8)(sx, sy) && (sx + sy) % 3 !== 0;
    });
    expect(pixelsOf(s.annotation(1))).toEqual(wanted);
    expect(s.gestures).toEqual(['Scale']);
    s.expectUndoRedo();
  });

  test('a side handle scales one axis of a polygon with its hole', () => {
    const small = polygonAnnotation(3, [{ outer: rectRing(20, 12, 10, 20), holes: [rectRing(22, 14, 4, 4)] }]);
    const s = script([3], [small]).drag([40, 22], [50, 30]);
    expect(partsOf(s, 3)).toEqual([{ outer: rectRing(20, 12, 20, 20), holes: [rectRing(24, 14, 8, 4)] }]);
    s.expectUndoRedo();
  });

  test('Shift keeps the ratio, Alt the centre', () => {
    const square = rleAnnotation(1, rect(20, 15, 10, 10));
    const shift = script([1], [square])
      .down(40, 35)
      .move([[46, 36]], { shift: true })
      .up(46, 36, { shift: true });
    expect(pixelsOf(shift.annotation(1))).toEqual(pixels(rect(20, 15, 16, 16)));
    const alt = script([1], [square])
      .down(40, 35)
      .move([[44, 38]], { alt: true })
      .up(44, 38, { alt: true });
    expect(pixelsOf(alt.annotation(1))).toEqual(pixels(rect(16, 12, 18, 16)));
  });

  test('a click on a handle over another annotation selects that one', () => {
    const s = script([3]).click(18, 15);
    expect(s.selection).toEqual([2]);
    s.expectUntouched();
  });

  test('stops at the image border and at one pixel', () => {
    const square = rleAnnotation(1, rect(20, 15, 10, 10));
    const grown = script([1], [square]).drag([40, 35], [200, 200]);
    expect(pixelsOf(grown.annotation(1))).toEqual(pixels(rect(20, 15, 44, 33)));
    const shrunk = script([1], [square]).drag([10, 5], [100, 100]);
    expect(pixelsOf(shrunk.annotation(1))).toEqual(pixels(rect(29, 24, 1, 1)));
  });
});

describe('vertices', () => {
  test('a drag moves one, kept inside the image', () => {
    const s = script([3]).drag([50, 5], [80, 2]);
    expect(partsOf(s, 3)[0].outer).toEqual([30, 5, 64, 2, 50, 25, 30, 25]);
    expect(s.gestures).toEqual(['Move vertex']);
    expect(s.annotation(3).provenance?.edits).toBe(1);
    s.expectUndoRedo();
  });

  test('a vertex of a hole too', () => {
    const s = script([3]).drag([35, 10], [32, 7]);
    expect(partsOf(s, 3)[0].holes).toEqual([[32, 7, 43, 10, 43, 18, 35, 18]]);
    s.expectUndoRedo();
  });

  test('a click on an edge inserts one there, a drag takes it along', () => {
    const big = polygonAnnotation(3, [{ outer: rectRing(20, 10, 30, 30), holes: [] }]);
    const clicked = script([3], [big]).click(35, 11);
    expect(partsOf(clicked, 3)[0].outer).toEqual([20, 10, 35, 10, 50, 10, 50, 40, 20, 40]);
    expect(clicked.gestures).toEqual(['Insert vertex']);
    const closing = script([3], [big]).drag([20, 25], [10, 24]);
    expect(partsOf(closing, 3)[0].outer).toEqual([20, 10, 50, 10, 50, 40, 20, 40, 10, 24]);
    closing.expectUndoRedo();
  });

  test('Alt-click or Delete removes one', () => {
    const alt = script([3]).click(50, 25, { alt: true });
    expect(partsOf(alt, 3)[0].outer).toEqual([30, 5, 50, 5, 30, 25]);
    const key = script([3]).click(50, 25).key('Delete');
    expect(partsOf(key, 3)[0].outer).toEqual([30, 5, 50, 5, 30, 25]);
    expect(key.gestures).toEqual(['Delete vertex']);
    key.expectUndoRedo();
  });

  test('a hole of three vertices goes as a whole, the last ring stays', () => {
    const parts = [{ outer: [10, 5, 40, 5, 10, 40], holes: [[15, 10, 25, 10, 15, 20]] }];
    const s = script([3], [polygonAnnotation(3, parts)]).click(15, 20, { alt: true });
    expect(partsOf(s, 3)).toEqual([{ outer: parts[0].outer, holes: [] }]);
    s.click(10, 40, { alt: true });
    expect(s.patches).toHaveLength(1);
    expect(s.notices).toHaveLength(1);
    s.expectUndoRedo();
  });

  test("Delete without an active vertex is the window's", () => {
    const s = script([3]);
    const event = { type: 'key', key: 'Delete', modifiers: { shift: false, alt: false, ctrl: false } } as const;
    expect(isUnhandled(s.state, selectTool.reduce(s.state, event, s.context))).toBe(true);
  });

  test('only of one selected polygon that is not locked', () => {
    script([1, 3]).click(50, 25, { alt: true }).expectUntouched();
    script([3], [{ ...polygon, locked: true }])
      .drag([50, 5], [60, 2])
      .expectUntouched();
  });
});

describe('cancel', () => {
  const stages: [string, (s: ReturnType<typeof script>) => unknown][] = [
    ['press', (s) => s.down(36, 6)],
    ['marquee', (s) => s.down(60, 40).move([[50, 30]])],
    [
      'move',
      (s) =>
        s.down(45, 20).move([
          [50, 30],
          [40, 20],
        ]),
    ],
    [
      'scale',
      (s) =>
        s.down(60, 35).move([
          [61, 44],
          [62, 44],
        ]),
    ],
    ['vertex', (s) => s.down(50, 5).move([[55, 8]])],
    ['insert', (s) => s.down(40, 25).move([[40, 30]])],
  ];
  test.each(stages)('at %s', (_, go) => {
    for (const how of ['cancel', 'Escape'] as const) {
      const s = script([3]);
      go(s);
      expect(s.state.kind).not.toBe('idle');
      if (how === 'cancel') s.cancel();
      else s.key('Escape');
      s.expectUntouched();
      expect(s.selection).toEqual([3]);
    }
  });

  test('Esc goes up one level at a time', () => {
    const s = script([3]).click(50, 25).key('Escape');
    expect(s.selection).toEqual([3]);
    expect(s.key('Escape').selection).toEqual([]);
    const event = { type: 'key', key: 'Escape', modifiers: { shift: false, alt: false, ctrl: false } } as const;
    expect(isUnhandled(s.state, selectTool.reduce(s.state, event, s.context))).toBe(true);
  });

  test('when the annotation changes under a drag', () => {
    for (const go of [stages[2], stages[3], stages[4]]) {
      const s = script([3]);
      go[1](s);
      expect(s.replace([mask, above, { ...polygon }]).state.kind).toBe('idle');
    }
  });
});
