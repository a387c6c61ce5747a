/** What masks for boxes make of the document. */
import { reshaped } from '@shared/document/segmentation';
import type { Annotation, Patch, Provenance, RleSegmentation } from '@shared/document/types';
import { updatePatch } from './patches';

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
