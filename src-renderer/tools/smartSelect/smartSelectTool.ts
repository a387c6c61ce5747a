/** Smart select: point at an object and see its mask, click or drag a box to take it, correct it with a few clicks. */
import { boxesToFill } from '@shared/document/boxes';
import { rleToSegmentation } from '@shared/document/segmentation';
import { counted } from '@shared/errors/counted';
import type { Box } from '@shared/geometry/box';
import type { PromptCandidate } from '@shared/models/types';
import { fromBox, type Rle } from '@shared/mask';
import { z } from 'zod';
import { drop, type Answer, type Ask, type ToolAction } from '../ask';
import { keepsDrafts, scopeSchema } from '../drafts';
import { acceptResult } from '../method/acceptResult';
import { DRAG_PX, draggedBox, isScopeAlive, revivedScope, selectedScope } from '../method/scope';
import type { Preview, PreviewShape, ToolPointerEvent } from '../preview';
import { roundCoordinate } from '../rings';
import {
  selectedAnnotations,
  type Tool,
  type ToolContext,
  type ToolEvent,
  type ToolHint,
  type ToolStep,
  viewDistance,
} from '../tool';
import { asPolygons } from './asPolygons';
import {
  aheadAt,
  aheadMask,
  candidateOf,
  type Click,
  lastOf,
  nothingFor,
  requestOf,
  resultOf,
  type Said,
  type SmartState,
  type SmartWorking,
  takenMask,
  workingIn,
} from './smartSelectState';

const IDLE: SmartState = { kind: 'idle', ahead: null };
/** What a click would take, under the pointer. */
const AHEAD = 'ahead';
const ANSWER = 'answer';
const MINIMAL_ALPHA = 0.18;

type Step = ToolStep<SmartState>;
type Pressing = Extract<SmartState, { kind: 'pressing' }>;
interface SmartDraft {
  readonly scope: SmartWorking['scope'];
  readonly clicks: readonly Click[];
  readonly box: Box | null;
}

const number = z.number();
const draftSchema: z.ZodType<SmartDraft> = z.object({
  scope: scopeSchema as z.ZodType<SmartWorking['scope']>,
  clicks: z.array(z.object({ x: number, y: number, isInside: z.boolean() })),
  box: z.tuple([number, number, number, number]).nullable(),
});

/** Actions of its panel: `accept`, `back`, `next` (another mask), `again` (asks anew, as a setting that the answer depends on changed). */
export const smartSelectTool: Tool<SmartState> = {
  id: 'smart-select',
  label: 'Smart select',
  key: 'S',
  icon: 'mouse-pointer-click',
  group: 'assist',
  line: 'Click an object, or drag a box around it. Click again to add, Alt + click to remove, Tab for another mask.',
  panel: 'smart-select',
  looksAhead: 'prompts',
  initial: IDLE,
  reduce,
  answer,
  act,
  preview,
  remade,
  hint,
  drafts: keepsDrafts(draftSchema, {
    save(state: SmartState) {
      const working = workingIn(state);
      if (!working) return null;
      const { clicks, box } = lastOf(working);
      return { scope: working.scope, clicks, box };
    },
    describe: ({ clicks, box }) => {
      const said = counted(clicks.length, 'click');
      return `smart select, ${box ? (clicks.length > 0 ? `a box and ${said}` : 'a box') : said}`;
    },
    resume(draft, context) {
      const { scope, notice } = revivedScope(draft.scope, context);
      const said: Said = { clicks: draft.clicks, box: draft.box, prior: null, answer: null, chosen: 0 };
      const state: SmartWorking = {
        kind: 'working',
        scope: scope.kind === 'box' ? { kind: 'image' } : scope,
        steps: [said],
        accepting: false,
        isFailed: false,
        ahead: null,
      };
      return { ...asked(state, context), notice };
    },
  }),
};

function reduce(state: SmartState, event: ToolEvent, context: ToolContext): Step {
  switch (event.type) {
    case 'down':
      return event.button === 0 || event.button === 2 ? press(state, event) : { state };
    case 'move':
      if (state.kind === 'pressing') return { state: { ...state, to: event.point } };
      return state.kind === 'idle' ? lookAhead(state, event, context) : { state };
    case 'up':
      return state.kind === 'pressing' ? release({ ...state, to: event.point }, event, context) : { state };
    case 'double':
      return { state };
    case 'key':
      return onKey(state, event.key, event.modifiers.ctrl, context);
    case 'leave':
      return state.kind === 'idle' ? { state: IDLE, asks: drop(AHEAD) } : { state };
    case 'cancel':
      return { state: IDLE, asks: drop(AHEAD, ANSWER) };
    case 'context':
      if (state.kind === 'working' && !isScopeAlive(state.scope, context)) return { state: IDLE, asks: drop(ANSWER) };
      return { state };
  }
}

function onKey(state: SmartState, key: string, ctrl: boolean, context: ToolContext): Step {
  if (state.kind === 'pressing') return key === 'Escape' ? backTo(state.before, context) : { state };
  if (state.kind === 'idle') return { state };
  if (key === 'Enter') return accept(state, context);
  if (key === 'Tab') return another(state);
  if (key === 'Escape' || key === 'Backspace' || (ctrl && key.toLowerCase() === 'z')) return stepBack(state, context);
  return { state };
}

function isInImage({ x, y }: ToolPointerEvent['point'], { snapshot: { size } }: ToolContext): boolean {
  return x >= 0 && y >= 0 && x < size[1] && y < size[0];
}

function press(state: SmartState, event: ToolPointerEvent): Step {
  if (state.kind === 'pressing') return { state };
  const { alt, shift } = event.modifiers;
  const isInside = !(alt || event.button === 2);
  const before = state.kind === 'working' ? state : null;
  const corrects = before === null && (shift || !isInside);
  const { point } = event;
  const ahead = state.kind === 'idle' && isInside && !corrects ? aheadAt(point, state.ahead) : null;
  return { state: { kind: 'pressing', from: point, to: point, isInside, corrects, before, ahead }, asks: drop(AHEAD) };
}

function release(state: Pressing, event: ToolPointerEvent, context: ToolContext): Step {
  const { from, to, isInside, before } = state;
  const isDrag = viewDistance(from, to, event.scale) > DRAG_PX;
  const box = isDrag ? draggedBox(from, to, context.snapshot.size) : null;
  if (isDrag ? !box : !isInImage(from, context))
    return { ...backTo(before, context), notice: 'Click inside the image' };
  const begun = before ? { scope: before.scope, box: null } : begin(state, context);
  if ('notice' in begun) return { state: IDLE, notice: begun.notice };
  const last = before && lastOf(before);
  const click = { x: roundCoordinate(from.x), y: roundCoordinate(from.y), isInside };
  const said: Said = {
    // A box says it anew; clicks made before stay true.
    clicks: box ? (last?.clicks ?? []) : [...(last?.clicks ?? []), click],
    box: box ?? last?.box ?? begun.box,
    prior: box || !before ? null : (candidateOf(before)?.id ?? last?.prior ?? null),
    answer: null,
    chosen: 0,
  };
  return asked(
    {
      kind: 'working',
      scope: begun.scope,
      steps: [...(before?.steps ?? []), said],
      accepting: false,
      isFailed: false,
      ahead: box ? null : (before?.ahead ?? state.ahead),
    },
    context,
  );
}

interface Begun extends Pick<SmartWorking, 'scope'> {
  /** A selected box says where its object is. */
  readonly box: Box | null;
}

/** What the first click or box is about: something new, or the selected annotation. */
function begin({ corrects }: Pressing, context: ToolContext): Begun | { readonly notice: string } {
  if (!corrects) return { scope: { kind: 'image' }, box: null };
  const scope = selectedScope(context);
  if ('notice' in scope) return { notice: `${scope.notice}: Shift adds to it, Alt removes from it` };
  const [annotation] = selectedAnnotations(context);
  const box = boxesToFill([annotation]).length > 0 ? annotation.bbox : null;
  if (scope.kind === 'annotation') return { scope, box };
  const within = rleToSegmentation(fromBox(annotation.bbox, ...context.snapshot.size));
  return { scope: { kind: 'annotation', id: annotation.id, within }, box };
}

/** What was in hand before a press; an answer that came meanwhile is asked for again. */
function backTo(before: SmartWorking | null, context: ToolContext): Step {
  if (!before) return { state: IDLE };
  return lastOf(before).answer ? { state: before } : asked(before, context);
}

function asked(state: SmartWorking, context: ToolContext): Step {
  const ask: Ask = { channel: ANSWER, method: 'inference.prompt', params: requestOf(state, context) };
  return { state: { ...state, isFailed: false }, asks: [...drop(AHEAD), ask] };
}

function lookAhead(state: SmartState, { point, modifiers }: ToolPointerEvent, context: ToolContext): Step {
  if (!isInImage(point, context) || modifiers.alt || modifiers.shift) {
    return state === IDLE ? { state } : { state: IDLE, asks: drop(AHEAD) };
  }
  const points = [{ x: roundCoordinate(point.x), y: roundCoordinate(point.y), isInside: true }];
  // Without specks, as a click takes it; a rim would be looked at longer than the pointer stays.
  const params = { points, finish: { rim: false } };
  return { state, asks: [{ channel: AHEAD, method: 'inference.prompt', params }] };
}

function answer(state: SmartState, given: Answer, context: ToolContext): Step {
  if (given.channel === AHEAD) {
    if (state.kind !== 'idle' || given.method !== 'inference.prompt') return { state };
    return { state: { kind: 'idle', ahead: given.result.candidates[0] ?? null } };
  }
  if (state.kind !== 'working') return { state };
  if (given.method === 'failed')
    return { state: { ...state, accepting: false, isFailed: true }, notice: given.problem };
  if (given.method !== 'inference.prompt') return { state };
  const steps = [...state.steps.slice(0, -1), { ...lastOf(state), answer: given.result }];
  const next = { ...state, steps };
  return next.accepting ? accept(next, context) : { state: next };
}

function act(state: SmartState, { name }: ToolAction, context: ToolContext): Step {
  if (state.kind !== 'working') return { state };
  if (name === 'accept') return accept(state, context);
  if (name === 'again') return askAgain(state, context);
  return name === 'next' ? another(state) : stepBack(state, context);
}

/** The mask that is shown stays until the new one is there; steps before are asked again when they are stepped back to. */
function askAgain(state: SmartWorking, context: ToolContext): Step {
  const before = state.steps.slice(0, -1).map((step) => ({ ...step, answer: null }));
  return asked({ ...state, steps: [...before, lastOf(state)] }, context);
}

function accept(state: SmartWorking, context: ToolContext): Step {
  // Asked again: the question may have failed.
  if (!lastOf(state).answer) return asked({ ...state, accepting: true }, context);
  const { scope } = state;
  const candidate = candidateOf(state);
  if (!candidate) return { state: { ...state, accepting: false }, notice: `${nothingFor(state)}: click again, or Esc` };
  if (!takenMask(candidate, scope, context)) {
    const notice = 'All of it belongs to other annotations, which “Leave neighbours alone” keeps as they are';
    return { state: { ...state, accepting: false }, notice };
  }
  const outcome = acceptResult(context, resultOf(state, context), { scope, how: 'remake', gesture: 'Smart select' });
  if (!outcome.patch) return { state: { ...state, accepting: false }, ...outcome };
  // A polygon that becomes one again needs no word about masks.
  const polygons = context.smartPolygons && asPolygons(outcome.patch, context.snapshot.size);
  return { state: IDLE, ...outcome, ...(polygons && { patch: polygons.patch, notice: polygons.notice }) };
}

/** The next mask of the answer, then the first again. */
function another(state: SmartWorking): Step {
  const last = lastOf(state);
  if (state.isFailed) return { state, notice: 'No answer came: click again, or Esc' };
  // The one it would lead away from is not there yet, as the hint says until it is: the key has its meaning all the same.
  if (!last.answer) return { state: { ...state } };
  const count = last.answer.candidates.length;
  if (count < 2) return { state, notice: 'There is no other mask for this' };
  return { state: { ...state, steps: [...state.steps.slice(0, -1), { ...last, chosen: (last.chosen + 1) % count }] } };
}

/** Takes the last click or box back; the answer before is still known. */
function stepBack(state: SmartWorking, context: ToolContext): Step {
  const asks = drop(ANSWER);
  const steps = state.steps.slice(0, -1);
  if (steps.length === 0) return { state: IDLE, asks };
  const next: SmartWorking = { ...state, steps, accepting: false, isFailed: false };
  return lastOf(next).answer ? { state: next, asks } : asked(next, context);
}

function preview(state: SmartState, context: ToolContext): Preview {
  if (state.kind === 'idle') return aheadShapes(state.ahead, context);
  const working = workingIn(state);
  const box = state.kind === 'pressing' ? draggedBox(state.from, state.to, context.snapshot.size) : null;
  const isDrag = state.kind === 'pressing' && state.from !== state.to;
  return [
    ...(working ? workingShapes(working, context) : []),
    ...(state.kind === 'pressing' && !isDrag ? aheadShapes(state.ahead, context) : []),
    ...(box ? [{ kind: 'box' as const, box, dashed: true }] : []),
  ];
}

/** Once there is a mask in its place: else what is taken off would still look like its own. */
function remade(state: SmartState): number | null {
  const working = workingIn(state);
  return working?.scope.kind === 'annotation' && shownOf(working) ? working.scope.id : null;
}

/** While an answer is awaited, what was answered before stays in sight. */
function shownOf({ steps }: SmartWorking): PromptCandidate | undefined {
  const shown = [...steps].reverse().find((step) => step.answer);
  return shown?.answer?.candidates[shown.chosen];
}

const maskShape = ({ size, counts }: Rle, look = {}): PreviewShape => ({ kind: 'mask', size, counts, ...look });

/** What a click takes, in a faint colour. */
function aheadShapes(ahead: PromptCandidate | null, context: ToolContext): readonly PreviewShape[] {
  const mask = ahead && aheadMask(ahead, context);
  return mask ? [maskShape(mask, { fillAlpha: MINIMAL_ALPHA })] : [];
}

function workingShapes(state: SmartWorking, context: ToolContext): PreviewShape[] {
  const candidate = shownOf(state);
  const mask = candidate && takenMask(candidate, state.scope, context);
  const { clicks, box } = lastOf(state);
  const dots = (isInside: boolean) =>
    clicks.filter((click) => click.isInside === isInside).flatMap(({ x, y }) => [x, y]);
  return [
    ...(mask ? [maskShape(mask)] : candidate ? [] : aheadShapes(state.ahead, context)),
    ...(box ? [{ kind: 'box' as const, box, dashed: true, tone: 'neutral' as const }] : []),
    { kind: 'handles', points: dots(true), shape: 'round', tone: 'add' },
    { kind: 'handles', points: dots(false), shape: 'round', tone: 'cut' },
  ];
}

function hint(state: SmartState, context: ToolContext): ToolHint {
  const cursor = 'crosshair';
  if (state.kind === 'pressing') return { cursor, text: 'Release to ask for what is in the box' };
  if (state.kind === 'idle') {
    const corrects =
      context.selection.size === 1 ? '; Shift + click adds to the selected one, Alt + click removes' : '';
    return { cursor, text: `Click an object, or drag a box around it${corrects}` };
  }
  const { answer: given, chosen } = lastOf(state);
  if (state.isFailed) return { cursor, text: 'No answer came: click again, or Esc' };
  if (!given) return { cursor: 'progress', text: 'Looking for the mask' };
  if (given.candidates.length === 0) return { cursor, text: `${nothingFor(state)}: click again, or Esc` };
  const which =
    given.candidates.length > 1 ? `Mask ${chosen + 1} of ${given.candidates.length}, Tab for the next. ` : '';
  return { cursor, text: `${which}Click adds, Alt + click removes, Esc steps back, Enter accepts` };
}
