/** Masks that a tool found, as polygons where the project prefers them, and how that is told. */
import { nearPolygon } from '@shared/document/nearPolygon';
import type { Annotation, Patch } from '@shared/document/types';

/**
 * Masks that the patch adds or changes become polygons. `notice`: how near they are to the masks; `ragged`: how many stay masks,
 * as their outlines have too many vertices.
 */
export function asPolygons(
  { added, updated, removed }: Patch,
  size: readonly [height: number, width: number],
): { readonly patch: Patch; readonly notice: string; readonly ragged: number } {
  const said: string[] = [];
  let ragged = 0;
  const turned = (annotation: Annotation): Annotation => {
    const near = nearPolygon(annotation, size);
    if (!near) return annotation;
    const count = near.vertexCount.toLocaleString('en');
    if (near.iou === null) {
      ragged++;
      said.push(`It stays a mask: an outline of ${count} vertices cannot be edited`);
    } else {
      said.push(`Polygon of ${count} vertices, IoU ${(Math.floor(near.iou * 1000) / 1000).toFixed(3)} with the mask`);
    }
    return near.annotation;
  };
  const patch = {
    added: added.map(turned),
    updated: updated.map(([from, to]) => [from, turned(to)] as const),
    removed,
  };
  return { patch, notice: said.join('. '), ragged };
}
