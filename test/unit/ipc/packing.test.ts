import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Annotation, Segmentation } from '@shared/document/types';
import type { OpenedImage } from '@shared/project/types';
import { packImage, unpackImage } from '@shared/ipc/packing';

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
