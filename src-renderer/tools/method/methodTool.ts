/**
 * The tool of one classical method: drag a box (or take the selected annotation, or the whole image), see the result,
 * correct it by strokes where the method takes them, Enter accepts.
 */
import { CLASSICAL_METHODS } from '@shared/methods/params';
import type { Stroke } from '@shared/methods/strokes';
import type { ImagePoint } from '@shared/geometry/coords';
import type { Answer, Ask, ToolAction } from '../ask';
import type { ToolPointerEvent } from '../preview';
import { roundCoordinate } from '../rings';
import {
  NO_PARAMS,
  selectedAnnotations,
  type Tool,
  type ToolContext,
  type ToolEvent,
  type ToolKeyEvent,
  type ToolStep,
  viewDistance,
} from '../tool';
import { acceptResult } from './acceptResult';
import { methodDrafts } from './methodDraft';
import { methodHint, methodPreview } from './methodPreview';
import {
  askAgain,
  askRun,
  avoidOf,
  DROP_ALL,
  FINAL,
  IDLE,
  PREVIEW,
  startWork,
  type MethodState,
  type MethodToolSpec,
  type Working,
} from './methodState';
import { isScopeAlive, JUST_MADE, selectedScope, endDrag } from './scope';

type Step = ToolStep<MethodState>;

/**
 * Actions of its panel: `start` (from the selection or the whole image), `accept`, `back`, `label` (value: the number of
 * the object the next stroke is for).
 */
export function createMethodTool(spec: MethodToolSpec): Tool<MethodState> {
  return {
    id: spec.method,
    label: CLASSICAL_METHODS[spec.method].title,
    key: spec.key,
    icon: spec.icon,
    group: spec.group,
    line: spec.line,
    panel: 'method',
    initial: IDLE,
    ...(spec.strokes ? { brushSized: true as const } : {}),
    reduce: (state, event, context) => reduce(spec, state, event, context),
    answer: (state, answer, context) => take(spec, state, answer, context),
    act: (state, action, context) => act(spec, state, action, context),
    preview: (state, context) => methodPreview(spec, state, context),
    hint: (state, context) => methodHint(spec, state, context),
    drafts: methodDrafts(spec),
  };
}

function reduce(spec: MethodToolSpec, state: MethodState, event: ToolEvent, context: ToolContext): Step {
  switch (event.type) {
    case 'down':
      return press(spec, state, event, context);
    case 'move':
      return { state: move(state, event) };
    case 'up':
      return release(spec, state, event, context);
    case 'double':
      return { state };
    case 'leave':
      return { state: state.kind === 'dragging' ? state : { ...state, hover: null } };
    case 'key':
      return pressKey(spec, state, event, context);
    case 'cancel':
      return { state: IDLE, asks: state.kind === 'idle' ? undefined : DROP_ALL };
    case 'context':
      return onContext(spec, state, context);
  }
}

function press(spec: MethodToolSpec, state: MethodState, event: ToolPointerEvent, context: ToolContext): Step {
  if (state.kind === 'dragging' || (event.button !== 0 && event.button !== 2)) return { state };
  const draws = state.kind === 'working' && spec.strokes && !event.modifiers.shift;
  if (draws) return { state: { ...state, drawing: strokeFrom(spec, state, event, context) } };
  if (event.button !== 0) return { state };
  const before = state.kind === 'working' ? state : null;
  return { state: { kind: 'dragging', from: event.point, to: event.point, before } };
}

/** The right button, or Alt with the left one, is background. */
function strokeFrom(spec: MethodToolSpec, state: Working, event: ToolPointerEvent, context: ToolContext): Stroke {
  const background = event.button === 2 || event.modifiers.alt;
  const label = background ? 0 : spec.strokes?.labels === 'objects' ? state.label : 1;
  const radius = context.settings.brushDiameter / 2;
  return { label, radius, points: [roundCoordinate(event.point.x), roundCoordinate(event.point.y)] };
}

function move(state: MethodState, event: ToolPointerEvent): MethodState {
  if (state.kind === 'dragging') return { ...state, to: event.point };
  const hover = event.point;
  if (state.kind === 'idle') return { ...state, hover };
  return { ...state, hover, drawing: state.drawing && withPoints(state.drawing, event, event.scale) };
}

/** Points closer than half a view pixel to the last say nothing new. */
function withPoints(stroke: Stroke, event: ToolPointerEvent, scale: number): Stroke {
  const points = [...stroke.points];
  for (const { x, y } of event.coalesced) {
    const last: ImagePoint = { ...event.point, x: points[points.length - 2], y: points[points.length - 1] };
    if (viewDistance(last, { ...event.point, x, y }, scale) >= 0.5) points.push(roundCoordinate(x), roundCoordinate(y));
  }
  return { ...stroke, points };
}

function release(spec: MethodToolSpec, state: MethodState, event: ToolPointerEvent, context: ToolContext): Step {
  if (state.kind === 'dragging') {
    return endDrag<Step>(state.from, event, context, {
      start: (scope) => startWork(spec, scope, context),
      back: () => backFrom(spec, state),
    });
  }
  if (state.kind !== 'working' || !state.drawing) return { state };
  const stroke = withPoints(state.drawing, event, event.scale);
  return askAgain(spec, state, { strokes: [...state.strokes, stroke], drawing: null, accepting: false });
}

/** A click, or a box given up, is no reason to lose what is there; what was answered during the drag is asked again. */
function backFrom(spec: MethodToolSpec, { before }: Extract<MethodState, { kind: 'dragging' }>): Step {
  return before ? askAgain(spec, before, {}) : { state: IDLE };
}

/** From the selected annotation, or from the whole image where nothing is selected and the method can take it. */
function startWithout(spec: MethodToolSpec, context: ToolContext): Step {
  if (selectedAnnotations(context).length === 0) {
    if (spec.how !== 'remake') return startWork(spec, { kind: 'image' }, context);
    return { state: IDLE, notice: 'Drag a box around the object, or select an annotation to start from' };
  }
  const scope = selectedScope(context);
  return 'notice' in scope ? { state: IDLE, notice: scope.notice } : startWork(spec, scope, context);
}

function pressKey(spec: MethodToolSpec, state: MethodState, event: ToolKeyEvent, context: ToolContext): Step {
  const { key, modifiers } = event;
  if (state.kind === 'idle') {
    if (key !== 'Enter') return { state };
    return context.selectedByTool === spec.method ? { state, notice: JUST_MADE } : startWithout(spec, context);
  }
  if (state.kind === 'dragging') return key === 'Escape' ? backFrom(spec, state) : { state };
  if (key === 'Enter') return accept(spec, state, context);
  if (key === 'Escape' || key === 'Backspace') return stepBack(spec, state);
  if (modifiers.ctrl) return key.toLowerCase() === 'z' && !modifiers.shift ? stepBack(spec, state) : { state };
  if (spec.strokes?.labels !== 'objects') return { state };
  if (/^[0-9]$/.test(key)) return { state: { ...state, label: Number(key) } };
  return { state: key.toLowerCase() === 'q' ? { ...state, label: nextLabel(state) } : state };
}

/** One above all labels in use. */
function nextLabel({ strokes }: Working): number {
  return Math.max(0, ...strokes.map(({ label }) => label)) + 1;
}

function stepBack(spec: MethodToolSpec, state: Working): Step {
  if (state.drawing) return { state: { ...state, drawing: null } };
  if (state.accepting) return { state: { ...state, accepting: false } };
  if (state.strokes.length === 0) return { state: IDLE, asks: DROP_ALL };
  return askAgain(spec, state, { strokes: state.strokes.slice(0, -1) });
}

function accept(spec: MethodToolSpec, state: Working, context: ToolContext): Step {
  if (state.problem) return { state, notice: state.problem };
  if (!state.isFinal || !state.result) return { state: { ...state, accepting: true } };
  const { scope, result } = state;
  const outcome = acceptResult(context, result, { scope, how: spec.how, gesture: spec.gesture });
  return outcome.patch
    ? { state: IDLE, asks: DROP_ALL, ...outcome }
    : { state: { ...state, accepting: false }, ...outcome };
}

function onContext(spec: MethodToolSpec, state: MethodState, context: ToolContext): Step {
  if (state.kind !== 'working') return { state };
  if (!isScopeAlive(state.scope, context)) return { state: IDLE, asks: DROP_ALL };
  const params = context.settings.params[spec.method] ?? NO_PARAMS;
  if (params === state.params) return { state };
  return askAgain(spec, state, { params, avoid: avoidOf(spec, state.scope, params, context) });
}

function act(spec: MethodToolSpec, state: MethodState, { name, value }: ToolAction, context: ToolContext): Step {
  if (state.kind !== 'working') return name === 'start' ? startWithout(spec, context) : { state };
  if (name === 'accept') return accept(spec, state, context);
  if (name === 'back') return stepBack(spec, state);
  return { state: name === 'label' ? { ...state, label: Number(value) } : state };
}

function take(spec: MethodToolSpec, state: MethodState, answer: Answer, context: ToolContext): Step {
  if (state.kind !== 'working') return { state };
  if (answer.method === 'vision.histogram') return { state: { ...state, histogram: answer.result } };
  if (answer.method === 'vision.elbow') return { state: { ...state, elbow: answer.result } };
  if (answer.method === 'failed') return failed(state, answer.channel, answer.problem);
  if (answer.method !== 'vision.run') return { state };
  const shown: Working = { ...state, result: answer.result, isFinal: answer.channel === FINAL };
  if (shown.isFinal) return shown.accepting ? accept(spec, shown, context) : { state: shown };
  const asks: Ask[] = [askRun(spec, shown, 'final')];
  return { state: shown, asks };
}

function failed(state: Working, channel: string, problem: string): Step {
  if (channel !== PREVIEW && channel !== FINAL) return { state };
  return { state: { ...state, problem, accepting: false, result: null }, notice: problem };
}
