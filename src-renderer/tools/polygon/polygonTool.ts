/** Draws polygons by clicks and free-hand drags: a new one, or with Shift a part of the selected one, with Alt a hole in it. */
import type { ImagePoint } from '@shared/geometry/coords';
import { simplifyLine } from '../freehand';
import type { Preview, PreviewShape, ToolPointerEvent } from '../preview';
import { roundCoordinate } from '../rings';
import { polygonDrafts } from './polygonDraft';
import { extended, followed, type Joined, NOT_JOINED, pointOf, shortened, snapOf } from './polygonSnap';
import { finishRing, isGoalAlive, type Naming } from '../shapeEdit';
import { chooseGoal, type ShapeGoal, toneOf } from '../target';
import { viewDistance, type Tool, type ToolContext, type ToolEvent, type ToolHint, type ToolStep } from '../tool';

/** A click this near the first vertex closes the ring, view pixels. */
const SNAP_PX = 8;
/** A press that moves this far draws free-hand, view pixels. */
const DRAG_PX = 4;
/** The second click of a double click adds no vertex this near the first, view pixels. */
const SAME_PX = 4;

interface Drawing extends Joined {
  readonly goal: ShapeGoal;
  /** Vertices so far, flat. */
  readonly points: readonly number[];
  readonly hover: ImagePoint;
}

export type PolygonState =
  /** The modifiers that a press would have now: they decide what it starts. */
  | { readonly kind: 'idle'; readonly shift: boolean; readonly alt: boolean; readonly snap: Joined['snap'] }
  | (Drawing & { readonly kind: 'drawing' })
  /** The button is down on the last vertex, which the pointer at `from` may have snapped to. */
  | (Drawing & { readonly kind: 'pressed'; readonly from: ImagePoint })
  /** `stroke`: what the pointer drew since, flat, beginning after the last vertex. */
  | (Drawing & { readonly kind: 'freehand'; readonly stroke: readonly number[] });

const IDLE: PolygonState = { kind: 'idle', shift: false, alt: false, snap: null };

const NAMING: Naming = {
  tool: 'polygon',
  gestures: { new: 'Draw polygon', add: 'Add polygon part', cut: 'Cut polygon hole' },
};

export const polygonTool: Tool<PolygonState> = {
  id: 'polygon',
  label: 'Polygon',
  key: 'P',
  icon: 'vector-polygon',
  group: 'draw',
  line: 'Click around the object or keep the button down; Enter closes. Snaps to neighbours, unless Ctrl is held.',
  options: 'freehand',
  snaps: true,
  initial: IDLE,
  reduce,
  preview,
  hint,
  drafts: polygonDrafts,
};

function reduce(state: PolygonState, event: ToolEvent, context: ToolContext): ToolStep<PolygonState> {
  switch (event.type) {
    case 'down':
      if (event.button === 2 && state.kind === 'drawing') return { state: withoutLast(state) };
      return event.button === 0 ? press(state, event, context) : { state };
    case 'move':
      return { state: move(state, event, context) };
    case 'up':
      return event.button === 0 ? release(state, event, context) : { state };
    case 'double':
      return closeByDoubleClick(state, event, context);
    case 'key':
      return pressKey(state, event, context);
    case 'leave':
      // An outline in hand keeps its line to where the pointer was.
      return { state: state.kind === 'idle' ? IDLE : state };
    case 'cancel':
      return { state: IDLE };
    case 'context':
      return { state: state.kind === 'idle' || isGoalAlive(state.goal, context) ? state : IDLE };
  }
}

function press(state: PolygonState, event: ToolPointerEvent, context: ToolContext): ToolStep<PolygonState> {
  const { point } = event;
  const snap = snapOf(event, context);
  const target = pointOf(snap, point);
  const vertex = [roundCoordinate(target.x), roundCoordinate(target.y)];
  const pressed = { kind: 'pressed', hover: point, from: point, snap, way: 'shorter' } as const;
  if (state.kind === 'idle') {
    const { shift, alt } = event.modifiers;
    const choice = chooseGoal(context, alt ? 'cut' : shift ? 'add' : 'new');
    if ('notice' in choice) return { state, ...choice };
    return { state: { ...pressed, goal: choice.goal, ...extended({ ...NOT_JOINED, points: [] }, [], vertex, snap) } };
  }
  if (state.kind !== 'drawing') return { state };
  const { goal, points, places, follows } = state;
  if (isAtStart(points, point, event.scale)) {
    const along = followed(state, snap && places.get(0), context);
    return finish(along ? { ...state, points: [...points, ...along.map(roundCoordinate)] } : state, context);
  }
  const repeated = viewDistance(lastVertex(points), target, event.scale) < 1;
  if (repeated) return { state: { ...pressed, goal, points, places, follows } };
  const along = (followed(state, snap, context) ?? []).map(roundCoordinate);
  return { state: { ...pressed, goal, ...extended(state, along, vertex, snap) } };
}

function move(state: PolygonState, event: ToolPointerEvent, context: ToolContext): PolygonState {
  const { point, coalesced, scale } = event;
  switch (state.kind) {
    case 'idle': {
      const { shift, alt } = event.modifiers;
      const snap = snapOf(event, context);
      const isSame = snap?.x === state.snap?.x && snap?.y === state.snap?.y;
      return state.shift === shift && state.alt === alt && isSame ? state : { kind: 'idle', shift, alt, snap };
    }
    case 'drawing':
      return { ...state, hover: point, snap: snapOf(event, context) };
    case 'pressed': {
      // Any of the positions counts: a fast stroke may be back at its start when the event comes.
      if (coalesced.every((at) => viewDistance(state.from, at, scale) < DRAG_PX)) return { ...state, hover: point };
      return { ...state, kind: 'freehand', hover: point, snap: null, stroke: flat(coalesced) };
    }
    case 'freehand':
      return { ...state, hover: point, stroke: [...state.stroke, ...flat(coalesced)] };
  }
}

function release(state: PolygonState, event: ToolPointerEvent, context: ToolContext): ToolStep<PolygonState> {
  const { point } = event;
  if (state.kind === 'pressed') {
    const { from: _, ...pressed } = state;
    return { state: { ...pressed, kind: 'drawing', hover: point } };
  }
  if (state.kind !== 'freehand') return { state };
  const { goal, places, follows } = state;
  const { x, y } = lastVertex(state.points);
  const stroke = simplifyLine(
    [x, y, ...state.stroke, ...flat(event.coalesced)],
    context.settings.freehandToleranceViewPx / event.scale,
  );
  const points = [...state.points, ...stroke.slice(2).map(roundCoordinate)];
  const drawn: PolygonState = { ...NOT_JOINED, kind: 'drawing', goal, points, hover: point, places, follows };
  if (!isAtStart(points, point, event.scale)) return { state: drawn };
  // The end of the stroke and the start are one vertex to the hand that drew it.
  return finish({ ...drawn, points: points.slice(0, -2) }, context);
}

/** Both clicks of the pair have added a vertex, or the first one has closed the ring and the second began another. */
function closeByDoubleClick(
  state: PolygonState,
  event: ToolPointerEvent,
  context: ToolContext,
): ToolStep<PolygonState> {
  if (state.kind !== 'drawing') return { state };
  const { points } = state;
  const before = points.slice(0, -2);
  const repeated = before.length > 0 && viewDistance(lastVertex(before), lastVertex(points), event.scale) < SAME_PX;
  const kept = repeated ? before : points;
  return kept.length < 4 ? { state: IDLE } : finish({ ...state, points: kept }, context);
}

function pressKey(
  state: PolygonState,
  { key, modifiers }: Extract<ToolEvent, { type: 'key' }>,
  context: ToolContext,
): ToolStep<PolygonState> {
  if (state.kind === 'idle') return { state };
  if (key === 'Escape') return { state: IDLE };
  if (key === 'Tab' && state.kind === 'drawing' && pathAhead(state, context)) {
    return { state: { ...state, way: state.way === 'shorter' ? 'longer' : 'shorter' } };
  }
  // With the button down Enter waits, but it is the tool's all the same: a copy of the state says so.
  if (key === 'Enter') return state.kind === 'drawing' ? finish(state, context) : { state: { ...state } };
  if (key !== 'Backspace' && !(modifiers.ctrl && !modifiers.shift && key.toLowerCase() === 'z')) return { state };
  return { state: withoutLast(state) };
}

/** The outline without its last vertex, and without what was followed to get there. */
function withoutLast({ goal, hover, ...drawn }: Drawing): PolygonState {
  const left = shortened(drawn);
  return left.points.length < 2 ? IDLE : { ...NOT_JOINED, kind: 'drawing', goal, hover, ...left };
}

/** What a click now would follow; null: it goes straight. */
function pathAhead(state: Extract<PolygonState, { kind: 'drawing' }>, context: ToolContext): readonly number[] | null {
  const isClosing = isAtStart(state.points, state.hover, context.scale);
  return followed(state, isClosing ? state.snap && state.places.get(0) : state.snap, context);
}

function finish(state: Extract<PolygonState, { kind: 'drawing' }>, context: ToolContext): ToolStep<PolygonState> {
  if (state.points.length < 6) return { state, notice: 'A polygon needs three vertices' };
  const outcome = finishRing(context, state.points, state.goal, NAMING);
  // What cannot be finished now is not thrown away for it.
  return { state: outcome.patch || outcome.heavy ? IDLE : state, ...outcome };
}

function lastVertex(points: readonly number[]): ImagePoint {
  return { x: points[points.length - 2], y: points[points.length - 1] };
}

/** True where a click closes the ring: near its first vertex, with enough vertices to close. */
function isAtStart(points: readonly number[], point: ImagePoint, scale: number): boolean {
  return points.length >= 6 && viewDistance({ x: points[0], y: points[1] }, point, scale) <= SNAP_PX;
}

function flat(points: readonly ImagePoint[]): number[] {
  return points.flatMap(({ x, y }) => [x, y]);
}

function preview(state: PolygonState, context: ToolContext): Preview {
  if (state.kind === 'idle') return state.snap ? [snapMark(state.snap)] : [];
  const tone = toneOf(state.goal);
  const snaps = state.kind === 'drawing' && isAtStart(state.points, state.hover, context.scale);
  const target = pointOf(state.snap, state.hover);
  const end = snaps ? state.points.slice(0, 2) : [target.x, target.y];
  const along = state.kind === 'drawing' ? (pathAhead(state, context) ?? []) : [];
  const line = state.kind === 'freehand' ? [...state.points, ...state.stroke] : [...state.points, ...along, ...end];
  const shapes: PreviewShape[] = [];
  if (line.length >= 6)
    shapes.push({ kind: 'polygon', parts: [{ outer: line, holes: [] }], tone, fillAlpha: 0.2, dashed: true });
  shapes.push({ kind: 'polyline', points: line, tone });
  shapes.push({ kind: 'handles', points: state.points, shape: 'round', tone, active: snaps ? 0 : undefined });
  if (state.kind === 'drawing' && state.snap && !snaps) shapes.push(snapMark(state.snap, tone));
  return shapes;
}

/** Where a click would snap to, before it is made. */
function snapMark({ x, y }: ImagePoint, tone?: PreviewShape['tone']): PreviewShape {
  return { kind: 'handles', points: [x, y], shape: 'square', tone, active: 0 };
}

function hint(state: PolygonState, context: ToolContext): ToolHint {
  const cursor = 'crosshair';
  if (state.kind === 'drawing' && pathAhead(state, context)) {
    return { cursor, text: 'A click follows the neighbour’s outline: Tab takes the other way, Ctrl goes straight' };
  }
  if (state.kind !== 'idle') {
    const count = state.points.length / 2;
    if (count < 3)
      return {
        cursor,
        text: 'Click the next vertex or drag free-hand; Backspace or a right click removes the last, Esc clears',
      };
    return { cursor, text: `${count} vertices: click the first one, double-click or press Enter to close` };
  }
  const mode = state.alt ? 'cut' : state.shift ? 'add' : 'new';
  const choice = chooseGoal(context, mode);
  if ('notice' in choice) return { cursor: 'not-allowed', text: choice.notice };
  if (choice.goal.kind === 'add') return { cursor, text: `Adds a part to annotation ${choice.goal.id}` };
  if (choice.goal.kind === 'cut') return { cursor, text: `Cuts a hole into annotation ${choice.goal.id}` };
  return { cursor, text: 'Click to start a polygon; Shift adds a part to the selected one, Alt cuts a hole' };
}
