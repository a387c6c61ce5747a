/** What of the selection the pointer is on: a vertex, a scale handle, an edge. Distances are view pixels. */
import type { Annotation } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import type { PolygonPart } from '@shared/geometry/polygon';
import type { ImagePoint } from '@shared/geometry/coords';
import { squaredDistanceToSegment } from '@shared/geometry/hitTest';
import { selectedAnnotations, type ToolContext } from '../tool';
import { frameOfAll } from '../transform';

const HANDLE_PX = 7;
const EDGE_PX = 5;
/** The frame with the scale handles lies this far outside the shape, so that they never cover vertices. */
const FRAME_MARGIN_PX = 10;

/** A vertex of a polygon: part, ring (-1 the outer one, else the hole), index of the vertex in the ring. */
export interface VertexRef {
  readonly part: number;
  readonly hole: number;
  readonly vertex: number;
}

/** A scale handle: which sides of the frame move with it, -1 left or top, 1 right or bottom, 0 neither. */
export interface HandleRef {
  readonly sideX: -1 | 0 | 1;
  readonly sideY: -1 | 0 | 1;
}

export type Target =
  | { readonly kind: 'vertex'; readonly ref: VertexRef }
  | { readonly kind: 'handle'; readonly ref: HandleRef }
  /** `ref` is the vertex before which a new one would go. */
  | { readonly kind: 'edge'; readonly ref: VertexRef; readonly point: ImagePoint };

export const HANDLES: readonly HandleRef[] = [
  { sideX: -1, sideY: -1 },
  { sideX: 0, sideY: -1 },
  { sideX: 1, sideY: -1 },
  { sideX: 1, sideY: 0 },
  { sideX: 1, sideY: 1 },
  { sideX: 0, sideY: 1 },
  { sideX: -1, sideY: 1 },
  { sideX: -1, sideY: 0 },
];

/** Selected annotations that may be changed. */
export function editable(context: ToolContext): Annotation[] {
  return selectedAnnotations(context).filter(({ id, locked }) => !locked && !context.hidden.has(id));
}

/** The one annotation whose vertices can be edited, with its polygons; null where there is none. */
export function vertexTarget(context: ToolContext): { annotation: Annotation; parts: readonly PolygonPart[] } | null {
  if (context.selection.size !== 1) return null;
  const [annotation] = editable(context);
  return annotation?.segmentation?.kind === 'polygons' ? { annotation, parts: annotation.segmentation.parts } : null;
}

export function ringOf(parts: readonly PolygonPart[], { part, hole }: VertexRef): readonly number[] {
  return hole < 0 ? parts[part].outer : parts[part].holes[hole];
}

/** The parts with one ring replaced; an empty ring removes the hole, or the part whose outer ring it is. */
export function withRing(parts: readonly PolygonPart[], ref: VertexRef, ring: readonly number[]): PolygonPart[] {
  return parts.flatMap((part, i) => {
    if (i !== ref.part) return part;
    if (ref.hole < 0) return ring.length === 0 ? [] : { ...part, outer: ring };
    const holes = part.holes.flatMap((hole, k) => (k !== ref.hole ? [hole] : ring.length === 0 ? [] : [ring]));
    return { ...part, holes };
  });
}

/** What is under the point, vertices before handles before edges; null: none of them. O(vertices). */
export function targetAt(context: ToolContext, point: ImagePoint, scale: number): Target | null {
  const vertices = vertexTarget(context);
  const vertex = vertices && vertexAt(vertices.parts, point, HANDLE_PX / scale);
  if (vertex) return { kind: 'vertex', ref: vertex };
  const frame = selectionFrame(context, scale);
  const handle = frame && HANDLES.find((ref) => isNear(handlePoint(frame, ref), point, HANDLE_PX / scale));
  if (handle) return { kind: 'handle', ref: handle };
  return vertices && edgeAt(vertices.parts, point, EDGE_PX / scale);
}

/** The frame that carries the scale handles, image space, outside the selected shapes; null without any. */
export function selectionFrame(context: ToolContext, scale: number): Box | null {
  const frame = frameOfAll(editable(context), context.snapshot.size);
  if (!frame) return null;
  const margin = FRAME_MARGIN_PX / scale;
  return [frame[0] - margin, frame[1] - margin, frame[2] + 2 * margin, frame[3] + 2 * margin];
}

export function handlePoint([x, y, w, h]: Box, { sideX, sideY }: HandleRef): ImagePoint {
  return { x: x + (w * (sideX + 1)) / 2, y: y + (h * (sideY + 1)) / 2 };
}

function isNear(a: ImagePoint, b: ImagePoint, distance: number): boolean {
  return Math.abs(a.x - b.x) <= distance && Math.abs(a.y - b.y) <= distance;
}

function vertexAt(parts: readonly PolygonPart[], { x, y }: ImagePoint, reach: number): VertexRef | null {
  let best = reach * reach;
  let found: VertexRef | null = null;
  eachRing(parts, (ring, part, hole) => {
    for (let i = 0; i < ring.length; i += 2) {
      const distance = (ring[i] - x) ** 2 + (ring[i + 1] - y) ** 2;
      if (distance > best) continue;
      best = distance;
      found = { part, hole, vertex: i / 2 };
    }
  });
  return found;
}

function edgeAt(parts: readonly PolygonPart[], { x, y }: ImagePoint, reach: number): Target | null {
  let best = reach * reach;
  let found: VertexRef | null = null;
  eachRing(parts, (ring, part, hole) => {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const distance = squaredDistanceToSegment(x, y, ring[j], ring[j + 1], ring[i], ring[i + 1]);
      if (distance > best) continue;
      best = distance;
      // Before vertex 0 is after the last one: the new vertex goes to the end, and no index changes.
      found = { part, hole, vertex: i === 0 ? ring.length / 2 : i / 2 };
    }
  });
  return found && { kind: 'edge', ref: found, point: { x, y } };
}

export function eachRing(
  parts: readonly PolygonPart[],
  visit: (ring: readonly number[], part: number, hole: number) => void,
): void {
  parts.forEach(({ outer, holes }, part) => {
    visit(outer, part, -1);
    holes.forEach((hole, k) => visit(hole, part, k));
  });
}
