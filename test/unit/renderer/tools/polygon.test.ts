import { describe, expect, test } from 'vitest';
import { polygonTool } from '../../../../src-renderer/tools/polygon/polygonTool';
import { isUnhandled } from '../../../../src-renderer/tools/tool';
import { pixels, pixelsOf, polygonAnnotation, rect, rectRing, rleAnnotation, ToolScript } from './script';

const script = (...more: ConstructorParameters<typeof ToolScript> extends [unknown, ...infer Rest] ? Rest : never) =>
  new ToolScript(polygonTool, ...more);

const corners = [
  [10, 5],
  [30, 5],
  [30, 25],
  [10, 25],
] as const;

function clickCorners(to = script()) {
  for (const [x, y] of corners) to.click(x, y);
  return to;
}

describe('drawing by clicks', () => {
  test.each([
    ['a click on the first vertex', (s: ReturnType<typeof script>) => s.click(13, 8)],
    ['Enter', (s: ReturnType<typeof script>) => s.key('Enter')],
  ])('closes with %s', (_, close) => {
    const drawn = close(clickCorners());
    const added = drawn.annotation(1000);
    expect(added.segmentation).toEqual({ kind: 'polygons', parts: [{ outer: corners.flat(), holes: [] }] });
    expect(pixelsOf(added)).toEqual(pixels(rect(10, 5, 20, 20)));
    expect(added).toMatchObject({ categoryId: 1, area: 400, bbox: [10, 5, 20, 20], isCrowd: false, locked: false });
    expect(added.provenance).toEqual({ tool: 'polygon', edits: 0 });
    expect(drawn.gestures).toEqual(['Draw polygon']);
    expect(drawn.selection).toEqual([1000]);
    expect(drawn.state.kind).toBe('idle');
    drawn.expectUndoRedo();
  });

  test('a double click adds its vertex once and closes', () => {
    const drawn = script().click(10, 5).click(30, 5).click(30, 25).doubleClick(10, 25);
    expect(pixelsOf(drawn.annotation(1000))).toEqual(pixels(rect(10, 5, 20, 20)));
    drawn.expectUndoRedo();
  });

  test('a double click that closes on the first vertex leaves nothing behind', () => {
    const drawn = clickCorners().doubleClick(10, 5);
    expect(drawn.snapshot.annotations).toHaveLength(1);
    expect(drawn.state.kind).toBe('idle');
  });

  test('the snap distance is view pixels', () => {
    const near = clickCorners(Object.assign(script(), { scale: 4 })).click(11.9, 5);
    expect(near.snapshot.annotations).toHaveLength(1);
    const far = clickCorners(Object.assign(script(), { scale: 4 })).click(12.1, 5);
    expect(far.snapshot.annotations).toHaveLength(0);
    expect(far.state.kind).toBe('drawing');
  });

  test('Backspace and Ctrl+Z take back the last vertex, in the end all of it', () => {
    const drawn = clickCorners().click(2, 40).click(50, 40).key('Backspace').key('z', { ctrl: true }).key('Enter');
    expect(pixelsOf(drawn.annotation(1000))).toEqual(pixels(rect(10, 5, 20, 20)));
    script().click(10, 5).click(20, 5).key('Backspace').key('Backspace').expectUntouched();
  });

  test('lies on top', () => {
    const below = rleAnnotation(4, rect(0, 0, 5, 5), { zOrder: 12 });
    expect(
      clickCorners(script([below]))
        .key('Enter')
        .annotation(1000).zOrder,
    ).toBe(13);
  });

  test('is clipped to the image', () => {
    const drawn = script().click(50, -10).click(90, -10).click(90, 20).click(50, 20).key('Enter');
    const { segmentation } = drawn.annotation(1000);
    expect(pixelsOf(drawn.annotation(1000))).toEqual(pixels(rect(50, 0, 14, 20)));
    expect(segmentation?.kind === 'polygons' && segmentation.parts[0].outer.length).toBe(8);
    const outside = script().click(70, 5).click(90, 5).click(90, 20).key('Enter');
    expect(outside.notices).toHaveLength(1);
    // What was drawn is not thrown away for it: its vertices can be taken back.
    expect(outside.state.kind).toBe('drawing');
    outside.key('Escape').expectUntouched();
  });
});

describe('free-hand', () => {
  const around = [
    [30, 5],
    [30, 15],
    [30, 25],
    [20, 25],
    [10, 25],
    [10, 15],
    [10, 6],
  ] as const;

  test('a drag that comes back to the start is one gesture, simplified', () => {
    const drawn = script()
      .down(10, 5)
      .move([[20, 5], ...around])
      .up(10, 6);
    expect(pixelsOf(drawn.annotation(1000))).toEqual(pixels(rect(10, 5, 20, 20)));
    const { segmentation } = drawn.annotation(1000);
    expect(segmentation?.kind === 'polygons' && segmentation.parts[0].outer).toEqual(corners.flat());
    drawn.expectUndoRedo();
  });

  test('keeps every coalesced position', () => {
    const drawn = script()
      .down(10, 5)
      .rush([[20, 5], ...around])
      .up(10, 6);
    expect(pixelsOf(drawn.annotation(1000))).toEqual(pixels(rect(10, 5, 20, 20)));
  });

  test('a drag that ends elsewhere goes on by clicks', () => {
    const drawn = script().drag([10, 5], [30, 5]);
    expect(drawn.state.kind).toBe('drawing');
    drawn.click(30, 25).click(10, 25).key('Enter');
    expect(pixelsOf(drawn.annotation(1000))).toEqual(pixels(rect(10, 5, 20, 20)));
  });
});

describe('into the selected annotation', () => {
  const square = polygonAnnotation(1, [{ outer: rectRing(5, 5, 30, 30), holes: [] }]);
  const drawRing = (s: ReturnType<typeof script>, ring: number[], keys: { shift?: boolean; alt?: boolean }) => {
    s.scale = 8;
    s.click(ring[0], ring[1], keys);
    for (let i = 2; i < ring.length; i += 2) s.click(ring[i], ring[i + 1]);
    return s.key('Enter');
  };

  test('Alt cuts a hole that stays a polygon', () => {
    const s = drawRing(script([square], [1]), rectRing(10, 10, 8, 8), { alt: true });
    const parts = [{ outer: rectRing(5, 5, 30, 30), holes: [rectRing(10, 10, 8, 8)] }];
    expect(s.annotation(1).segmentation).toEqual({ kind: 'polygons', parts });
    expect(pixelsOf(s.annotation(1))).toEqual(pixels((x, y) => rect(5, 5, 30, 30)(x, y) && !rect(10, 10, 8, 8)(x, y)));
    expect(s.annotation(1).provenance).toEqual({ tool: 'import', edits: 1 });
    expect(s.gestures).toEqual(['Cut polygon hole']);
    s.expectUndoRedo();
  });

  test('Alt across the border stays a polygon of exactly what is left', () => {
    const s = drawRing(script([square], [1]), rectRing(0, 10, 20, 10), { alt: true });
    expect(s.annotation(1).segmentation?.kind).toBe('polygons');
    expect(pixelsOf(s.annotation(1))).toEqual(pixels((x, y) => rect(5, 5, 30, 30)(x, y) && !rect(0, 10, 20, 10)(x, y)));
    s.expectUndoRedo();
  });

  test('Alt over everything removes the annotation', () => {
    const s = drawRing(script([square], [1]), rectRing(0, 0, 60, 40), { alt: true });
    expect(s.snapshot.annotations).toEqual([]);
    s.expectUndoRedo();
  });

  test('Shift adds a part, and an island in a hole', () => {
    const holed = polygonAnnotation(1, [{ outer: rectRing(5, 5, 30, 30), holes: [rectRing(10, 10, 20, 20)] }]);
    const s = drawRing(script([holed], [1]), rectRing(40, 5, 10, 10), { shift: true });
    drawRing(s, rectRing(15, 15, 4, 4), { shift: true });
    const { segmentation } = s.annotation(1);
    expect(segmentation?.kind === 'polygons' && segmentation.parts.length).toBe(3);
    const ringed = (x: number, y: number) => rect(5, 5, 30, 30)(x, y) && !rect(10, 10, 20, 20)(x, y);
    const wanted = (x: number, y: number) => ringed(x, y) || rect(40, 5, 10, 10)(x, y) || rect(15, 15, 4, 4)(x, y);
    expect(pixelsOf(s.annotation(1))).toEqual(pixels(wanted));
    s.expectUndoRedo();
  });

  test('Shift with overlap stays one polygon', () => {
    const s = drawRing(script([square], [1]), rectRing(30, 20, 20, 10), { shift: true });
    expect(s.annotation(1).segmentation?.kind).toBe('polygons');
    expect(pixelsOf(s.annotation(1))).toEqual(pixels((x, y) => rect(5, 5, 30, 30)(x, y) || rect(30, 20, 20, 10)(x, y)));
  });

  test('into a mask, and into a box without one', () => {
    const mask = drawRing(script([rleAnnotation(1, rect(0, 0, 4, 4))], [1]), rectRing(10, 10, 5, 5), { shift: true });
    expect(pixelsOf(mask.annotation(1))).toEqual(pixels((x, y) => rect(0, 0, 4, 4)(x, y) || rect(10, 10, 5, 5)(x, y)));
    const boxOnly = { ...square, segmentation: null };
    const box = drawRing(script([boxOnly], [1]), rectRing(10, 10, 5, 5), { shift: true });
    expect(box.annotation(1).segmentation).toEqual({
      kind: 'polygons',
      parts: [{ outer: rectRing(10, 10, 5, 5), holes: [] }],
    });
    box.expectUndoRedo();
  });

  test.each([
    ['nothing selected', [], false],
    ['two selected', [1, 2], false],
    ['a locked one selected', [1], true],
  ])('Alt with %s is refused with a sentence', (_, selection, locked) => {
    const s = script([{ ...square, locked }, rleAnnotation(2, rect(0, 0, 4, 4))], selection);
    s.click(10, 10, { alt: true }).expectUntouched();
    expect(s.notices).toHaveLength(1);
  });

  test('a hole over background changes nothing and says so', () => {
    const s = drawRing(script([square], [1]), rectRing(40, 10, 8, 8), { alt: true });
    expect(s.notices).toHaveLength(1);
    s.key('Escape').expectUntouched();
  });
});

describe('cancel', () => {
  const stages: [string, (s: ReturnType<typeof script>) => unknown][] = [
    ['first press', (s) => s.down(10, 5)],
    ['first vertex', (s) => s.click(10, 5)],
    ['four vertices', (s) => clickCorners(s)],
    [
      'free-hand',
      (s) =>
        s.down(10, 5).move([
          [20, 5],
          [30, 9],
        ]),
    ],
    [
      'free-hand after clicks',
      (s) =>
        s
          .click(10, 5)
          .down(30, 5)
          .move([
            [40, 15],
            [45, 19],
          ]),
    ],
  ];
  test.each(stages)('at %s', (_, go) => {
    for (const how of ['cancel', 'Escape'] as const) {
      const s = script();
      go(s);
      expect(s.state.kind).not.toBe('idle');
      if (how === 'cancel') s.cancel();
      else s.key('Escape');
      s.expectUntouched();
    }
  });

  test('when the annotation that it cuts goes away', () => {
    const square = polygonAnnotation(1, [{ outer: rectRing(5, 5, 30, 30), holes: [] }]);
    const s = script([square], [1]).click(10, 10, { alt: true }).click(20, 10);
    expect(s.replace([]).state.kind).toBe('idle');
  });
});

test('leaves keys to the window while idle', () => {
  const s = script();
  for (const key of ['Escape', 'Enter', 'Backspace', 'Delete', 'a']) {
    const event = { type: 'key', key, modifiers: { shift: false, alt: false, ctrl: false } } as const;
    expect(isUnhandled(s.state, polygonTool.reduce(s.state, event, s.context))).toBe(true);
  }
});

describe('beside a neighbour', () => {
  const right = polygonAnnotation(5, [{ outer: rectRing(30, 10, 20, 20), holes: [] }]);
  const beside = (more: object = {}) => Object.assign(script([right]), more);
  const outerOf = (drawn: ReturnType<typeof script>, id = 1000) => {
    const { segmentation } = drawn.annotation(id);
    return segmentation?.kind === 'polygons' ? segmentation.parts[0].outer : null;
  };

  test('clicks snap to its vertices, then to its edges; Ctrl, another scale and what is hidden do not', () => {
    const drawn = beside().click(27, 12).click(32, 20).click(10, 28).key('Enter');
    expect(outerOf(drawn)!.slice(0, 2)).toEqual([30, 10]);
    expect(outerOf(drawn)!.slice(2, 4)).toEqual([30, 20]);
    for (const [s, keys] of [
      [beside(), { ctrl: true }],
      [beside({ scale: 10 }), {}],
      [beside({ hidden: new Set([5]) }), {}],
      [beside({ settings: { ...script().settings, snapsToNeighbours: false } }), {}],
    ] as const) {
      const free = s.click(27, 12, keys).click(28, 20, keys).click(10, 28, keys).key('Enter');
      expect(outerOf(free)).toEqual([27, 12, 28, 20, 10, 28]);
    }
  });

  test('where a click would snap to is shown before it is made, before the first one too', () => {
    const marks = (s: ReturnType<typeof script>) =>
      s.tool
        .preview(s.state, s.context)
        .flatMap((shape) => (shape.kind === 'handles' && shape.shape === 'square' ? [shape.points] : []));
    expect(marks(beside().move([[27, 12]]))).toEqual([[30, 10]]);
    expect(marks(beside().move([[5, 5]]))).toEqual([]);
    expect(
      marks(
        beside()
          .click(5, 5)
          .move([[33, 18]]),
      ),
    ).toEqual([[30, 18]]);
    expect(
      marks(
        beside()
          .click(5, 5)
          .move([[33, 18]], { ctrl: true }),
      ),
    ).toEqual([]);
  });

  test('its outline is followed between two clicks: the shorter way, with Tab the other, with Ctrl none', () => {
    const ring = (s: ReturnType<typeof script>) => outerOf(s.click(10, 40).click(10, 10).key('Enter'));
    // From the middle of the left side to the middle of the lower one, around the corner.
    expect(ring(beside().click(30, 22).click(40, 30))).toEqual([30, 22, 30, 30, 40, 30, 10, 40, 10, 10]);
    const other = beside()
      .click(30, 22)
      .move([[40, 30]])
      .key('Tab');
    expect(other.tool.preview(other.state, other.context).find(({ kind }) => kind === 'polyline')).toMatchObject({
      points: [30, 22, 30, 10, 50, 10, 50, 30, 40, 30],
    });
    expect(ring(other.click(40, 30))).toEqual([30, 22, 30, 10, 50, 10, 50, 30, 40, 30, 10, 40, 10, 10]);
    expect(ring(beside().click(30, 22).click(40, 30, { ctrl: true }))).toEqual([30, 22, 40, 30, 10, 40, 10, 10]);
  });

  test('Backspace takes back a click with all that it followed', () => {
    const drawn = beside().click(30, 22).click(40, 30).key('Backspace').click(10, 40).click(10, 22).key('Enter');
    expect(outerOf(drawn)).toEqual([30, 22, 10, 40, 10, 22]);
  });

  test('closing on the first vertex follows it too, and the two share the border pixel for pixel', () => {
    const drawn = beside().click(30, 10).click(5, 10).click(5, 30).click(30, 30).click(30, 10);
    expect(drawn.state.kind).toBe('idle');
    expect(pixelsOf(drawn.annotation(1000))).toEqual(pixels(rect(5, 10, 25, 20)));
    // Around the corners of a mask: nothing between the two is nobody's, and no pixel is both's.
    const mask = rleAnnotation(6, rect(30, 10, 20, 20));
    const around = script([mask]).click(30, 22).click(40, 30).click(40, 40).click(10, 40).click(10, 22).click(30, 22);
    const own = pixelsOf(around.annotation(1000));
    const theirs = pixelsOf(mask);
    expect(own.some((on, p) => on && theirs[p])).toBe(false);
    expect(own).toEqual(pixels((x, y) => x >= 10 && x < 40 && y >= 22 && y < 40 && !(x >= 30 && y < 30)));
  });

  test('a jitter of the hand after a click that snapped is no free-hand line', () => {
    const drawn = beside()
      .down(26, 12)
      .move([[27, 13]])
      .up(27, 13);
    expect(drawn.state).toMatchObject({ kind: 'drawing', points: [30, 10] });
  });
});
