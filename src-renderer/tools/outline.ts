/** The outline of an annotation as polygons, whatever it is made of. */
import type { Annotation, PolygonPart, Segmentation } from '@shared/document/types';
import { trace } from '@shared/mask';
import { maskOf } from './patches';

const traced = new WeakMap<Segmentation, readonly PolygonPart[]>();

/** Its polygons, its mask traced along pixel edges (remembered), or its box. Image space; shared: not to be changed. */
export function outlineOf(
  annotation: Annotation,
  size: readonly [height: number, width: number],
): readonly PolygonPart[] {
  const { segmentation } = annotation;
  if (!segmentation) return [boxPart(annotation.bbox)];
  if (segmentation.kind === 'polygons') return segmentation.parts;
  let parts = traced.get(segmentation);
  if (!parts) traced.set(segmentation, (parts = trace(maskOf(annotation, size))));
  return parts;
}

/** The rectangle `[x, y, width, height]` as a polygon part. */
export function boxPart([x, y, w, h]: readonly [number, number, number, number]): PolygonPart {
  return { outer: [x, y, x + w, y, x + w, y + h, x, y + h], holes: [] };
}
