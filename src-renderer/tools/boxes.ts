/** Annotations that are only boxes, and what masks for them make of the document. */
import { reshaped } from '@shared/document/segmentation';
import type { Annotation, Patch, Provenance, RleSegmentation } from '@shared/document/types';
import { updatePatch } from './patches';

/** A box without a mask, or a rectangle along the image's sides. */
export function isOnlyBox({ segmentation }: Annotation): boolean {
  if (segmentation === null) return true;
  if (segmentation.kind !== 'polygons' || segmentation.parts.length !== 1) return false;
  const [{ outer, holes }] = segmentation.parts;
  if (holes.length > 0 || outer.length !== 8) return false;
  const sides = [0, 1].map((axis) => new Set(outer.filter((_, i) => i % 2 === axis)).size);
  return sides[0] === 2 && sides[1] === 2;
}

/** Gives each box its mask, in their order; a box without one stays as it is. */
export function masksPatch(
  boxes: readonly Annotation[],
  masks: readonly (RleSegmentation | null)[],
  size: readonly [height: number, width: number],
  model: Provenance['model'],
): Patch {
  return updatePatch(
    boxes.map((from, i) => {
      const mask = masks[i];
      if (!mask) return [from, from] as const;
      const provenance: Provenance = { tool: 'smart-select', model, params: { box: from.bbox.join(',') }, edits: 0 };
      return [from, { ...reshaped(from, mask, size), provenance }] as const;
    }),
  );
}
