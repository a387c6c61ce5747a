/** Editing the vertices of one polygon annotation: what a drag, an insertion and a deletion do to its parts. */
import { reshaped, segmentationToRle } from '@shared/document/segmentation';
import type { Annotation, PolygonSegmentation } from '@shared/document/types';
import type { PolygonPart } from '@shared/geometry/polygon';
import { imagePoint, type ImagePoint } from '@shared/geometry/coords';
import { isEmptyMask } from '@shared/mask/edit';
import { updatePatch } from '../patches';
import { roundCoordinate } from '../rings';
import type { Outcome } from '../tool';
import { ringOf, withRing, type VertexRef } from './targets';

type Size = readonly [height: number, width: number];

/** The parts with the vertex at `point`, kept inside the image and rounded to hundredths of a pixel. */
export function movedVertex(
  parts: readonly PolygonPart[],
  ref: VertexRef,
  point: ImagePoint,
  size: Size,
): PolygonPart[] {
  const ring = ringOf(parts, ref).slice();
  ring[2 * ref.vertex] = clampTo(point.x, size[1]);
  ring[2 * ref.vertex + 1] = clampTo(point.y, size[0]);
  return withRing(parts, ref, ring);
}

/** The parts with a new vertex before `ref`, on the edge there, nearest to `point`. */
export function insertedVertex(
  parts: readonly PolygonPart[],
  ref: VertexRef,
  point: ImagePoint,
  size: Size,
): PolygonPart[] {
  const ring = ringOf(parts, ref).slice();
  const { x, y } = nearestOnEdge(ring, ref.vertex, point);
  ring.splice(2 * ref.vertex, 0, clampTo(x, size[1]), clampTo(y, size[0]));
  return withRing(parts, ref, ring);
}

function nearestOnEdge(ring: readonly number[], vertex: number, { x, y }: ImagePoint): ImagePoint {
  const a = 2 * (vertex - 1);
  const b = (2 * vertex) % ring.length;
  const dx = ring[b] - ring[a];
  const dy = ring[b + 1] - ring[a + 1];
  const t = ((x - ring[a]) * dx + (y - ring[a + 1]) * dy) / (dx * dx + dy * dy || 1);
  const clamped = Math.min(1, Math.max(0, t));
  return imagePoint(ring[a] + clamped * dx, ring[a + 1] + clamped * dy);
}

function clampTo(value: number, limit: number): number {
  return Math.min(limit, Math.max(0, roundCoordinate(value)));
}

/**
 * Deletes a vertex. A ring of three goes as a whole: a hole is filled, a part removed; the last part stays as it is.
 */
export function deleteVertex(
  annotation: Annotation,
  parts: readonly PolygonPart[],
  ref: VertexRef,
  size: Size,
): Outcome {
  const ring = ringOf(parts, ref);
  const left = ring.length > 6 ? ring.filter((_, i) => i >> 1 !== ref.vertex) : [];
  const next = withRing(parts, ref, left);
  if (next.length === 0) return { notice: 'A polygon needs three vertices: delete the annotation instead' };
  return commitParts(annotation, next, size, left.length > 0 ? 'Delete vertex' : 'Delete ring');
}

/** The change as a gesture; refused where no pixel would be left. */
export function commitParts(
  annotation: Annotation,
  parts: readonly PolygonPart[],
  size: Size,
  gesture: string,
): Outcome {
  const segmentation: PolygonSegmentation = { kind: 'polygons', parts };
  if (isEmptyMask(segmentationToRle(segmentation, size))) return { notice: 'The polygon would cover no pixel' };
  return { patch: updatePatch([[annotation, reshaped(annotation, segmentation, size)]]), gesture };
}
