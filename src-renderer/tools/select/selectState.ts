/** The states of the select tool, and what follows from them. */
import type { Annotation } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import type { PolygonPart } from '@shared/geometry/polygon';
import type { ImagePoint } from '@shared/geometry/coords';
import type { ToolContext } from '../tool';
import { vertexTarget, type HandleRef, type Target, type VertexRef } from './targets';

/** What the pointer is over while nothing is in progress. */
export type Hover = Target | { readonly kind: 'selected' } | { readonly kind: 'annotation' };

/** The vertex that Delete removes. */
export interface ActiveVertex {
  readonly id: number;
  readonly ref: VertexRef;
}

export type SelectState =
  | { readonly kind: 'idle'; readonly hover: Hover | null; readonly active: ActiveVertex | null }
  /** The button is down and has not moved: `click` is the selection if it never does. */
  | {
      readonly kind: 'pressed';
      readonly start: ImagePoint;
      readonly drag: 'move' | 'marquee';
      readonly click: readonly number[] | null;
      readonly adds: boolean;
    }
  | { readonly kind: 'marquee'; readonly start: ImagePoint; readonly end: ImagePoint; readonly adds: boolean }
  /** `items`: the annotations as they were when the drag began. */
  | {
      readonly kind: 'moving';
      readonly start: ImagePoint;
      readonly items: readonly Annotation[];
      readonly by: readonly [dx: number, dy: number];
      readonly leaveImage: boolean;
    }
  | {
      readonly kind: 'scaling';
      readonly start: ImagePoint;
      readonly items: readonly Annotation[];
      readonly ref: HandleRef;
      readonly from: Box;
      readonly to: Box;
    }
  /** `parts`: the polygon as it would be; `gesture`: null until something changed. */
  | {
      readonly kind: 'vertex';
      readonly start: ImagePoint;
      readonly items: readonly [Annotation];
      readonly ref: VertexRef;
      readonly parts: readonly PolygonPart[];
      readonly gesture: 'Move vertex' | 'Insert vertex' | null;
    };

export const IDLE: SelectState = { kind: 'idle', hover: null, active: null };

/** The box between two corners. */
export function boxBetween(a: ImagePoint, b: ImagePoint): Box {
  return [Math.min(a.x, b.x), Math.min(a.y, b.y), Math.abs(a.x - b.x), Math.abs(a.y - b.y)];
}

/** The active vertex, where the annotation it belongs to is still selected and still has it. */
export function activeVertex(state: SelectState, context: ToolContext): VertexRef | null {
  if (state.kind !== 'idle' || !state.active) return null;
  const vertices = vertexTarget(context);
  const { id, ref } = state.active;
  if (vertices?.annotation.id !== id) return null;
  const part = vertices.parts[ref.part];
  const ring = ref.hole < 0 ? part?.outer : part?.holes[ref.hole];
  return ring && 2 * ref.vertex < ring.length ? ref : null;
}
