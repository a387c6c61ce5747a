/** Lasso add and lasso cut: a ring drawn free-hand, united with the selected annotation or taken from it. */
import type { ImagePoint } from '@shared/geometry/coords';
import { simplifyLine } from '../freehand';
import type { Preview, ToolPointerEvent } from '../preview';
import type { ToolManifest } from '../manifest';
import { lassoDrafts } from './lassoDraft';
import { erases, finishRing, isGoalAlive, type Naming, paints } from '../shapeEdit';
import { chooseGoal, type GoalChoice, type ShapeGoal, toneOf } from '../target';
import type { Tool, ToolContext, ToolEvent, ToolHint, ToolStep } from '../tool';

export type LassoState =
  | { readonly kind: 'idle'; readonly alt: boolean }
  /** `points`: flat, as the pointer went. */
  | { readonly kind: 'drawing'; readonly goal: ShapeGoal; readonly button: number; readonly points: readonly number[] }
  /** Gone on with: the button is up, a press draws on from the last point, Enter ends it. */
  | { readonly kind: 'paused'; readonly goal: ShapeGoal; readonly points: readonly number[] };

const IDLE: LassoState = { kind: 'idle', alt: false };
const NAMING: Naming = { tool: 'lasso', gestures: { new: 'Draw lasso', add: 'Lasso add', cut: 'Lasso cut' } };

export const lassoAddTool = createLasso('add', {
  id: 'lassoAdd',
  label: 'Lasso add',
  key: 'L',
  icon: 'lasso',
  group: 'draw',
  line: 'Draw around what to add to the selected annotation; with nothing selected it starts a new one.',
  options: 'freehand',
});
export const lassoCutTool = createLasso('cut', {
  id: 'lassoCut',
  label: 'Lasso cut',
  key: 'Shift+L',
  icon: 'lasso-cut',
  group: 'change',
  line: 'Draw around what to cut from the selected annotation.',
  options: 'freehand',
});

function createLasso(mode: 'add' | 'cut', manifest: ToolManifest): Tool<LassoState> {
  return {
    ...manifest,
    initial: IDLE,
    reduce: (state, event, context) => reduce(mode, state, event, context),
    preview,
    drafts: lassoDrafts,
    hint: (state, context) => hint(mode, state, context),
  };
}

function reduce(mode: 'add' | 'cut', state: LassoState, event: ToolEvent, context: ToolContext): ToolStep<LassoState> {
  switch (event.type) {
    case 'down': {
      if (!paints(event, context) || state.kind === 'drawing') return { state };
      if (state.kind === 'paused') {
        return { state: extended({ ...state, kind: 'drawing', button: event.button }, event) };
      }
      const choice = goalOf(mode, erases(event), context);
      if ('notice' in choice) return { state, ...choice };
      const { button, point } = event;
      return { state: { kind: 'drawing', goal: choice.goal, button, points: [point.x, point.y] } };
    }
    case 'move':
      if (state.kind === 'drawing') return { state: extended(state, event) };
      if (state.kind === 'paused' || state.alt === event.modifiers.alt) return { state };
      return { state: { kind: 'idle', alt: event.modifiers.alt } };
    case 'up':
      if (state.kind !== 'drawing' || event.button !== state.button) return { state };
      return finish(extended(state, event), event.scale, context);
    case 'double':
      return { state };
    case 'key':
      if (event.key === 'Enter' && state.kind === 'paused') return finish(state, context.scale, context);
      return { state: event.key === 'Escape' && state.kind !== 'idle' ? IDLE : state };
    case 'leave':
      return { state };
    case 'cancel':
      return { state: IDLE };
    case 'context':
      return { state: state.kind !== 'idle' && !isGoalAlive(state.goal, context) ? IDLE : state };
  }
}

/** Lasso cut always cuts; lasso add does so with Alt, and with the right button where the user set that. */
function goalOf(mode: 'add' | 'cut', cuts: boolean, context: ToolContext): GoalChoice {
  return mode === 'cut' || cuts ? chooseGoal(context, 'cut') : chooseGoal(context, 'paint', lassoAddTool.id);
}

type Drawing = Extract<LassoState, { kind: 'drawing' }>;

function extended(state: Drawing, { coalesced, point }: ToolPointerEvent): Drawing {
  const points = [...state.points];
  const add = ({ x, y }: ImagePoint): void => {
    if (points[points.length - 2] !== x || points[points.length - 1] !== y) points.push(x, y);
  };
  coalesced.forEach(add);
  add(point);
  return { ...state, points };
}

function finish(
  { goal, points }: Pick<Drawing, 'goal' | 'points'>,
  scale: number,
  context: ToolContext,
): ToolStep<LassoState> {
  const ring = simplifyLine(points, context.settings.freehandToleranceViewPx / scale);
  if (ring.length < 6) return { state: IDLE };
  return { state: IDLE, ...finishRing(context, ring, goal, NAMING) };
}

function preview(state: LassoState): Preview {
  if (state.kind === 'idle') return [];
  const tone = toneOf(state.goal);
  return [{ kind: 'polygon', parts: [{ outer: state.points, holes: [] }], tone, fillAlpha: 0.2 }];
}

function hint(mode: 'add' | 'cut', state: LassoState, context: ToolContext): ToolHint {
  if (state.kind === 'paused') {
    return { cursor: 'crosshair', text: 'Draw on from the last point, or press Enter to end it; Esc drops it' };
  }
  const choice = state.kind === 'drawing' ? { goal: state.goal } : goalOf(mode, state.alt, context);
  if ('notice' in choice) return { cursor: 'not-allowed', text: choice.notice };
  const { goal } = choice;
  const cursor = 'crosshair';
  if (goal.kind === 'new') return { cursor, text: 'Drag around an object: starts a new annotation' };
  if (goal.kind === 'touch') {
    return {
      cursor,
      text: `Drag around an object: starts a new annotation; touch annotation ${goal.id} to add to it, Alt cuts from it`,
    };
  }
  const what = goal.kind === 'add' ? 'adds to' : 'cuts from';
  return { cursor, text: `Drag around a region: ${what} annotation ${goal.id}` };
}
