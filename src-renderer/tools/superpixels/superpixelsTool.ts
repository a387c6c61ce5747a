/** Superpixels as a tool: cells of a region; click or brush over those that are the object, Enter accepts. */
import { counted } from '@shared/errors/counted';
import { maskFields, rleToSegmentation } from '@shared/document/segmentation';
import type { Provenance } from '@shared/document/types';
import { effectiveParams } from '@shared/methods/validateParams';
import type { ImagePoint } from '@shared/geometry/coords';
import type { MethodParams } from '@shared/methods/requests';
import { z } from 'zod';
import { drop, type Answer, type Ask, type ToolAction } from '../ask';
import { keepsDrafts, paramsSchema, scopeSchema, withParams } from '../drafts';
import { acceptResult } from '../method/acceptResult';
import {
  draggedBox,
  isScopeAlive,
  JUST_MADE,
  revivedScope,
  scopeParams,
  scopeShape,
  scopeWithoutBox,
  type Scope,
  endDrag,
} from '../method/scope';
import type { Preview, ToolPointerEvent } from '../preview';
import {
  NO_PARAMS,
  selectedAnnotations,
  type Tool,
  type ToolContext,
  type ToolEvent,
  type ToolHint,
  type ToolKeyEvent,
  type ToolStep,
} from '../tool';
import { CellPicks } from './cells';
import { cellShapes } from './cellShapes';

/** Cells that one stroke changed, and to what. */
interface CellStroke {
  readonly on: boolean;
  readonly labels: readonly number[];
  /** Where it was last seen, image pixels. */
  readonly last?: { readonly x: number; readonly y: number };
}

/** Half the side of the smallest cells. */
const BRUSH_STEP_PX = 2;

export interface SuperpixelsWorking {
  readonly kind: 'working';
  readonly scope: Scope;
  readonly params: MethodParams;
  /** null while the cells are being computed. */
  readonly picks: CellPicks | null;
  readonly strokes: readonly CellStroke[];
  readonly painting: CellStroke | null;
  readonly problem: string | null;
}

export type SuperpixelsState =
  | { readonly kind: 'idle' }
  /** `before`: what the box, once it is one, takes the place of. */
  | {
      readonly kind: 'dragging';
      readonly from: ImagePoint;
      readonly to: ImagePoint;
      readonly before: SuperpixelsWorking | null;
    }
  | SuperpixelsWorking;

const IDLE: SuperpixelsState = { kind: 'idle' };
const CELLS = 'cells';

type Step = ToolStep<SuperpixelsState>;

interface SuperpixelsDraft {
  readonly scope: Scope;
  readonly params: MethodParams;
  readonly strokes: readonly CellStroke[];
}

const draftSchema: z.ZodType<SuperpixelsDraft> = z.object({
  scope: scopeSchema,
  params: paramsSchema,
  strokes: z.array(z.object({ on: z.boolean(), labels: z.array(z.number().int().min(0)) })),
});

const superpixelsDrafts = keepsDrafts(draftSchema, {
  save(state: SuperpixelsState) {
    const working = state.kind === 'dragging' ? state.before : state.kind === 'working' ? state : null;
    if (!working || working.strokes.length === 0) return null;
    return { scope: working.scope, params: working.params, strokes: working.strokes };
  },
  describe: ({ strokes }) => `superpixels, ${counted(strokes.length, 'stroke')}`,
  resume(draft, context) {
    const { scope, notice } = revivedScope(draft.scope, context);
    // Other pixels fall into other cells.
    const strokes = notice ? [] : draft.strokes;
    return {
      ...cut(scope, draft.params, strokes),
      notice: notice && `${notice}; pick its cells again`,
      ...withParams(context, 'superpixels', draft.params),
    };
  },
});

/** Actions of its panel: `start`, `accept`, `back`. */
export const superpixelsTool: Tool<SuperpixelsState> = {
  id: 'superpixels',
  label: 'Superpixels',
  key: 'Shift+G',
  icon: 'honeycomb',
  group: 'assist',
  line: 'Divide a region into small cells along its edges; click or brush the cells that belong to the object.',
  panel: 'parameters',
  initial: IDLE,
  reduce,
  answer,
  act,
  preview,
  hint,
  drafts: superpixelsDrafts,
};

function reduce(state: SuperpixelsState, event: ToolEvent, context: ToolContext): Step {
  switch (event.type) {
    case 'down':
      return press(state, event);
    case 'move':
      if (state.kind === 'dragging') return { state: { ...state, to: event.point } };
      return state.kind === 'working' && state.painting ? { state: paint(state, event) } : { state };
    case 'up':
      return release(state, event, context);
    case 'double':
    case 'leave':
      return { state };
    case 'key':
      return pressKey(state, event, context);
    case 'cancel':
      return { state: IDLE, asks: state.kind === 'idle' ? undefined : drop(CELLS) };
    case 'context':
      return onContext(state, context);
  }
}

function press(state: SuperpixelsState, event: ToolPointerEvent): Step {
  if (state.kind === 'dragging' || (event.button !== 0 && event.button !== 2)) return { state };
  const redraws = state.kind === 'idle' || event.modifiers.shift;
  if (redraws) {
    if (event.button !== 0) return { state };
    const before = state.kind === 'working' ? state : null;
    return { state: { kind: 'dragging', from: event.point, to: event.point, before } };
  }
  if (!state.picks) return { state };
  const on = event.button === 0 && !event.modifiers.alt;
  return { state: paint({ ...state, painting: { on, labels: [] } }, event) };
}

function paint(state: SuperpixelsWorking, event: ToolPointerEvent): SuperpixelsWorking {
  const { picks, painting } = state;
  if (!picks || !painting) return state;
  const changed: number[] = [];
  // A quick hand leaves gaps between the places it is seen at: the cells between them are under the stroke too.
  let from = painting.last ?? event.coalesced[0] ?? event.point;
  for (const to of event.coalesced) {
    const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / BRUSH_STEP_PX));
    for (let i = 1; i <= steps; i++) {
      const label = picks.cellAt(from.x + ((to.x - from.x) * i) / steps, from.y + ((to.y - from.y) * i) / steps);
      if (label >= 0 && picks.set(label, painting.on)) changed.push(label);
    }
    from = to;
  }
  const labels = changed.length === 0 ? painting.labels : [...painting.labels, ...changed];
  return { ...state, painting: { ...painting, labels, last: { x: from.x, y: from.y } } };
}

function release(state: SuperpixelsState, event: ToolPointerEvent, context: ToolContext): Step {
  if (state.kind === 'dragging') {
    return endDrag<Step>(state.from, event, context, {
      start: (scope) => start(scope, context),
      back: () => backFrom(state),
    });
  }
  if (state.kind !== 'working' || !state.painting) return { state };
  const painted = paint(state, event);
  const { on, labels } = painted.painting ?? state.painting;
  const strokes = labels.length > 0 ? [...painted.strokes, { on, labels }] : painted.strokes;
  return { state: { ...painted, painting: null, strokes } };
}

/** A box given up is no reason to lose what is there; what was answered during the drag is asked again. */
function backFrom({ before }: Extract<SuperpixelsState, { kind: 'dragging' }>): Step {
  if (!before) return { state: IDLE, asks: drop(CELLS) };
  return before.picks ? { state: before } : { state: before, asks: [askCells(before)] };
}

function start(scope: Scope, context: ToolContext): Step {
  return cut(scope, context.settings.params.superpixels ?? NO_PARAMS, []);
}

/** `strokes`: what was picked before of the same cells: they are the same for the same scope and parameters. */
function cut(scope: Scope, params: MethodParams, strokes: readonly CellStroke[]): Step {
  const state: SuperpixelsWorking = {
    kind: 'working',
    scope,
    params,
    picks: null,
    strokes,
    painting: null,
    problem: null,
  };
  return { state, asks: [askCells(state)] };
}

function askCells({ scope, params }: SuperpixelsWorking): Ask {
  return { channel: CELLS, method: 'vision.superpixels', params: { params, ...scopeParams(scope) } };
}

function startWithout(context: ToolContext): Step {
  const scope = scopeWithoutBox(context);
  return 'notice' in scope ? { state: IDLE, notice: scope.notice } : start(scope, context);
}

function pressKey(state: SuperpixelsState, { key, modifiers }: ToolKeyEvent, context: ToolContext): Step {
  if (state.kind === 'idle') {
    if (key !== 'Enter') return { state };
    return context.selectedByTool === superpixelsTool.id ? { state, notice: JUST_MADE } : startWithout(context);
  }
  if (state.kind === 'dragging') return key === 'Escape' ? backFrom(state) : { state };
  if (key === 'Enter') return accept(state, context);
  const back = key === 'Escape' || key === 'Backspace' || (modifiers.ctrl && key.toLowerCase() === 'z');
  return back ? stepBack(state) : { state };
}

function stepBack(state: SuperpixelsWorking): Step {
  const undone = state.painting ?? state.strokes[state.strokes.length - 1];
  if (!undone) return { state: IDLE, asks: drop(CELLS) };
  for (const label of undone.labels) state.picks?.set(label, !undone.on);
  return { state: { ...state, painting: null, strokes: state.painting ? state.strokes : state.strokes.slice(0, -1) } };
}

function onContext(state: SuperpixelsState, context: ToolContext): Step {
  if (state.kind !== 'working') return { state };
  if (!isScopeAlive(state.scope, context)) return { state: IDLE, asks: drop(CELLS) };
  const params = context.settings.params.superpixels ?? NO_PARAMS;
  if (params === state.params) return { state };
  // Other cells: what was picked among the old ones means nothing here.
  const next: SuperpixelsWorking = { ...state, params, picks: null, strokes: [], painting: null, problem: null };
  return { state: next, asks: [askCells(next)] };
}

function act(state: SuperpixelsState, { name }: ToolAction, context: ToolContext): Step {
  if (state.kind !== 'working') return name === 'start' ? startWithout(context) : { state };
  return name === 'accept' ? accept(state, context) : name === 'back' ? stepBack(state) : { state };
}

function accept(state: SuperpixelsWorking, context: ToolContext): Step {
  const { picks, scope, params } = state;
  if (state.problem) return { state, notice: state.problem };
  if (!picks || picks.picked.size === 0) return { state, notice: 'Click the cells that are the object first' };
  const { size } = context.snapshot;
  const segmentation = rleToSegmentation(picks.toRle(size));
  const proposal = { segmentation, ...maskFields(segmentation, size), score: 1, categoryName: null };
  const cells = [...picks.picked].sort((a, b) => a - b).join(',');
  const { box, within } = scopeParams(scope);
  const provenance: Provenance = {
    tool: 'superpixels',
    params: {
      ...effectiveParams('superpixels', { ...params, cells }),
      ...(box ? { box: box.join(',') } : {}),
      ...(within ? { within: within.counts } : {}),
    },
    edits: 0,
  };
  const how = { scope, how: 'add', gesture: 'Superpixels' } as const;
  const outcome = acceptResult(context, { proposals: [proposal], provenance }, how);
  return outcome.patch ? { state: IDLE, asks: drop(CELLS), ...outcome } : { state, ...outcome };
}

function answer(state: SuperpixelsState, given: Answer): Step {
  if (state.kind !== 'working') return { state };
  if (given.method === 'failed') return { state: { ...state, problem: given.problem }, notice: given.problem };
  if (given.method !== 'vision.superpixels') return { state };
  const picks = new CellPicks(given.result);
  for (const { on, labels } of state.strokes) {
    for (const label of labels) if (label < given.result.firsts.length) picks.set(label, on);
  }
  return { state: { ...state, picks, painting: null } };
}

function preview(state: SuperpixelsState, context: ToolContext): Preview {
  const { size } = context.snapshot;
  if (state.kind === 'idle') return [];
  if (state.kind === 'dragging') {
    const box = draggedBox(state.from, state.to, size);
    return box ? [{ kind: 'box', box, dashed: true }] : [];
  }
  return [...scopeShape(state.scope, size), ...(state.picks ? cellShapes(state.picks) : [])];
}

function hint(state: SuperpixelsState, context: ToolContext): ToolHint {
  const cursor = 'crosshair';
  if (state.kind === 'idle') {
    const what = selectedAnnotations(context).length === 1 ? 'the selected annotation' : 'the whole image';
    return { cursor, text: `Drag a box to cut into cells; Enter takes ${what}` };
  }
  if (state.kind === 'dragging') return { cursor, text: 'Release to run, Esc cancels' };
  if (state.problem) return { cursor, text: state.problem };
  if (!state.picks) return { cursor: 'progress', text: 'Computing the cells' };
  return {
    cursor: 'cell',
    text: 'Click or brush cells; right button or Alt takes them out, Esc steps back, Enter accepts',
  };
}
