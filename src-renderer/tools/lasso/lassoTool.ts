/** Lasso add and lasso cut: a ring drawn free-hand, united with the selected annotation or taken from it. */
import type { ImagePoint } from '@shared/geometry/coords';
import { simplifyLine } from '../freehand';
import type { Preview, ToolPointerEvent } from '../preview';
import { chooseGoal, finishRing, isGoalAlive, type Naming, type ShapeGoal } from '../shapeEdit';
import type { ToolManifest } from '../manifest';
import { lassoDrafts } from './lassoDraft';
import type { Tool, ToolContext, ToolEvent, ToolHint, ToolStep } from '../tool';

export type LassoState =
  | { readonly kind: 'idle' }
  /** `points`: flat, as the pointer went. */
  | { readonly kind: 'drawing'; readonly goal: ShapeGoal; readonly points: readonly number[] }
  /** Gone on with: the button is up, a press draws on from the last point, Enter ends it. */
  | { readonly kind: 'paused'; readonly goal: ShapeGoal; readonly points: readonly number[] };

const IDLE: LassoState = { kind: 'idle' };
const NAMING: Naming = { tool: 'lasso', gestures: { new: 'Draw lasso', add: 'Lasso add', cut: 'Lasso cut' } };

export const lassoAddTool = createLasso('add', {
  id: 'lassoAdd',
  label: 'Lasso add',
  key: 'L',
  icon: 'lasso',
  group: 'draw',
  line: 'Draw around what to add to the selected annotation; with nothing selected it starts a new one.',
});
export const lassoCutTool = createLasso('cut', {
  id: 'lassoCut',
  label: 'Lasso cut',
  key: 'Shift+L',
  icon: 'lasso-cut',
  group: 'change',
  line: 'Draw around what to cut from the selected annotation.',
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
      if (event.button !== 0 || state.kind === 'drawing') return { state };
      if (state.kind === 'paused') return { state: extended({ ...state, kind: 'drawing' }, event) };
      const choice = chooseGoal(context, mode);
      if ('notice' in choice) return { state, ...choice };
      return { state: { kind: 'drawing', goal: choice.goal, points: [event.point.x, event.point.y] } };
    }
    case 'move':
      return { state: state.kind === 'drawing' ? extended(state, event) : state };
    case 'up':
      if (event.button !== 0 || state.kind !== 'drawing') return { state };
      return finish(extended(state, event), event.scale, context);
    case 'double':
      return { state };
    case 'key':
      if (event.key === 'Enter' && state.kind === 'paused') return finish(state, context.scale, context);
      return { state: event.key === 'Escape' && state.kind !== 'idle' ? IDLE : state };
    case 'cancel':
      return { state: IDLE };
    case 'context':
      return { state: state.kind !== 'idle' && !isGoalAlive(state.goal, context) ? IDLE : state };
  }
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
  const tone = state.goal.kind === 'new' ? 'accent' : state.goal.kind;
  return [{ kind: 'polygon', parts: [{ outer: state.points, holes: [] }], tone, fillAlpha: 0.2 }];
}

function hint(mode: 'add' | 'cut', state: LassoState, context: ToolContext): ToolHint {
  if (state.kind === 'paused') {
    return { cursor: 'crosshair', text: 'Draw on from the last point, or press Enter to end it; Esc drops it' };
  }
  const choice = state.kind === 'drawing' ? { goal: state.goal } : chooseGoal(context, mode);
  if ('notice' in choice) return { cursor: 'not-allowed', text: choice.notice };
  const { goal } = choice;
  const cursor = 'crosshair';
  if (goal.kind === 'new') return { cursor, text: 'Drag around an object: starts a new annotation' };
  const what = goal.kind === 'add' ? 'adds to' : 'cuts from';
  return { cursor, text: `Drag around a region: ${what} annotation ${goal.id}` };
}
