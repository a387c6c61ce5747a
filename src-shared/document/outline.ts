/** The outline of an annotation as polygons, whatever it is made of. */
import type { PolygonPart } from '../geometry/polygon';
import { countVertices } from '../geometry/polygon';
import { countTracedVertices, trace } from '../mask';
import { segmentationToRle } from './segmentation';
import type { Annotation, Segmentation } from './types';

/** A polygon of more can be neither edited by hand nor drawn with its vertices. */
export const maxPolygonVertices = 50_000;

const traced = new WeakMap<Segmentation, readonly PolygonPart[]>();
const counted = new WeakMap<Segmentation, number>();

/** Its polygons, its mask traced along pixel edges (remembered), or its box. Image space; shared: not to be changed. */
export function outlineOf(
  annotation: Annotation,
  size: readonly [height: number, width: number],
): readonly PolygonPart[] {
  const { segmentation } = annotation;
  if (!segmentation) return [boxPart(annotation.bbox)];
  if (segmentation.kind === 'polygons') return segmentation.parts;
  let parts = traced.get(segmentation);
  if (!parts) traced.set(segmentation, (parts = trace(segmentationToRle(segmentation, size))));
  return parts;
}

/** Vertices of {@link outlineOf}, counted without tracing a mask; remembered. */
export function vertexCountOf(annotation: Annotation, size: readonly [height: number, width: number]): number {
  const { segmentation } = annotation;
  if (segmentation?.kind !== 'rle') return countVertices(outlineOf(annotation, size));
  let count = counted.get(segmentation);
  if (count === undefined)
    counted.set(segmentation, (count = countTracedVertices(segmentationToRle(segmentation, size))));
  return count;
}

/** The rectangle `[x, y, width, height]` as a polygon part. */
export function boxPart([x, y, w, h]: readonly [number, number, number, number]): PolygonPart {
  return { outer: [x, y, x + w, y, x + w, y + h, x, y + h], holes: [] };
}
