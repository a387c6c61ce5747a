/** Which annotations are only boxes, and what their masks change. */
import { expect, test } from 'vitest';
import { createAnnotation } from '@shared/document/segmentation';
import type { Annotation, Segmentation } from '@shared/document/types';
import { fromBox, toCompressed } from '@shared/mask';
import { isOnlyBox } from '@shared/document/boxes';
import { masksPatch } from '../../../../src-renderer/tools/boxes';

const size = [40, 60] as const;
const ring = (...outer: number[]): Segmentation => ({ kind: 'polygons', parts: [{ outer, holes: [] }] });
const annotation = (id: number, segmentation: Segmentation | null): Annotation => {
  const provenance = { tool: 'box', edits: 0 };
  const fields = { id, imageId: 1, categoryId: 2, zOrder: id, provenance };
  const shaped = createAnnotation({ ...fields, segmentation: segmentation ?? ring(5, 5, 25, 5, 25, 20, 5, 20) }, size);
  return segmentation ? shaped : { ...shaped, segmentation: null };
};
const mask = (x: number, y: number, w: number, h: number) => ({
  kind: 'rle' as const,
  size,
  counts: toCompressed(fromBox([x, y, w, h], ...size)),
});

test('a rectangle along the sides and a box without a mask are boxes; anything else is not', () => {
  expect(isOnlyBox(annotation(1, null))).toBe(true);
  expect(isOnlyBox(annotation(1, ring(5, 5, 25, 5, 25, 20, 5, 20)))).toBe(true);
  expect(isOnlyBox(annotation(1, ring(5, 5, 25, 6, 25, 20, 5, 20)))).toBe(false);
  expect(isOnlyBox(annotation(1, ring(5, 5, 25, 5, 25, 20)))).toBe(false);
  expect(isOnlyBox(annotation(1, mask(5, 5, 20, 15)))).toBe(false);
  expect(isOnlyBox({ ...annotation(1, null), isCrowd: true })).toBe(false);
});

test('each box gets its mask with where it comes from; one without a mask stays itself', () => {
  const boxes = [annotation(1, null), annotation(2, ring(5, 5, 25, 5, 25, 20, 5, 20))];
  const model = { id: 'smart-select', sha256: 'ab' };
  const patch = masksPatch(boxes, [mask(6, 6, 10, 10), null], size, model);
  expect(patch.updated).toHaveLength(1);
  const [[from, to]] = patch.updated;
  expect(from).toBe(boxes[0]);
  expect(to).toMatchObject({ id: 1, categoryId: 2, bbox: [6, 6, 10, 10], area: 100, provenance: { model } });
  expect(to.provenance?.params).toEqual({ box: '5,5,20,15' });
});
