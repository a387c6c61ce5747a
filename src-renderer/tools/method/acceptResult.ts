/** What accepting a method's result does to the document: new annotations, or the selected one remade or split. */
import { CLASSICAL_METHODS, isClassicalMethod } from '@shared/methods/params';
import { createAnnotation } from '@shared/document/segmentation';
import type { Annotation, Provenance, Segmentation } from '@shared/document/types';
import type { ProposalResult, RawProposal } from '@shared/document/proposalResult';
import { addPatch, joinPatches, polygonOf, topZOrder, updatePatch } from '../patches';
import { becameMask } from '../polygons';
import { findAnnotation, NO_CATEGORY, type Outcome, type ToolContext } from '../tool';
import type { Scope } from './scope';

/**
 * `add`: new annotations of the active category. `remake`: the annotation of the scope gets the mask. `split`: the largest
 * part stays the annotation, the others become new ones of its category. Without an annotation all three add.
 */
export type AcceptHow = 'add' | 'remake' | 'split';

/** A patch, a sentence, or `idsNeeded` where more ids must be reserved first. */
export function acceptResult(
  context: ToolContext,
  { proposals, provenance }: Pick<ProposalResult, 'proposals' | 'provenance'>,
  { scope, how, gesture }: { readonly scope: Scope; readonly how: AcceptHow; readonly gesture: string },
): Outcome {
  const { snapshot, categoryId, freeIds } = context;
  if (proposals.length === 0) return { notice: 'Nothing was found here: change the region or the parameters' };
  const from = scope.kind === 'annotation' && how !== 'add' ? findAnnotation(snapshot, scope.id) : undefined;
  const category = from?.categoryId ?? categoryId;
  if (category === null) return NO_CATEGORY;

  const byArea = [...proposals].sort((a, b) => b.area - a.area);
  const [largest, ...others] = byArea;
  const fresh = !from ? proposals : how === 'remake' ? [] : others;
  if (freeIds.length < fresh.length) return { idsNeeded: fresh.length };

  const top = topZOrder(snapshot);
  const added = fresh.map((proposal, index) =>
    createAnnotation(
      {
        id: freeIds[index],
        imageId: snapshot.imageId,
        categoryId: category,
        segmentation: shapeOf(proposal),
        zOrder: from ? from.zOrder : top + 1 + index,
        score: naturalScore(proposal, provenance),
        provenance,
        ...(from ? { isCrowd: from.isCrowd, extra: from.extra } : {}),
      },
      snapshot.size,
    ),
  );
  const remade = from ? [updatePatch([[from, withMask(from, largest, provenance)]])] : [];
  const selection = [...(from ? [from.id] : []), ...added.map(({ id }) => id)];
  const notice = from && !largest.outline ? becameMask([from], 'pixels') : undefined;
  return { patch: joinPatches([...remade, addPatch(...added)]), gesture, selection, notice };
}

/** The annotation with the mask and where it came from; everything else stays. */
function withMask(annotation: Annotation, proposal: RawProposal, provenance: Provenance): Annotation {
  const { area, bbox } = proposal;
  return { ...annotation, segmentation: shapeOf(proposal), area, bbox, provenance };
}

/** A polygon where the method drew an outline: it stays editable. */
function shapeOf({ segmentation, outline }: RawProposal): Segmentation {
  return outline ? polygonOf(outline) : segmentation;
}

/** A method that gives the one mask it was asked for has nothing to compare it with: its 1 is no score. */
function naturalScore({ score }: RawProposal, { tool }: Provenance): number | null {
  return tool === 'model' || (isClassicalMethod(tool) && CLASSICAL_METHODS[tool].scored) ? score : null;
}
