/** Takes what some annotations cover from the others, so that every place belongs to one object. */
import { counted } from '@shared/errors/counted';
import { combinePolygons } from '@shared/document/polygonOperations';
import { pixelBox, reshaped } from '@shared/document/segmentation';
import { comparePainters } from '@shared/document/patch';
import type { Annotation, DocumentSnapshot, Patch } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import { boxesIntersect, expandBox } from '@shared/geometry/box';
import { shareBorderOnly } from '@shared/geometry/clip/clip';
import { merge, subtract, toBbox } from '@shared/mask';
import { isEmptyMask } from '@shared/mask/edit';
import { MaskColumns } from '@shared/mask/window';
import { joinPatches, maskOf, removePatch, replaceMask, updatePatch } from './patches';
import { becameMask, polygonsOf, type WhyMask } from './polygons';
import type { Outcome } from './tool';

/** `beneath`: only those drawn before the lowest of the selected; `all`: whatever their order. */
export type UnderlyingScope = 'beneath' | 'all';

/**
 * Takes what the annotations in `ids` cover away from the others; locked, hidden and box-only ones are left alone, and
 * those that do not overlap stay untouched. One that was covered entirely is removed, and the notice counts those.
 *
 * A mask loses exactly the pixels of the cover. A polygon under polygons is cut as a polygon: the outlines then share their
 * border, and a pixel on a border that got a new end may belong to both or to none, see `RIM_PX`.
 */
export function removeUnderlying(
  snapshot: DocumentSnapshot,
  ids: ReadonlySet<number>,
  { scope, hidden }: { readonly scope: UnderlyingScope; readonly hidden: ReadonlySet<number> },
): Outcome {
  const { size } = snapshot;
  const selected = snapshot.annotations.filter(({ id, segmentation }) => ids.has(id) && segmentation);
  if (selected.length === 0) return { notice: 'Select an annotation first: the others lose what it covers' };
  const cover = selected.map((annotation): Cover => {
    const mask = maskOf(annotation, size);
    return { annotation, mask: new MaskColumns(mask), box: toBbox(mask) };
  });
  const lowest = [...selected].sort(comparePainters)[0];
  const cuts = snapshot.annotations
    .filter(({ id, segmentation, locked }) => segmentation && !ids.has(id) && !locked && !hidden.has(id))
    .filter((annotation) => scope === 'all' || comparePainters(annotation, lowest) < 0)
    .flatMap((annotation) => cut(annotation, cover, size) ?? []);
  if (cuts.length === 0) return { notice: 'No other annotation shares pixels with the selected one' };
  const patch = joinPatches(cuts.map((each) => each.patch));
  const becameMasks = (why: WhyMask) =>
    becameMask(
      cuts.flatMap((each) => (each.why === why ? [each.annotation] : [])),
      why,
    );
  const gone = patch.removed.length;
  const notices = [
    gone > 0 ? `Removed ${counted(gone, 'annotation that was', 'annotations that were')} covered` : undefined,
    becameMasks('mask'),
    becameMasks('outline'),
  ].filter((notice) => notice !== undefined);
  return { patch, gesture: 'Remove underlying pixels', notice: notices.length > 0 ? notices.join('. ') : undefined };
}

/** The annotations in `ids` and those whose pixels may meet theirs. */
export function overlapping({ annotations, size }: DocumentSnapshot, ids: ReadonlySet<number>): Annotation[] {
  const cover = annotations
    .filter(({ id }) => ids.has(id))
    .map((annotation) => expandBox(pixelBox(annotation, size), 1));
  return annotations.filter((annotation) => {
    if (ids.has(annotation.id)) return true;
    const box = pixelBox(annotation, size);
    return cover.some((each) => boxesIntersect(each, box));
  });
}

interface Cover {
  readonly annotation: Annotation;
  readonly mask: MaskColumns;
  readonly box: Box;
}

interface Cut {
  readonly annotation: Annotation;
  readonly patch: Patch;
  /** Present where it is no polygon any more. */
  readonly why?: WhyMask;
}

/** What the cover does to one annotation; null where it does not change it. */
function cut(annotation: Annotation, cover: readonly Cover[], size: readonly [number, number]): Cut | null {
  const before = maskOf(annotation, size);
  const box = toBbox(before);
  const over = cover
    .filter((each) => boxesIntersect(box, each.box))
    .map((each) => ({ annotation: each.annotation, mask: each.mask.in(box[0], box[2]) }))
    .filter(
      (each) => !isEmptyMask(merge([before, each.mask], { intersect: true })) && !isBeside(annotation, each.annotation),
    );
  if (over.length === 0) return null;
  const left = subtract(before, merge(over.map(({ mask }) => mask)));
  if (isEmptyMask(left)) return { annotation, patch: removePatch([annotation]) };
  const polygons = polygonsOf([annotation, ...over.map((each) => each.annotation)]);
  const polygon = polygons && combinePolygons('subtract', polygons, size);
  if (!polygon) {
    const patch = replaceMask(annotation, left);
    return patch && { annotation, patch, why: polygons ? 'outline' : 'mask' };
  }
  if (polygon === annotation.segmentation) return null;
  const after = reshaped(annotation, polygon, size);
  return { annotation, patch: after.area === 0 ? removePatch([annotation]) : updatePatch([[annotation, after]]) };
}

/** Polygons that share no more than their border may share a pixel of it: there is nothing to take. */
function isBeside({ segmentation: a }: Annotation, { segmentation: b }: Annotation): boolean {
  return a?.kind === 'polygons' && b?.kind === 'polygons' && shareBorderOnly(a.parts, b.parts);
}
