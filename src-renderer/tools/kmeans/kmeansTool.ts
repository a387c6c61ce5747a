/** k-means as a tool: the colour groups of a region, picked by clicking in the image; Enter makes their parts annotations. */
import { segmentationToRle } from '@shared/document/segmentation';
import type { ImagePoint } from '@shared/geometry/coords';
import type { ColourGroup, ElbowCurve, MethodParams } from '@shared/methods/requests';
import { pixelAt } from '@shared/mask/edit';
import { z } from 'zod';
import { drop, type Answer, type Ask, type ToolAction } from '../ask';
import { keepsDrafts, paramsSchema, scopeSchema, withParams } from '../drafts';
import { acceptResult } from '../method/acceptResult';
import {
  DRAG_PX,
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
  type Tool,
  type ToolContext,
  type ToolEvent,
  type ToolHint,
  type ToolStep,
  viewDistance,
} from '../tool';

export interface KmeansWorking {
  readonly kind: 'working';
  readonly scope: Scope;
  readonly params: MethodParams;
  /** null before the first answer. */
  readonly groups: readonly ColourGroup[] | null;
  /** Of the full-resolution clustering: what Enter works with. */
  readonly isFinal: boolean;
  /** Indices of the groups to propose; null: those that the method itself would take. */
  readonly picked: readonly number[] | null;
  readonly elbow: ElbowCurve | null;
  readonly problem: string | null;
  /** Where the button went down: a click picks, a drag draws another box. */
  readonly pressed: ImagePoint | null;
  readonly hover: ImagePoint | null;
  readonly accepting: boolean;
}

export type KmeansState =
  | { readonly kind: 'idle' }
  /** `before`: what the box, once it is one, takes the place of. */
  | {
      readonly kind: 'dragging';
      readonly from: ImagePoint;
      readonly to: ImagePoint;
      readonly before: KmeansWorking | null;
    }
  | KmeansWorking;

const IDLE: KmeansState = { kind: 'idle' };
const [PREVIEW, FINAL, ELBOW, MASKS] = ['preview', 'final', 'elbow', 'masks'];
const DROP_ALL = drop(PREVIEW, FINAL, ELBOW, MASKS);

type Step = ToolStep<KmeansState>;

interface KmeansDraft {
  readonly scope: Scope;
  readonly params: MethodParams;
  readonly picked: readonly number[] | null;
}

const draftSchema: z.ZodType<KmeansDraft> = z.object({
  scope: scopeSchema,
  params: paramsSchema,
  picked: z.array(z.number().int().min(0)).nullable(),
});

const kmeansDrafts = keepsDrafts(draftSchema, {
  save(state: KmeansState) {
    const working = state.kind === 'dragging' ? state.before : state.kind === 'working' ? state : null;
    return working && { scope: working.scope, params: working.params, picked: working.picked };
  },
  describe: () => 'colour groups',
  resume(draft, context) {
    const { scope, notice } = revivedScope(draft.scope, context);
    // Other pixels have other groups.
    const picked = notice ? null : draft.picked;
    return { ...group(scope, draft.params, picked), notice, ...withParams(context, 'kmeans', draft.params) };
  },
});

/** Actions of its panel: `start`, `accept`, `back`, `pick` (value: the index of a group). */
export const kmeansTool: Tool<KmeansState> = {
  id: 'kmeans',
  label: 'Colour groups (k-means)',
  key: 'Y',
  icon: 'palette',
  group: 'find',
  line: 'Sort the pixels of a region into groups of similar colour, and pick the groups you want.',
  panel: 'kmeans',
  initial: IDLE,
  reduce,
  answer,
  act,
  preview,
  hint,
  drafts: kmeansDrafts,
};

/** The groups that are proposed now. */
export function pickedGroups({ groups, picked }: KmeansWorking): readonly number[] {
  return picked ?? (groups ?? []).flatMap(({ chosen }, index) => (chosen ? [index] : []));
}

function reduce(state: KmeansState, event: ToolEvent, context: ToolContext): Step {
  switch (event.type) {
    case 'down':
      if (event.button !== 0 || state.kind === 'dragging') return { state };
      if (state.kind === 'working') return { state: { ...state, pressed: event.point } };
      return { state: { kind: 'dragging', from: event.point, to: event.point, before: null } };
    case 'move':
      return { state: move(state, event) };
    case 'up':
      return release(state, event, context);
    case 'double':
    case 'leave':
      return { state };
    case 'key':
      if (state.kind === 'idle') {
        if (event.key !== 'Enter') return { state };
        return context.selectedByTool === kmeansTool.id ? { state, notice: JUST_MADE } : startWithout(context);
      }
      if (event.key === 'Enter' && state.kind === 'working') return accept(state);
      if (event.key !== 'Escape') return { state };
      return state.kind === 'dragging' ? backFrom(state) : { state: IDLE, asks: DROP_ALL };
    case 'cancel':
      return { state: IDLE, asks: state.kind === 'idle' ? undefined : DROP_ALL };
    case 'context':
      return onContext(state, context);
  }
}

function move(state: KmeansState, { point, scale }: ToolPointerEvent): KmeansState {
  if (state.kind === 'dragging') return { ...state, to: point };
  if (state.kind === 'idle') return state;
  if (!state.pressed || viewDistance(state.pressed, point, scale) < DRAG_PX) return { ...state, hover: point };
  return { kind: 'dragging', from: state.pressed, to: point, before: { ...state, pressed: null } };
}

/** A box given up is no reason to lose what is there; what was answered during the drag is asked again. */
function backFrom({ before }: Extract<KmeansState, { kind: 'dragging' }>): Step {
  if (!before) return { state: IDLE, asks: DROP_ALL };
  return before.isFinal ? { state: before } : { state: before, asks: askGroups(before) };
}

function release(state: KmeansState, event: ToolPointerEvent, context: ToolContext): Step {
  if (state.kind === 'dragging') {
    return endDrag<Step>(state.from, event, context, {
      start: (scope) => start(scope, context),
      back: () => backFrom(state),
    });
  }
  if (state.kind !== 'working' || !state.pressed) return { state };
  const clicked = groupAt(state, event.point);
  const next: KmeansWorking = { ...state, pressed: null };
  return clicked < 0 ? { state: next, notice: 'Click inside the region' } : { state: toggled(next, clicked) };
}

function groupAt({ groups }: KmeansWorking, { x, y }: ImagePoint): number {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  return (groups ?? []).findIndex(({ mask }) => pixelAt(segmentationToRle(mask, mask.size), column, row));
}

function toggled(state: KmeansWorking, index: number): KmeansWorking {
  const before = pickedGroups(state);
  const picked = before.includes(index) ? before.filter((other) => other !== index) : [...before, index];
  return { ...state, picked: [...picked].sort((a, b) => a - b), accepting: false };
}

function startWithout(context: ToolContext): Step {
  const scope = scopeWithoutBox(context);
  return 'notice' in scope ? { state: IDLE, notice: scope.notice } : start(scope, context);
}

function start(scope: Scope, context: ToolContext): Step {
  return group(scope, context.settings.params.kmeans ?? NO_PARAMS, null);
}

/** `picked`: groups that were picked before, of the same scope and parameters. */
function group(scope: Scope, params: MethodParams, picked: readonly number[] | null): Step {
  const empty = { groups: null, picked, elbow: null, problem: null, pressed: null, hover: null };
  const state: KmeansWorking = { kind: 'working', scope, params, isFinal: false, accepting: false, ...empty };
  const elbow: Ask = { channel: ELBOW, method: 'vision.elbow', params: { params, ...scopeParams(scope) } };
  return { state, asks: [...askGroups(state), elbow] };
}

function askGroups({ params, scope }: KmeansWorking): Ask[] {
  const { clusters: _chosenByHand, ...others } = params;
  const about = { params: others, ...scopeParams(scope) };
  return [
    { channel: PREVIEW, method: 'vision.clusters', params: { ...about, stage: 'preview' } },
    ...drop(FINAL, MASKS),
  ];
}

function onContext(state: KmeansState, context: ToolContext): Step {
  if (state.kind !== 'working') return { state };
  if (!isScopeAlive(state.scope, context)) return { state: IDLE, asks: DROP_ALL };
  const params = context.settings.params.kmeans ?? NO_PARAMS;
  if (params === state.params) return { state };
  // Other groups: what was picked among the old ones means nothing here.
  const next: KmeansWorking = { ...state, params, picked: null, isFinal: false, problem: null };
  return { state: next, asks: askGroups(next) };
}

function act(state: KmeansState, { name, value }: ToolAction, context: ToolContext): Step {
  if (state.kind !== 'working') return name === 'start' ? startWithout(context) : { state };
  if (name === 'accept') return accept(state);
  if (name === 'back') return { state: IDLE, asks: DROP_ALL };
  return { state: name === 'pick' ? toggled(state, Number(value)) : state };
}

/** The method itself with the picked groups, so that the command line gives the same masks. */
function accept(state: KmeansWorking): Step {
  if (state.problem) return { state, notice: state.problem };
  if (!state.isFinal) return { state: { ...state, accepting: true } };
  const picked = pickedGroups(state);
  if (picked.length === 0) return { state: { ...state, accepting: false }, notice: 'Click the colours to take first' };
  const params = { ...state.params, clusters: state.picked ? picked.join(',') : 'auto' };
  const about = { method: 'kmeans' as const, params, ...scopeParams(state.scope) };
  const ask: Ask = { channel: MASKS, method: 'vision.run', params: { ...about, stage: 'final' } };
  return { state: { ...state, accepting: true }, asks: [ask] };
}

function answer(state: KmeansState, given: Answer, context: ToolContext): Step {
  if (state.kind !== 'working') return { state };
  if (given.method === 'failed') {
    if (given.channel === ELBOW) return { state };
    return { state: { ...state, problem: given.problem, accepting: false }, notice: given.problem };
  }
  if (given.method === 'vision.elbow') return { state: { ...state, elbow: given.result } };
  if (given.method === 'vision.clusters') {
    const isFinal = given.channel === FINAL;
    const next: KmeansWorking = { ...state, groups: given.result.groups, isFinal };
    if (isFinal) return next.accepting ? accept(next) : { state: next };
    const { clusters: _chosenByHand, ...params } = state.params;
    const about = { params, ...scopeParams(state.scope), stage: 'final' as const };
    return { state: next, asks: [{ channel: FINAL, method: 'vision.clusters', params: about }] };
  }
  if (given.method !== 'vision.run') return { state };
  const { scope } = state;
  const outcome = acceptResult(context, given.result, { scope, how: 'add', gesture: 'Colour groups' });
  return outcome.patch
    ? { state: IDLE, asks: DROP_ALL, ...outcome }
    : { state: { ...state, accepting: false }, ...outcome };
}

function preview(state: KmeansState, context: ToolContext): Preview {
  const { size } = context.snapshot;
  if (state.kind === 'idle') return [];
  if (state.kind === 'dragging') {
    const box = draggedBox(state.from, state.to, size);
    return box ? [{ kind: 'box', box, dashed: true }] : [];
  }
  const masks = pickedGroups(state).flatMap((index) => state.groups?.[index] ?? []);
  return [
    ...scopeShape(state.scope, size),
    ...masks.map(({ mask }) => ({
      kind: 'mask' as const,
      size,
      counts: segmentationToRle(mask, size).counts,
      tone: 'accent' as const,
    })),
  ];
}

function hint(state: KmeansState): ToolHint {
  const cursor = 'crosshair';
  if (state.kind === 'idle')
    return { cursor, text: 'Drag a box to group its colours; Enter takes the selection or the whole image' };
  if (state.kind === 'dragging') return { cursor, text: 'Release to run, Esc cancels' };
  if (state.problem) return { cursor, text: state.problem };
  if (!state.groups) return { cursor: 'progress', text: 'Grouping the colours' };
  if (state.accepting) return { cursor: 'progress', text: 'Computing the full result' };
  return { cursor: 'pointer', text: 'Click colours to take or leave them, Enter accepts, Esc drops' };
}
