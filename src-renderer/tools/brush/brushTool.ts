/** Brush and eraser: strokes painted on a bitmap of their own, joined to or taken from the annotation when they end. */
import type { ImagePoint } from '@shared/geometry/coords';
import { brushCentre, Painting } from '@shared/mask/brush';
import type { Preview, PreviewShape, ToolPointerEvent } from '../preview';
import { chooseGoal, finishMask, isGoalAlive, type Naming, type ShapeGoal } from '../shapeEdit';
import type { ToolManifest } from '../manifest';
import type { Tool, ToolContext, ToolEvent, ToolHint, ToolStep } from '../tool';

type Centre = readonly [x: number, y: number];

/** Where the last stroke ended, on which image: Shift continues from there in a straight line. */
interface StrokeEnd {
  readonly imageId: number;
  readonly centre: Centre;
}

interface Hover {
  readonly point: ImagePoint;
  readonly shift: boolean;
}

export type BrushState =
  | { readonly kind: 'idle'; readonly hover: Hover | null; readonly end: StrokeEnd | null }
  | {
      readonly kind: 'painting';
      readonly goal: ShapeGoal;
      readonly diameter: number;
      /** Owned by the stroke and written by every step of it. */
      readonly painting: Painting;
      readonly centre: Centre;
      readonly end: StrokeEnd | null;
    };

const IDLE: BrushState = { kind: 'idle', hover: null, end: null };

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
});
export const eraserTool = createBrush('cut', {
  id: 'eraser',
  label: 'Eraser',
  key: 'E',
  icon: 'eraser',
  group: 'change',
  line: 'Take pixels away from the selected annotation. [ and ] change the size, Shift erases in a straight line.',
});

function createBrush(mode: 'add' | 'cut', manifest: ToolManifest): Tool<BrushState> {
  return {
    ...manifest,
    initial: IDLE,
    reduce: (state, event, context) => reduce(mode, state, event, context),
    preview: (state, context) => preview(mode, state, context),
    hint: (state, context) => hint(mode, state, context),
  };
}

function reduce(mode: 'add' | 'cut', state: BrushState, event: ToolEvent, context: ToolContext): ToolStep<BrushState> {
  switch (event.type) {
    case 'down':
      return event.button === 0 ? press(mode, state, event, context) : { state };
    case 'move':
      return { state: state.kind === 'painting' ? paintAlong(state, event) : hovering(state, event) };
    case 'up':
      return event.button === 0 && state.kind === 'painting'
        ? finish(paintAlong(state, event), event, context)
        : { state };
    case 'double':
      return { state };
    case 'key':
      return { state: event.key === 'Escape' && state.kind === 'painting' ? dropped(state) : state };
    case 'cancel':
      return { state: state.kind === 'painting' ? dropped(state) : { ...state, hover: null } };
    case 'context':
      return { state: state.kind === 'painting' && !isGoalAlive(state.goal, context) ? dropped(state) : state };
  }
}

function press(
  mode: 'add' | 'cut',
  state: BrushState,
  event: ToolPointerEvent,
  context: ToolContext,
): ToolStep<BrushState> {
  if (state.kind !== 'idle') return { state };
  const choice = chooseGoal(context, mode);
  if ('notice' in choice) return { state, ...choice };
  const { brushDiameter: diameter } = context.settings;
  const centre = brushCentre(event.point.x, event.point.y, diameter);
  const painting = new Painting(context.snapshot.size);
  const from = event.modifiers.shift ? lineStart(state.end, context, diameter) : null;
  painting.paint(...(from ?? centre), ...centre, diameter);
  return { state: { kind: 'painting', goal: choice.goal, diameter, painting, centre, end: state.end } };
}

function lineStart(end: StrokeEnd | null, { snapshot }: ToolContext, diameter: number): Centre | null {
  return end?.imageId === snapshot.imageId ? brushCentre(end.centre[0], end.centre[1], diameter) : null;
}

function paintAlong(
  state: Extract<BrushState, { kind: 'painting' }>,
  event: ToolPointerEvent,
): Extract<BrushState, { kind: 'painting' }> {
  let { centre } = state;
  for (const { x, y } of event.coalesced.length > 0 ? event.coalesced : [event.point]) {
    const next = brushCentre(x, y, state.diameter);
    if (next[0] === centre[0] && next[1] === centre[1]) continue;
    state.painting.paint(...centre, ...next, state.diameter);
    centre = next;
  }
  return { ...state, centre };
}

function finish(
  { goal, painting, centre }: Extract<BrushState, { kind: 'painting' }>,
  event: ToolPointerEvent,
  context: ToolContext,
): ToolStep<BrushState> {
  const end = { imageId: context.snapshot.imageId, centre };
  const hover = { point: event.point, shift: event.modifiers.shift };
  const outcome = finishMask(context, painting.toRle(), goal, BRUSH);
  return { state: { kind: 'idle', hover, end }, ...outcome };
}

function dropped({ end }: BrushState): BrushState {
  return { kind: 'idle', hover: null, end };
}

function hovering(state: Extract<BrushState, { kind: 'idle' }>, { point, modifiers }: ToolPointerEvent): BrushState {
  return { ...state, hover: { point, shift: modifiers.shift } };
}

/**
 * The shape that shows a painting, one for each state: asking again for the same state gives the same revision, and the
 * dirty region of a revision holds everything since the one before, however many events lie between.
 */
const shown = new WeakMap<BrushState, PreviewShape>();
const revisions = new WeakMap<Painting, number>();

function paintedShape(state: Extract<BrushState, { kind: 'painting' }>): PreviewShape {
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

function toneOf(goal: ShapeGoal): 'accent' | 'add' | 'cut' {
  return goal.kind === 'new' ? 'accent' : goal.kind;
}

function preview(mode: 'add' | 'cut', state: BrushState, context: ToolContext): Preview {
  if (state.kind === 'painting') {
    return [paintedShape(state), ring(state.centre, state.diameter, toneOf(state.goal))];
  }
  const { hover, end } = state;
  if (!hover) return [];
  const choice = chooseGoal(context, mode);
  const { brushDiameter: diameter } = context.settings;
  const centre = brushCentre(hover.point.x, hover.point.y, diameter);
  if ('notice' in choice) return [ring(centre, diameter, 'neutral', true)];
  const tone = toneOf(choice.goal);
  const from = hover.shift ? lineStart(end, context, diameter) : null;
  const circle = ring(centre, diameter, tone);
  return from ? [{ kind: 'stroke', points: [...from, ...centre], diameter, tone }, circle] : [circle];
}

function ring([x, y]: Centre, diameter: number, tone: string, dashed = false): PreviewShape {
  return { kind: 'circle', center: { x, y }, radius: diameter / 2, tone, dashed };
}

function hint(mode: 'add' | 'cut', state: BrushState, context: ToolContext): ToolHint {
  const choice = state.kind === 'painting' ? { goal: state.goal } : chooseGoal(context, mode);
  if ('notice' in choice) return { cursor: 'not-allowed', text: choice.notice };
  const { goal } = choice;
  const size = `${context.settings.brushDiameter} px`;
  const shift =
    state.end?.imageId === context.snapshot.imageId ? '; Shift draws a straight line from the last stroke' : '';
  const what = {
    new: 'starts a new annotation',
    add: `adds to annotation ${'id' in goal ? goal.id : ''}`,
    cut: `erases from annotation ${'id' in goal ? goal.id : ''}`,
  }[goal.kind];
  // The ring is the cursor: an arrow on top of it would hide the pixel that is painted.
  return { cursor: 'none', text: `${mode === 'add' ? 'Brush' : 'Eraser'}, ${size}: ${what}${shift}` };
}
