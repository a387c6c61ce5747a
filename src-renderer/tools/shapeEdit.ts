/** What a drawn ring or a painted mask does to the document: a new annotation, more of one, less of one. */
import { combinePolygons } from '@shared/document/polygonOperations';
import { reshaped, rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import type { Annotation, PolygonSegmentation, Segmentation } from '@shared/document/types';
import { equals, merge, subtract, type Rle } from '@shared/mask';
import { isEmptyMask } from '@shared/mask/edit';
import { addPatch, maskOf, newAnnotation, polygonOf, removePatch, replaceMask, updatePatch } from './patches';
import { laterIfHeavy } from './heavy';
import { becameMask } from './polygons';
import type { ToolPointerEvent } from './preview';
import { clipRing } from './rings';
import type { ShapeGoal } from './target';
import { findAnnotation, NO_CATEGORY, type Outcome, type ToolContext } from './tool';

/** What the end of a gesture looks at. */
export type DrawingContext = Pick<ToolContext, 'snapshot' | 'categoryId' | 'freeIds' | 'inWorker'> &
  Partial<Pick<ToolContext, 'hidden'>>;

/** How a finished gesture is logged: the tool's id for provenance, and a gesture name for each goal. */
export interface Naming {
  readonly tool: string;
  readonly gestures: Readonly<Record<'new' | 'add' | 'cut', string>>;
}

const LEFT = 0;
const RIGHT = 2;

/** True for a press that a brush-like tool takes: the left button, and the right one where the user made it erase. */
export function paints({ button }: ToolPointerEvent, { settings }: ToolContext): boolean {
  return button === LEFT || (button === RIGHT && settings.rightErases);
}

/** True for a press that takes away, whatever the tool does else. */
export function erases({ button, modifiers }: ToolPointerEvent): boolean {
  return modifiers.alt || button === RIGHT;
}

/** False where the annotation of the goal is gone or was locked since. */
export function isGoalAlive(goal: ShapeGoal, context: ToolContext): boolean {
  if (goal.kind === 'new' || goal.kind === 'touch') return true;
  const annotation = findAnnotation(context.snapshot, goal.id);
  return annotation !== undefined && !annotation.locked;
}

/**
 * Ends a drawn ring (flat, image space, may leave the image: it is clipped). A polygon stays a polygon; a mask stays a mask.
 */
export function finishRing(context: DrawingContext, ring: readonly number[], goal: ShapeGoal, naming: Naming): Outcome {
  const { size } = context.snapshot;
  const clipped = clipRing(ring, size);
  const drawn = polygonOf(clipped);
  if (clipped.length === 0 || isEmptyMask(segmentationToRle(drawn, size))) {
    return { notice: 'The shape covers no pixel of the image' };
  }
  const mask = segmentationToRle(drawn, size);
  const settled = settle(goal, mask, context);
  if (settled.kind === 'new') return addNew(context, drawn, naming);
  const annotation = findAnnotation(context.snapshot, settled.id);
  if (!annotation) return { notice: 'The annotation is gone' };
  const later = laterIfHeavy(context, { kind: 'ring', ring, goal: settled, naming }, [annotation]);
  return later ?? combine(context, annotation, settled.kind, mask, naming, drawn);
}

/** Ends a painted mask. */
export function finishMask(context: ToolContext, mask: Rle, goal: ShapeGoal, naming: Naming): Outcome {
  if (isEmptyMask(mask)) return {};
  const settled = settle(goal, mask, context);
  if (settled.kind === 'new') return addNew(context, rleToSegmentation(mask), naming);
  const annotation = findAnnotation(context.snapshot, settled.id);
  if (!annotation) return { notice: 'The annotation is gone' };
  return combine(context, annotation, settled.kind, mask, naming);
}

/** What the gesture that drew these pixels was about. Two masks touch where they share a pixel. */
function settle(
  goal: ShapeGoal,
  drawn: Rle,
  { snapshot, hidden }: DrawingContext,
): Exclude<ShapeGoal, { kind: 'touch' }> {
  if (goal.kind !== 'touch') return goal;
  const annotation = findAnnotation(snapshot, goal.id);
  if (!annotation || annotation.locked || hidden?.has(goal.id)) return { kind: 'new' };
  const shared = merge([maskOf(annotation, snapshot.size), drawn], { intersect: true });
  return isEmptyMask(shared) ? { kind: 'new' } : { kind: 'add', id: goal.id };
}

/** A new annotation of the active category, selected. */
function addNew(
  { snapshot, categoryId, freeIds }: DrawingContext,
  segmentation: Segmentation,
  { tool, gestures }: Naming,
): Outcome {
  if (categoryId === null) return NO_CATEGORY;
  if (freeIds.length === 0) return { idsNeeded: 1 };
  const [id] = freeIds;
  const annotation = newAnnotation(snapshot, { id, categoryId, segmentation, tool });
  return { patch: addPatch(annotation), gesture: gestures.new, selection: [id] };
}

function combine(
  { snapshot }: DrawingContext,
  annotation: Annotation,
  how: 'add' | 'cut',
  drawn: Rle,
  { gestures }: Naming,
  outline?: PolygonSegmentation,
): Outcome {
  const { size } = snapshot;
  const before = maskOf(annotation, size);
  const mask = how === 'add' ? merge([before, drawn]) : subtract(before, drawn);
  const gesture = gestures[how];
  if (equals(before, mask)) {
    return { notice: how === 'add' ? 'The annotation has these pixels already' : 'The annotation has no pixel there' };
  }
  if (isEmptyMask(mask)) return gone(annotation, gesture);
  const polygon = outline && withOutline(annotation, outline, how, size);
  if (polygon) {
    const after = reshaped(annotation, polygon, size);
    return after.area > 0 ? { patch: updatePatch([[annotation, after]]), gesture } : gone(annotation, gesture);
  }
  const notice = becameMask([annotation], outline ? 'outline' : 'pixels');
  return { patch: replaceMask(annotation, mask) ?? undefined, gesture, notice };
}

function gone(annotation: Annotation, gesture: string): Outcome {
  return { patch: removePatch([annotation]), gesture, selection: [], notice: 'Nothing was left of the annotation' };
}

/** The polygon with more or less of what was outlined; null where the annotation is no polygon or cannot stay one. */
function withOutline(
  { segmentation }: Annotation,
  outline: PolygonSegmentation,
  how: 'add' | 'cut',
  size: readonly [number, number],
): PolygonSegmentation | null {
  if (!segmentation) return how === 'add' ? outline : null;
  if (segmentation.kind !== 'polygons') return null;
  return combinePolygons(how === 'add' ? 'unite' : 'subtract', [segmentation, outline], size);
}
