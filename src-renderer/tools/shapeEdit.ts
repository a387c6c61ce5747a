/** What a drawn ring or a painted mask does to the document: a new annotation, more of one, less of one. */
import { combinePolygons } from '@shared/document/polygonOperations';
import { rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import type { Annotation, PolygonSegmentation, Segmentation } from '@shared/document/types';
import { equals, merge, subtract, type Rle } from '@shared/mask';
import { isEmptyMask } from '@shared/mask/edit';
import { addPatch, maskOf, newAnnotation, polygonOf, removePatch, replaceMask, reshaped, updatePatch } from './patches';
import { laterIfHeavy } from './heavy';
import { becameMask } from './polygons';
import { clipRing } from './rings';
import { editTarget, findAnnotation, NO_CATEGORY, type Outcome, type Refusal, type ToolContext } from './tool';

/** What the end of a gesture looks at. */
export type DrawingContext = Pick<ToolContext, 'snapshot' | 'categoryId' | 'freeIds' | 'inWorker'>;

/** What is being drawn: something new, or more or less of an annotation. */
export type ShapeGoal =
  | { readonly kind: 'new' }
  | { readonly kind: 'add'; readonly id: number }
  | { readonly kind: 'cut'; readonly id: number };

/** How a finished gesture is logged: the tool's id for provenance, and a gesture name for each goal. */
export interface Naming {
  readonly tool: string;
  readonly gestures: Readonly<Record<ShapeGoal['kind'], string>>;
}

export type GoalChoice = { readonly goal: ShapeGoal } | Refusal;

/** The goal of a gesture that draws something new, or adds to or cuts from the one selected annotation. */
export function chooseGoal(context: ToolContext, mode: 'new' | 'add' | 'cut'): GoalChoice {
  if (mode === 'new') {
    return context.categoryId === null ? NO_CATEGORY : { goal: { kind: 'new' } };
  }
  const target = editTarget(context);
  if (target.kind === 'refused') return target.refusal;
  if (target.kind === 'annotation') return { goal: { kind: mode, id: target.annotation.id } };
  return mode === 'add' ? { goal: { kind: 'new' } } : { notice: 'Select the annotation to cut from first' };
}

/** False where the annotation of the goal is gone or was locked since. */
export function isGoalAlive(goal: ShapeGoal, context: ToolContext): boolean {
  if (goal.kind === 'new') return context.categoryId !== null;
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
  if (goal.kind === 'new') return addNew(context, drawn, naming);
  const annotation = findAnnotation(context.snapshot, goal.id);
  if (!annotation) return { notice: 'The annotation is gone' };
  const later = laterIfHeavy(context, { kind: 'ring', ring, goal, naming }, [annotation]);
  return later ?? combine(context, annotation, goal.kind, segmentationToRle(drawn, size), naming, drawn);
}

/** Ends a painted mask. */
export function finishMask(context: ToolContext, mask: Rle, goal: ShapeGoal, naming: Naming): Outcome {
  if (isEmptyMask(mask)) return {};
  if (goal.kind === 'new') return addNew(context, rleToSegmentation(mask), naming);
  const annotation = findAnnotation(context.snapshot, goal.id);
  if (!annotation) return { notice: 'The annotation is gone' };
  return combine(context, annotation, goal.kind, mask, naming);
}

/** A new annotation of the active category, selected. */
export function addNew(
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
