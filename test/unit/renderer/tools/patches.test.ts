import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyPatch, invertPatch } from '@shared/document/patch';
import { rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import type { Annotation, DocumentSnapshot } from '@shared/document/types';
import { fromBox } from '@shared/mask';
import { commandById, pasteAnnotations } from '../../../../src-renderer/tools/commands';
import { simplifyLine } from '../../../../src-renderer/tools/freehand';
import { type Place, placePatch, reorderPatch, type Reordering } from '../../../../src-renderer/tools/reorder';
import { clipRing } from '../../../../src-renderer/tools/rings';
import { selectTool } from '../../../../src-renderer/tools/select/selectTool';
import { removeUnderlying } from '../../../../src-renderer/tools/underlying';
import { pixels, pixelsOf, polygonAnnotation, rect, rectRing, rleAnnotation, SIZE, ToolScript } from './script';

const snapshot = (annotations: readonly Annotation[]): DocumentSnapshot => ({ imageId: 7, size: SIZE, annotations });
const document = (annotations: readonly Annotation[], selection: readonly number[] = []) =>
  new ToolScript(selectTool, annotations, selection);

describe('order', () => {
  const stack = (zOrders: readonly number[]) =>
    zOrders.map((zOrder, i) => rleAnnotation(i + 1, rect(0, 0, 2, 2), { zOrder }));
  const after = (zOrders: readonly number[], ids: readonly number[], how: Reordering) => {
    const before = snapshot(stack(zOrders));
    const patch = reorderPatch(before, new Set(ids), how);
    const result = applyPatch(before, patch);
    expect(applyPatch(result, invertPatch(patch))).toEqual(before);
    return { order: result.annotations.map(({ id }) => id), changed: patch.updated.length };
  };

  test.each<[Reordering, number[], number[]]>([
    ['forward', [1], [2, 1, 3, 4]],
    ['forward', [1, 2], [3, 1, 2, 4]],
    ['forward', [1, 3], [2, 1, 4, 3]],
    ['forward', [4], [1, 2, 3, 4]],
    ['forward', [3, 4], [1, 2, 3, 4]],
    ['back', [4], [1, 2, 4, 3]],
    ['back', [2, 3], [2, 3, 1, 4]],
    ['toFront', [1, 3], [2, 4, 1, 3]],
    ['toBack', [2, 4], [2, 4, 1, 3]],
    ['toFront', [1, 2, 3, 4], [1, 2, 3, 4]],
  ])('%s of %j', (how, ids, wanted) => {
    expect(after([1, 2, 5, 9], ids, how).order).toEqual(wanted);
  });

  test('touches as few as will do', () => {
    expect(after([1, 2, 5, 9], [1], 'forward').changed).toBe(2);
    expect(after([1, 2, 5, 9], [1], 'toFront').changed).toBe(1);
    expect(after([1, 2, 5, 9], [4], 'toFront').changed).toBe(0);
    expect(after([1, 2, 5, 9], [4], 'forward').changed).toBe(0);
  });

  test('works where imported annotations share one zOrder', () => {
    expect(after([0, 0, 0, 0], [1], 'forward').order).toEqual([2, 1, 3, 4]);
    expect(after([0, 0, 0, 0], [4], 'back').order).toEqual([1, 2, 4, 3]);
    expect(after([0, 0, 0, 0], [1], 'toFront').order).toEqual([2, 3, 4, 1]);
    expect(after([0, 0, 0, 0], [4], 'toBack').order).toEqual([4, 1, 2, 3]);
  });

  const placed = (zOrders: readonly number[], ids: readonly number[], place: Place) => {
    const before = snapshot(stack(zOrders));
    const patch = placePatch(before, new Set(ids), place);
    const result = applyPatch(before, patch);
    expect(applyPatch(result, invertPatch(patch))).toEqual(before);
    return { order: result.annotations.map(({ id }) => id), changed: patch.updated.length };
  };

  test.each<[number[], Place, number[]]>([
    [[1], { over: 3 }, [2, 3, 1, 4]],
    [[4], { over: 1 }, [1, 4, 2, 3]],
    [[4, 2], { under: 1 }, [2, 4, 1, 3]],
    [[1, 3], { over: 4 }, [2, 4, 1, 3]],
    [[2], { over: 1 }, [1, 2, 3, 4]],
    [[2, 3], { under: 4 }, [1, 2, 3, 4]],
  ])('%j to a place %j', (ids, place, wanted) => {
    expect(placed([1, 2, 5, 9], ids, place).order).toEqual(wanted);
    expect(placed([0, 0, 0, 0], ids, place).order).toEqual(wanted);
  });

  test('a place changes what lies between the old and the new one alone', () => {
    expect(placed([1, 2, 5, 9, 12], [2], { over: 3 }).changed).toBe(2);
    expect(placed([1, 2, 5, 9, 12], [2], { over: 1 }).changed).toBe(0);
  });
});

describe('copies', () => {
  const mask = rleAnnotation(1, rect(5, 5, 10, 10), { locked: true, extra: { note: 'x' }, score: 0.5 });
  const polygon = polygonAnnotation(2, [{ outer: rectRing(20, 5, 10, 10), holes: [rectRing(22, 7, 4, 4)] }]);

  test('duplicates lie beside their originals, on top, and are selected', () => {
    const s = document([mask, polygon], [2, 1]);
    s.apply(commandById('duplicate')!.run(s.context));
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(15, 15, 10, 10)));
    expect(s.annotation(1000)).toMatchObject({
      locked: false,
      extra: { note: 'x' },
      score: 0.5,
      categoryId: 3,
      zOrder: 3,
    });
    const parts = [{ outer: rectRing(30, 15, 10, 10), holes: [rectRing(32, 17, 4, 4)] }];
    expect(s.annotation(1001).segmentation).toEqual({ kind: 'polygons', parts });
    expect(s.selection).toEqual([1000, 1001]);
    s.expectUndoRedo();
  });

  test('near the border they go the other way, or stay in place', () => {
    const corner = document([rleAnnotation(1, rect(50, 35, 10, 10))], [1]);
    corner.apply(commandById('duplicate')!.run(corner.context));
    expect(pixelsOf(corner.annotation(1000))).toEqual(pixels(rect(40, 25, 10, 10)));
    const full = document([rleAnnotation(1, rect(0, 0, 64, 48))], [1]);
    full.apply(commandById('duplicate')!.run(full.context));
    expect(pixelsOf(full.annotation(1000))).toEqual(pixels(rect(0, 0, 64, 48)));
  });

  test('pasted from a larger image they are cut off, and counted where nothing is left', () => {
    const rle = { ...mask, segmentation: rleToSegmentation(fromBox([50, 30, 40, 40], 100, 100)) };
    const ring = polygonAnnotation(2, [{ outer: rectRing(50, 40, 40, 40), holes: [rectRing(70, 50, 4, 4)] }]);
    const outside = { ...mask, id: 3, segmentation: rleToSegmentation(fromBox([80, 30, 4, 4], 100, 100)) };
    const s = document([]);
    s.apply(pasteAnnotations(s.context, [rle, ring, outside]));
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(50, 30, 14, 18)));
    expect(pixelsOf(s.annotation(1001))).toEqual(pixels(rect(50, 40, 14, 8)));
    expect(s.annotation(1001).segmentation).toEqual({
      kind: 'polygons',
      parts: [{ outer: [50, 48, 50, 40, 64, 40, 64, 48], holes: [] }],
    });
    expect(s.notices).toEqual(['1 copy was left out: nothing of it lies in this image']);
    expect(s.snapshot.annotations.every(({ imageId }) => imageId === 7)).toBe(true);
    s.expectUndoRedo();
  });

  test('pasted from a smaller image they stay where they were', () => {
    const small = { ...mask, segmentation: rleToSegmentation(fromBox([2, 3, 4, 5], 10, 12)) };
    const s = document([]);
    s.apply(pasteAnnotations(s.context, [small], 'Propagate'));
    expect(pixelsOf(s.annotation(1000))).toEqual(pixels(rect(2, 3, 4, 5)));
    expect(s.gestures).toEqual(['Propagate']);
  });

  test('without enough ids more are asked for', () => {
    const s = document([mask, polygon], [1, 2]);
    s.freeIds = [1000];
    expect(commandById('duplicate')!.run(s.context)).toEqual({ idsNeeded: 2 });
  });
});

describe('remove underlying pixels', () => {
  const bottom = rleAnnotation(1, rect(0, 0, 20, 20));
  const covered = polygonAnnotation(2, [{ outer: rectRing(12, 12, 4, 4), holes: [] }]);
  const selected = polygonAnnotation(3, [{ outer: rectRing(10, 10, 20, 20), holes: [] }]);
  const top = rleAnnotation(4, rect(25, 25, 20, 20));
  const far = polygonAnnotation(5, [{ outer: rectRing(50, 0, 4, 4), holes: [] }], { zOrder: 0 });
  const all = [far, bottom, covered, selected, top];

  test('of those beneath: covered ones go, others lose pixels, the rest stays untouched', () => {
    const s = document(all, [3]);
    s.apply(commandById('removeUnderlying')!.run(s.context));
    expect(pixelsOf(s.annotation(1))).toEqual(
      pixels((x, y) => rect(0, 0, 20, 20)(x, y) && !rect(10, 10, 20, 20)(x, y)),
    );
    expect(s.snapshot.annotations.map(({ id }) => id)).toEqual([5, 1, 3, 4]);
    expect([s.annotation(3), s.annotation(4), s.annotation(5)]).toEqual([selected, top, far]);
    expect(s.notices).toEqual(['Removed 1 annotation that was covered']);
    s.expectUndoRedo();
  });

  test('of all others', () => {
    const s = document(all, [3]);
    s.apply(commandById('removeOverlapping')!.run(s.context));
    expect(pixelsOf(s.annotation(4))).toEqual(
      pixels((x, y) => rect(25, 25, 20, 20)(x, y) && !rect(10, 10, 20, 20)(x, y)),
    );
    expect(s.annotation(5)).toBe(far);
    s.expectUndoRedo();
  });

  test('polygons under polygons stay polygons, those under a mask become masks, and that is said', () => {
    const under = polygonAnnotation(1, [{ outer: [0.5, 0.25, 20, 0.25, 20, 20, 0.5, 20], holes: [] }]);
    const s = document([under, selected], [3]);
    s.apply(commandById('removeUnderlying')!.run(s.context));
    expect(s.annotation(1).segmentation).toEqual({
      kind: 'polygons',
      parts: [{ outer: [0.5, 0.25, 20, 0.25, 20, 10, 10, 10, 10, 20, 0.5, 20], holes: [] }],
    });
    expect(s.annotation(3)).toBe(selected);
    expect(s.notices).toEqual([]);
    s.expectUndoRedo();
    // Both share a border now, and no more.
    expect(commandById('removeUnderlying')!.run(s.context).patch).toBeUndefined();

    const mask = rleAnnotation(2, rect(10, 10, 20, 20));
    const t = document([under, mask], [2]);
    t.apply(commandById('removeUnderlying')!.run(t.context));
    expect(t.annotation(1).segmentation?.kind).toBe('rle');
    expect(t.notices).toEqual(['The polygon became a mask: the other annotation is a mask']);
  });

  test('property: what lost its underlying part loses nothing when asked again, whatever pixels of the border it shares', () => {
    const star = fc
      .tuple(fc.array(fc.integer({ min: 400, max: 2000 }), { minLength: 4, maxLength: 20 }), fc.nat(64), fc.nat(48))
      .map(([radii, cx, cy]) =>
        radii.flatMap((radius, i) => {
          const angle = (2 * Math.PI * i) / radii.length;
          return [cx + (radius / 100) * Math.cos(angle), cy + (radius / 100) * Math.sin(angle)];
        }),
      );
    let shared = 0;
    fc.assert(
      fc.property(star, star, (below, above) => {
        const polygon = (id: number, outer: number[]) => polygonAnnotation(id, [{ outer, holes: [] }]);
        const s = document([polygon(1, below), polygon(2, above)], [2]);
        s.apply(commandById('removeUnderlying')!.run(s.context));
        const [first, second] = s.snapshot.annotations.map(pixelsOf);
        if (second?.some((value, i) => value + first[i] === 2)) shared++;
        expect(commandById('removeUnderlying')!.run(s.context).patch).toBeUndefined();
      }),
      { numRuns: 100, seed: 8, endOnFailure: true },
    );
    expect(shared).toBeGreaterThan(0);
  });

  test('locked and hidden ones keep theirs', () => {
    const outcome = removeUnderlying(snapshot([{ ...bottom, locked: true }, covered, selected]), new Set([3]), {
      scope: 'all',
      hidden: new Set([2]),
    });
    expect(outcome.patch).toBeUndefined();
    expect(outcome.notice).toBeDefined();
  });
});

describe('rings', () => {
  test('property: a clipped ring lies in the image and covers what the whole one covers there', () => {
    // On whole pixels and axis-parallel edges both are exact.
    const coordinate = fc.integer({ min: -40, max: 100 });
    fc.assert(
      fc.property(
        fc.array(coordinate, { minLength: 2, maxLength: 6 }),
        fc.array(coordinate, { minLength: 2, maxLength: 6 }),
        (xs, ys) => {
          const n = Math.min(xs.length, ys.length);
          const ring: number[] = [];
          for (let i = 0; i < n; i++) ring.push(xs[i], ys[i], xs[(i + 1) % n], ys[i]);
          const clipped = clipRing(ring, SIZE);
          for (let i = 0; i < clipped.length; i += 2) {
            expect(clipped[i] >= 0 && clipped[i] <= SIZE[1] && clipped[i + 1] >= 0 && clipped[i + 1] <= SIZE[0]).toBe(
              true,
            );
          }
          const counts = (outer: readonly number[]) =>
            segmentationToRle({ kind: 'polygons', parts: outer.length > 0 ? [{ outer, holes: [] }] : [] }, SIZE);
          const annotation = (outer: readonly number[]) =>
            pixelsOf(polygonAnnotation(1, outer.length > 0 ? [{ outer, holes: [] }] : []));
          expect(annotation(clipped)).toEqual(annotation(ring));
          expect(counts(clipped).size).toEqual([...SIZE]);
        },
      ),
    );
  });

  test('a slanted edge is cut on the border itself', () => {
    expect(clipRing([-10, 10, 10, 30, -10, 30], SIZE)).toEqual([0, 20, 10, 30, 0, 30]);
    expect(clipRing([-10, 10, -5, 30, -10, 30], SIZE)).toEqual([]);
    expect(clipRing([1.234, 2.345, 10.006, 2.3, 5, 9.999], SIZE)).toEqual([1.23, 2.35, 10.01, 2.3, 5, 10]);
  });

  test('property: a simplified line keeps its ends and stays within the tolerance', () => {
    const points = fc.array(fc.double({ min: 0, max: 50, noNaN: true }), { minLength: 4, maxLength: 40 });
    fc.assert(
      fc.property(points, fc.double({ min: 0, max: 5, noNaN: true }), (values, tolerance) => {
        const line = values.slice(0, values.length & ~1);
        const kept = simplifyLine(line, tolerance);
        expect(kept.slice(0, 2)).toEqual(line.slice(0, 2));
        expect(kept.slice(-2)).toEqual(line.slice(-2));
        for (let i = 0; i < line.length; i += 2) {
          let nearest = Infinity;
          for (let k = 0; k + 3 < kept.length; k += 2) {
            for (let t = 0; t <= 1; t += 1 / 512) {
              const dx = kept[k] + t * (kept[k + 2] - kept[k]) - line[i];
              const dy = kept[k + 1] + t * (kept[k + 3] - kept[k + 1]) - line[i + 1];
              nearest = Math.min(nearest, Math.hypot(dx, dy));
            }
          }
          expect(nearest).toBeLessThanOrEqual(tolerance + 0.2);
        }
      }),
      { numRuns: 30 },
    );
  });
});
