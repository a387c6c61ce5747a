/** What an annotation that is drawn or imported never goes beyond. */
import { deepEqual } from './equal';
import type { Annotation, Segmentation } from './types';

/** Pixels from the image's corner; the rasteriser holds a little more. */
export const maxCoordinate = 1e7;

/** Pixels of the largest image that a mask can be made for. */
export const maxMaskPixels = 2 ** 31 - 1;

/** Fewest numbers of a ring: three points. */
const leastRing = 6;

/**
 * Completes "Annotation 5 ..." where the annotation is none; null where it is one. What it has of `before` unchanged is not
 * looked at: a dataset may have come with it, and then it was told.
 */
export function annotationFault(annotation: Annotation, before: Annotation | null): string | null {
  const { id, segmentation, bbox, area } = annotation;
  if (id < 1 && id !== before?.id) return `has the id ${id}: ids start at 1`;
  if (segmentation && !deepEqual(segmentation, before?.segmentation)) {
    const fault = shapeFault(segmentation);
    if (fault) return fault;
  }
  if (!deepEqual(bbox, before?.bbox)) {
    if (bbox.some(isBeyond)) return `has a box that reaches beyond ${maxCoordinate} pixels`;
    if (bbox[2] < 0 || bbox[3] < 0) return 'has a box of negative width or height';
  }
  if (area !== before?.area && !(area >= 0 && Number.isFinite(area))) return `has the area ${area}`;
  return null;
}

function shapeFault(segmentation: Segmentation): string | null {
  if (segmentation.kind === 'rle') return null;
  for (const { outer, holes } of segmentation.parts) {
    for (const ring of [outer, ...holes]) {
      if (ring.length < leastRing) return `has a ring of ${ring.length / 2} points: a ring has at least 3`;
      if (ring.some(isBeyond)) return `has a point beyond ${maxCoordinate} pixels`;
    }
  }
  return null;
}

const isBeyond = (value: number) => !(Math.abs(value) <= maxCoordinate);
