import { describe, expect, it } from 'vitest';
import {
  annotationFromRle,
  createAnnotation,
  maskFields,
  rleToSegmentation,
  segmentationToRle,
  withSegmentation,
} from '@shared/document/segmentation';
import { annotationSchema, patchSchema } from '@shared/document/validate';
import type { Segmentation } from '@shared/document/types';
import { area, fromBox } from '@shared/mask';

const size = [20, 30] as const;
const holed: Segmentation = {
  kind: 'polygons',
  parts: [
    { outer: [0, 0, 10, 0, 10, 10, 0, 10], holes: [[2, 2, 5, 2, 5, 5, 2, 5]] },
    { outer: [20, 10, 30, 10, 30, 20, 20, 20], holes: [] },
  ],
};
const fields = { id: 1, imageId: 2, categoryId: 3, zOrder: 4 };

describe('pixels of a segmentation', () => {
  it('are the parts minus their holes, computed once', () => {
    const rle = segmentationToRle(holed, size);
    expect(area(rle)).toBe(100 - 9 + 100);
    expect(segmentationToRle(holed, size)).toBe(rle);
    expect(segmentationToRle(holed, [20, 25])).not.toBe(rle);
    expect(maskFields(holed, size)).toEqual({ area: 191, bbox: [0, 0, 30, 20] });
  });

  it('of an RLE do not depend on the image', () => {
    const segmentation = rleToSegmentation(fromBox([1, 2, 3, 4], 20, 30));
    expect(segmentation.size).toEqual([20, 30]);
    expect(maskFields(segmentation, [1, 1])).toEqual({ area: 12, bbox: [1, 2, 3, 4] });
  });
});

describe('annotations', () => {
  it('carry the area and bbox of their mask', () => {
    const annotation = annotationFromRle(fromBox([1, 2, 3, 4], 20, 30), fields);
    expect(annotation).toMatchObject({ ...fields, area: 12, bbox: [1, 2, 3, 4], isCrowd: false, score: null });
    expect(withSegmentation(annotation, holed, size)).toMatchObject({ area: 191, segmentation: holed });
    expect(createAnnotation({ ...fields, segmentation: null, bbox: [0, 0, 2, 3] }, size).area).toBe(6);
  });

  it('are checked where they enter a process', () => {
    const annotation = createAnnotation({ ...fields, segmentation: holed, extra: JSON.parse('{"__proto__":1}') }, size);
    expect(annotationSchema.parse(annotation)).toEqual(annotation);
    expect(Object.keys(annotationSchema.parse(annotation).extra)).toEqual(['__proto__']);
    const bad = [
      { ...annotation, id: 1.5 },
      { ...annotation, area: NaN },
      { ...annotation, extra: null },
      { ...annotation, segmentation: { kind: 'polygons', parts: [{ outer: [1, 2, 3], holes: [] }] } },
      { ...annotation, segmentation: { kind: 'rle', size: [-1, 2], counts: '' } },
    ];
    for (const value of bad) expect(annotationSchema.safeParse(value).success).toBe(false);
    const moved = { added: [], removed: [], updated: [[annotation, { ...annotation, id: 2 }]] };
    expect(patchSchema.safeParse(moved).success).toBe(false);
  });
});
