/** Magic wand: click what looks alike, drag to change the tolerance, Shift adds, Alt takes away, Enter accepts. */
import { counted } from '@shared/errors/counted';
import { CLASSICAL_METHODS } from '@shared/methods/params';
import { formatPoints, type Pick as Click } from '@shared/methods/strokes';
import type { MethodParams, Stage } from '@shared/methods/requests';
import { z } from 'zod';
import { drop, type Answer, type Ask, type ToolAction } from '../ask';
import { keepsDrafts, paramsSchema, scopeSchema, withParams } from '../drafts';
import { acceptResult } from '../method/acceptResult';
import { isScopeAlive, revivedScope, selectedScope } from '../method/scope';
import type { Preview, ToolPointerEvent } from '../preview';
import { roundCoordinate } from '../rings';
import {
  NO_PARAMS,
  selectedAnnotations,
  type Tool,
  type ToolContext,
  type ToolEvent,
  type ToolHint,
  type ToolStep,
} from '../tool';
import { pickedMask, pickedResult, type WandPick, type WandState, type WandWorking } from './wandState';

/** Tolerance a view pixel of dragging. */
const TOLERANCE_A_PX = 0.2;
const { min: MIN, max: MAX, default: DEFAULT } = CLASSICAL_METHODS.wand.params.tolerance;

const IDLE: WandState = { kind: 'idle' };

type Step = ToolStep<WandState>;

interface WandDraft {
  readonly scope: WandWorking['scope'];
  readonly params: MethodParams;
  readonly picks: readonly Click[];
}

const number = z.number();

const draftSchema: z.ZodType<WandDraft> = z.object({
  scope: scopeSchema as z.ZodType<WandWorking['scope']>,
  params: paramsSchema,
  picks: z
    .array(z.object({ mode: z.enum(['new', 'add', 'cut']), tolerance: number, seed: z.tuple([number, number]) }))
    .min(1),
});

const clickOf = ({ mode, tolerance, seed }: Click): Click => ({ mode, tolerance, seed });

const wandDrafts = keepsDrafts(draftSchema, {
  save: (state: WandState) =>
    state.kind === 'idle' ? null : { scope: state.scope, params: state.params, picks: state.picks.map(clickOf) },
  describe: ({ picks }) => `magic wand, ${counted(picks.length, 'click')}`,
  resume,
});

function resume(draft: WandDraft, context: ToolContext): Step {
  const { scope, notice } = revivedScope(draft.scope, context);
  // What was added to or cut from an annotation that is gone begins something new.
  const clicks = scope.kind === 'box' ? withoutBase(draft.picks) : draft.picks;
  if (clicks.length === 0) return { state: { kind: 'idle' }, notice: 'The annotation that this cut from is gone' };
  const picks = clicks.map((click) => ({ ...click, result: null, isFinal: false }));
  const state: WandWorking = {
    kind: 'working',
    scope: scope.kind === 'box' ? { kind: 'image' } : scope,
    picks,
    pressed: null,
    params: draft.params,
    accepting: false,
  };
  const asks = picks.map((_, index) => ask(state, index, 'final'));
  return { state, asks, notice, ...withParams(context, 'wand', draft.params) };
}

function withoutBase(clicks: readonly Click[]): readonly Click[] {
  const [first, ...others] = clicks.slice(clicks.findIndex(({ mode }) => mode !== 'cut'));
  return first && first.mode !== 'cut' ? [{ ...first, mode: 'new' }, ...others] : [];
}

/** Actions of its panel: `accept`, `back`. */
export const wandTool: Tool<WandState> = {
  id: 'wand',
  label: 'Magic wand',
  key: 'W',
  icon: 'wand-sparkles',
  group: 'assist',
  line: 'Click: pixels of similar colour are selected. Drag to take more or less, Shift adds, Alt removes.',
  panel: 'parameters',
  initial: IDLE,
  reduce,
  answer,
  act: (state, { name }: ToolAction, context) =>
    state.kind === 'idle' ? { state } : name === 'accept' ? accept(state, context) : stepBack(state),
  preview,
  hint,
  drafts: wandDrafts,
};

function reduce(state: WandState, event: ToolEvent, context: ToolContext): Step {
  switch (event.type) {
    case 'down':
      return event.button === 0 ? press(state, event, context) : { state };
    case 'move':
      return state.kind === 'working' && state.pressed ? dragTo(state, event) : { state };
    case 'up':
      return state.kind === 'working' && state.pressed ? release(state, event, context) : { state };
    case 'double':
    case 'leave':
      return { state };
    case 'key':
      if (state.kind === 'idle') return { state };
      if (event.key === 'Enter') return accept(state, context);
      if (event.key === 'Escape' || event.key === 'Backspace') return stepBack(state);
      return event.modifiers.ctrl && event.key.toLowerCase() === 'z' ? stepBack(state) : { state };
    case 'cancel':
      return { state: IDLE, asks: state.kind === 'working' ? dropFrom(state, 0) : undefined };
    case 'context':
      return onContext(state, context);
  }
}

const channel = (index: number) => `pick-${index}`;
const dropFrom = ({ picks }: WandWorking, first: number) =>
  drop(...picks.slice(first).map((_, index) => channel(first + index)));

function press(state: WandState, event: ToolPointerEvent, context: ToolContext): Step {
  const { shift, alt } = event.modifiers;
  const mode = alt ? 'cut' : shift ? 'add' : 'new';
  const [height, width] = context.snapshot.size;
  const { x, y } = event.point;
  if (x < 0 || y < 0 || x >= width || y >= height) return { state, notice: 'Click inside the image' };

  let scope: WandWorking['scope'] = state.kind === 'working' ? state.scope : { kind: 'image' };
  let before = state.kind === 'working' ? state.picks : [];
  const asks: Ask[] = [];
  if (mode === 'new') {
    if (state.kind === 'working') asks.push(...dropFrom(state, 0));
    before = [];
    scope = { kind: 'image' };
  } else if (before.length === 0) {
    const selected = selectedAnnotations(context).length > 0 ? selectedScope(context) : scope;
    if ('notice' in selected) return { state, notice: selected.notice };
    if (selected.kind === 'annotation') scope = selected;
    else if (mode === 'cut')
      return { state, notice: 'There is nothing to take away from yet: click without Alt first' };
  }
  const params = context.settings.params.wand ?? NO_PARAMS;
  const tolerance = Number(params.tolerance ?? DEFAULT);
  const seed = [roundCoordinate(x), roundCoordinate(y)] as const;
  const pick: WandPick = { mode, seed, tolerance, result: null, isFinal: false };
  const pressed = { x: x * event.scale, base: tolerance };
  const next: WandWorking = { kind: 'working', scope, picks: [...before, pick], pressed, params, accepting: false };
  return { state: next, asks: [...asks, ask(next, before.length, 'preview')] };
}

function ask({ picks, params }: WandWorking, index: number, stage: Stage): Ask {
  const { seed, tolerance } = picks[index];
  const given = { ...params, seed: formatPoints(seed), tolerance };
  return { channel: channel(index), method: 'vision.run', params: { method: 'wand', params: given, stage } };
}

function withPick(state: WandWorking, index: number, change: Partial<WandPick>): WandWorking {
  return { ...state, picks: state.picks.map((pick, at) => (at === index ? { ...pick, ...change } : pick)) };
}

function dragTo(state: WandWorking, event: ToolPointerEvent): ToolStep<WandWorking> {
  const { x, base } = state.pressed!;
  const wanted = base + (event.point.x * event.scale - x) * TOLERANCE_A_PX;
  const tolerance = Math.round(Math.min(MAX, Math.max(MIN, wanted)));
  const last = state.picks.length - 1;
  if (tolerance === state.picks[last].tolerance) return { state };
  const next = withPick(state, last, { tolerance, isFinal: false });
  return { state: next, asks: [ask(next, last, 'preview')] };
}

/** The tolerance that the drag came to is that of the next click too. */
function release(state: WandWorking, event: ToolPointerEvent, { settings }: ToolContext): Step {
  const { state: dragged } = dragTo(state, event);
  const last = dragged.picks.length - 1;
  const params = { ...dragged.params, tolerance: dragged.picks[last].tolerance };
  const next: WandWorking = { ...dragged, pressed: null, params };
  return { state: next, asks: [ask(next, last, 'final')], settings: { params: { ...settings.params, wand: params } } };
}

function stepBack(state: WandWorking): Step {
  const last = state.picks.length - 1;
  const asks = drop(channel(last));
  if (last === 0) return { state: IDLE, asks };
  return { state: { ...state, picks: state.picks.slice(0, -1), pressed: null, accepting: false }, asks };
}

function accept(state: WandWorking, context: ToolContext): Step {
  if (state.picks.some(({ isFinal }) => !isFinal)) {
    // Asked again: a question may have failed.
    const asks = state.picks.flatMap(({ isFinal }, index) => (isFinal ? [] : [ask(state, index, 'final')]));
    return { state: { ...state, accepting: true }, asks };
  }
  const result = pickedResult(state, context);
  const outcome = acceptResult(context, result, { scope: state.scope, how: 'remake', gesture: 'Magic wand' });
  return outcome.patch ? { state: IDLE, ...outcome } : { state: { ...state, accepting: false }, ...outcome };
}

function onContext(state: WandState, context: ToolContext): Step {
  if (state.kind === 'idle') return { state };
  if (!isScopeAlive(state.scope, context)) return { state: IDLE, asks: dropFrom(state, 0) };
  const params = context.settings.params.wand ?? NO_PARAMS;
  const last = state.picks.length - 1;
  if (params !== state.params && !state.pressed) {
    const tolerance = Number(params.tolerance ?? DEFAULT);
    const next = withPick({ ...state, params }, last, { tolerance, isFinal: false });
    return { state: next, asks: [ask(next, last, 'final')] };
  }
  return { state };
}

function answer(state: WandState, given: Answer, context: ToolContext): Step {
  if (state.kind === 'idle') return { state };
  if (given.method === 'failed') return { state: { ...state, accepting: false }, notice: given.problem };
  const index = state.picks.findIndex((_, at) => channel(at) === given.channel);
  if (given.method !== 'vision.run' || index < 0) return { state };
  // Of a channel only the latest question is answered: while the button is down that is a preview, afterwards the final.
  const isFinal = !(state.pressed && index === state.picks.length - 1);
  const next = withPick(state, index, { result: given.result, isFinal });
  return next.accepting && !next.pressed ? accept(next, context) : { state: next };
}

function preview(state: WandState, context: ToolContext): Preview {
  if (state.kind === 'idle') return [];
  const mask = pickedMask(state, context);
  const { seed, mode, tolerance } = state.picks[state.picks.length - 1];
  const at = { x: seed[0], y: seed[1] } as ToolPointerEvent['point'];
  const tone = mode === 'cut' ? 'cut' : mode === 'add' ? 'add' : 'accent';
  return [
    ...(mask ? [{ kind: 'mask' as const, size: mask.size, counts: mask.counts }] : []),
    { kind: 'handles', points: seed, shape: 'round', tone },
    ...(state.pressed ? [{ kind: 'text' as const, at, text: `Tolerance ${tolerance}` }] : []),
  ];
}

function hint(state: WandState, context: ToolContext): ToolHint {
  const cursor = 'crosshair';
  if (state.kind === 'idle') {
    const selected = selectedAnnotations(context).length === 1;
    return {
      cursor,
      text: selected
        ? 'Click to start an annotation; Shift adds to the selected one, Alt takes away'
        : 'Click what looks alike, drag right or left to change the tolerance',
    };
  }
  if (state.pressed) return { cursor: 'ew-resize', text: 'Drag right to take more, left to take less' };
  if (state.accepting) return { cursor: 'progress', text: 'Computing the full result' };
  return { cursor, text: 'Shift + click adds, Alt + click takes away, Esc steps back, Enter accepts' };
}
