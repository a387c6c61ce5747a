/** Masks that a tool found, as polygons to edit by their vertices: as few of them as keep the mask. */
import { withSegmentation } from '@shared/document/segmentation';
import type { Annotation, Patch } from '@shared/document/types';
import { simplifyCandidate } from '../commands';
import { maxPolygonVertices, vertexCountOf } from '../outline';

/** With the mask, of the polygon that takes its place. */
const LEAST_IOU = 0.98;
/** Image pixels, the coarsest first. 0 is the outline along pixel edges, whose pixels are the mask's. */
const TOLERANCES = [3, 2, 1.5, 1, 0.7, 0.5, 0] as const;

/** Masks that the patch adds or changes become polygons. `notice`: how near they are to the masks. */
export function asPolygons(
  { added, updated, removed }: Patch,
  size: readonly [height: number, width: number],
): { readonly patch: Patch; readonly notice: string } {
  const said: string[] = [];
  const turned = (annotation: Annotation): Annotation => {
    if (annotation.segmentation?.kind !== 'rle') return annotation;
    const edges = vertexCountOf(annotation, size);
    if (edges > maxPolygonVertices) {
      said.push(`It stays a mask: an outline of ${edges.toLocaleString('en')} vertices cannot be edited`);
      return annotation;
    }
    for (const tolerance of TOLERANCES) {
      const found = simplifyCandidate(annotation, tolerance, size);
      if (!found || found.iou < LEAST_IOU) continue;
      const iou = (Math.floor(found.iou * 1000) / 1000).toFixed(3);
      said.push(`Polygon of ${found.vertexCount.toLocaleString('en')} vertices, IoU ${iou} with the mask`);
      return withSegmentation(annotation, found.segmentation, size);
    }
    return annotation;
  };
  const patch = {
    added: added.map(turned),
    updated: updated.map(([from, to]) => [from, turned(to)] as const),
    removed,
  };
  return { patch, notice: said.join('. ') };
}
