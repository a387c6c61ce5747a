import { describe, expect, test } from 'vitest';
import type { Annotation } from '@shared/document/types';
import { splitTool } from '../../../../src-renderer/tools/split/splitTool';
import { pixels, pixelsOf, polygonAnnotation, rect, rectRing, rleAnnotation, ToolScript } from './script';

const mask = rleAnnotation(1, rect(5, 5, 30, 20), { isCrowd: true, extra: { attributes: { truncated: true } } });
const script = (selection: readonly number[] = [1]) => new ToolScript(splitTool, [mask], selection);

const outerOf = ({ segmentation }: Annotation) => ({
  outer: segmentation?.kind === 'polygons' ? segmentation.parts[0].outer : [],
});

describe('split', () => {
  test('a drag cuts in two: the larger piece stays the annotation', () => {
    const s = script().drag([15, 0], [15, 40]);
    expect(pixelsOf(s.annotation(1))).toEqual(pixels(rect(15, 5, 20, 20)));
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(5, 5, 10, 20)));
    expect(s.annotation(1000)).toMatchObject({ categoryId: 3, isCrowd: true, extra: mask.extra, zOrder: mask.zOrder });
    expect(s.annotation(1000).provenance).toEqual({ tool: 'split', edits: 0 });
    expect(s.selection).toEqual([1, 1000]);
    expect(s.gestures).toEqual(['Split']);
    s.expectUndoRedo();
  });

  test.each(['Enter', 'double click'])('clicks make a bent cut, %s ends it', (how) => {
    const s = script().click(20, 0).click(20, 15);
    if (how === 'Enter') s.click(60, 15).key('Enter');
    else s.doubleClick(60, 15);
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(20, 5, 15, 10)));
    expect(pixelsOf(s.annotation(1))).toEqual(pixels((x, y) => rect(5, 5, 30, 20)(x, y) && !rect(20, 5, 15, 10)(x, y)));
    s.expectUndoRedo();
  });

  test('a slanted cut gives each pixel to the side of its centre', () => {
    const s = script().drag([0, 8], [40, 21]);
    const isAbove = (x: number, y: number) => (y + 0.5 - 8) * 40 < (x + 0.5) * 13;
    const [above, below] = [1, 1000].map((id) => pixelsOf(s.annotation(id)));
    const wanted = [true, false].map((side) => pixels((x, y) => rect(5, 5, 30, 20)(x, y) && isAbove(x, y) === side));
    expect([above, below].sort((a, b) => b[5 * 64 + 20] - a[5 * 64 + 20])).toEqual(wanted);
  });

  describe('a polygon', () => {
    const polygon = polygonAnnotation(1, [{ outer: [5.25, 5, 34.75, 5.5, 35, 25.125, 5, 24.9], holes: [] }]);
    const cut = (from: readonly [number, number], to: readonly [number, number], annotation = polygon) =>
      new ToolScript(splitTool, [annotation], [1]).drag(from, to);

    test('gives polygons that share the cut; the other vertices keep their numbers', () => {
      const s = cut([15, 0], [15, 40]);
      expect(s.annotation(1).segmentation).toEqual({
        kind: 'polygons',
        parts: [{ outer: [34.75, 5.5, 35, 25.125, 15, 24.98, 15, 5.17], holes: [] }],
      });
      expect(s.annotation(1000).segmentation).toEqual({
        kind: 'polygons',
        parts: [{ outer: [5.25, 5, 15, 5.17, 15, 24.98, 5, 24.9], holes: [] }],
      });
      expect(s.notices).toEqual([]);
      s.expectUndoRedo();
    });

    test('a cut that ends inside, or in a hole, divides nothing', () => {
      for (const s of [
        cut([15, 0], [15, 20]),
        cut([15, 15], [25, 15]),
        cut([20, 15], [20, 40], polygonAnnotation(1, [{ ...outerOf(polygon), holes: [rectRing(15, 10, 10, 10)] }])),
      ]) {
        s.expectUntouched();
        expect(s.notices).toEqual(['The line does not divide the selected annotation']);
      }
    });

    test('through a hole, both sides have half of it; a part that is not cut stays as it is and goes with its side', () => {
      const far = { outer: rectRing(2, 40.5, 4, 4), holes: [] };
      const holed = polygonAnnotation(1, [{ outer: rectRing(5, 5, 30, 20), holes: [rectRing(15, 10, 10, 10)] }, far]);
      const s = cut([20, 0], [20, 30], holed);
      const parts = [1, 1000].map((id) => {
        const { segmentation } = s.annotation(id);
        return segmentation?.kind === 'polygons' ? segmentation.parts : [];
      });
      expect(parts.map((each) => each.length).sort()).toEqual([1, 2]);
      expect(parts.flat().every(({ holes }) => holes.length === 0)).toBe(true);
      expect(parts.find((each) => each.length === 2)).toContain(far);
      const both = [1, 1000].map((id) => pixelsOf(s.annotation(id)));
      expect(both[0].map((value, i) => value + both[1][i])).toEqual(pixelsOf(holed));
    });

    test('a bent cut that leaves and comes back makes three pieces', () => {
      const s = new ToolScript(splitTool, [polygon], [1]).click(12, 0).click(18, 40).click(28, 40).click(28, 0);
      s.key('Enter');
      expect(s.snapshot.annotations.map(({ segmentation }) => segmentation?.kind)).toEqual(Array(3).fill('polygons'));
      s.expectUndoRedo();
    });
  });

  test('several selected are cut in one gesture; one that the line misses stays as it is', () => {
    const second = polygonAnnotation(2, [{ outer: rectRing(5, 30, 30, 10), holes: [] }]);
    const third = rleAnnotation(3, rect(50, 5, 4, 4));
    const s = new ToolScript(splitTool, [mask, second, third], [1, 2, 3]).drag([15, 0], [15, 47]);
    expect(s.snapshot.annotations).toHaveLength(5);
    expect(s.annotation(3)).toBe(third);
    expect(s.patches).toHaveLength(1);
    s.expectUndoRedo();
  });

  test('a line that does not cross changes nothing and says so', () => {
    const s = script().drag([15, 0], [15, 20]);
    s.expectUntouched();
    expect(s.notices).toHaveLength(1);
  });

  test('Backspace takes back a point, one point is no cut', () => {
    const s = script().click(20, 0).click(3, 3).key('Backspace').click(20, 40).key('Enter');
    expect(pixelsOf(s.annotation(1))).toEqual(pixels(rect(5, 5, 15, 20)));
    const one = script().click(20, 0).key('Enter');
    expect(one.notices).toHaveLength(1);
    one.key('Backspace').expectUntouched();
  });

  test.each([
    ['nothing', []],
    ['a locked one', [1]],
  ])('with %s selected it refuses', (_, selection) => {
    const s = new ToolScript(splitTool, [{ ...mask, locked: true }], selection).drag([15, 0], [15, 40]);
    s.expectUntouched();
    expect(s.notices).toHaveLength(1);
  });

  test('cancel at press, after a click, and under a changed document', () => {
    for (const stage of [1, 2]) {
      for (const how of ['cancel', 'Escape'] as const) {
        const s =
          stage === 1
            ? script().down(20, 0)
            : script()
                .click(20, 0)
                .click(30, 9)
                .move([[31, 9]]);
        expect(s.state.kind).toBe('drawing');
        if (how === 'cancel') s.cancel();
        else s.key('Escape');
        s.expectUntouched();
      }
    }
    expect(script().click(20, 0).replace([]).state.kind).toBe('idle');
  });
});
