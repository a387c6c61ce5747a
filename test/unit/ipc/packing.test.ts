import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Annotation, Patch, Segmentation } from '@shared/document/types';
import type { OpenedImage } from '@shared/project/types';
import { packImage, packPatch, unpackImage, unpackPatch } from '@shared/ipc/packing';

const ring = fc.array(fc.double({ noNaN: true }), { maxLength: 12 });
const polygons = fc.record({
  kind: fc.constant('polygons' as const),
  parts: fc.array(fc.record({ outer: ring, holes: fc.array(ring, { maxLength: 3 }) }), { maxLength: 3 }),
});
const rle = fc.constant<Segmentation>({ kind: 'rle', size: [3, 4], counts: '04L4' });

function opened(segmentations: readonly (Segmentation | null)[]): OpenedImage {
  const annotations = segmentations.map((segmentation, id) => ({ id, segmentation }) as Annotation);
  return {
    snapshot: { imageId: 1, size: [3, 4], annotations },
    history: { undo: 2, redo: 1 },
    proposals: [],
    drafts: [],
  } as unknown as OpenedImage;
}

test('an image comes out of the packing as it went in, through structured clone', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(polygons, rle, fc.constant(null))), (segmentations) => {
      const image = opened(segmentations);
      const before = structuredClone(image);
      expect(unpackImage(structuredClone(packImage(image)))).toEqual(before);
      expect(image).toEqual(before);
    }),
  );
});

const one = fc.oneof(polygons, rle, fc.constant(null));
const annotated = (id: number, segmentation: Segmentation | null) => ({ id, segmentation }) as Annotation;

test('a patch comes out of the packing as it went in, and what an update leaves as it was crosses once', () => {
  const update = fc.tuple(one, fc.option(one, { nil: undefined }));
  fc.assert(
    fc.property(fc.array(one), fc.array(update), fc.array(one), (added, updated, removed) => {
      const patch: Patch = {
        added: added.map((segmentation, at) => annotated(at, segmentation)),
        updated: updated.map(
          ([from, to], at) => [annotated(100 + at, from), annotated(100 + at, to === undefined ? from : to)] as const,
        ),
        removed: removed.map((segmentation, at) => annotated(200 + at, segmentation)),
      };
      const before = structuredClone(patch);
      // Twice, as from the window over the main process to the store.
      expect(unpackPatch(structuredClone(structuredClone(packPatch(patch))))).toEqual(before);
      expect(patch).toEqual(before);
    }),
  );
  const segmentation: Segmentation = { kind: 'polygons', parts: [{ outer: [0, 0, 4, 0, 4, 4], holes: [] }] };
  const from = annotated(1, segmentation);
  const relabelled: Patch = { added: [], updated: [[from, { ...from, categoryId: 2 }]], removed: [] };
  expect(packPatch(relabelled).coordinates).toHaveLength(6);
});

test('numbers that do not fit the annotations are refused, and take neither time nor memory', () => {
  const empty = annotated(1, { kind: 'polygons', parts: [] });
  const packed = (lengths: readonly number[], more: Partial<Patch> = {}) => ({
    patch: { added: [empty], updated: [], removed: [], ...more },
    lengths: Uint32Array.from(lengths),
    coordinates: new Float64Array(4),
  });
  for (const lengths of [
    [],
    [1],
    [4_000_000_000],
    [1, 0],
    [1, 1, 5],
    [1, 4_000_000_000, 2],
    [0xffff_ffff],
    [1, 2, 4, 1],
  ]) {
    expect(() => unpackPatch(packed(lengths)), String(lengths)).toThrow('Packed outlines');
  }
  const odd = [null, 7, 'x', [], [null, null]] as never[];
  expect(unpackPatch(packed([], { added: odd, updated: odd, removed: odd })).added).toBe(odd);
});
