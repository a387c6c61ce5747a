/** Brush and eraser: strokes painted on a bitmap of their own, joined to or taken from an annotation when they end. */
import type { ImagePoint } from '@shared/geometry/coords';
import { brushCentre, Painting } from '@shared/mask/brush';
import { pixelAt } from '@shared/mask/edit';
import { maskOf } from '../patches';
import type { Preview, PreviewShape, ToolPointerEvent } from '../preview';
import type { ToolManifest } from '../manifest';
import { erases, finishMask, isGoalAlive, type Naming, paints } from '../shapeEdit';
import { chooseGoal, type GoalChoice, type ShapeGoal, toneOf } from '../target';
import { findAnnotation, type Tool, type ToolContext, type ToolEvent, type ToolHint, type ToolStep } from '../tool';

type Centre = readonly [x: number, y: number];

/** Where the last stroke ended, on which image: Shift continues from there in a straight line. */
interface StrokeEnd {
  readonly imageId: number;
  readonly centre: Centre;
}

interface Hover {
  readonly point: ImagePoint;
  readonly shift: boolean;
  readonly alt: boolean;
}

interface PaintingState {
  readonly kind: 'painting';
  readonly goal: ShapeGoal;
  /** The one that is down. */
  readonly button: number;
  readonly diameter: number;
  /** Owned by the stroke and written by every step of it. */
  readonly painting: Painting;
  readonly centre: Centre;
  readonly end: StrokeEnd | null;
}

export type BrushState =
  { readonly kind: 'idle'; readonly hover: Hover | null; readonly end: StrokeEnd | null } | PaintingState;

const IDLE: BrushState = { kind: 'idle', hover: null, end: null };

/** The middle of the brush and eight places of its rim, of a brush of radius 1. */
const RIM: readonly Centre[] = [
  [0, 0],
  ...Array.from({ length: 8 }, (_, i) => [Math.cos((i * Math.PI) / 4), Math.sin((i * Math.PI) / 4)] as const),
];

const BRUSH: Naming = {
  tool: 'brush',
  gestures: { new: 'Paint mask', add: 'Brush', cut: 'Erase' },
};

export const brushTool = createBrush('add', {
  id: 'brush',
  label: 'Brush',
  key: 'B',
  icon: 'brush',
  group: 'draw',
  line: 'Paint on the selected annotation, or start a new one. [ and ] change the size, Shift paints a straight line.',
  options: 'brush',
});
export const eraserTool = createBrush('cut', {
  id: 'eraser',
  label: 'Eraser',
  key: 'E',
  icon: 'eraser',
  group: 'change',
  line: 'Take pixels away from the selected annotation. [ and ] change the size, Shift erases in a straight line.',
  options: 'brush',
});

function createBrush(mode: 'add' | 'cut', manifest: ToolManifest): Tool<BrushState> {
  return {
    ...manifest,
    initial: IDLE,
    brushSized: true,
    reduce: (state, event, context) => reduce(mode, state, event, context),
    preview: (state, context) => preview(mode, state, context),
    hint: (state, context) => hint(mode, state, context),
  };
}

function reduce(mode: 'add' | 'cut', state: BrushState, event: ToolEvent, context: ToolContext): ToolStep<BrushState> {
  switch (event.type) {
    case 'down':
      return paints(event, context) ? press(mode, state, event, context) : { state };
    case 'move':
      return { state: state.kind === 'painting' ? paintAlong(state, event, context) : hovering(state, event) };
    case 'up':
      return state.kind === 'painting' && event.button === state.button
        ? finish(paintAlong(state, event, context), event, context)
        : { state };
    case 'double':
      return { state };
    case 'key':
      return { state: event.key === 'Escape' && state.kind === 'painting' ? dropped(state) : state };
    case 'leave':
      return { state: state.kind === 'idle' ? { ...state, hover: null } : state };
    case 'cancel':
      return { state: state.kind === 'painting' ? dropped(state) : { ...state, hover: null } };
    case 'context':
      return { state: state.kind === 'painting' && !isGoalAlive(state.goal, context) ? dropped(state) : state };
  }
}

/** The eraser always erases; the brush does so with Alt, and with the right button where the user set that. */
function goalOf(mode: 'add' | 'cut', erases: boolean, context: ToolContext): GoalChoice {
  return mode === 'cut' || erases ? chooseGoal(context, 'cut') : chooseGoal(context, 'paint', brushTool.id);
}

function press(
  mode: 'add' | 'cut',
  state: BrushState,
  event: ToolPointerEvent,
  context: ToolContext,
): ToolStep<BrushState> {
  if (state.kind !== 'idle') return { state };
  const { button, modifiers, point } = event;
  const choice = goalOf(mode, erases(event), context);
  if ('notice' in choice) return { state, ...choice };
  const { brushDiameter: diameter } = context.settings;
  const centre = brushCentre(point.x, point.y, diameter);
  const painting = new Painting(context.snapshot.size);
  const from = modifiers.shift ? lineStart(state.end, context, diameter) : null;
  painting.paint(...(from ?? centre), ...centre, diameter);
  const goal = reached(choice.goal, from ?? centre, diameter, context);
  return { state: { kind: 'painting', goal, button, diameter, painting, centre, end: state.end } };
}

/** The goal, once the brush at this place touches what it would go on with; its pixels are looked at when the stroke ends. */
function reached(goal: ShapeGoal, [x, y]: Centre, diameter: number, { snapshot }: ToolContext): ShapeGoal {
  if (goal.kind !== 'touch') return goal;
  const annotation = findAnnotation(snapshot, goal.id);
  if (!annotation) return goal;
  const mask = maskOf(annotation, snapshot.size);
  const radius = diameter / 2 - 0.5;
  const touches = RIM.some(([dx, dy]) => pixelAt(mask, Math.floor(x + dx * radius), Math.floor(y + dy * radius)));
  return touches ? { kind: 'add', id: goal.id } : goal;
}

function lineStart(end: StrokeEnd | null, { snapshot }: ToolContext, diameter: number): Centre | null {
  return end?.imageId === snapshot.imageId ? brushCentre(end.centre[0], end.centre[1], diameter) : null;
}

function paintAlong(state: PaintingState, event: ToolPointerEvent, context: ToolContext): PaintingState {
  let { centre, goal } = state;
  for (const { x, y } of event.coalesced.length > 0 ? event.coalesced : [event.point]) {
    const next = brushCentre(x, y, state.diameter);
    if (next[0] === centre[0] && next[1] === centre[1]) continue;
    state.painting.paint(...centre, ...next, state.diameter);
    centre = next;
    goal = reached(goal, centre, state.diameter, context);
  }
  return { ...state, centre, goal };
}

function finish(
  { goal, painting, centre }: PaintingState,
  event: ToolPointerEvent,
  context: ToolContext,
): ToolStep<BrushState> {
  const end = { imageId: context.snapshot.imageId, centre };
  const { shift, alt } = event.modifiers;
  const hover = { point: event.point, shift, alt };
  const outcome = finishMask(context, painting.toRle(), goal, BRUSH);
  return { state: { kind: 'idle', hover, end }, ...outcome };
}

function dropped({ end }: BrushState): BrushState {
  return { kind: 'idle', hover: null, end };
}

function hovering(state: Extract<BrushState, { kind: 'idle' }>, { point, modifiers }: ToolPointerEvent): BrushState {
  return { ...state, hover: { point, shift: modifiers.shift, alt: modifiers.alt } };
}

/**
 * The shape that shows a painting, one for each state: asking again for the same state gives the same revision, and the
 * dirty region of a revision holds everything since the one before, however many events lie between.
 */
const shown = new WeakMap<BrushState, PreviewShape>();
const revisions = new WeakMap<Painting, number>();

function paintedShape(state: PaintingState): PreviewShape {
  const known = shown.get(state);
  if (known) return known;
  const { painting, goal } = state;
  const revision = (revisions.get(painting) ?? 0) + 1;
  revisions.set(painting, revision);
  const { box, data } = painting;
  // Nothing changed: an empty region, not an absent one, which would mean everything.
  const dirty = painting.takeChanged() ?? ([box[0], box[1], 0, 0] as const);
  const pixels = { kind: 'pixels', bitmap: painting, box, data, revision, dirty } as const;
  const shape = { ...pixels, tone: toneOf(goal), fillAlpha: 0.5 };
  shown.set(state, shape);
  return shape;
}

function preview(mode: 'add' | 'cut', state: BrushState, context: ToolContext): Preview {
  if (state.kind === 'painting') {
    return [paintedShape(state), ring(state.centre, state.diameter, toneOf(state.goal))];
  }
  const { hover, end } = state;
  if (!hover) return [];
  const choice = goalOf(mode, hover.alt, context);
  const { brushDiameter: diameter } = context.settings;
  const centre = brushCentre(hover.point.x, hover.point.y, diameter);
  if ('notice' in choice) return [ring(centre, diameter, 'neutral', true)];
  const from = hover.shift ? lineStart(end, context, diameter) : null;
  const tone = toneOf(reached(choice.goal, from ?? centre, diameter, context));
  const circle = ring(centre, diameter, tone);
  return from ? [{ kind: 'stroke', points: [...from, ...centre], diameter, tone }, circle] : [circle];
}

function ring([x, y]: Centre, diameter: number, tone: string, dashed = false): PreviewShape {
  return { kind: 'circle', center: { x, y }, radius: diameter / 2, tone, dashed };
}

function hint(mode: 'add' | 'cut', state: BrushState, context: ToolContext): ToolHint {
  const hover = state.kind === 'idle' ? state.hover : null;
  const choice = state.kind === 'painting' ? { goal: state.goal } : goalOf(mode, hover?.alt ?? false, context);
  if ('notice' in choice) return { cursor: 'not-allowed', text: choice.notice };
  const { brushDiameter: diameter } = context.settings;
  const centre = hover && brushCentre(hover.point.x, hover.point.y, diameter);
  const goal = centre ? reached(choice.goal, centre, diameter, context) : choice.goal;
  const size = `${diameter} px`;
  const line =
    state.end?.imageId === context.snapshot.imageId ? '; Shift draws a straight line from the last stroke' : '';
  const erase = mode === 'add' && goal.kind === 'add' ? '; Alt erases' : '';
  // The ring is the cursor: an arrow on top of it would hide the pixel that is painted.
  return {
    cursor: 'none',
    text: `${goal.kind === 'cut' ? 'Eraser' : 'Brush'}, ${size}: ${sayGoal(goal)}${line}${erase}`,
  };
}

function sayGoal(goal: ShapeGoal): string {
  switch (goal.kind) {
    case 'new':
      return 'starts a new annotation';
    case 'add':
      return `adds to annotation ${goal.id}`;
    case 'cut':
      return `erases from annotation ${goal.id}`;
    case 'touch':
      return `starts a new annotation; touch annotation ${goal.id} to go on with it`;
  }
}
