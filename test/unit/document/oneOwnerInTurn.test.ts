/** "One owner a pixel" and stuff, worked out at once, are what one after the other gives: every pair of claim and annotation, no index. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { takePixels } from '@shared/document/oneOwner';
import { applyPatch, comparePainters, emptyPatch } from '@shared/document/patch';
import {
  createAnnotation,
  rleToSegmentation,
  segmentationToRle,
  withSegmentation,
} from '@shared/document/segmentation';
import { extendStuff } from '@shared/document/stuff';
import type { Annotation, DocumentSnapshot, Patch, Segmentation } from '@shared/document/types';
import { type Box, boxesIntersect } from '@shared/geometry/box';
import { SpatialIndex } from '@shared/geometry/spatialIndex';
import { area, emptyMask, encode, equals, fromBox, merge, type Rle, subtract, toCompressed } from '@shared/mask';

const SIZE = [40, 300] as const;
const [H, W] = SIZE;

const maskOf = ({ segmentation }: Annotation) => segmentationToRle(segmentation!, SIZE);

const shapes: fc.Arbitrary<Segmentation> = fc
  .tuple(fc.nat(W - 12), fc.nat(H - 12), fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 30 }), fc.nat(3))
  .map(([x, y, w, h, kind]) => {
    const [right, bottom] = [Math.min(W, x + w), Math.min(H, y + h)];
    const box = fromBox([x, y, right - x, bottom - y], H, W);
    if (kind === 0) return rleToSegmentation(box);
    if (kind === 1) {
      const dots = encode(
        Uint8Array.from({ length: H * W }, (_, at) => Number(at % (w + 3) === 0)),
        H,
        W,
      );
      return rleToSegmentation(merge([subtract(box, dots), fromBox([0, 0, 1, 1], H, W)]));
    }
    const outer = [x, y, right, y, right, bottom, ...(kind === 2 ? [] : [x, bottom])];
    return { kind: 'polygons', parts: [{ outer, holes: [] }] };
  });

interface Scene {
  readonly snapshot: DocumentSnapshot;
  readonly patch: Patch;
}

/** Annotations of three categories, some locked; some are drawn, some get another shape, in any order of layers. */
const scenes: fc.Arbitrary<Scene> = fc
  .tuple(
    fc.array(
      fc.record({ shape: shapes, categoryId: fc.integer({ min: 1, max: 3 }), z: fc.nat(5), locked: fc.nat(4) }),
      {
        maxLength: 10,
      },
    ),
    fc.array(fc.record({ shape: shapes, categoryId: fc.integer({ min: 1, max: 3 }), z: fc.nat(5) }), { maxLength: 8 }),
    fc.array(fc.tuple(fc.nat(), shapes), { maxLength: 3 }),
  )
  .map(([there, drawn, changed]) => {
    const annotations = there
      .map(({ shape, categoryId, z, locked }, at) => ({
        ...createAnnotation({ id: at + 1, imageId: 1, categoryId, segmentation: shape, zOrder: z }, SIZE),
        locked: locked === 0,
      }))
      .filter((one) => one.area > 0)
      .sort(comparePainters);
    const added = drawn
      .map(({ shape, categoryId, z }, at) =>
        createAnnotation({ id: at + 100, imageId: 1, categoryId, segmentation: shape, zOrder: z }, SIZE),
      )
      .filter((one) => one.area > 0);
    const updated = new Map(
      changed.flatMap(([which, shape]) => {
        const from = annotations[which % Math.max(1, annotations.length)];
        return from && !from.locked ? [[from, withSegmentation(from, shape, SIZE)] as const] : [];
      }),
    );
    const shown = [...updated].filter(([, to]) => to.area > 0);
    return { snapshot: { imageId: 1, size: SIZE, annotations }, patch: { ...emptyPatch, added, updated: shown } };
  });

const isSpared = ({ locked }: Annotation) => locked;

/** What each has in the end, and who lost something, all of it, or keeps what was painted over. */
function takeInTurn({ snapshot, patch }: Scene) {
  const after = new Map(applyPatch(snapshot, patch).annotations.map((one) => [one.id, one]));
  const left = new Map<number, Rle>([...after].map(([id, one]) => [id, maskOf(one)]));
  const gained = [
    ...patch.added.map((one) => [emptyMask(H, W), one] as const),
    ...patch.updated.map(([from, to]) => [maskOf(from), to] as const),
  ].sort(([, a], [, b]) => comparePainters(b, a));
  let above = emptyMask(H, W);
  const [lost, covered, spared] = [new Set<number>(), new Set<number>(), new Set<number>()];
  for (const [before, claimer] of gained) {
    const claim = subtract(subtract(maskOf(claimer), before), above);
    above = merge([above, claim]);
    for (const [id, one] of after) {
      const kept = subtract(left.get(id)!, claim);
      if (id === claimer.id || equals(kept, left.get(id)!)) continue;
      if (isSpared(one)) spared.add(id);
      else {
        left.set(id, kept);
        lost.add(id);
        if (area(kept) === 0) covered.add(id);
      }
    }
  }
  const masks = [...left].filter(([id]) => !covered.has(id)).map(([id, mask]) => [id, toCompressed(mask)] as const);
  return { masks, losers: lost.size, covered: covered.size, spared: spared.size };
}

it('takes the pixels that claim after claim would take', () => {
  let taken = 0;
  fc.assert(
    fc.property(scenes, (scene) => {
      const { patch, losers, covered, spared, masked } = takePixels(scene.snapshot, scene.patch, isSpared);
      const { annotations } = applyPatch(scene.snapshot, patch);
      const masks = annotations.map((one) => [one.id, toCompressed(maskOf(one))] as const);
      expect({ masks, losers, covered, spared }).toEqual(takeInTurn(scene));
      taken += losers + spared;
      const drawn = new Map(applyPatch(scene.snapshot, scene.patch).annotations.map((one) => [one.id, one]));
      const kinds = annotations.filter(
        (one) => one.segmentation!.kind === 'rle' && drawn.get(one.id)!.segmentation!.kind === 'polygons',
      );
      expect(masked).toBe(kinds.length);
    }),
    { numRuns: 120 },
  );
  expect(taken).toBeGreaterThan(100);
});

/** Newcomers one by one, the topmost first, into the first that is there or the topmost of them. */
function extendInTurn({ snapshot, patch }: Scene, stuff: ReadonlySet<number>) {
  const homes = new Map<number, { readonly id: number; mask: Rle }>();
  for (const { id, categoryId, locked, segmentation } of snapshot.annotations) {
    if (stuff.has(categoryId) && !locked && !homes.has(categoryId))
      homes.set(categoryId, { id, mask: segmentationToRle(segmentation!, SIZE) });
  }
  const [into, already] = [new Map<number, number>(), new Set<number>()];
  for (const one of [...patch.added].sort((a, b) => comparePainters(b, a))) {
    if (!stuff.has(one.categoryId)) continue;
    const home = homes.get(one.categoryId);
    if (!home) {
      homes.set(one.categoryId, { id: one.id, mask: maskOf(one) });
      continue;
    }
    const both = merge([home.mask, maskOf(one)]);
    if (equals(both, home.mask)) already.add(one.id);
    home.mask = both;
    into.set(one.id, home.id);
  }
  return { into, already, homes: [...homes.values()].map(({ id, mask }) => [id, toCompressed(mask)] as const) };
}

it('puts into stuff what newcomer after newcomer would put into it', () => {
  const stuff = new Set([1, 2]);
  let joined = 0;
  fc.assert(
    fc.property(scenes, (full) => {
      const scene = { ...full, patch: { ...full.patch, updated: [] } };
      const { patch, into, already } = extendStuff(scene.snapshot, scene.patch, { stuff, isSpared });
      const expected = extendInTurn(scene, stuff);
      expect([into, already]).toEqual([expected.into, expected.already]);
      const after = new Map(applyPatch(scene.snapshot, patch).annotations.map((one) => [one.id, one]));
      for (const [id, mask] of expected.homes) expect(toCompressed(maskOf(after.get(id)!))).toBe(mask);
      expect(after.size).toBe(scene.snapshot.annotations.length + scene.patch.added.length - into.size);
      joined += into.size;
    }),
    { numRuns: 120 },
  );
  expect(joined).toBeGreaterThan(100);
});

it('finds every box that shares area with another', () => {
  const boxes: fc.Arbitrary<Box> = fc
    .tuple(fc.integer({ min: -50, max: 400 }), fc.integer({ min: -50, max: 90 }), fc.nat(300), fc.nat(60))
    .map(([x, y, w, h]) => [x + 0.5, y, w, h]);
  fc.assert(
    fc.property(fc.array(boxes, { maxLength: 30 }), boxes, (list, box) => {
      const expected = list.flatMap((one, place) => (boxesIntersect(one, box) ? [place] : []));
      const found = SpatialIndex.of(list).touching(box[0], box[1], box[0] + box[2], box[1] + box[3]);
      expect(found.filter((place) => boxesIntersect(list[place], box))).toEqual(expected);
    }),
  );
});
