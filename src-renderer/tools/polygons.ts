/** Polygons stay polygons where they can; where pixels win, the sentence that says so. */
import type { Annotation, PolygonSegmentation } from '@shared/document/types';

/** Why a polygon cannot stay one: another operand is a mask, the work is on pixels, or the outline is beyond clipping. */
export type WhyMask = 'mask' | 'pixels' | 'outline';

const reasons: Readonly<Record<WhyMask, string>> = {
  mask: 'the other annotation is a mask',
  pixels: 'this works on pixels',
  outline: 'its outline crosses itself in too many places',
};

/** Their segmentations where all of them are polygons. */
export function polygonsOf(annotations: readonly Annotation[]): PolygonSegmentation[] | null {
  const polygons = annotations.flatMap(({ segmentation }) => (segmentation?.kind === 'polygons' ? segmentation : []));
  return polygons.length === annotations.length ? polygons : null;
}

/** Says which of the annotations, as they were, are no polygons any more; nothing where none was one. */
export function becameMask(before: readonly Annotation[], why: WhyMask): string | undefined {
  const count = before.filter(({ segmentation }) => segmentation?.kind === 'polygons').length;
  if (count === 0) return undefined;
  return `${count === 1 ? 'The polygon became a mask' : `${count} polygons became masks`}: ${reasons[why]}`;
}
