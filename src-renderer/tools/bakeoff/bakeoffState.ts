/** What the contestants of a bake-off found: one mask each, and how well it agrees with the others. */
import { maskFields, segmentationToRle } from '@shared/document/segmentation';
import type { Box } from '@shared/geometry/box';
import { CLASSICAL_METHODS, METHOD_NAMES, type MethodName, type MethodSpec } from '@shared/methods/params';
import type { ProposalResult, RawProposal } from '@shared/document/proposalResult';
import { boxIou, type Rle } from '@shared/mask';
import type { Scope } from '../method/scope';

/** Methods that find an object in a region by themselves, those made for a box first; the others need clicks. */
export const CONTESTANTS: readonly { readonly method: MethodName; readonly title: string; readonly family: string }[] =
  (['required', 'optional'] as const).flatMap((needsBox) =>
    METHOD_NAMES.flatMap((method) => {
      const { title, family, box }: MethodSpec = CLASSICAL_METHODS[method];
      return family === undefined || box !== needsBox ? [] : [{ method, title, family }];
    }),
  );

export interface Entry {
  /** Channel of its question: `method:grabcut` or `model:ID`. */
  readonly channel: string;
  /** As shown. */
  readonly title: string;
  /** Methods of one family see the same thing: together they have one vote in what most agree on. */
  readonly family: string;
  /** One mask for the region; null: nothing found, or not there yet. */
  readonly found: { readonly proposal: RawProposal; readonly result: ProposalResult } | null;
  readonly done: boolean;
  readonly problem: string | null;
  /** IoU with what most contestants agree on; null without a mask, and until it is computed. */
  readonly agreement: number | null;
}

/** The contestant's one mask: a method was asked for one; of a model's instances the nearest to the region. */
export function oneMask({ proposals }: ProposalResult, region: Box, fromModel: boolean): RawProposal | null {
  if (!fromModel) return proposals[0] ?? null;
  const boxes = proposals.map(({ bbox }) => bbox);
  const overlaps = boxIou(boxes, [region]);
  const best = overlaps.indexOf(Math.max(...overlaps));
  return overlaps[best] > 0.1 ? proposals[best] : null;
}

/** The entries with their agreements, one for each mask that is there, in their order. */
export function withAgreements(entries: readonly Entry[], agreements: readonly number[]): Entry[] {
  let next = 0;
  return entries.map((entry) => (entry.found ? { ...entry, agreement: agreements[next++] } : entry));
}

export function maskOf({ proposal, result }: NonNullable<Entry['found']>): Rle {
  return segmentationToRle(proposal.segmentation, result.size);
}

/** The region in image pixels. */
export function regionOf(scope: Scope, [height, width]: readonly [number, number]): Box {
  if (scope.kind === 'box') return scope.box;
  if (scope.kind === 'image') return [0, 0, width, height];
  return maskFields(scope.within, [height, width]).bbox;
}
