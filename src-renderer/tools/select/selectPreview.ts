/** What the select tool shows: the frame with its handles, vertices, and the shape as the drag would leave it. */
import type { Annotation } from '@shared/document/types';
import type { PolygonPart } from '@shared/geometry/polygon';
import { boxPart, outlineOf, vertexCountOf } from '@shared/document/outline';
import type { Preview, PreviewShape } from '../preview';
import type { ToolContext, ToolHint } from '../tool';
import { frameOf, mapParts } from '../transform';
import { activeVertex, boxBetween, type Hover, type SelectState } from './selectState';
import {
  eachRing,
  HANDLES,
  handlePoint,
  selectionFrame,
  vertexTarget,
  type HandleRef,
  type VertexRef,
} from './targets';

/** Outlines with more vertices in all are shown as boxes while they are dragged. */
const MOST_VERTICES = 50_000;

export function preview(state: SelectState, context: ToolContext): Preview {
  switch (state.kind) {
    case 'idle':
    case 'pressed':
      return resting(state, context);
    case 'marquee':
      return [{ kind: 'box', box: boxBetween(state.start, state.end), tone: 'neutral', dashed: true, fillAlpha: 0.1 }];
    case 'moving': {
      const [dx, dy] = state.by;
      const at = { x: state.start.x + dx, y: state.start.y + dy };
      return [
        { kind: 'moved', outlines: outlines(state.items, context), by: state.by, fillAlpha: 0.2 },
        { kind: 'text', at, text: `${signed(dx)}, ${signed(dy)}` },
      ];
    }
    case 'scaling': {
      const { from, to } = state;
      const parts = outlines(state.items, context).map((outline) => mapParts(outline, from, to));
      return [...ghosts(parts), { kind: 'box', box: to, tone: 'neutral', dashed: true }];
    }
    case 'vertex':
      return [...ghosts([state.parts]), vertexHandles(state.parts, state.ref)];
  }
}

function resting(state: SelectState, context: ToolContext): Preview {
  const frame = selectionFrame(context, context.scale);
  if (!frame) return [];
  const points = HANDLES.flatMap((ref) => {
    const { x, y } = handlePoint(frame, ref);
    return [x, y];
  });
  const hover = state.kind === 'idle' ? state.hover : null;
  const overHandle = hover?.kind === 'handle' ? HANDLES.findIndex((ref) => isSame(ref, hover.ref)) : undefined;
  const shapes: PreviewShape[] = [
    { kind: 'box', box: frame, tone: 'neutral', dashed: true },
    { kind: 'handles', points, shape: 'square', active: overHandle },
  ];
  const vertices = vertexTarget(context);
  if (!vertices) return shapes;
  const ref = hover?.kind === 'vertex' ? hover.ref : activeVertex(state, context);
  shapes.push(vertexHandles(vertices.parts, ref));
  if (hover?.kind === 'edge') {
    shapes.push({ kind: 'handles', points: [hover.point.x, hover.point.y], shape: 'round', tone: 'add' });
  }
  return shapes;
}

function isSame(a: HandleRef, b: HandleRef): boolean {
  return a.sideX === b.sideX && a.sideY === b.sideY;
}

function vertexHandles(parts: readonly PolygonPart[], ref: VertexRef | null): PreviewShape {
  const points: number[] = [];
  let active: number | undefined;
  eachRing(parts, (ring, part, hole) => {
    if (ref?.part === part && ref.hole === hole) active = points.length / 2 + ref.vertex;
    for (const value of ring) points.push(value);
  });
  return { kind: 'handles', points, shape: 'round', active };
}

function ghosts(outlines: readonly (readonly PolygonPart[])[]): PreviewShape[] {
  return outlines.map((parts) => ({ kind: 'polygon', parts, fillAlpha: 0.2 }));
}

/** By the items of a drag, which are the same object until it ends. */
const outlinesOf = new WeakMap<readonly Annotation[], readonly (readonly PolygonPart[])[]>();

function outlines(
  items: readonly Annotation[],
  { snapshot: { size } }: ToolContext,
): readonly (readonly PolygonPart[])[] {
  let found = outlinesOf.get(items);
  if (found) return found;
  const count = items.reduce((sum, item) => sum + vertexCountOf(item, size), 0);
  found = items.map((item) => (count <= MOST_VERTICES ? outlineOf(item, size) : [boxPart(frameOf(item, size))]));
  outlinesOf.set(items, found);
  return found;
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : `${value}`;
}

export function hint(state: SelectState, context: ToolContext): ToolHint {
  switch (state.kind) {
    case 'idle':
      return hoverHint(state.hover, context);
    case 'pressed':
      return { cursor: 'default', text: 'Drag to move or to draw a selection box' };
    case 'marquee':
      return { cursor: 'crosshair', text: 'Selects every annotation with a pixel in the box; Shift adds' };
    case 'moving':
      return {
        cursor: 'move',
        text: 'Moves by whole pixels; Alt goes beyond the image border and cuts off what leaves it',
      };
    case 'scaling':
      return { cursor: resizeCursor(state.ref), text: 'Shift keeps the ratio, Alt scales from the centre' };
    case 'vertex':
      return { cursor: 'move', text: 'Drag the vertex; Esc puts it back' };
  }
}

function hoverHint(hover: Hover | null, { selection }: ToolContext): ToolHint {
  switch (hover?.kind) {
    case 'vertex':
      return { cursor: 'pointer', text: 'Drag to move the vertex; Alt-click or Delete removes it' };
    case 'handle':
      return {
        cursor: resizeCursor(hover.ref),
        text: 'Drag to scale; Shift keeps the ratio, Alt scales from the centre',
      };
    case 'edge':
      return { cursor: 'copy', text: 'Click or drag to insert a vertex' };
    case 'selected':
      return { cursor: 'move', text: 'Drag to move; arrow keys nudge by a pixel, with Shift by ten' };
    case 'annotation':
      return { cursor: 'pointer', text: 'Click to select; Shift adds, Alt picks what lies beneath' };
    case undefined:
      return {
        cursor: 'default',
        text: selection.size > 0 ? 'Esc clears the selection' : 'Click an annotation, or drag to select several',
      };
  }
}

function resizeCursor({ sideX, sideY }: HandleRef): string {
  if (sideX === 0) return 'ns-resize';
  if (sideY === 0) return 'ew-resize';
  return sideX === sideY ? 'nwse-resize' : 'nesw-resize';
}
