/** Simplify: polygons with fewer vertices within a tolerance, with what it costs, for a slider that shows it live. */
import { reshaped } from '@shared/document/segmentation';
import { type Simplified, simplifyCandidate } from '@shared/document/simplified';
import { updatePatch } from '../patches';
import type { Preview } from '../preview';
import type { Outcome } from '../tool';
import { changeableMasks, type CommandContext } from './command';

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
