/** Where a classical method works: the whole image, a box that was dragged, or the selected annotation's mask. */
import { rleToSegmentation, segmentationToRle } from '@shared/document/segmentation';
import type { Box } from '@shared/geometry/box';
import type { RleSegmentation } from '@shared/document/types';
import type { ImagePoint } from '@shared/geometry/coords';
import type { MethodRequest } from '@shared/methods/requests';
import { equals, toBbox } from '@shared/mask';
import { maskOf } from '../patches';
import type { PreviewShape, ToolPointerEvent } from '../preview';
import { findAnnotation, selectedAnnotations, viewDistance, type ToolContext } from '../tool';

export type Scope =
  | { readonly kind: 'image' }
  | { readonly kind: 'box'; readonly box: Box }
  | { readonly kind: 'annotation'; readonly id: number; readonly within: RleSegmentation };

/** A drag shorter than this is a click, view pixels. */
export const DRAG_PX = 3;

/** The box that a drag spans on whole pixels, clipped to the image of `[height, width]`; null where nothing is left. */
export function draggedBox(from: ImagePoint, to: ImagePoint, [height, width]: readonly [number, number]): Box | null {
  const clamp = (value: number, max: number) => Math.min(max, Math.max(0, value));
  const left = Math.floor(clamp(Math.min(from.x, to.x), width));
  const top = Math.floor(clamp(Math.min(from.y, to.y), height));
  const right = Math.ceil(clamp(Math.max(from.x, to.x), width));
  const bottom = Math.ceil(clamp(Math.max(from.y, to.y), height));
  return right > left && bottom > top ? [left, top, right - left, bottom - top] : null;
}

/** Ends the drag of a region: a click, and a box outside the image, lead `back`; a box on to `start`. */
export function endDrag<S extends { readonly notice?: string }>(
  from: ImagePoint,
  { point, scale }: Pick<ToolPointerEvent, 'point' | 'scale'>,
  { snapshot }: ToolContext,
  { start, back }: { readonly start: (scope: Scope) => S; readonly back: () => S },
): S {
  if (viewDistance(from, point, scale) < DRAG_PX) return back();
  const box = draggedBox(from, point, snapshot.size);
  return box ? start({ kind: 'box', box }) : { ...back(), notice: 'The box lies outside the image' };
}

/** The one selected annotation as a scope (its box where it has no mask), or why it cannot be one. */
export function selectedScope(context: ToolContext): Scope | { readonly notice: string } {
  const selected = selectedAnnotations(context);
  if (selected.length === 0) return { notice: 'Select an annotation first' };
  if (selected.length > 1) return { notice: `${selected.length} annotations are selected: select one` };
  const [annotation] = selected;
  if (annotation.locked) return { notice: 'The selected annotation is locked' };
  if (!annotation.segmentation) return { kind: 'box', box: annotation.bbox };
  const { segmentation } = annotation;
  const within =
    segmentation.kind === 'rle' ? segmentation : rleToSegmentation(maskOf(annotation, context.snapshot.size));
  return { kind: 'annotation', id: annotation.id, within };
}

/** What Enter is about where no box was dragged: the selected annotation, with none the whole image. */
export function scopeWithoutBox(context: ToolContext): ReturnType<typeof selectedScope> {
  return selectedAnnotations(context).length === 0 ? { kind: 'image' } : selectedScope(context);
}

/** Said where Enter would start from what this very tool has just made: a second Enter would make it anew. */
export const JUST_MADE = 'Drag a box around the next object, or select an annotation to start from it';

/** As a request names it. */
export function scopeParams(scope: Scope): Pick<MethodRequest, 'box' | 'within'> {
  if (scope.kind === 'box') return { box: scope.box };
  return scope.kind === 'annotation' ? { within: scope.within } : {};
}

/** False where the annotation it is about is gone, locked, or has other pixels now. */
export function isScopeAlive(scope: Scope, { snapshot }: ToolContext): boolean {
  if (scope.kind !== 'annotation') return true;
  const annotation = findAnnotation(snapshot, scope.id);
  return annotation !== undefined && !annotation.locked;
}

/** The scope as it can be gone on with: an annotation that is gone leaves its box, one that changed is taken as it is now. */
export function revivedScope<S extends Scope>(scope: S, context: ToolContext): { scope: Scope; notice?: string } {
  if (scope.kind !== 'annotation') return { scope };
  const { id, within } = scope;
  const annotation = findAnnotation(context.snapshot, id);
  // A box is gone on with as long as it is one.
  if (annotation && !annotation.segmentation && !annotation.locked) return { scope };
  if (!annotation?.segmentation || annotation.locked) {
    const box = toBbox(segmentationToRle(within, within.size));
    const why = annotation?.locked ? 'locked' : 'gone';
    return { scope: { kind: 'box', box }, notice: `Annotation ${id} is ${why}: this goes on in its box, as a new one` };
  }
  const now = maskOf(annotation, context.snapshot.size);
  if (equals(now, segmentationToRle(within, within.size))) return { scope };
  return {
    scope: { kind: 'annotation', id, within: rleToSegmentation(now) },
    notice: `Annotation ${id} has changed since: this goes on from what it is now`,
  };
}

const shapes = new WeakMap<Scope, readonly PreviewShape[]>();

/** The same object for the same scope: what did not change is not drawn anew at every movement of the pointer. */
export function scopeShape(scope: Scope, [height, width]: readonly [number, number]): readonly PreviewShape[] {
  if (scope.kind === 'annotation') return [];
  let known = shapes.get(scope);
  if (!known) {
    const box: Box = scope.kind === 'box' ? scope.box : [0, 0, width, height];
    shapes.set(scope, (known = [{ kind: 'box', box, tone: 'neutral', dashed: true }]));
  }
  return known;
}
