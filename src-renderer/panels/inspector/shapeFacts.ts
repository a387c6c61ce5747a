/** Vertices, parts and holes of an annotation, as the inspector shows them. */
import type { Annotation } from '@shared/document/types';
import type { PolygonPart } from '@shared/geometry/polygon';
import { countVertices } from '@shared/geometry/polygon';
import { outlineOf } from '@shared/document/outline';

/** Outlines of longer runs are not traced for a line of text. Characters of compressed counts. */
const maxTracedLength = 50_000;

export interface ShapeFacts {
  readonly kind: 'polygon' | 'mask' | 'box';
  /** null: not counted, the mask is very large. */
  readonly vertices: number | null;
  readonly parts: number | null;
  readonly holes: number | null;
}

export function shapeFacts(annotation: Annotation, size: readonly [height: number, width: number]): ShapeFacts {
  const { segmentation } = annotation;
  if (!segmentation) return { kind: 'box', vertices: 4, parts: 1, holes: 0 };
  if (segmentation.kind === 'polygons') return { kind: 'polygon', ...count(segmentation.parts) };
  if (segmentation.counts.length > maxTracedLength) return { kind: 'mask', vertices: null, parts: null, holes: null };
  return { kind: 'mask', ...count(outlineOf(annotation, size)) };
}

function count(parts: readonly PolygonPart[]) {
  return {
    vertices: countVertices(parts),
    parts: parts.length,
    holes: parts.reduce((n, { holes }) => n + holes.length, 0),
  };
}
