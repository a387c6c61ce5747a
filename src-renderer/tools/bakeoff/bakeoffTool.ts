/** Bake-off: a box (or the selected annotation) goes to every method and model at once; one of the results is accepted. */
import type { Box } from '@shared/geometry/box';
import type { ImagePoint } from '@shared/geometry/coords';
import { z } from 'zod';
import { drop, type Answer, type Ask, type ToolAction } from '../ask';
import { keepsDrafts, scopeSchema } from '../drafts';
import { acceptResult } from '../method/acceptResult';
import {
  draggedBox,
  isScopeAlive,
  JUST_MADE,
  revivedScope,
  scopeParams,
  scopeShape,
  selectedScope,
  type Scope,
  endDrag,
} from '../method/scope';
import type { Preview } from '../preview';
import { type Tool, type ToolContext, type ToolEvent, type ToolHint, type ToolStep } from '../tool';
import { CONTESTANTS, maskOf, oneMask, regionOf, withAgreements, type Entry } from './bakeoffState';

export interface BakeoffWorking {
  readonly kind: 'working';
  readonly scope: Scope;
  readonly region: Box;
  readonly entries: readonly Entry[];
  /** Entry whose mask is shown in the image; -1: none. */
  readonly shown: number;
}

export type BakeoffState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'dragging'; readonly from: ImagePoint; readonly to: ImagePoint }
  | BakeoffWorking;

const IDLE: BakeoffState = { kind: 'idle' };

/** What a model has to be sure of to take part: the region chooses among many. */
const MODEL_SCORE = 0.3;

const AGREEMENT = 'agreement';

type Step = ToolStep<BakeoffState>;

const draftSchema: z.ZodType<{ readonly scope: Scope }> = z.object({ scope: scopeSchema });

const bakeoffDrafts = keepsDrafts(draftSchema, {
  save: (state: BakeoffState) => (state.kind === 'working' ? { scope: state.scope } : null),
  describe: () => 'bake-off',
  resume(draft, context) {
    const { scope, notice } = revivedScope(draft.scope, context);
    const step = start(scope, context);
    return notice ? { ...step, notice } : step;
  },
});

/** Actions of its panel: `start`, `take` (value: the entry's index), `show` (the same), `accept` (the one shown), `back`. */
export const bakeoffTool: Tool<BakeoffState> = {
  id: 'bakeoff',
  label: 'Bake-off',
  key: 'Shift+B',
  icon: 'trophy',
  group: 'find',
  line: 'Drag a box: several methods outline the object, and you take the best result.',
  panel: 'bakeoff',
  initial: IDLE,
  reduce,
  answer,
  act,
  preview,
  hint,
  drafts: bakeoffDrafts,
};

function reduce(state: BakeoffState, event: ToolEvent, context: ToolContext): Step {
  switch (event.type) {
    case 'down':
      if (event.button !== 0 || state.kind === 'dragging') return { state };
      return { state: { kind: 'dragging', from: event.point, to: event.point }, asks: dropAll(state) };
    case 'move':
      return { state: state.kind === 'dragging' ? { ...state, to: event.point } : state };
    case 'up': {
      if (state.kind !== 'dragging') return { state };
      return endDrag<Step>(state.from, event, context, {
        start: (scope) => start(scope, context),
        back: () => ({ state: IDLE }),
      });
    }
    case 'double':
    case 'leave':
      return { state };
    case 'key':
      if (event.key === 'Enter' && state.kind === 'idle') {
        return context.selectedByTool === bakeoffTool.id ? { state, notice: JUST_MADE } : startWithout(context);
      }
      if (event.key === 'Enter' && state.kind === 'working') return take(state, state.shown, context);
      return event.key === 'Escape' ? { state: IDLE, asks: dropAll(state) } : { state };
    case 'cancel':
      return { state: IDLE, asks: dropAll(state) };
    case 'context':
      if (state.kind !== 'working' || isScopeAlive(state.scope, context)) return { state };
      return { state: IDLE, asks: dropAll(state) };
  }
}

function dropAll(state: BakeoffState): Ask[] {
  return state.kind === 'working' ? drop(AGREEMENT, ...state.entries.map(({ channel }) => channel)) : [];
}

function startWithout(context: ToolContext): Step {
  const scope = selectedScope(context);
  return 'notice' in scope
    ? { state: IDLE, notice: 'Drag a box around an object, or select an annotation' }
    : start(scope, context);
}

function start(scope: Scope, context: ToolContext): Step {
  const waiting = { found: null, done: false, problem: null, agreement: null };
  const methods = CONTESTANTS.map(({ method, title, family }): readonly [Entry, Ask] => {
    const channel = `method:${method}`;
    const params = context.settings.params[method] ?? {};
    return [
      { channel, title, family, ...waiting },
      {
        channel,
        method: 'vision.run',
        params: { method, params, ...scopeParams(scope), stage: 'final', joined: true },
      },
    ];
  });
  const models = (context.models ?? []).map(({ id, name }): readonly [Entry, Ask] => {
    const channel = `model:${id}`;
    return [
      { channel, title: name, family: channel, ...waiting },
      { channel, method: 'app.runModel', params: { model: id, score: MODEL_SCORE } },
    ];
  });
  const all = [...methods, ...models];
  const region = regionOf(scope, context.snapshot.size);
  const entries = all.map(([entry]) => entry);
  return { state: { kind: 'working', scope, region, entries, shown: -1 }, asks: all.map(([, ask]) => ask) };
}

function answer(state: BakeoffState, given: Answer): Step {
  if (state.kind !== 'working') return { state };
  if (given.method === 'vision.agreement') {
    return { state: { ...state, entries: withAgreements(state.entries, given.result) } };
  }
  const { region } = state;
  const entries = state.entries.map((entry) =>
    entry.channel === given.channel ? answered(entry, given, region) : entry,
  );
  const shown = state.shown < 0 ? entries.findIndex(({ found }) => found) : state.shown;
  const withMask = entries.filter(({ found }) => found);
  const masks = withMask.flatMap(({ found }) => (found ? [found.proposal.segmentation] : []));
  const families = withMask.map(({ family }) => family);
  const isMore = entries.some(({ found }, i) => found !== state.entries[i].found);
  const asks: Ask[] = isMore ? [{ channel: AGREEMENT, method: 'vision.agreement', params: { masks, families } }] : [];
  return { state: { ...state, entries, shown }, asks };
}

function answered(entry: Entry, given: Answer, region: Box): Entry {
  if (given.method === 'failed') return { ...entry, done: true, problem: given.problem };
  if (given.method !== 'vision.run' && given.method !== 'app.runModel') return entry;
  const proposal = oneMask(given.result, region, given.method === 'app.runModel');
  return { ...entry, done: true, found: proposal && { proposal, result: given.result } };
}

function act(state: BakeoffState, { name, value }: ToolAction, context: ToolContext): Step {
  if (state.kind !== 'working') return name === 'start' ? startWithout(context) : { state };
  if (name === 'take') return take(state, Number(value), context);
  if (name === 'accept') return take(state, state.shown, context);
  if (name === 'back') return { state: IDLE, asks: dropAll(state) };
  return { state: name === 'show' ? { ...state, shown: Number(value) } : state };
}

function take(state: BakeoffWorking, index: number, context: ToolContext): Step {
  const entry = state.entries[index];
  if (!entry?.found) return { state, notice: entry?.done ? `${entry.title} found nothing here` : 'Not there yet' };
  const { proposal, result } = entry.found;
  const outcome = acceptResult(
    context,
    { proposals: [proposal], provenance: result.provenance },
    { scope: state.scope, how: 'remake', gesture: `Bake-off: ${entry.title}` },
  );
  return outcome.patch ? { state: IDLE, asks: dropAll(state), ...outcome } : { state, ...outcome };
}

function preview(state: BakeoffState, context: ToolContext): Preview {
  const { size } = context.snapshot;
  if (state.kind === 'idle') return [];
  if (state.kind === 'dragging') {
    const box = draggedBox(state.from, state.to, size);
    return box ? [{ kind: 'box', box, dashed: true }] : [];
  }
  const found = state.entries[state.shown]?.found;
  return [
    ...scopeShape(state.scope, size),
    ...(found ? [{ kind: 'mask' as const, size, counts: maskOf(found).counts }] : []),
  ];
}

function hint(state: BakeoffState): ToolHint {
  const cursor = 'crosshair';
  if (state.kind === 'idle')
    return { cursor, text: 'Drag a box around one object: every method tries; Enter takes the selected annotation' };
  if (state.kind === 'dragging') return { cursor, text: 'Release to run them all, Esc cancels' };
  return { cursor, text: '1 to 9 accepts a result while the panel has focus, Enter the one shown, Esc closes' };
}
