import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Annotation } from '@shared/document/types';
import { brushTool, eraserTool } from '../../../../src-renderer/tools/brush/brushTool';
import { DEFAULT_TOOL_SETTINGS } from '../../../../src-renderer/tools/tool';
import { pixels, pixelsOf, polygonAnnotation, rect, rectRing, rleAnnotation, ToolScript } from './script';

type Point = readonly [number, number];

/** The definition, pixel by pixel: centre at most diameter / 2 from a segment of the snapped centre line. */
function stroke(points: readonly Point[], diameter: number): (x: number, y: number) => boolean {
  const snap = (v: number) => (diameter % 2 === 1 ? Math.floor(v) + 0.5 : Math.round(v));
  const line = points.map(([x, y]) => [snap(x), snap(y)] as const);
  return (x, y) => {
    const [px, py] = [x + 0.5, y + 0.5];
    return line.some(([bx, by], i) => {
      const [ax, ay] = line[Math.max(0, i - 1)];
      // Twice the coordinates are whole numbers: BigInt keeps the comparison exact.
      const big = (v: number) => BigInt(Math.round(2 * v));
      const [dx, dy, ex, ey] = [big(bx - ax), big(by - ay), big(px - ax), big(py - ay)];
      const length = dx * dx + dy * dy;
      const along = ex * dx + ey * dy;
      const squared = BigInt(diameter) * BigInt(diameter);
      if (length === 0n || along <= 0n) return ex * ex + ey * ey <= squared;
      if (along >= length) return big(px - bx) ** 2n + big(py - by) ** 2n <= squared;
      return (ex * dy - ey * dx) ** 2n <= squared * length;
    });
  };
}

const script = (
  tool: typeof brushTool,
  diameter: number,
  annotations: readonly Annotation[] = [],
  selection: number[] = [],
) =>
  Object.assign(new ToolScript(tool, annotations, selection), {
    settings: { ...DEFAULT_TOOL_SETTINGS, brushDiameter: diameter },
  });
const brush = (diameter: number, annotations?: readonly Annotation[], selection?: number[]) =>
  script(brushTool, diameter, annotations, selection);
const eraser = (diameter: number, annotations?: readonly Annotation[], selection?: number[]) =>
  script(eraserTool, diameter, annotations, selection);

describe('brush', () => {
  test.each([
    [1, 1],
    [2, 4],
    [3, 9],
    [4, 12],
    [5, 21],
  ])('a click with diameter %i paints %i pixels wherever it lands', (diameter, count) => {
    for (const [x, y] of [
      [20, 20],
      [20.2, 20.9],
      [20.5, 20.5],
    ]) {
      const s = brush(diameter).click(x, y);
      expect(s.annotation(1000).area).toBe(count);
      expect(pixelsOf(s.annotation(1000))).toEqual(pixels(stroke([[x, y]], diameter)));
    }
  });

  test('a stroke without a selection is a new mask, selected', () => {
    const s = brush(6)
      .down(10, 10)
      .move([
        [20, 12],
        [30, 30],
      ])
      .up(30, 30);
    const added = s.annotation(1000);
    expect(added.segmentation?.kind).toBe('rle');
    expect(added).toMatchObject({ categoryId: 1, isCrowd: false, provenance: { tool: 'brush', edits: 0 } });
    expect(pixelsOf(added)).toEqual(
      pixels(
        stroke(
          [
            [10, 10],
            [20, 12],
            [30, 30],
          ],
          6,
        ),
      ),
    );
    expect(s.selection).toEqual([1000]);
    expect(s.gestures).toEqual(['Paint mask']);
    s.expectUndoRedo();
  });

  test('a second stroke that touches what the first has painted goes into the same mask', () => {
    const s = brush(4).click(10, 10).drag([30, 30], [10, 10]);
    expect(s.snapshot.annotations).toHaveLength(1);
    const line: Point[] = [
      [30, 30],
      [10, 10],
    ];
    const both = (x: number, y: number) => stroke([[10, 10]], 4)(x, y) || stroke(line, 4)(x, y);
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(both));
    s.expectUndoRedo();
  });

  test('one beside it, and one after another tool, begins a new annotation', () => {
    const s = brush(4).click(10, 10).click(30, 30);
    expect(s.snapshot.annotations.map(({ id }) => id)).toEqual([1000, 1001]);
    const drawn = polygonAnnotation(1, [{ outer: rectRing(8, 8, 10, 10), holes: [] }]);
    const after = Object.assign(brush(4, [drawn], [1]), { selectedByTool: 'polygon' }).click(10, 10);
    expect(after.annotation(1)).toBe(drawn);
    expect(after.selection).toEqual([1000]);
  });

  test('the user’s own selection is painted on wherever the stroke is', () => {
    const s = brush(4, [rleAnnotation(1, rect(8, 8, 10, 10))], [1]).click(40, 40);
    expect(s.snapshot.annotations.map(({ id }) => id)).toEqual([1]);
    expect(s.annotation(1).area).toBe(112);
  });

  test('Alt erases from what was just painted, and so does the right button where that is set', () => {
    const s = brush(4).click(10, 10).click(10, 10, { alt: true });
    expect(s.snapshot.annotations).toEqual([]);
    const right = { button: 2, buttons: 2 };
    const t = brush(4).click(10, 10).stroke([10, 10], [10, 10], right);
    expect(t.snapshot.annotations).toHaveLength(1);
    t.settings = { ...t.settings, rightErases: true };
    t.stroke([10, 10], [10, 10], right);
    expect(t.snapshot.annotations).toEqual([]);
    expect(t.gestures).toEqual(['Paint mask', 'Erase']);
  });

  test('a fast stroke, all in one event, has no gaps', () => {
    const points: Point[] = [
      [5, 5],
      [40, 8],
      [12, 40],
      [60, 44],
    ];
    const s = brush(3)
      .down(...points[0])
      .rush(points.slice(1))
      .up(60, 44);
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(stroke(points, 3)));
  });

  test('Shift draws a straight line from where the last stroke ended', () => {
    const s = brush(5).click(10, 10).click(50, 30, { shift: true });
    expect(pixelsOf(s.annotation(1000))).toEqual(
      pixels(
        stroke(
          [
            [10, 10],
            [50, 30],
          ],
          5,
        ),
      ),
    );
    expect(s.patches).toHaveLength(2);
    s.expectUndoRedo();
  });

  test('Shift without a stroke before, or on another image, is a plain stroke', () => {
    const s = brush(5).click(50, 30, { shift: true });
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(stroke([[50, 30]], 5)));
    s.snapshot = { ...s.snapshot, imageId: 8, annotations: [] };
    s.selection = [];
    s.click(10, 10, { shift: true });
    expect(pixelsOf(s.annotation(1001))).toEqual(pixels(stroke([[10, 10]], 5)));
  });

  test('a polygon that is painted on becomes the united mask; one that has the pixels stays as it is', () => {
    const square = polygonAnnotation(1, [{ outer: rectRing(5, 5, 20, 20), holes: [] }]);
    const s = brush(6, [square], [1]).click(25, 15);
    expect(s.annotation(1).segmentation?.kind).toBe('rle');
    expect(s.notices).toEqual(['The polygon became a mask: this works on pixels']);
    expect(pixelsOf(s.annotation(1))).toEqual(
      pixels((x, y) => rect(5, 5, 20, 20)(x, y) || stroke([[25, 15]], 6)(x, y)),
    );
    s.expectUndoRedo();
    const same = brush(6, [square], [1]).click(15, 15);
    same.expectUntouched();
    expect(same.notices).toHaveLength(1);
  });

  test('at the border and outside the image', () => {
    const s = brush(9)
      .down(-20, 10)
      .move([
        [3, 3],
        [70, 3],
      ])
      .up(90, 60);
    expect(pixelsOf(s.annotation(1000))).toEqual(
      pixels(
        stroke(
          [
            [-20, 10],
            [3, 3],
            [70, 3],
            [90, 60],
          ],
          9,
        ),
      ),
    );
    brush(9).down(-30, -30).up(-40, -30).expectUntouched();
  });

  test('property: any stroke is the definition, bit for bit', () => {
    const coordinate = (limit: number) => fc.double({ min: -8, max: limit + 8, noNaN: true });
    const points = fc.array(fc.tuple(coordinate(64), coordinate(48)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 17 }), (line, diameter) => {
        const s = brush(diameter).down(...line[0]);
        if (line.length > 1) s.rush(line.slice(1));
        s.up(...line[line.length - 1]);
        const wanted = pixels(stroke(line, diameter));
        const [added] = s.snapshot.annotations;
        expect(added ? pixelsOf(added) : pixels(() => false)).toEqual(wanted);
      }),
      { numRuns: 150 },
    );
  });
});

describe('eraser', () => {
  test('takes the stroke from the selected mask', () => {
    const s = eraser(7, [rleAnnotation(1, rect(5, 5, 30, 30))], [1])
      .down(10, 10)
      .move([[50, 40]])
      .up(50, 40);
    const wanted = (x: number, y: number) =>
      rect(5, 5, 30, 30)(x, y) &&
      !stroke(
        [
          [10, 10],
          [50, 40],
        ],
        7,
      )(x, y);
    expect(pixelsOf(s.annotation(1))).toEqual(pixels(wanted));
    expect(s.annotation(1).provenance).toEqual({ tool: 'import', edits: 1 });
    expect(s.gestures).toEqual(['Erase']);
    s.expectUndoRedo();
  });

  test('the last pixel takes the annotation with it, and undo brings it back', () => {
    const s = eraser(20, [rleAnnotation(1, rect(5, 5, 4, 4))], [1]).click(7, 7);
    expect(s.snapshot.annotations).toEqual([]);
    expect(s.selection).toEqual([]);
    s.expectUndoRedo();
  });

  test('without a selection it does nothing and says so', () => {
    const s = eraser(7, [rleAnnotation(1, rect(5, 5, 30, 30))], []).move([[8, 8]]);
    expect(eraserTool.hint(s.state, s.context)).toMatchObject({ cursor: 'not-allowed' });
    s.click(10, 10).expectUntouched();
    expect(s.notices).toEqual(['Select the annotation to cut from first']);
  });
});

describe('cancel', () => {
  test.each(['press', 'stroke'])('at %s', (stage) => {
    for (const tool of [brush, eraser]) {
      for (const how of ['cancel', 'Escape'] as const) {
        const s = tool(5, [rleAnnotation(1, rect(5, 5, 30, 30))], [1]).down(10, 10);
        if (stage === 'stroke')
          s.move([
            [40, 40],
            [50, 5],
          ]);
        expect(s.state.kind).toBe('painting');
        if (how === 'cancel') s.cancel();
        else s.key('Escape');
        s.expectUntouched();
      }
    }
  });

  test('when the annotation goes away under the stroke', () => {
    const s = brush(5, [rleAnnotation(1, rect(5, 5, 30, 30))], [1])
      .down(10, 10)
      .replace([]);
    expect(s.state.kind).toBe('idle');
  });
});

describe('preview', () => {
  test('counts revisions as they are shown; the dirty region holds everything between two of them', () => {
    const s = brush(3).down(10, 10);
    const shape = () => {
      const [first] = brushTool.preview(s.state, s.context);
      if (first.kind !== 'pixels') throw new Error(first.kind);
      return first;
    };
    expect(shape()).toMatchObject({ revision: 1, tone: 'accent' });
    expect(shape()).toBe(shape());
    const before = s.state;
    let state = before;
    for (const x of [20, 30]) {
      const point = { x, y: 10 };
      const modifiers = { shift: false, alt: false, ctrl: false };
      const event = {
        type: 'move',
        point,
        coalesced: [point],
        button: -1,
        buttons: 1,
        modifiers,
        pressure: 0.5,
      } as const;
      ({ state } = brushTool.reduce(state, { ...event, pointer: 'mouse', scale: 1 }, s.context));
    }
    s.state = state;
    const { revision, dirty, box, data } = shape();
    expect(revision).toBe(2);
    const [x, y, w, h] = dirty!;
    expect([x <= 11, y <= 9, x + w >= 32, y + h >= 12]).toEqual([true, true, true, true]);
    expect(data).toHaveLength(box[2] * box[3]);
  });

  test('the ring sits where the pixels will be', () => {
    const s = brush(1).move([[10.9, 10.1]]);
    expect(brushTool.preview(s.state, s.context)).toEqual([
      { kind: 'circle', center: { x: 10.5, y: 10.5 }, radius: 0.5, tone: 'accent', dashed: false },
    ]);
  });
});
