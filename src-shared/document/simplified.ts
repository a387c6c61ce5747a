/** An annotation's outline with fewer vertices, and what that costs. */
import { countVertices } from '../geometry/polygon';
import { simplifyPart } from '../geometry/simplify';
import { area, iou } from '../mask';
import { isEmptyMask } from '../mask/edit';
import { outlineOf } from './outline';
import { segmentationToRle } from './segmentation';
import type { Annotation, PolygonSegmentation } from './types';

export interface Simplified {
  readonly annotation: Annotation;
  readonly segmentation: PolygonSegmentation;
  /** 0..1, candidate against the mask as it is. */
  readonly iou: number;
  readonly vertexCount: number;
  /** Before: of the polygon, or of the mask's outline along pixel edges. */
  readonly vertexCountBefore: number;
}

/**
 * The annotation's outline simplified by `tolerance` image pixels; a mask is traced first, and remembered, so that the next
 * tolerance costs less. Parts that would cover no pixel keep their outline. null: a box without a mask.
 */
export function simplifyCandidate(
  annotation: Annotation,
  tolerance: number,
  size: readonly [height: number, width: number],
): Simplified | null {
  if (!annotation.segmentation) return null;
  const parts = outlineOf(annotation, size);
  const simplified = parts.map((part) => {
    const candidate = simplifyPart(part, tolerance);
    return isEmptyMask(segmentationToRle({ kind: 'polygons', parts: [candidate] }, size)) ? part : candidate;
  });
  const segmentation: PolygonSegmentation = { kind: 'polygons', parts: simplified };
  const mask = segmentationToRle(annotation.segmentation, size);
  const candidate = segmentationToRle(segmentation, size);
  // Two empty masks have no union to divide by; they are the same mask.
  const quality = area(mask) + area(candidate) === 0 ? 1 : iou([candidate], [mask], [false])[0];
  const [vertexCount, vertexCountBefore] = [countVertices(simplified), countVertices(parts)];
  return { annotation, segmentation, iou: quality, vertexCount, vertexCountBefore };
}
