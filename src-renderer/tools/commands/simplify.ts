/** Simplify: polygons with fewer vertices within a tolerance, with what it costs, for a slider that shows it live. */
import { reshaped, segmentationToRle } from '@shared/document/segmentation';
import type { Annotation, PolygonSegmentation } from '@shared/document/types';
import { countVertices } from '@shared/geometry/polygon';
import { simplifyPart } from '@shared/geometry/simplify';
import { area, iou } from '@shared/mask';
import { isEmptyMask } from '@shared/mask/edit';
import { outlineOf } from '../outline';
import { maskOf, updatePatch } from '../patches';
import type { Preview } from '../preview';
import type { Outcome } from '../tool';
import { changeableMasks, type CommandContext } from './command';

export interface Simplified {
  readonly annotation: Annotation;
  readonly segmentation: PolygonSegmentation;
  /** 0..1, candidate against the mask as it is. */
  readonly iou: number;
  readonly vertexCount: number;
  /** Before: of the polygon, or of the mask's outline along pixel edges. */
  readonly vertexCountBefore: number;
}

/**
 * The annotation's outline simplified by `tolerance` image pixels; a mask is traced first, and remembered, so that the next
 * tolerance costs less. Parts that would cover no pixel keep their outline. null: a box without a mask.
 */
export function simplifyCandidate(
  annotation: Annotation,
  tolerance: number,
  size: readonly [height: number, width: number],
): Simplified | null {
  if (!annotation.segmentation) return null;
  const parts = outlineOf(annotation, size);
  const simplified = parts.map((part) => {
    const candidate = simplifyPart(part, tolerance);
    return isEmptyMask(segmentationToRle({ kind: 'polygons', parts: [candidate] }, size)) ? part : candidate;
  });
  const segmentation: PolygonSegmentation = { kind: 'polygons', parts: simplified };
  const mask = maskOf(annotation, size);
  const candidate = segmentationToRle(segmentation, size);
  // Two empty masks have no union to divide by; they are the same mask.
  const quality = area(mask) + area(candidate) === 0 ? 1 : iou([candidate], [mask], [false])[0];
  const [vertexCount, vertexCountBefore] = [countVertices(simplified), countVertices(parts)];
  return { annotation, segmentation, iou: quality, vertexCount, vertexCountBefore };
}

/** Candidates of the whole selection. */
export function simplifySelection(
  context: CommandContext,
  tolerance: number,
): Simplified[] | { readonly notice: string } {
  const annotations = changeableMasks(context, 1);
  if ('notice' in annotations) return annotations;
  return annotations.flatMap((annotation) => simplifyCandidate(annotation, tolerance, context.snapshot.size) ?? []);
}

export function simplifyPreview(candidates: readonly Simplified[]): Preview {
  return candidates.flatMap(({ segmentation: { parts } }) => [
    { kind: 'polygon' as const, parts },
    {
      kind: 'handles' as const,
      shape: 'round' as const,
      points: parts.flatMap(({ outer, holes }) => [outer, ...holes].flat()),
    },
  ]);
}

/** Takes the candidates into the document; those that changed nothing are left out. */
export function applySimplified({ snapshot }: CommandContext, candidates: readonly Simplified[]): Outcome {
  const changed = candidates.filter(
    ({ annotation, vertexCount, vertexCountBefore }) =>
      vertexCount !== vertexCountBefore || annotation.segmentation?.kind === 'rle',
  );
  if (changed.length === 0) return { notice: 'There is no vertex to drop at this tolerance' };
  const pairs = changed.map(({ annotation, segmentation }) => {
    return [annotation, reshaped(annotation, segmentation, snapshot.size)] as const;
  });
  return { patch: updatePatch(pairs), gesture: 'Simplify' };
}
