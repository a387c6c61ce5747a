/** "One owner a pixel" and stuff that grows: random gestures, against what must hold after each of them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { takePixels } from '@shared/document/oneOwner';
import { applyPatch, emptyPatch, invertPatch } from '@shared/document/patch';
import {
  annotationFromRle,
  createAnnotation,
  rleToSegmentation,
  segmentationToRle,
  withSegmentation,
} from '@shared/document/segmentation';
import { extendStuff } from '@shared/document/stuff';
import type { Annotation, DocumentSnapshot, Patch, Segmentation } from '@shared/document/types';
import { area, decode, encode, equals, fromBox, merge, type Rle, subtract } from '@shared/mask';

const SIZE = [24, 31] as const;
const SKY = 1;
const CAR = 2;

const maskOf = (annotation: Annotation) => segmentationToRle(annotation.segmentation!, SIZE);
const isSpared = ({ locked }: Annotation) => locked;
const polygon = (outer: readonly number[]): Segmentation => ({ kind: 'polygons', parts: [{ outer, holes: [] }] });

/** What was drawn: a box or a triangle as a polygon, a box as a mask, or noise. */
const shapes: fc.Arbitrary<Segmentation> = fc.oneof(
  fc
    .tuple(fc.nat(28), fc.nat(20), fc.integer({ min: 1, max: 18 }), fc.integer({ min: 1, max: 14 }), fc.nat(2))
    .map(([x, y, w, h, kind]) => {
      const [right, bottom] = [Math.min(SIZE[1], x + w), Math.min(SIZE[0], y + h)];
      if (kind === 0) return rleToSegmentation(fromBox([x, y, right - x, bottom - y], SIZE[0], SIZE[1]));
      const ring = [x, y, right, y, right, bottom];
      return polygon(kind === 1 ? ring : [...ring, x, bottom]);
    }),
  fc
    .array(fc.integer({ min: 0, max: 3 }), { minLength: SIZE[0] * SIZE[1], maxLength: SIZE[0] * SIZE[1] })
    .map((noise) =>
      rleToSegmentation(
        encode(
          Uint8Array.from(noise, (v) => Number(v === 0)),
          SIZE[0],
          SIZE[1],
        ),
      ),
    ),
);

type Gesture =
  | { readonly kind: 'draw'; readonly shapes: readonly Segmentation[]; readonly z: number }
  | { readonly kind: 'add' | 'cut' | 'move'; readonly shape: Segmentation; readonly which: number }
  | { readonly kind: 'lock' | 'delete'; readonly shape?: undefined; readonly which: number };

const gestures: fc.Arbitrary<Gesture> = fc.oneof(
  fc.record({
    kind: fc.constant('draw' as const),
    shapes: fc.array(shapes, { minLength: 1, maxLength: 3 }),
    z: fc.nat(3),
  }),
  fc.record({ kind: fc.constantFrom('add' as const, 'cut' as const, 'move' as const), shape: shapes, which: fc.nat() }),
  fc.record({ kind: fc.constantFrom('lock' as const, 'delete' as const), which: fc.nat() }),
);

function patchOf(gesture: Gesture, { annotations }: DocumentSnapshot, nextId: number): Patch {
  if (gesture.kind === 'draw') {
    const added = gesture.shapes
      .map((segmentation, i) =>
        createAnnotation({ id: nextId + i, imageId: 1, categoryId: CAR, segmentation, zOrder: gesture.z + i }, SIZE),
      )
      .filter((annotation) => annotation.area > 0);
    return { ...emptyPatch, added };
  }
  const chosen = annotations[gesture.which % Math.max(1, annotations.length)];
  if (!chosen) return emptyPatch;
  if (gesture.kind === 'lock') return { ...emptyPatch, updated: [[chosen, { ...chosen, locked: !chosen.locked }]] };
  if (gesture.kind === 'delete') return { ...emptyPatch, removed: [chosen] };
  if (chosen.locked || !gesture.shape) return emptyPatch;
  const shape = segmentationToRle(gesture.shape, SIZE);
  const mask =
    gesture.kind === 'move'
      ? shape
      : gesture.kind === 'add'
        ? merge([maskOf(chosen), shape])
        : subtract(maskOf(chosen), shape);
  if (area(mask) === 0) return { ...emptyPatch, removed: [chosen] };
  const segmentation = gesture.kind === 'move' ? gesture.shape : rleToSegmentation(mask);
  return { ...emptyPatch, updated: [[chosen, withSegmentation(chosen, segmentation, SIZE)]] };
}

const union = (annotations: readonly Annotation[]): Rle =>
  merge([fromBox([0, 0, 0, 0], SIZE[0], SIZE[1]), ...annotations.map(maskOf)]);

describe('one owner a pixel', () => {
  it('no gesture leaves an overlap of unlocked ones, none loses a pixel of the image, undo gives every bit back', () => {
    fc.assert(
      fc.property(fc.array(gestures, { minLength: 1, maxLength: 12 }), (list) => {
        let snapshot: DocumentSnapshot = { imageId: 1, size: SIZE, annotations: [] };
        let nextId = 1;
        for (const gesture of list) {
          const patch = patchOf(gesture, snapshot, nextId);
          nextId += 3;
          const plain = applyPatch(snapshot, patch);
          const { patch: taking } = takePixels(snapshot, patch, isSpared);
          const after = applyPatch(snapshot, taking);

          // What is covered is the same as without the rule: pixels change hands, none is lost or made.
          expect(equals(union(after.annotations), union(plain.annotations))).toBe(true);
          const open = after.annotations.filter(({ locked }) => !locked);
          // Unlocking does not mend what overlapped before.
          if (gesture.kind !== 'lock') {
            const counted = open.reduce((sum, annotation) => sum + area(maskOf(annotation)), 0);
            expect(counted).toBe(area(union(open)));
          }
          const locked = (annotations: readonly Annotation[]) => annotations.filter((each) => each.locked);
          if (gesture.kind !== 'lock' && gesture.kind !== 'delete') {
            expect(locked(after.annotations)).toEqual(locked(snapshot.annotations));
          }
          for (const annotation of open) {
            expect(annotation.area).toBe(area(maskOf(annotation)));
            expect(annotation.area).toBeGreaterThan(0);
          }
          expect(applyPatch(after, invertPatch(taking))).toEqual(snapshot);
          // One that overlapped while it was locked overlaps still: the next gesture begins without.
          const isOverlapping = open.reduce((sum, each) => sum + area(maskOf(each)), 0) !== area(union(open));
          if (!isOverlapping) snapshot = after;
        }
      }),
      { numRuns: 150 },
    );
  });

  it('says who lost what; polygons stay polygons where the pixels come out exactly', () => {
    const at = (id: number, segmentation: Segmentation, zOrder = id) =>
      createAnnotation({ id, imageId: 1, categoryId: CAR, segmentation, zOrder }, SIZE);
    const box = (x: number, y: number, w: number, h: number) => polygon([x, y, x + w, y, x + w, y + h, x, y + h]);
    const left = at(1, box(0, 0, 10, 10));
    const inner = at(2, box(8, 8, 2, 2));
    const locked = { ...at(3, box(12, 0, 4, 4)), locked: true };
    const snapshot = { imageId: 1, size: SIZE, annotations: [left, inner, locked] };
    const drawn = at(4, box(5, 0, 9, 12));
    const { patch, ...told } = takePixels(snapshot, { ...emptyPatch, added: [drawn] }, isSpared);
    expect(told).toEqual({ losers: 2, covered: 1, spared: 1, masked: 0 });
    expect(patch.removed).toEqual([inner]);
    expect(patch.updated).toHaveLength(1);
    const [from, to] = patch.updated[0];
    expect(from).toBe(left);
    expect(to.segmentation!.kind).toBe('polygons');
    expect([to.area, to.bbox]).toEqual([50, [0, 0, 5, 10]]);

    const painted = annotationFromRle(fromBox([2, 2, 3, 3], SIZE[0], SIZE[1]), {
      id: 5,
      imageId: 1,
      categoryId: CAR,
      zOrder: 5,
    });
    const taken = takePixels(snapshot, { ...emptyPatch, added: [painted] }, isSpared);
    expect([taken.masked, taken.losers]).toEqual([1, 1]);
  });

  it('more of an annotation takes the new pixels alone', () => {
    const at = (id: number, x: number) =>
      annotationFromRle(fromBox([x, 0, 10, 10], SIZE[0], SIZE[1]), { id, imageId: 1, categoryId: CAR, zOrder: id });
    const [a, b] = [at(1, 0), at(2, 5)];
    const larger = withSegmentation(
      a,
      rleToSegmentation(merge([maskOf(a), fromBox([0, 8, 8, 4], SIZE[0], SIZE[1])])),
      SIZE,
    );
    const { patch } = takePixels(
      { imageId: 1, size: SIZE, annotations: [a, b] },
      { ...emptyPatch, updated: [[a, larger]] },
      isSpared,
    );
    // They overlapped before: that stays until somebody mends it.
    expect(patch.updated.map(([, to]) => to.id)).toEqual([1]);
  });
});

describe('stuff', () => {
  const rules = { stuff: new Set([SKY]), isSpared };
  const at = (id: number, categoryId: number, segmentation: Segmentation) =>
    createAnnotation({ id, imageId: 1, categoryId, segmentation, zOrder: id }, SIZE);

  it('has one annotation an image: what is drawn goes into it, pixel for pixel', () => {
    fc.assert(
      fc.property(fc.array(shapes, { minLength: 1, maxLength: 6 }), (drawn) => {
        let snapshot: DocumentSnapshot = { imageId: 1, size: SIZE, annotations: [] };
        const pixels = new Uint8Array(SIZE[0] * SIZE[1]);
        drawn.forEach((segmentation, i) => {
          const annotation = at(i + 1, SKY, segmentation);
          if (annotation.area === 0) return;
          decode(maskOf(annotation)).forEach((on, p) => on && (pixels[p] = 1));
          const { patch, into } = extendStuff(snapshot, { ...emptyPatch, added: [annotation] }, rules);
          const home = snapshot.annotations[0]?.id;
          if (home !== undefined) expect(into.get(annotation.id)).toBe(home);
          const after = applyPatch(snapshot, patch);
          expect(applyPatch(after, invertPatch(patch))).toEqual(snapshot);
          snapshot = after;
          expect(snapshot.annotations).toHaveLength(1);
          expect(decode(maskOf(snapshot.annotations[0]))).toEqual(pixels);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('takes in what is given its category, and gives it back', () => {
    const box = (x: number) => rleToSegmentation(fromBox([x, 0, 4, 4], SIZE[0], SIZE[1]));
    const cars = [at(2, CAR, box(2)), at(3, CAR, box(10))];
    const moved = (list: readonly Annotation[]) => ({
      ...emptyPatch,
      updated: list.map((from) => [from, { ...from, categoryId: SKY }] as const),
    });
    for (const sky of [[], [at(1, SKY, box(0))], [{ ...at(1, SKY, box(0)), locked: true }]]) {
      const snapshot: DocumentSnapshot = { imageId: 1, size: SIZE, annotations: [...sky, ...cars] };
      const { patch, into } = extendStuff(snapshot, moved(cars), rules);
      const after = applyPatch(snapshot, patch);
      const free = after.annotations.filter((annotation) => !annotation.locked);
      expect(free.map(({ categoryId }) => categoryId)).toEqual([SKY]);
      expect(free[0].area).toBe(sky.length === 1 && !sky[0].locked ? 40 : 32);
      for (const { id } of cars) expect(free[0].id).toBe(into.get(id) ?? id);
      expect(applyPatch(after, invertPatch(patch))).toEqual(snapshot);
    }
  });

  it('things, crowds and what is locked stay apart', () => {
    const square = rleToSegmentation(fromBox([0, 0, 4, 4], SIZE[0], SIZE[1]));
    const sky = at(1, SKY, square);
    const snapshot = { imageId: 1, size: SIZE, annotations: [sky] };
    const car = { ...emptyPatch, added: [at(2, CAR, square)] };
    expect(extendStuff(snapshot, car, rules).patch).toBe(car);
    const crowd = { ...emptyPatch, added: [{ ...at(2, SKY, square), isCrowd: true }] };
    expect(extendStuff(snapshot, crowd, rules).patch.added).toEqual(crowd.added);
    const locked = { ...snapshot, annotations: [{ ...sky, locked: true }] };
    const more = { ...emptyPatch, added: [at(2, SKY, square)] };
    expect(extendStuff(locked, more, rules).patch.added).toEqual(more.added);
    // Of what is divided nothing goes into a second one either, as a file may have brought.
    const two = { ...snapshot, annotations: [sky, at(3, SKY, square)] };
    const halves = { ...more, updated: [[sky, { ...sky, area: 3 }] as const] };
    expect(extendStuff(two, halves, rules).patch.added).toEqual(more.added);
    // Cutting it in two is no drawing.
    const split = { ...more, updated: [[sky, { ...sky, area: 3 }] as const] };
    expect(extendStuff(snapshot, split, rules).patch.added).toEqual(more.added);
  });
});
