import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAnnotation, rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import { simplifyCandidate } from '@shared/document/simplified';
import type { Annotation } from '@shared/document/types';
import { encode, fromBox, type Rle } from '@shared/mask';
import {
  applySimplified,
  commandById,
  commandRegistry,
  dropFragmentsOf,
  pasteAnnotations,
  setCategory,
  simplifyPreview,
  simplifySelection,
  smoothOf,
} from '../../../../src-renderer/tools/commands';
import { selectTool } from '../../../../src-renderer/tools/select/selectTool';
import { toolRegistry } from '../../../../src-renderer/tools';
import { pixels, pixelsOf, polygonAnnotation, rect, rectRing, rleAnnotation, SIZE, ToolScript } from './script';

const document = (annotations: readonly Annotation[], selection: readonly number[]) =>
  new ToolScript(selectTool, annotations, selection);
const run = (id: string, annotations: readonly Annotation[], selection: readonly number[]) => {
  const s = document(annotations, selection);
  return s.apply(commandById(id)!.run(s.context));
};

const a = rect(5, 5, 20, 20);
const b = rect(15, 10, 20, 20);
const c = rect(20, 0, 4, 40);
const three = [
  rleAnnotation(1, a),
  polygonAnnotation(2, [{ outer: rectRing(15, 10, 20, 20), holes: [] }]),
  rleAnnotation(3, c),
];

test('ids, names and keys are unique', () => {
  for (const field of ['id', 'label'] as const) {
    const values = [...commandRegistry, ...toolRegistry].map((entry) => entry[field]);
    expect(new Set(values).size).toBe(values.length);
  }
  const keys = [...commandRegistry, ...toolRegistry].flatMap(({ key }) => key ?? []);
  expect(new Set(keys).size).toBe(keys.length);
});

test('every command survives an empty document and an empty selection', () => {
  for (const { run: go } of commandRegistry) {
    expect(go(document([], []).context).patch).toBeUndefined();
    if (go !== commandById('selectAll')!.run) expect(go(document(three, []).context).patch).toBeUndefined();
  }
});

describe('boolean operations', () => {
  type Rule = (inA: boolean, inB: boolean, inC: boolean) => boolean;
  test.each<[string, Rule]>([
    ['join', (x, y, z) => x || y || z],
    ['subtract', (x, y, z) => x && !y && !z],
    ['intersect', (x, y, z) => x && y && z],
    ['exclude', (x, y, z) => (Number(x) + Number(y) + Number(z)) % 2 === 1],
  ])('%s', (id, rule) => {
    const s = run(id, three, [1, 3, 2]);
    expect(s.snapshot.annotations).toHaveLength(1);
    expect(pixelsOf(s.annotation(1))).toEqual(pixels((x, y) => rule(a(x, y), b(x, y), c(x, y))));
    expect(s.annotation(1).provenance).toEqual({ tool: 'import', edits: 1 });
    expect(s.selection).toEqual([1]);
    s.expectUndoRedo();
  });

  test('what gets another category on the way is told', () => {
    const other = [three[0], { ...three[1], categoryId: 9 }, three[2]];
    const told = 'It keeps the category of the one selected first; 1 had another';
    expect(run('join', other, [1, 2, 3]).notices).toEqual([told]);
    expect(run('join', other, [1, 3]).notices).toEqual([]);
    expect(run('subtract', other, [1, 2]).notices).toEqual([]);
  });

  test('the one selected first keeps its id and is the one subtracted from', () => {
    const s = run('subtract', three, [2, 1]);
    expect(pixelsOf(s.annotation(2))).toEqual(pixels((x, y) => b(x, y) && !a(x, y)));
    expect(s.snapshot.annotations.map(({ id }) => id)).toEqual([2, 3]);
  });

  test('joining polygons that do not touch keeps polygons, holes included', () => {
    const holed = polygonAnnotation(1, [{ outer: rectRing(2, 2, 20, 20), holes: [rectRing(6, 6, 10, 10)] }]);
    const island = polygonAnnotation(2, [{ outer: rectRing(8, 8, 4, 4), holes: [] }]);
    const far = polygonAnnotation(3, [{ outer: rectRing(40, 8, 4, 4), holes: [] }]);
    const s = run('join', [holed, island, far], [1, 2, 3]);
    const { segmentation } = s.annotation(1);
    expect(segmentation?.kind === 'polygons' && segmentation.parts.length).toBe(3);
    const ring = (x: number, y: number) => rect(2, 2, 20, 20)(x, y) && !rect(6, 6, 10, 10)(x, y);
    const wanted = (x: number, y: number) => ring(x, y) || rect(8, 8, 4, 4)(x, y) || rect(40, 8, 4, 4)(x, y);
    expect(pixelsOf(s.annotation(1))).toEqual(pixels(wanted));
    s.expectUndoRedo();
  });

  test.each([
    ['join', [[5.25, 5, 25.25, 5, 25.25, 10.5, 45, 10.5, 45, 30.75, 15, 30.75, 15, 25, 5.25, 25]]],
    ['subtract', [[5.25, 5, 25.25, 5, 25.25, 10.5, 15, 10.5, 15, 25, 5.25, 25]]],
    ['intersect', [[25.25, 25, 15, 25, 15, 10.5, 25.25, 10.5]]],
    [
      'exclude',
      [
        [5.25, 5, 25.25, 5, 25.25, 10.5, 15, 10.5, 15, 25, 5.25, 25],
        [45, 10.5, 45, 30.75, 15, 30.75, 15, 25, 25.25, 25, 25.25, 10.5],
      ],
    ],
  ])('%s of two polygons is a polygon; corners that are left keep their numbers and order', (id, outers) => {
    const s = run(
      id,
      [
        polygonAnnotation(1, [{ outer: [5.25, 5, 25.25, 5, 25.25, 25, 5.25, 25], holes: [] }]),
        polygonAnnotation(2, [{ outer: [15, 10.5, 45, 10.5, 45, 30.75, 15, 30.75], holes: [] }]),
      ],
      [1, 2],
    );
    expect(s.annotation(1).segmentation).toEqual({
      kind: 'polygons',
      parts: outers.map((outer) => ({ outer, holes: [] })),
    });
    expect(s.notices).toEqual([]);
    s.expectUndoRedo();
  });

  test('subtract of what lies inside leaves a hole', () => {
    const outer = rectRing(5.5, 5.25, 30, 30);
    const hole = rectRing(10.1, 10.2, 5, 5);
    const polygon = (id: number, ring: number[]) => polygonAnnotation(id, [{ outer: ring, holes: [] }]);
    const s = run('subtract', [polygon(1, outer), polygon(2, hole)], [1, 2]);
    expect(s.annotation(1).segmentation).toEqual({ kind: 'polygons', parts: [{ outer, holes: [hole] }] });
  });

  test('a polygon with a mask becomes a mask, and that is said', () => {
    const s = run('subtract', three, [2, 1]);
    expect(s.annotation(2).segmentation?.kind).toBe('rle');
    expect(s.notices).toEqual(['The polygon became a mask: the other annotation is a mask']);
    // A mask stays what it is: nothing to tell.
    expect(run('subtract', three, [1, 2]).notices).toEqual([]);
  });

  test('an empty result is refused, so are locked ones and a single one', () => {
    const apart = [rleAnnotation(1, rect(0, 0, 4, 4)), rleAnnotation(2, rect(10, 10, 4, 4))];
    for (const s of [
      run('intersect', apart, [1, 2]),
      run('join', apart, [1]),
      run('join', [apart[0], { ...apart[1], locked: true }], [1, 2]),
    ]) {
      s.expectUntouched();
      expect(s.notices).toHaveLength(1);
    }
  });

  test('property: random masks, per pixel', () => {
    const mask = fc.array(fc.tuple(fc.nat(60), fc.nat(44), fc.nat(30), fc.nat(30)), { maxLength: 5 });
    const rules: [string, (x: boolean, y: boolean) => boolean][] = [
      ['join', (x, y) => x || y],
      ['subtract', (x, y) => x && !y],
      ['intersect', (x, y) => x && y],
      ['exclude', (x, y) => x !== y],
    ];
    fc.assert(
      fc.property(mask, mask, fc.constantFrom(...rules), (first, second, [id, rule]) => {
        const [p, q] = [first, second].map((rects) => (x: number, y: number) => rects.some((r) => rect(...r)(x, y)));
        const wanted = pixels((x, y) => rule(p(x, y), q(x, y)));
        const s = run(id, [rleAnnotation(1, p), rleAnnotation(2, q)], [1, 2]);
        if (!wanted.includes(1)) expect(s.patches).toEqual([]);
        else expect(pixelsOf(s.annotation(1))).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
  });
});

describe('clean-up', () => {
  const holed = (x: number, y: number) => rect(5, 5, 30, 30)(x, y) && !rect(10, 10, 5, 5)(x, y);

  test('fill holes of a mask; a polygon stays one', () => {
    const polygon = polygonAnnotation(2, [{ outer: rectRing(40, 5, 10, 10), holes: [rectRing(42, 7, 3, 3)] }]);
    const s = run('fillHoles', [rleAnnotation(1, holed), polygon], [1, 2]);
    expect(pixelsOf(s.annotation(1))).toEqual(pixels(rect(5, 5, 30, 30)));
    expect(s.annotation(2).segmentation).toEqual({
      kind: 'polygons',
      parts: [{ outer: rectRing(40, 5, 10, 10), holes: [] }],
    });
    s.expectUndoRedo();
    const none = run('fillHoles', [rleAnnotation(1, rect(5, 5, 30, 30))], [1]);
    none.expectUntouched();
    expect(none.notices).toHaveLength(1);
  });

  test('drop fragments below an area; what has nothing else goes', () => {
    const speckled = rleAnnotation(1, (x, y) => rect(5, 5, 10, 10)(x, y) || rect(30, 5, 2, 2)(x, y));
    const polygon = polygonAnnotation(2, [
      { outer: rectRing(5, 20, 10, 10), holes: [] },
      { outer: rectRing(30, 20, 2, 2), holes: [] },
    ]);
    const tiny = rleAnnotation(3, rect(50, 5, 2, 2));
    const s = document([speckled, polygon, tiny], [1, 2, 3]);
    s.apply(dropFragmentsOf(s.context, 5));
    expect(pixelsOf(s.annotation(1))).toEqual(pixels(rect(5, 5, 10, 10)));
    expect(s.annotation(2).segmentation).toEqual({
      kind: 'polygons',
      parts: [{ outer: rectRing(5, 20, 10, 10), holes: [] }],
    });
    expect(s.snapshot.annotations).toHaveLength(2);
    s.expectUndoRedo();
    expect(dropFragmentsOf(s.context, 5).patch).toBeUndefined();
  });

  test('smooth takes the tooth off and never the whole', () => {
    const toothed = rleAnnotation(1, (x, y) => rect(5, 5, 20, 20)(x, y) || (x === 25 && y === 15));
    const speck = rleAnnotation(2, rect(50, 5, 1, 1));
    const s = document([toothed, speck], [1, 2]);
    s.apply(smoothOf(s.context, 2));
    expect(pixelsOf(s.annotation(1))[15 * 64 + 25]).toBe(0);
    expect(s.annotation(2)).toBe(speck);
    s.expectUndoRedo();
  });
});

describe('convert', () => {
  test('property: mask to polygon and back are the same bits, parts and holes kept', () => {
    const rects = fc.array(
      fc.tuple(fc.nat(60), fc.nat(44), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 })),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(rects, rects, (add, cut) => {
        const rule = (x: number, y: number) =>
          add.some((r) => rect(...r)(x, y)) && !cut.slice(1).some((r) => rect(...r)(x, y));
        const mask = rleAnnotation(1, rule);
        const s = run('convertToPolygon', [mask], [1]);
        expect(s.annotation(1).segmentation?.kind).toBe('polygons');
        expect(pixelsOf(s.annotation(1))).toEqual(pixels(rule));
        s.apply(commandById('convertToMask')!.run(s.context));
        expect(s.annotation(1).segmentation).toEqual(mask.segmentation);
        s.expectUndoRedo();
      }),
      { numRuns: 60 },
    );
  });

  test('keeps a hole and an island as rings', () => {
    const rule = (x: number, y: number) =>
      (rect(5, 5, 30, 30)(x, y) && !rect(10, 10, 20, 20)(x, y)) || rect(15, 15, 5, 5)(x, y);
    const { segmentation } = run('convertToPolygon', [rleAnnotation(1, rule)], [1]).annotation(1);
    expect(segmentation?.kind === 'polygons' && segmentation.parts.map(({ holes }) => holes.length)).toEqual([1, 0]);
  });

  test('a mask too ragged to edit as a polygon stays one, and is said; the others are converted', () => {
    const squares = Uint8Array.from({ length: 170 * 170 }, (_, i) => (i + Math.floor(i / 170)) % 2);
    const of = (id: number, mask: Rle) =>
      createAnnotation({ id, imageId: 1, categoryId: 1, zOrder: id, segmentation: rleToSegmentation(mask) }, mask.size);
    const ragged = of(1, encode(squares, 170, 170));
    const plain = of(2, fromBox([5, 5, 20, 20], 170, 170));
    const convert = (...ids: number[]) =>
      commandById('convertToPolygon')!.run({
        snapshot: { imageId: 1, size: [170, 170], annotations: [ragged, plain] },
        selection: new Set(ids),
        hidden: new Set(),
        freeIds: [],
      });
    // Every one of its pixels is a part with four vertices.
    expect(convert(1)).toEqual({ notice: expect.stringMatching(/^1 mask stays a mask: .* 57,800 vertices/) });
    const both = convert(1, 2);
    expect(both.patch!.updated.map(([{ id }, to]) => [id, to.segmentation?.kind])).toEqual([[2, 'polygons']]);
    expect(both.notice).toMatch(/^1 mask stays a mask/);
    expect(convert(2).notice).toBeUndefined();
  });

  test('nothing to convert is said', () => {
    const s = run('convertToMask', [rleAnnotation(1, a)], [1]);
    s.expectUntouched();
    expect(s.notices).toHaveLength(1);
  });
});

describe('simplify', () => {
  const disc = (x: number, y: number) => (x + 0.5 - 30) ** 2 + (y + 0.5 - 24) ** 2 <= 400;

  test('shows IoU and vertices; more tolerance means fewer vertices', () => {
    const mask = rleAnnotation(1, disc);
    const at = [0, 0.5, 1, 2, 5].map((tolerance) => simplifyCandidate(mask, tolerance, SIZE)!);
    expect(at[0].iou).toBe(1);
    expect(at[0].vertexCount).toBe(at[0].vertexCountBefore);
    const counts = at.map(({ vertexCount }) => vertexCount);
    expect([...counts].sort((x, y) => y - x)).toEqual(counts);
    for (const { iou, segmentation } of at) {
      // Counted pixel by pixel.
      const rle = segmentationToRle(segmentation, SIZE);
      const candidate = pixelsOf({ ...mask, segmentation: { kind: 'polygons', parts: segmentation.parts } });
      const own = pixels(disc);
      const both = own.filter((v, i) => v === 1 && candidate[i] === 1).length;
      const either = own.filter((v, i) => v === 1 || candidate[i] === 1).length;
      expect(iou).toBeCloseTo(both / either, 12);
      expect(rle.size).toEqual([...SIZE]);
    }
    expect(at[2].iou).toBeGreaterThan(0.95);
  });

  test('applied, it is one gesture', () => {
    const s = document([rleAnnotation(1, disc), rleAnnotation(2, rect(0, 0, 4, 4))], [1, 2]);
    const candidates = simplifySelection(s.context, 1);
    if ('notice' in candidates) throw new Error(candidates.notice);
    expect(simplifyPreview(candidates)).toHaveLength(4);
    s.apply(applySimplified(s.context, candidates));
    expect(s.annotation(1).segmentation).toEqual(candidates[0].segmentation);
    s.expectUndoRedo();
    expect(applySimplified(s.context, []).notice).toBeDefined();
  });

  test('a part that would vanish keeps its outline', () => {
    const parts = [{ outer: [10, 10, 11, 10, 11, 11, 10, 11], holes: [] }];
    const candidate = simplifyCandidate(polygonAnnotation(1, parts), 30, SIZE)!;
    expect(candidate.iou).toBe(1);
  });
});

describe('basics', () => {
  test('delete takes what is not locked and says what it kept', () => {
    const s = run('delete', [three[0], { ...three[1], locked: true }, three[2]], [1, 2, 3]);
    expect(s.snapshot.annotations.map(({ id }) => id)).toEqual([2]);
    expect(s.notices).toEqual(['Kept 1 locked or hidden']);
    s.expectUndoRedo();
  });

  test('500 annotations are deleted in one gesture', () => {
    const many = Array.from({ length: 500 }, (_, i) => rleAnnotation(i + 1, rect(i % 60, i % 40, 2, 2)));
    const s = run(
      'delete',
      many,
      many.map(({ id }) => id),
    );
    expect(s.snapshot.annotations).toEqual([]);
    expect(s.patches).toHaveLength(1);
    s.expectUndoRedo();
  });

  test('paste puts copies beside what lies at their place already, elsewhere at the same place', () => {
    const s = document([polygonAnnotation(1, [{ outer: rectRing(2, 3, 8, 6), holes: [] }])], [1]);
    const copied = [s.annotation(1)];
    for (let i = 0; i < 2; i++) s.apply(pasteAnnotations(s.context, copied));
    const places = () => s.snapshot.annotations.map(({ bbox }) => bbox.slice(0, 2));
    expect(places()).toEqual([
      [2, 3],
      [12, 13],
      [22, 23],
    ]);
    // Taken away and put back: where it was.
    s.apply(commandById('selectAll')!.run(s.context));
    s.apply(commandById('delete')!.run(s.context));
    s.apply(pasteAnnotations(s.context, copied));
    expect(places()).toEqual([[2, 3]]);
    s.apply(pasteAnnotations(s.context, [{ ...copied[0], imageId: 8 }]));
    expect(places()).toEqual([
      [2, 3],
      [2, 3],
    ]);
    s.expectUndoRedo();
  });

  test.each(['Paste', 'Copy from the previous image'])('%s of nothing ends, and says so', (gesture) => {
    const s = document([polygonAnnotation(1, [{ outer: rectRing(2, 3, 8, 6), holes: [] }])], []);
    const { patch, notice } = pasteAnnotations(s.context, [], gesture);
    expect([patch, notice]).toEqual([undefined, expect.stringMatching(/nothing to paste|Select an annotation/)]);
  });

  test('a copy on a smaller image says what its border took', () => {
    const original = polygonAnnotation(1, [{ outer: rectRing(0, 0, 8, 6), holes: [] }]);
    // On an image of its own, which is larger.
    const at = (x: number, y: number): Annotation => {
      const parts = [{ outer: rectRing(x, y, 8, 6), holes: [] }];
      return { ...original, imageId: 8, segmentation: { kind: 'polygons', parts }, bbox: [x, y, 8, 6] };
    };
    const s = document([], []);
    const paste = (...sources: readonly Annotation[]) => {
      s.apply(pasteAnnotations(s.context, sources));
      return s.notices.at(-1);
    };
    expect(paste(at(50, 40))).toBeUndefined();
    expect(paste(at(60, 0))).toBe('1 copy was cut off at the border of this image');
    expect(paste(at(0, 45), at(90, 0))).toBe(
      '1 copy was cut off at the border of this image. 1 copy was left out: nothing of it lies in this image',
    );
    expect(paste(at(90, 0))).toBe('No copy has a pixel in this image');
  });

  test('select all, without hidden and locked', () => {
    const s = document([three[0], { ...three[1], locked: true }, three[2]], []);
    s.hidden = new Set([3]);
    expect(s.apply(commandById('selectAll')!.run(s.context)).selection).toEqual([1]);
  });

  test('category of the selection; those that have it are left alone', () => {
    const s = document([three[0], { ...three[1], categoryId: 9 }], [1, 2]);
    s.apply(setCategory(s.context, 9));
    expect(s.annotation(1)).toMatchObject({ categoryId: 9, provenance: { edits: 1 } });
    expect(s.annotation(2).provenance).toEqual({ tool: 'import', edits: 0 });
    s.expectUndoRedo();
    expect(setCategory(s.context, 9)).toEqual({});
  });

  test('lock and unlock', () => {
    const s = run('lock', three, [1, 2]);
    expect(s.snapshot.annotations.map(({ locked }) => locked)).toEqual([true, true, false]);
    s.apply(commandById('unlock')!.run(s.context));
    expect(s.snapshot.annotations).toEqual(three);
    s.expectUndoRedo();
  });
});
