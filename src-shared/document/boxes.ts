/** Annotations that are only boxes, and proposals that are masks for them: accepted, such a proposal becomes the box's mask. */
import type { Box } from '../geometry/box';
import type { RawProposal } from './proposalResult';
import type { Annotation, Proposal } from './types';

/** A box without a mask, or a rectangle along the image's sides. A crowd's box holds many objects, and is none. */
export function isOnlyBox({ segmentation, isCrowd }: Annotation): boolean {
  if (isCrowd) return false;
  if (segmentation === null) return true;
  if (segmentation.kind !== 'polygons' || segmentation.parts.length !== 1) return false;
  const [{ outer, holes }] = segmentation.parts;
  if (holes.length > 0 || outer.length !== 8) return false;
  const sides = [0, 1].map((axis) => new Set(outer.filter((_, i) => i % 2 === axis)).size);
  return sides[0] === 2 && sides[1] === 2;
}

const hasBox = (one: Annotation) => isOnlyBox(one) && one.bbox[2] > 0 && one.bbox[3] > 0;

/** The boxes among an image's annotations that may get a mask: with an extent, and not locked. */
export const boxesToFill = (annotations: readonly Annotation[]): Annotation[] =>
  annotations.filter((one) => hasBox(one) && !one.locked);

/** What a proposal says of the box that it is a mask for. */
export const maskForBox = (annotationId: number, box: Box): NonNullable<RawProposal['params']> => ({
  box: box.join(','),
  annotation: annotationId,
});

/** Id of the annotation whose box the proposal is a mask for; null: for none. */
export function boxOf({ provenance: { params } }: Pick<Proposal, 'provenance'>): number | null {
  return params?.box !== undefined && typeof params.annotation === 'number' ? params.annotation : null;
}

/** The box that the proposal is a mask for, where it is as it was when the model was asked; it may be locked by now. */
export function boxToFill(proposal: Proposal, annotations: ReadonlyMap<number, Annotation>): Annotation | null {
  const id = boxOf(proposal);
  const box = id === null ? undefined : annotations.get(id);
  if (!box || !hasBox(box)) return null;
  return box.bbox.join(',') === proposal.provenance.params?.box ? box : null;
}
