/** Select: picks annotations, moves and scales them, and edits the vertices of a polygon. */
import type { ImagePoint } from '@shared/geometry/coords';
import type { ToolPointerEvent } from '../preview';
import {
  findAnnotation,
  viewDistance,
  type Tool,
  type ToolContext,
  type ToolEvent,
  type ToolKeyEvent,
  type ToolStep,
} from '../tool';
import { frameOfAll, keepInside, movePatch, scalePatch } from '../transform';
import { containsPoint, pickBeneath, pickInBox } from './picking';
import { draggedBox } from './scaling';
import { hint, preview } from './selectPreview';
import { activeVertex, boxBetween, IDLE, type Hover, type SelectState } from './selectState';
import { editable, targetAt, vertexTarget } from './targets';
import { commitParts, deleteVertex, insertedVertex, movedVertex } from './vertices';

/** A press that moves less is a click, view pixels. */
const DRAG_PX = 3;
const NUDGE: Readonly<Record<string, readonly [dx: number, dy: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const FAR_NUDGE = 10;

export const selectTool: Tool<SelectState> = {
  id: 'select',
  label: 'Select',
  key: 'V',
  icon: 'mouse-pointer-2',
  group: 'select',
  line: 'Click an annotation, or drag to select several; drag the selection to move it. Shift adds, Alt picks what lies beneath.',
  options: 'shapes',
  initial: IDLE,
  reduce,
  preview,
  hint,
};

function reduce(state: SelectState, event: ToolEvent, context: ToolContext): ToolStep<SelectState> {
  switch (event.type) {
    case 'down':
      if (state.kind !== 'idle') return { state };
      return event.button === 0
        ? press(event, context)
        : { state: event.button === 2 ? pointed(event, context) : state };
    case 'move':
      return { state: move(state, event, context) };
    case 'up':
      return event.button === 0 ? release(move(state, event, context), context) : { state };
    case 'double':
      return state.kind === 'idle' ? openVertices(state, event, context) : { state };
    case 'key':
      return pressKey(state, event, context);
    case 'leave':
      return { state: state.kind === 'idle' ? { ...state, hover: null } : state };
    case 'cancel':
      return { state: state.kind === 'idle' ? { ...state, hover: null } : IDLE };
    case 'context':
      return { state: isCurrent(state, context) ? state : IDLE };
  }
}

/** False where the document changed under a drag: what it began with is no longer what is there. */
function isCurrent(state: SelectState, { snapshot }: ToolContext): boolean {
  if (!('items' in state)) return true;
  const now = new Set(snapshot.annotations);
  return state.items.every((item) => now.has(item));
}

function press(event: ToolPointerEvent, context: ToolContext): ToolStep<SelectState> {
  const { point, modifiers, scale } = event;
  const target = modifiers.shift || modifiers.ctrl ? null : targetAt(context, point, scale);
  const vertices = vertexTarget(context);
  if (target?.kind === 'handle') {
    const items = editable(context);
    const from = frameOfAll(items, context.snapshot.size)!;
    return { state: { kind: 'scaling', start: point, items, ref: target.ref, from, to: from } };
  }
  if (target?.kind === 'vertex' && vertices) {
    const { annotation, parts } = vertices;
    if (modifiers.alt) return { state: IDLE, ...deleteVertex(annotation, parts, target.ref, context.snapshot.size) };
    return { state: { kind: 'vertex', start: point, items: [annotation], ref: target.ref, parts, gesture: null } };
  }
  if (target?.kind === 'edge' && vertices && !modifiers.alt) {
    const { annotation } = vertices;
    const parts = insertedVertex(vertices.parts, target.ref, point, context.snapshot.size);
    const gesture = 'Insert vertex';
    return { state: { kind: 'vertex', start: point, items: [annotation], ref: target.ref, parts, gesture } };
  }
  return pressBody(event, context);
}

/** A right click on a vertex picks it for the menu that opens there. */
function pointed({ point, scale }: ToolPointerEvent, context: ToolContext): SelectState {
  const target = targetAt(context, point, scale);
  const vertices = vertexTarget(context);
  if (target?.kind !== 'vertex' || !vertices) return IDLE;
  return { kind: 'idle', hover: target, active: { id: vertices.annotation.id, ref: target.ref } };
}

/** A double click shows the vertices of what it is on, which is then selected alone. */
function openVertices(state: SelectState, { point }: ToolPointerEvent, context: ToolContext): ToolStep<SelectState> {
  const hit = context.hit(point);
  const annotation = hit === null || vertexTarget(context) ? undefined : findAnnotation(context.snapshot, hit);
  if (!annotation) return { state };
  if (annotation.segmentation?.kind === 'polygons') return { state, selection: [annotation.id] };
  return annotation.segmentation
    ? { state, notice: 'A mask has no vertices: Shift+P makes it a polygon' }
    : { state, notice: 'A box without a mask has no vertices: drag its handles' };
}

function pressBody({ point, modifiers }: ToolPointerEvent, context: ToolContext): ToolStep<SelectState> {
  const { shift: adds, ctrl, alt } = modifiers;
  const selected = [...context.selection];
  const pressed = (drag: 'move' | 'marquee', click: readonly number[] | null): SelectState => {
    return { kind: 'pressed', start: point, drag, click, adds };
  };
  const hit = alt ? pickBeneath(context, point) : context.hit(point);
  // Ctrl adds or takes away by a click too, as in labelme and file lists; its drag is a marquee wherever it begins.
  if (ctrl) return { state: pressed('marquee', hit === null ? null : toggled(selected, hit)) };
  if (hit === null && !isOnSelected(context, point)) {
    const click = adds || selected.length === 0 ? null : [];
    return { state: pressed('marquee', click) };
  }
  if (hit === null) return { state: pressed('move', null) };
  if (adds) {
    if (context.selection.has(hit)) return { state: pressed('move', toggled(selected, hit)) };
    return { state: pressed('move', null), selection: [...selected, hit] };
  }
  // Over the selected ones the drag is theirs, whatever lies above them; without a drag the click picks what it hit.
  if (isOnSelected(context, point)) return { state: pressed('move', [hit]) };
  return { state: pressed('move', null), selection: [hit] };
}

const toggled = (selected: readonly number[], id: number): number[] =>
  selected.includes(id) ? selected.filter((one) => one !== id) : [...selected, id];

function isOnSelected(context: ToolContext, point: ImagePoint): boolean {
  return editable(context).some((annotation) => containsPoint(annotation, point, context.snapshot.size));
}

function move(state: SelectState, event: ToolPointerEvent, context: ToolContext): SelectState {
  const { point, modifiers, scale } = event;
  const { size } = context.snapshot;
  switch (state.kind) {
    case 'idle':
      return { ...state, hover: hoverAt(context, point, scale) };
    case 'pressed':
      if (viewDistance(state.start, point, scale) < DRAG_PX) return state;
      return move(beginDrag(state, context), event, context);
    case 'marquee':
      return { ...state, end: point };
    case 'moving': {
      const by = [Math.round(point.x - state.start.x), Math.round(point.y - state.start.y)] as const;
      const frame = frameOfAll(state.items, size);
      const stays = !modifiers.alt && frame !== null;
      return { ...state, by: stays ? keepInside(frame, by[0], by[1], size) : by, leaveImage: modifiers.alt };
    }
    case 'scaling': {
      const options = { keepRatio: modifiers.shift, fromCentre: modifiers.alt };
      const [dx, dy] = [point.x - state.start.x, point.y - state.start.y];
      return { ...state, to: draggedBox(state.from, state.ref, dx, dy, options, size) };
    }
    case 'vertex': {
      if (state.gesture !== 'Move vertex' && viewDistance(state.start, point, scale) < DRAG_PX) return state;
      const parts = movedVertex(state.parts, state.ref, point, size);
      return { ...state, parts, gesture: state.gesture ?? 'Move vertex' };
    }
  }
}

function hoverAt(context: ToolContext, point: ImagePoint, scale: number): Hover | null {
  const target = targetAt(context, point, scale);
  if (target) return target;
  if (isOnSelected(context, point)) return { kind: 'selected' };
  return context.hit(point) === null ? null : { kind: 'annotation' };
}

function beginDrag(state: Extract<SelectState, { kind: 'pressed' }>, context: ToolContext): SelectState {
  const { start, adds } = state;
  const items = editable(context);
  if (state.drag === 'marquee' || items.length === 0) return { kind: 'marquee', start, end: start, adds };
  return { kind: 'moving', start, items, by: [0, 0], leaveImage: false };
}

function release(state: SelectState, context: ToolContext): ToolStep<SelectState> {
  const { snapshot } = context;
  switch (state.kind) {
    case 'idle':
      return { state };
    case 'pressed':
      return { state: IDLE, selection: state.click ?? undefined };
    case 'marquee': {
      const picked = pickInBox(context, boxBetween(state.start, state.end));
      return { state: IDLE, selection: state.adds ? [...new Set([...context.selection, ...picked])] : picked };
    }
    case 'moving': {
      const patch = movePatch(snapshot, state.items, state.by, { leaveImage: state.leaveImage });
      if (patch) return { state: IDLE, patch, gesture: 'Move' };
      const stuck = state.leaveImage && state.by.some((step) => step !== 0);
      return stuck ? { state: IDLE, notice: 'Nothing of the annotation would be left in the image' } : { state: IDLE };
    }
    case 'scaling': {
      const patch = scalePatch(snapshot, state.items, state.from, state.to);
      if (patch) return { state: IDLE, patch, gesture: 'Scale' };
      // A handle may lie over another annotation: a click that scales nothing is meant for that one.
      const hit = context.hit(state.start);
      return hit === null ? { state: IDLE } : { state: IDLE, selection: [hit] };
    }
    case 'vertex': {
      const [annotation] = state.items;
      const idle: SelectState = { kind: 'idle', hover: null, active: { id: annotation.id, ref: state.ref } };
      if (!state.gesture) return { state: idle };
      const outcome = commitParts(annotation, state.parts, snapshot.size, state.gesture);
      return { state: outcome.patch ? idle : IDLE, ...outcome };
    }
  }
}

function pressKey(state: SelectState, { key, modifiers }: ToolKeyEvent, context: ToolContext): ToolStep<SelectState> {
  if (key === 'Escape') {
    if (state.kind !== 'idle' || state.active) return { state: IDLE };
    return context.selection.size > 0 ? { state, selection: [] } : { state };
  }
  if (state.kind !== 'idle') return { state };
  if (key === 'Delete' || key === 'Backspace') return deleteActive(state, context);
  const step = NUDGE[key];
  if (!step || modifiers.ctrl) return { state };
  const far = modifiers.shift ? FAR_NUDGE : 1;
  const by = [step[0] * far, step[1] * far] as const;
  const patch = movePatch(context.snapshot, editable(context), by, { leaveImage: modifiers.alt });
  return patch ? { state, patch, gesture: 'Nudge' } : { state };
}

function deleteActive(state: Extract<SelectState, { kind: 'idle' }>, context: ToolContext): ToolStep<SelectState> {
  const vertices = vertexTarget(context);
  const active = activeVertex(state, context);
  if (!vertices || !active) return { state };
  return { state: IDLE, ...deleteVertex(vertices.annotation, vertices.parts, active, context.snapshot.size) };
}
