/** Intelligent scissors: clicks along an edge, a live wire between them, Enter or a double click closes. */
import { formatPoints } from '@shared/methods/strokes';
import type { ImagePoint } from '@shared/geometry/coords';
import { z } from 'zod';
import { drop, type Answer, type Ask } from '../ask';
import { keepsDrafts } from '../drafts';
import { acceptResult } from '../method/acceptResult';
import type { Preview, PreviewShape, ToolPointerEvent } from '../preview';
import { roundCoordinate } from '../rings';
import {
  NO_PARAMS,
  type Tool,
  type ToolContext,
  type ToolEvent,
  type ToolHint,
  type ToolKeyEvent,
  type ToolStep,
  viewDistance,
} from '../tool';

type Place = readonly [x: number, y: number];

/** Flat wires; null while one is being found. */
type Wire = readonly number[] | null;

export interface ScissorsWorking {
  readonly kind: 'working';
  /** As clicked; the engine snaps them. */
  readonly seeds: readonly Place[];
  /** From each seed to the next: one fewer than seeds. */
  readonly wires: readonly Wire[];
  readonly hover: ImagePoint;
  /** From the last seed to about where the pointer is. */
  readonly live: Wire;
  /** The outline is closed: its mask is being computed. */
  readonly closing: boolean;
}

export type ScissorsState = { readonly kind: 'idle' } | ScissorsWorking;

const IDLE: ScissorsState = { kind: 'idle' };
const LIVE = 'live';
const MASK = 'mask';
const segment = (index: number) => `segment-${index}`;
/** Two presses of a double click are one seed, view pixels. */
const SAME_PX = 3;

type Step = ToolStep<ScissorsState>;

interface ScissorsDraft {
  readonly seeds: readonly Place[];
}

const draftSchema: z.ZodType<ScissorsDraft> = z.object({ seeds: z.array(z.tuple([z.number(), z.number()])).min(2) });

const scissorsDrafts = keepsDrafts(draftSchema, {
  save: (state: ScissorsState) => (state.kind === 'idle' || state.seeds.length < 2 ? null : { seeds: state.seeds }),
  describe: ({ seeds }) => `scissors outline, ${seeds.length} points`,
  isDear: ({ seeds }) => seeds.length >= 6,
  resume({ seeds }, context): Step {
    const end = last(seeds);
    const wires = seeds.slice(1).map(() => null);
    const asks = wires.map((_, index) => askWire(segment(index), seeds[index], seeds[index + 1], context));
    const hover = { x: end[0], y: end[1] };
    return {
      state: { kind: 'working', seeds, wires, hover, live: null, closing: false },
      asks: [...asks, askWire(LIVE, end, end, context)],
    };
  },
});

/** Actions of its panel: `accept` (closes), `back`. */
export const scissorsTool: Tool<ScissorsState> = {
  id: 'scissors',
  label: 'Intelligent scissors',
  key: 'I',
  icon: 'scissors',
  group: 'assist',
  line: 'Click along the edge of an object: the line follows the edge. Enter closes, Backspace goes back.',
  panel: 'parameters',
  initial: IDLE,
  reduce,
  answer,
  act: (state, { name }, context) =>
    state.kind === 'idle' ? { state } : name === 'accept' ? close(state, context) : stepBack(state),
  preview,
  hint,
  drafts: scissorsDrafts,
};

function reduce(state: ScissorsState, event: ToolEvent, context: ToolContext): Step {
  switch (event.type) {
    case 'down':
      if (event.button === 2 && state.kind === 'working') return stepBack(state);
      return event.button === 0 ? press(state, event, context) : { state };
    case 'move':
      return state.kind === 'working' && !state.closing ? follow(state, event.point, context) : { state };
    case 'up':
    case 'leave':
      return { state };
    case 'double':
      return state.kind === 'working' ? close(state, context) : { state };
    case 'key':
      return state.kind === 'working' ? pressKey(state, event, context) : { state };
    case 'cancel':
      return { state: IDLE, asks: dropAll(state) };
    case 'context':
      return { state };
  }
}

function dropAll(state: ScissorsState): Ask[] {
  return state.kind === 'idle' ? [] : drop(LIVE, MASK, ...state.wires.map((_, index) => segment(index)));
}

function askWire(channel: string, from: Place, to: Place, context: ToolContext): Ask {
  const params = context.settings.params.scissors ?? NO_PARAMS;
  return { channel, method: 'vision.wire', params: { from, to, params } };
}

const last = <T>(list: readonly T[]): T => list[list.length - 1];

function press(state: ScissorsState, event: ToolPointerEvent, context: ToolContext): Step {
  const { point } = event;
  const [height, width] = context.snapshot.size;
  if (point.x < 0 || point.y < 0 || point.x >= width || point.y >= height) {
    return { state, notice: 'Click inside the image' };
  }
  const seed: Place = [roundCoordinate(point.x), roundCoordinate(point.y)];
  if (state.kind === 'idle') {
    const next: ScissorsState = { kind: 'working', seeds: [seed], wires: [], hover: point, live: null, closing: false };
    return { state: next, asks: [askWire(LIVE, seed, seed, context)] };
  }
  const from = last(state.seeds);
  if (state.closing || viewDistance({ ...point, x: from[0], y: from[1] }, point, event.scale) < SAME_PX)
    return { state };
  const seeds = [...state.seeds, seed];
  return {
    state: { ...state, seeds, wires: [...state.wires, null], hover: point, live: null },
    // The wire of before is asked for first: what is around the new seed takes longer.
    asks: [askWire(segment(state.wires.length), from, seed, context), askWire(LIVE, seed, seed, context)],
  };
}

function follow(state: ScissorsWorking, hover: ImagePoint, context: ToolContext): Step {
  const [height, width] = context.snapshot.size;
  const to: Place = [Math.min(width - 0.5, Math.max(0, hover.x)), Math.min(height - 0.5, Math.max(0, hover.y))];
  return { state: { ...state, hover }, asks: [askWire(LIVE, last(state.seeds), to, context)] };
}

function pressKey(state: ScissorsWorking, { key, modifiers }: ToolKeyEvent, context: ToolContext): Step {
  if (key === 'Escape') return { state: IDLE, asks: dropAll(state) };
  if (key === 'Enter') return close(state, context);
  return key === 'Backspace' || (modifiers.ctrl && key.toLowerCase() === 'z') ? stepBack(state) : { state };
}

function stepBack(state: ScissorsWorking): Step {
  if (state.closing) return { state: { ...state, closing: false }, asks: drop(MASK) };
  if (state.seeds.length === 1) return { state: IDLE, asks: dropAll(state) };
  const index = state.wires.length - 1;
  const next = { ...state, seeds: state.seeds.slice(0, -1), wires: state.wires.slice(0, -1), live: null };
  return { state: next, asks: drop(segment(index), LIVE) };
}

/** The method itself, so that the command line gives the same mask from the same seeds. */
function close(state: ScissorsWorking, context: ToolContext): Step {
  if (state.closing) return { state };
  if (state.seeds.length < 3) return { state, notice: 'An outline needs three places' };
  const params = { ...context.settings.params.scissors, seeds: formatPoints(state.seeds.flat()) };
  const ask: Ask = { channel: MASK, method: 'vision.run', params: { method: 'scissors', params, stage: 'final' } };
  return { state: { ...state, live: null, closing: true }, asks: [...drop(LIVE), ask] };
}

function answer(state: ScissorsState, given: Answer, context: ToolContext): Step {
  if (state.kind === 'idle') return { state };
  if (given.method === 'failed') {
    return given.channel === MASK ? { state: { ...state, closing: false }, notice: given.problem } : { state };
  }
  if (given.method === 'vision.run') {
    const how = { scope: { kind: 'image' }, how: 'add', gesture: 'Scissors' } as const;
    const outcome = acceptResult(context, given.result, how);
    return outcome.patch ? { state: IDLE, ...outcome } : { state: { ...state, closing: false }, ...outcome };
  }
  if (given.method !== 'vision.wire') return { state };
  if (given.channel === LIVE) return { state: state.closing ? state : { ...state, live: given.result.path } };
  const wires = state.wires.map((wire, index) => (segment(index) === given.channel ? given.result.path : wire));
  return { state: { ...state, wires } };
}

function preview(state: ScissorsState): Preview {
  if (state.kind === 'idle') return [];
  const { seeds, wires, live, hover, closing } = state;
  const fixed = wires.map((wire, i): PreviewShape => ({
    kind: 'polyline',
    points: wire ?? [...seeds[i], ...seeds[i + 1]],
  }));
  const [first, end] = [seeds[0], last(seeds)];
  const open: PreviewShape[] = closing
    ? [{ kind: 'polyline', points: [...end, ...first], dashed: true }]
    : [{ kind: 'polyline', points: live && live.length > 2 ? live : [...end, hover.x, hover.y], dashed: true }];
  return [...fixed, ...open, { kind: 'handles', points: seeds.flat(), shape: 'round' }];
}

function hint(state: ScissorsState): ToolHint {
  const cursor = 'crosshair';
  if (state.kind === 'idle') return { cursor, text: 'Click on the edge of an object, then along it' };
  if (state.closing) return { cursor: 'progress', text: 'Closing the outline' };
  if (state.seeds.length < 3)
    return { cursor, text: 'Click along the edge; Backspace removes the last place, Esc drops it all' };
  return { cursor, text: 'Enter or a double click closes; Backspace removes the last place' };
}
