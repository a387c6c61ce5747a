/** Splits the selected annotations along a line: drag for a straight cut, or click its vertices. */
import { splitPolygon } from '@shared/document/polygonOperations';
import { createAnnotation, reshaped, rleToSegmentation } from '@shared/document/segmentation';
import type { Annotation, Patch, Segmentation } from '@shared/document/types';
import type { ImagePoint } from '@shared/geometry/coords';
import { splitMask } from '@shared/mask/split';
import { splitDrafts } from './splitDraft';
import { addPatch, joinPatches, maskOf, updatePatch } from '../patches';
import type { CommandContext } from '../commands/command';
import { laterIfHeavy } from '../heavy';
import { becameMask } from '../polygons';
import { roundCoordinate } from '../rings';
import type { Preview, PreviewShape, ToolPointerEvent } from '../preview';
import {
  selectedAnnotations,
  viewDistance,
  type Outcome,
  type Tool,
  type ToolContext,
  type ToolEvent,
  type ToolHint,
  type ToolStep,
} from '../tool';

/** A press that moves this far is a straight cut on its own, view pixels. */
const DRAG_PX = 4;
/** The second click of a double click adds no vertex this near the first, view pixels. */
const SAME_PX = 4;

export type SplitState =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'drawing';
      readonly points: readonly number[];
      readonly hover: ImagePoint;
      /** What was selected when the line was begun. */
      readonly ids: readonly number[];
    };

const IDLE: SplitState = { kind: 'idle' };

export const splitTool: Tool<SplitState> = {
  id: 'split',
  label: 'Split',
  key: 'X',
  icon: 'slice',
  group: 'change',
  line: 'Draw a line across the selected annotation to cut it in two.',
  initial: IDLE,
  reduce,
  preview,
  hint,
  drafts: splitDrafts,
};

function reduce(state: SplitState, event: ToolEvent, context: ToolContext): ToolStep<SplitState> {
  switch (event.type) {
    case 'down':
      if (event.button === 2 && state.kind === 'drawing') return { state: withoutLast(state) };
      return event.button === 0 ? press(state, event, context) : { state };
    case 'move':
      return { state: state.kind === 'drawing' ? { ...state, hover: event.point } : state };
    case 'up':
      return event.button === 0 && state.kind === 'drawing' ? release(state, event, context) : { state };
    case 'double':
      return state.kind === 'drawing' ? finish(withoutRepeat(state.points, event.scale), state, context) : { state };
    case 'key':
      return pressKey(state, event.key, context);
    case 'leave':
      return { state };
    case 'cancel':
      return { state: IDLE };
    case 'context':
      return { state: targets(context).length > 0 ? state : IDLE };
  }
}

type Drawing = Extract<SplitState, { kind: 'drawing' }>;

function press(state: SplitState, { point }: ToolPointerEvent, context: ToolContext): ToolStep<SplitState> {
  const refusal = refuse(context);
  if (refusal) return { state, notice: refusal };
  const { points, ids } = state.kind === 'drawing' ? state : { points: [], ids: targets(context).map(({ id }) => id) };
  return { state: { kind: 'drawing', points: [...points, point.x, point.y], hover: point, ids } };
}

function release(state: Drawing, event: ToolPointerEvent, context: ToolContext): ToolStep<SplitState> {
  const { points } = state;
  const { point } = event;
  const dragged = viewDistance({ x: points[0], y: points[1] }, point, event.scale) >= DRAG_PX;
  if (points.length === 2 && dragged) return finish([...points, point.x, point.y], state, context);
  return { state };
}

function pressKey(state: SplitState, key: string, context: ToolContext): ToolStep<SplitState> {
  if (state.kind === 'idle') return { state };
  if (key === 'Escape') return { state: IDLE };
  if (key === 'Enter') return finish(state.points, state, context);
  if (key !== 'Backspace') return { state };
  return { state: withoutLast(state) };
}

function withoutLast(state: Drawing): SplitState {
  return state.points.length <= 2 ? IDLE : { ...state, points: state.points.slice(0, -2) };
}

function withoutRepeat(points: readonly number[], scale: number): readonly number[] {
  const n = points.length;
  if (n < 4) return points;
  const before = { x: points[n - 4], y: points[n - 3] };
  return viewDistance(before, { x: points[n - 2], y: points[n - 1] }, scale) < SAME_PX ? points.slice(0, -2) : points;
}

function finish(line: readonly number[], state: Drawing, context: ToolContext): ToolStep<SplitState> {
  if (line.length < 4) return { state, notice: 'A cut needs two points' };
  return { state: IDLE, ...splitAlong(line.map(roundCoordinate), context) };
}

/**
 * The largest piece stays the annotation; the others become new ones of its category right above it, with its unknown keys.
 */
export function splitAlong(line: readonly number[], context: CommandContext): Outcome {
  const { snapshot, freeIds } = context;
  const { size } = snapshot;
  const later = laterIfHeavy(context, { kind: 'split', line }, targets(context));
  if (later) return later;
  const patches: Patch[] = [];
  const selection: number[] = [];
  const masks: Annotation[] = [];
  let used = 0;
  for (const annotation of targets(context)) {
    const [largest, ...others] = piecesOf(annotation, line, size);
    selection.push(annotation.id);
    if (others.length === 0) continue;
    const ids = freeIds.slice(used, (used += others.length));
    if (ids.length < others.length) return { idsNeeded: used };
    if (largest.kind === 'rle') masks.push(annotation);
    patches.push(updatePatch([[annotation, reshaped(annotation, largest, size)]]));
    patches.push(addPatch(...others.map((piece, i) => pieceOf(annotation, ids[i], piece, size))));
    selection.push(...ids);
  }
  if (patches.length === 0) return { notice: 'The line does not divide the selected annotation' };
  return { patch: joinPatches(patches), gesture: 'Split', selection, notice: becameMask(masks, 'outline') };
}

/** Polygons of a polygon where they can be had, masks otherwise; a single one where the line divides nothing. */
function piecesOf(
  annotation: Annotation,
  line: readonly number[],
  size: readonly [number, number],
): readonly Segmentation[] {
  const { segmentation } = annotation;
  const polygons = segmentation?.kind === 'polygons' ? splitPolygon(segmentation, line, size) : null;
  return polygons ?? splitMask(maskOf(annotation, size), line).map(rleToSegmentation);
}

function pieceOf(
  { imageId, categoryId, zOrder, isCrowd, extra }: Annotation,
  id: number,
  segmentation: Segmentation,
  size: readonly [number, number],
): Annotation {
  const provenance = { tool: 'split', edits: 0 };
  return createAnnotation({ id, imageId, categoryId, zOrder, isCrowd, extra, provenance, segmentation }, size);
}

function targets(context: CommandContext): Annotation[] {
  return selectedAnnotations(context).filter(
    ({ id, locked, segmentation }) => segmentation && !locked && !context.hidden.has(id),
  );
}

function refuse(context: ToolContext): string | null {
  if (targets(context).length > 0) return null;
  return context.selection.size === 0
    ? 'Select the annotation to split first'
    : 'The selected annotation cannot be split';
}

function preview(state: SplitState): Preview {
  if (state.kind === 'idle') return [];
  const shapes: PreviewShape[] = [
    { kind: 'polyline', points: [...state.points, state.hover.x, state.hover.y], tone: 'cut', dashed: true },
    { kind: 'handles', points: state.points, shape: 'round', tone: 'cut' },
  ];
  return shapes;
}

function hint(state: SplitState, context: ToolContext): ToolHint {
  const cursor = 'crosshair';
  if (state.kind === 'drawing') return { cursor, text: 'Click the next point; Enter or double-click cuts, Esc clears' };
  const refusal = refuse(context);
  return refusal
    ? { cursor: 'not-allowed', text: refusal }
    : { cursor, text: 'Drag a straight cut across the annotation, or click its points' };
}
