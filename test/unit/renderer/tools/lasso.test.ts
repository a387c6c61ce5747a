import { describe, expect, test } from 'vitest';
import { lassoAddTool, lassoCutTool } from '../../../../src-renderer/tools/lasso/lassoTool';
import { pixels, pixelsOf, polygonAnnotation, rect, rectRing, rleAnnotation, ToolScript } from './script';

type Point = readonly [number, number];

/** The border of a rectangle in steps of a pixel, as a hand would go around it. */
function around(x: number, y: number, w: number, h: number): Point[] {
  const points: Point[] = [];
  for (let i = 0; i < w; i++) points.push([x + i, y]);
  for (let i = 0; i < h; i++) points.push([x + w, y + i]);
  for (let i = 0; i < w; i++) points.push([x + w - i, y + h]);
  for (let i = 0; i < h; i++) points.push([x, y + h - i]);
  return points;
}

const draw = <T extends ToolScript<never>>(
  s: T | ToolScript<ReturnType<typeof lassoAddTool.reduce>['state']>,
  points: Point[],
) => {
  const script = s as ToolScript<ReturnType<typeof lassoAddTool.reduce>['state']>;
  return script
    .down(...points[0])
    .move(points.slice(1))
    .up(...points[points.length - 1]);
};
const square = polygonAnnotation(1, [{ outer: rectRing(5, 5, 30, 30), holes: [] }]);

describe('lasso add', () => {
  test('without a selection it draws a new polygon, simplified', () => {
    const s = draw(new ToolScript(lassoAddTool), around(10, 5, 20, 20));
    const { segmentation } = s.annotation(1000);
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(10, 5, 20, 20)));
    expect(segmentation?.kind === 'polygons' && segmentation.parts[0].outer.length).toBeLessThanOrEqual(12);
    expect(s.annotation(1000).provenance).toEqual({ tool: 'lasso', edits: 0 });
    s.expectUndoRedo();
  });

  test('with a selection it adds', () => {
    const s = draw(new ToolScript(lassoAddTool, [square], [1]), around(30, 10, 20, 10));
    expect(pixelsOf(s.annotation(1))).toEqual(pixels((x, y) => rect(5, 5, 30, 30)(x, y) || rect(30, 10, 20, 10)(x, y)));
    expect(s.gestures).toEqual(['Lasso add']);
    s.expectUndoRedo();
  });

  test('keeps every coalesced position', () => {
    const [first, ...rest] = around(10, 5, 20, 20);
    const s = new ToolScript(lassoAddTool)
      .down(...first)
      .rush(rest)
      .up(...rest[rest.length - 1]);
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(10, 5, 20, 20)));
  });

  test('a click or a line draws nothing', () => {
    new ToolScript(lassoAddTool).click(10, 10).expectUntouched();
    draw(new ToolScript(lassoAddTool), [
      [10, 10],
      [30, 10],
    ]).expectUntouched();
  });
});

describe('lasso cut', () => {
  test('takes away from a mask', () => {
    const s = draw(new ToolScript(lassoCutTool, [rleAnnotation(1, rect(5, 5, 30, 30))], [1]), around(0, 10, 20, 10));
    expect(pixelsOf(s.annotation(1))).toEqual(pixels((x, y) => rect(5, 5, 30, 30)(x, y) && !rect(0, 10, 20, 10)(x, y)));
    expect(s.gestures).toEqual(['Lasso cut']);
    s.expectUndoRedo();
  });

  test('inside a polygon it leaves a polygon with a hole', () => {
    const s = draw(new ToolScript(lassoCutTool, [square], [1]), around(10, 10, 10, 10));
    expect(s.annotation(1).segmentation?.kind).toBe('polygons');
    expect(pixelsOf(s.annotation(1))).toEqual(
      pixels((x, y) => rect(5, 5, 30, 30)(x, y) && !rect(10, 10, 10, 10)(x, y)),
    );
  });

  test('without a selection it refuses with a sentence', () => {
    const s = draw(new ToolScript(lassoCutTool, [square]), around(10, 10, 10, 10));
    s.expectUntouched();
    expect(s.notices).toHaveLength(1);
  });
});

describe('cancel', () => {
  test('at press and while drawing', () => {
    for (const tool of [lassoAddTool, lassoCutTool]) {
      for (const how of ['cancel', 'Escape'] as const) {
        for (const drag of [false, true]) {
          const s = new ToolScript(tool, [square], [1]).down(10, 10);
          if (drag) s.move(around(10, 10, 10, 10));
          expect(s.state.kind).toBe('drawing');
          if (how === 'cancel') s.cancel();
          else s.key('Escape');
          s.expectUntouched();
        }
      }
    }
  });

  test('when the annotation goes away', () => {
    const s = new ToolScript(lassoCutTool, [square], [1]).down(10, 10).replace([]);
    expect(s.state.kind).toBe('idle');
  });
});
