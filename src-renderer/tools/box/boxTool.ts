/** Draws boxes: press, drag, release; Shift makes a square, Alt draws from the centre. */
import type { Box } from '@shared/geometry/box';
import type { ImagePoint } from '@shared/geometry/coords';
import type { Modifiers, Preview, ToolPointerEvent } from '../preview';
import { roundCoordinate } from '../rings';
import { finishRing, isGoalAlive, type Naming } from '../shapeEdit';
import { chooseGoal } from '../target';
import { viewDistance, type Tool, type ToolContext, type ToolEvent, type ToolHint, type ToolStep } from '../tool';

/** A drag shorter than this is a click and draws nothing, view pixels. */
const DRAG_PX = 3;

export type BoxState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'dragging'; readonly start: ImagePoint; readonly end: ImagePoint; readonly modifiers: Modifiers };

const IDLE: BoxState = { kind: 'idle' };
const NAMING: Naming = { tool: 'box', gestures: { new: 'Draw box', add: 'Add box', cut: 'Cut box' } };

export const boxTool: Tool<BoxState> = {
  id: 'box',
  label: 'Box',
  key: 'R',
  icon: 'square',
  group: 'draw',
  line: 'Drag a rectangle. Shift makes a square, Alt draws from the centre.',
  initial: IDLE,
  reduce,
  preview,
  hint,
};

function reduce(state: BoxState, event: ToolEvent, context: ToolContext): ToolStep<BoxState> {
  switch (event.type) {
    case 'down': {
      if (event.button !== 0 || state.kind !== 'idle') return { state };
      const choice = chooseGoal(context, 'new');
      if ('notice' in choice) return { state, ...choice };
      return { state: { kind: 'dragging', start: event.point, end: event.point, modifiers: event.modifiers } };
    }
    case 'move':
      return { state: state.kind === 'dragging' ? dragged(state, event) : state };
    case 'up':
      if (event.button !== 0 || state.kind !== 'dragging') return { state };
      return finish(dragged(state, event), event, context);
    case 'double':
    case 'leave':
      return { state };
    case 'key':
      return { state: event.key === 'Escape' && state.kind === 'dragging' ? IDLE : state };
    case 'cancel':
      return { state: IDLE };
    case 'context':
      return { state: state.kind === 'dragging' && !isGoalAlive({ kind: 'new' }, context) ? IDLE : state };
  }
}

type Dragging = Extract<BoxState, { kind: 'dragging' }>;

function dragged(state: Dragging, { point, modifiers }: ToolPointerEvent): Dragging {
  return { ...state, end: point, modifiers };
}

function finish(state: Dragging, event: ToolPointerEvent, context: ToolContext): ToolStep<BoxState> {
  if (viewDistance(state.start, state.end, event.scale) < DRAG_PX) return { state: IDLE };
  const [x, y, w, h] = boxOf(state);
  const ring = [x, y, x + w, y, x + w, y + h, x, y + h];
  return { state: IDLE, ...finishRing(context, ring, { kind: 'new' }, NAMING) };
}

/** The box that the drag spans, not clipped, to hundredths of a pixel. */
function boxOf({ start, end, modifiers }: Dragging): Box {
  let dx = end.x - start.x;
  let dy = end.y - start.y;
  if (modifiers.shift) {
    const side = Math.max(Math.abs(dx), Math.abs(dy));
    dx = dx < 0 ? -side : side;
    dy = dy < 0 ? -side : side;
  }
  const from = modifiers.alt ? { x: start.x - dx, y: start.y - dy } : start;
  const to = { x: start.x + dx, y: start.y + dy };
  const x = roundCoordinate(Math.min(from.x, to.x));
  const y = roundCoordinate(Math.min(from.y, to.y));
  return [x, y, roundCoordinate(Math.max(from.x, to.x)) - x, roundCoordinate(Math.max(from.y, to.y)) - y];
}

function preview(state: BoxState): Preview {
  if (state.kind === 'idle') return [];
  const box = boxOf(state);
  const size = `${Math.round(box[2])} × ${Math.round(box[3])}`;
  return [
    { kind: 'box', box, fillAlpha: 0.2 },
    { kind: 'text', at: state.end, text: size },
  ];
}

function hint(state: BoxState, context: ToolContext): ToolHint {
  const cursor = 'crosshair';
  if (state.kind === 'dragging')
    return { cursor, text: 'Shift makes a square, Alt draws from the centre, Esc cancels' };
  const choice = chooseGoal(context, 'new');
  if ('notice' in choice) return { cursor: 'not-allowed', text: choice.notice };
  return { cursor, text: 'Drag to draw a box' };
}
