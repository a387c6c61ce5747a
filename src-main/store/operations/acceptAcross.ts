/** Accepting proposals on many images as one step of the project's own history. */
import { boxToFill } from '@shared/document/boxes';
import { compareProposals } from '@shared/document/compareProposals';
import type { Annotation, Proposal } from '@shared/document/types';
import type { AcceptAcross } from '@shared/project/types';
import { AppError } from '@shared/errors/appError';
import { countProposals } from '../records/acceptance';
import { readAnnotations } from '../records/annotations';
import type { Sqlite } from '../database/database';
import type { Touched } from './categoryOperations';
import { imageSize } from '../records/images';
import {
  type Acceptance,
  absorbed,
  acceptancePatch,
  listProposals,
  noteAllAccepted,
  toAnnotations,
} from '../records/proposals';

/** One step of the log holds them all. */
const MOST = 100_000;

/** What was accepted on an image, with the proposal of each annotation. */
export interface Accepted extends Acceptance {
  readonly from: readonly (readonly [annotation: Annotation, proposal: Proposal])[];
}

/** Ids of the proposals that went into annotations that were there. */
export const absorbedBy = ({ from, ...acceptance }: Accepted): readonly number[] => absorbed(from, acceptance);

/**
 * Finds what is to be accepted on each of the images: above the score, of the category, no repeat of a better one, and not
 * yet said by an annotation. Ids are taken and categories made; nothing else is written.
 */
export function gatherAcross(
  db: Sqlite,
  { imageIds, modelScore, methodScore, categoryName, spared, forBoxes = false }: AcceptAcross,
): Map<number, Accepted> {
  const gathered = new Map<number, Accepted>();
  let count = 0;
  for (const imageId of imageIds) {
    const above = listProposals(db, imageId).filter(
      ({ score, provenance, categoryName: name }) =>
        score >= (provenance.model ? modelScore : methodScore) && (categoryName === null || name === categoryName),
    );
    if (above.length === 0) continue;
    const size = imageSize(db, imageId);
    const annotations = readAnnotations(db, imageId, size);
    const wanted = forBoxes ? fillingBoxes(above, annotations) : saidFirst(above, annotations, size);
    count += wanted.length;
    if (count > MOST) {
      throw new AppError('usage', `These are more than ${MOST.toLocaleString('en')} proposals, too many for one step`, {
        hint: 'filter the image list and accept in parts',
      });
    }
    if (wanted.length === 0) continue;
    const from = toAnnotations(db, imageId, wanted);
    gathered.set(imageId, { ...acceptancePatch(db, imageId, from, spared, annotations), from });
  }
  return gathered;
}

/** One for each box that has none, two boxes of one object included; those of locked and hidden ones are counted later. */
function fillingBoxes(proposals: readonly Proposal[], annotations: readonly Annotation[]): Proposal[] {
  const byId = new Map(annotations.map((annotation) => [annotation.id, annotation]));
  return proposals.filter((proposal) => {
    const box = boxToFill(proposal, byId);
    return box !== null && byId.delete(box.id);
  });
}

/** Neither repeats of a better one nor what an annotation says. */
function saidFirst(
  proposals: readonly Proposal[],
  annotations: readonly Annotation[],
  size: readonly [number, number],
): Proposal[] {
  const comparison = compareProposals(proposals, annotations, size);
  let step = comparison.next();
  while (!step.done) step = comparison.next();
  const flags = step.value;
  return proposals.filter(({ id }) => !flags.has(id));
}

/** What accepting did on all of the images besides; only what is more than nothing. */
export function toldOf(acceptances: readonly Acceptance[]): NonNullable<Touched['told']> {
  const counts = (['spared', 'covered', 'masked', 'boxesCovered', 'boxesSpared', 'ragged'] as const).map(
    (what) => [what, acceptances.reduce((sum, each) => sum + each[what], 0)] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** After the patches were written: the proposals are out of sight. How many proposals. */
export function noteAcceptedAcross(db: Sqlite, gathered: ReadonlyMap<number, Accepted>): number {
  let accepted = 0;
  for (const [imageId, { from, ...acceptance }] of gathered) {
    accepted += noteAllAccepted(db, from, acceptance).length;
    countProposals(db, imageId);
  }
  return accepted;
}
