/** Random annotations, snapshots and patches for properties of the document model. */
import fc from 'fast-check';
import { rleToSegmentation } from '@shared/document/segmentation';
import type { Annotation, DocumentSnapshot, Patch, Segmentation } from '@shared/document/types';
import { applyPatch } from '@shared/document/patch';
import { encode, fromUncompressed, toCompressed } from '@shared/mask';

export const size = [5, 7] as const;

const rle = fc
  .uint8Array({ minLength: 35, maxLength: 35, max: 1 })
  .map((bitmap): Segmentation => rleToSegmentation(encode(bitmap, 5, 7)));

const ring = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 6, maxLength: 6 });

const polygons = fc
  .array(fc.record({ outer: ring, holes: fc.array(ring, { maxLength: 1 }) }), { minLength: 1, maxLength: 2 })
  .map((parts): Segmentation => ({ kind: 'polygons', parts }));

/** Spelled otherwise than this product would: a zero run in the middle. */
const oddRle = fc.constantFrom([5, 0, 0, 30], [0, 0, 3, 2, 30, 0], [35, 0]).map((counts): Segmentation => ({
  kind: 'rle',
  size: [5, 7],
  counts: toCompressed(fromUncompressed(counts, [5, 7])),
}));

export function annotation(id: number): fc.Arbitrary<Annotation> {
  return fc.record({
    id: fc.constant(id),
    imageId: fc.constant(1),
    categoryId: fc.integer({ min: 1, max: 3 }),
    segmentation: fc.oneof({ weight: 6, arbitrary: rle }, polygons, fc.constant(null), oddRle),
    bbox: fc.constant([0, 0, 1, 2] as const),
    area: fc.integer({ min: 0, max: 35 }),
    isCrowd: fc.boolean(),
    zOrder: fc.integer({ min: 0, max: 4 }),
    score: fc.option(fc.constantFrom(0.25, 0.5)),
    provenance: fc.option(fc.constant({ tool: 'brush', edits: 1 })),
    locked: fc.boolean(),
    extra: fc.constantFrom({}, { note: 'x' }, { 2: [1], a: { b: null } }),
  });
}

export const snapshot: fc.Arbitrary<DocumentSnapshot> = fc
  .uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 6 })
  .chain((ids) => fc.tuple(...ids.map(annotation)))
  .map((annotations) =>
    applyPatch({ imageId: 1, size, annotations: [] }, { added: annotations, updated: [], removed: [] }),
  );

/** A patch that fits the snapshot. */
export function patchFor(document: DocumentSnapshot): fc.Arbitrary<Patch> {
  const present = new Set(document.annotations.map(({ id }) => id));
  const absent = [...Array(15).keys()].map((i) => i + 1).filter((id) => !present.has(id));
  return fc
    .record({
      fates: fc.array(fc.constantFrom('keep', 'update', 'remove'), {
        minLength: document.annotations.length,
        maxLength: document.annotations.length,
      }),
      updates: fc.tuple(...document.annotations.map(({ id }) => annotation(id))),
      added: fc.subarray(absent, { maxLength: 3 }).chain((ids) => fc.tuple(...ids.map(annotation))),
    })
    .map(({ fates, updates, added }) => ({
      added,
      updated: document.annotations.flatMap((from, i) => (fates[i] === 'update' ? [[from, updates[i]] as const] : [])),
      removed: document.annotations.filter((_, i) => fates[i] === 'remove'),
    }));
}
