/** Shared borders and overlaps: gaps that are closed, regions that grow, pixels that get one owner; none is lost on the way. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandToBorders, fillGaps, type Grown } from '@shared/document/borders';
import { findOverlaps, type Mending, mendOverlaps } from '@shared/document/overlaps';
import { applyPatch, invertPatch } from '@shared/document/patch';
import { createAnnotation, rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import type { Annotation, DocumentSnapshot, Segmentation } from '@shared/document/types';
import { area, decode, dilate, encode, fromBox, merge, type Rle, subtract } from '@shared/mask';

const SIZE = [22, 27] as const;
const [H, W] = SIZE;
const SKY = 1;
const CAR = 2;
const stuff = new Set([SKY]);
const all = { stuff, mayGrow: () => true };

const box = (x: number, y: number, w: number, h: number) => rleToSegmentation(fromBox([x, y, w, h], H, W));
const polygon = (outer: readonly number[]): Segmentation => ({ kind: 'polygons', parts: [{ outer, holes: [] }] });
const at = (id: number, segmentation: Segmentation, fields: Partial<Annotation> = {}): Annotation => ({
  ...createAnnotation({ id, imageId: 1, categoryId: CAR, segmentation, zOrder: id }, SIZE),
  ...fields,
});
const snapshotOf = (...annotations: readonly Annotation[]): DocumentSnapshot => ({
  imageId: 1,
  size: SIZE,
  annotations,
});
const maskOf = ({ segmentation }: Annotation) => segmentationToRle(segmentation!, SIZE);
const union = ({ annotations }: DocumentSnapshot): Rle =>
  merge([fromBox([0, 0, 0, 0], H, W), ...annotations.map(maskOf)]);
const done = (grown: Grown | 'too-large'): Grown => {
  if (grown === 'too-large') throw new Error('too large');
  return grown;
};

const shapes: fc.Arbitrary<Segmentation> = fc
  .tuple(fc.nat(W - 3), fc.nat(H - 3), fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 12 }), fc.nat(2))
  .map(([x, y, w, h, kind]) => {
    const [right, bottom] = [Math.min(W, x + w), Math.min(H, y + h)];
    if (kind === 0) return box(x, y, right - x, bottom - y);
    const ring = [x, y, right, y, right, bottom];
    return polygon(kind === 1 ? ring : [...ring, x, bottom]);
  });
const documents = fc
  .array(fc.record({ shape: shapes, isSky: fc.boolean(), locked: fc.boolean(), z: fc.nat(4) }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((list) =>
    snapshotOf(
      ...list
        .map(({ shape, isSky, locked, z }, i) => at(i + 1, shape, { categoryId: isSky ? SKY : CAR, locked, zOrder: z }))
        .filter(({ area: pixels }) => pixels > 0)
        .sort((a, b) => a.zOrder - b.zOrder || a.id - b.id),
    ),
  );

/** What must hold whoever grows: only free pixels are taken, each by one, none from what may not grow; undo restores bits. */
function checkGrown(before: DocumentSnapshot, { patch, pixels }: Grown): DocumentSnapshot {
  const after = applyPatch(before, patch);
  expect([patch.added, patch.removed]).toEqual([[], []]);
  const taken = union(before);
  let gained = 0;
  for (const [from, to] of patch.updated) {
    const [old, now] = [maskOf(from), maskOf(to)];
    expect(area(subtract(old, now))).toBe(0);
    expect(area(merge([subtract(now, old), taken], { intersect: true }))).toBe(0);
    gained += area(now) - area(old);
    expect(to.area).toBe(area(now));
  }
  expect(gained).toBe(pixels);
  // Were two to get one pixel, the union would be smaller than the sum.
  expect(area(union(after))).toBe(area(taken) + pixels);
  expect(applyPatch(after, invertPatch(patch))).toEqual(before);
  return after;
}

/** None, or noise. */
const pictures = fc.option(
  fc.array(fc.nat(255), { minLength: H * W, maxLength: H * W }).map((values) => Uint8Array.from(values)),
);

const unlocked = { stuff, mayGrow: ({ locked }: Annotation) => !locked };

describe('dilation of a mask', () => {
  it('is what erosion leaves of the rest, and ends at the image', () => {
    const noise = fc.array(fc.nat(4), { minLength: H * W, maxLength: H * W });
    fc.assert(
      fc.property(noise, fc.integer({ min: 1, max: 6 }), (values, distance) => {
        const bitmap = Uint8Array.from(values, (value) => Number(value === 0));
        const expected = new Uint8Array(H * W);
        for (let y = 0; y < H; y++) {
          for (let x = 0; x < W; x++) {
            if (!bitmap[y * W + x]) continue;
            for (let v = Math.max(0, y - distance); v <= Math.min(H - 1, y + distance); v++) {
              expected.fill(1, v * W + Math.max(0, x - distance), v * W + Math.min(W, x + distance + 1));
            }
          }
        }
        expect(decode(dilate(encode(bitmap, H, W), distance))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe('fill the gap', () => {
  it('takes what is nobody’s and as narrow as that, between two, and nothing else', () => {
    fc.assert(
      fc.property(documents, fc.integer({ min: 1, max: 3 }), (before, half) => {
        const after = checkGrown(before, done(fillGaps(before, 2 * half, unlocked)));
        // A gained pixel is in no free square of that width; beyond the picture everything is free.
        const taken = decode(union(before));
        const gained = decode(subtract(union(after), union(before)));
        const isTaken = (x: number, y: number) => x >= 0 && y >= 0 && x < W && y < H && taken[y * W + x] === 1;
        const side = [...Array(2 * half + 1).keys()];
        gained.forEach((on, p) => {
          if (!on) return;
          const [x, y] = [p % W, Math.floor(p / W)];
          const isFree = side.some((dx) =>
            side.some((dy) => !side.some((i) => side.some((j) => isTaken(x - dx + i, y - dy + j)))),
          );
          expect(isFree).toBe(false);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('closes a sliver of its width, half to each side; a wider one, and a notch of one alone, stay', () => {
    const notched = polygon([20, 0, 26, 0, 26, 8, 24, 8, 24, 3, 22, 3, 22, 8, 20, 8]);
    const before = snapshotOf(at(1, box(0, 0, 5, 20)), at(2, box(9, 0, 5, 20)), at(3, notched));
    expect(done(fillGaps(before, 2, all)).pixels).toBe(0);
    const { patch, pixels } = done(fillGaps(before, 4, all));
    // The gap is 4 wide, the notch 2 wide and its own neighbour's alone.
    expect(pixels).toBe(80);
    expect(patch.updated.map(([, to]) => to.bbox)).toEqual([
      [0, 0, 7, 20],
      [7, 0, 7, 20],
    ]);
  });

  it('gives all of it to the other where one is locked', () => {
    const before = snapshotOf(
      at(1, box(0, 0, 5, 20), { locked: true }),
      at(2, box(7, 0, 5, 20)),
      at(3, box(14, 0, 5, 20)),
    );
    const { patch } = done(fillGaps(before, 2, unlocked));
    expect(patch.updated.map(([, to]) => [to.id, to.bbox])).toEqual([
      [2, [5, 0, 8, 20]],
      [3, [13, 0, 6, 20]],
    ]);
  });

  it('keeps polygons polygons where their pixels come out exactly', () => {
    const before = snapshotOf(at(1, polygon([0, 0, 5, 0, 5, 20, 0, 20])), at(2, polygon([7, 0, 12, 0, 12, 20, 7, 20])));
    const { patch } = done(fillGaps(before, 2, all));
    expect(patch.updated.map(([, { segmentation }]) => segmentation?.kind)).toEqual(['polygons', 'polygons']);
  });
});

describe('expand to borders', () => {
  it('takes what is nobody’s alone, and without a limit all that can be reached', () => {
    fc.assert(
      fc.property(documents, fc.constantFrom(1, 2, 5, Infinity), pictures, (before, distance, picture) => {
        const after = checkGrown(before, done(expandToBorders(before, distance, unlocked, picture)));
        const old = merge([fromBox([0, 0, 0, 0], H, W), ...before.annotations.filter(unlocked.mayGrow).map(maskOf)]);
        if (distance === Infinity) return;
        const gained = subtract(union(after), union(before));
        expect(area(subtract(gained, dilate(old, distance)))).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('fills the picture from one, and two meet in the middle', () => {
    const one = snapshotOf(at(1, box(3, 4, 2, 2)));
    expect(done(expandToBorders(one, Infinity, all)).pixels).toBe(H * W - 4);
    const two = snapshotOf(at(1, box(0, 0, 3, H)), at(2, box(W - 4, 0, 4, H)));
    const { patch } = done(expandToBorders(two, 100, all));
    expect(patch.updated.map(([, { bbox }]) => bbox)).toEqual([
      [0, 0, 13, H],
      [13, 0, 14, H],
    ]);
  });

  it('meets at the edge that the picture shows, also where it is not half way', () => {
    const before = snapshotOf(at(1, box(0, 0, 3, H)), at(2, box(W - 4, 0, 4, H)));
    // Dark up to column 19, light from there, with a ramp that is no edge.
    const picture = Uint8Array.from({ length: H * W }, (_, p) => (p % W < 19 ? 40 + (p % W) : 200));
    const { patch } = done(expandToBorders(before, 100, all, picture));
    expect(patch.updated.map(([, { bbox }]) => bbox[0] + bbox[2])).toEqual([19, W]);
    // As far as one says.
    expect(done(expandToBorders(before, 3, all, picture)).pixels).toBe(6 * H);
  });

  it('stops at a neighbour that does not grow', () => {
    const before = snapshotOf(at(1, box(0, 0, 3, H)), at(2, box(8, 0, 4, H)));
    const only = { stuff, mayGrow: ({ id }: Annotation) => id === 1 };
    expect(done(expandToBorders(before, 100, only)).patch.updated.map(([, { bbox }]) => bbox)).toEqual([[0, 0, 8, H]]);
  });
});

describe('overlaps', () => {
  const isSpared = ({ locked }: Annotation) => locked;

  it('are the pairs that share pixels, with how many', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const expected: (readonly [number, number, number])[] = [];
        document.annotations.forEach((one, i) =>
          document.annotations.slice(i + 1).forEach((other) => {
            const pixels = area(merge([maskOf(one), maskOf(other)], { intersect: true }));
            if (pixels > 0) expected.push([Math.min(one.id, other.id), Math.max(one.id, other.id), pixels]);
          }),
        );
        const found = findOverlaps(document, stuff);
        const pairs = found.map(({ upper, lower, pixels }) => [
          ...[Math.min(upper.id, lower.id), Math.max(upper.id, lower.id), pixels],
        ]);
        const order = (a: readonly number[], b: readonly number[]) => a[0] - b[0] || a[1] - b[1];
        expect(pairs.sort(order)).toEqual([...expected].sort(order));
        for (const { upper, lower } of found) {
          if (upper.categoryId === lower.categoryId) expect(upper.zOrder).toBeGreaterThanOrEqual(lower.zOrder);
          else expect([upper.categoryId, lower.categoryId]).toEqual([CAR, SKY]);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are mended: one owner a pixel, none lost, what is locked as it was, and undo restores bits', () => {
    fc.assert(
      fc.property(documents, fc.constantFrom<Mending>('upper', 'lower', 'nearest'), (before, how) => {
        const { patch, spared } = mendOverlaps(before, findOverlaps(before, stuff), how, isSpared);
        const after = applyPatch(before, patch);
        expect(decode(union(after))).toEqual(decode(union(before)));
        const left = findOverlaps(after, stuff);
        for (const { upper, lower } of left) expect(upper.locked || lower.locked).toBe(true);
        if (left.length > 0) expect(spared).toBeGreaterThan(0);
        for (const locked of before.annotations.filter(isSpared)) expect(after.annotations).toContain(locked);
        expect(applyPatch(after, invertPatch(patch))).toEqual(before);
      }),
      { numRuns: 200 },
    );
  });

  it('go to the upper, to the lower, or half and half; who lies within another keeps its own', () => {
    const two = snapshotOf(at(1, box(0, 0, 10, 10)), at(2, box(6, 0, 10, 10)));
    const areas = (how: Mending, document = two) => {
      const { patch } = mendOverlaps(document, findOverlaps(document, stuff), how, isSpared);
      return applyPatch(document, patch).annotations.map((each) => each.area);
    };
    expect([areas('upper'), areas('lower'), areas('nearest')]).toEqual([
      [60, 100],
      [100, 60],
      [80, 80],
    ]);
    const within = snapshotOf(at(1, box(2, 2, 3, 3)), at(2, box(0, 0, 10, 10)));
    expect([areas('nearest', within), areas('upper', within)]).toEqual([[9, 91], [100]]);
  });
});
