/** Masks that were found, as polygons to edit by their vertices: as few of them as keep the mask. Holes stay holes, pieces parts. */
import { maxPolygonVertices, vertexCountOf } from './outline';
import { withSegmentation } from './segmentation';
import { simplifyCandidate } from './simplified';
import type { Annotation } from './types';

/** With the mask, of the polygon that takes its place. */
const LEAST_IOU = 0.98;
/** Image pixels, the coarsest first. 0 is the outline along pixel edges, whose pixels are the mask's. */
const TOLERANCES = [3, 2, 1.5, 1, 0.7, 0.5, 0] as const;

export interface NearPolygon {
  readonly annotation: Annotation;
  /** Of the polygon; where it stays a mask, of its outline along pixel edges, too many to edit. */
  readonly vertexCount: number;
  /** 0..1, with the mask that it was; null: it stays a mask. */
  readonly iou: number | null;
}

/** null: it is no mask. */
export function nearPolygon(
  annotation: Annotation,
  size: readonly [height: number, width: number],
): NearPolygon | null {
  if (annotation.segmentation?.kind !== 'rle') return null;
  const edges = vertexCountOf(annotation, size);
  const stays = { annotation, vertexCount: edges, iou: null };
  if (edges > maxPolygonVertices) return stays;
  for (const tolerance of TOLERANCES) {
    const found = simplifyCandidate(annotation, tolerance, size);
    if (!found || found.iou < LEAST_IOU) continue;
    const { iou, vertexCount, segmentation } = found;
    return { annotation: withSegmentation(annotation, segmentation, size), vertexCount, iou };
  }
  return stays;
}
