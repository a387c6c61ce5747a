/** Which proposals say what is known already: overlap with annotations, repeats among themselves. */
import { segmentationToRle } from '@shared/document/segmentation';
import { boxOf } from './boxes';
import type { Annotation, Proposal, Segmentation } from './types';
import type { Box } from '../geometry/box';
import { iou } from '@shared/mask';

/** Two masks with a higher IoU are taken for one object. */
const SAME_OBJECT_IOU = 0.8;

export interface ProposalFlag {
  /** Annotation that covers the same object. */
  readonly overlaps: number | null;
  /** Better or earlier proposal of the same object. */
  readonly repeats: number | null;
}

export type ProposalFlags = ReadonlyMap<number, ProposalFlag>;

interface Shape {
  readonly segmentation: Segmentation | null;
  readonly bbox: Box;
  readonly area: number;
}

const known = new WeakMap<Segmentation, WeakMap<Segmentation, number>>();

/**
 * Flags of all proposals (only those with something to say are in the map). Yields after every proposal, so that a caller
 * can spread the work; O(proposals * (proposals + annotations)) box tests and an IoU for each pair that may be the same.
 */
export function* compareProposals(
  proposals: readonly Proposal[],
  annotations: readonly Annotation[],
  size: readonly [height: number, width: number],
): Generator<undefined, ProposalFlags> {
  const flags = new Map<number, ProposalFlag>();
  const kept: Proposal[] = [];
  for (const proposal of [...proposals].sort((a, b) => b.score - a.score || a.id - b.id)) {
    // A mask for a box may well look like the box.
    const box = boxOf(proposal);
    const overlaps =
      annotations.find((annotation) => annotation.id !== box && isSame(proposal, annotation, size))?.id ?? null;
    const repeats = kept.find((other) => isSame(proposal, other, size))?.id ?? null;
    if (repeats === null) kept.push(proposal);
    if (overlaps !== null || repeats !== null) flags.set(proposal.id, { overlaps, repeats });
    yield;
  }
  return flags;
}

function isSame(a: Shape, b: Shape, size: readonly [number, number]): boolean {
  if (!a.segmentation || !b.segmentation || !mayBeSame(a, b)) return false;
  return maskIou(a.segmentation, b.segmentation, size) > SAME_OBJECT_IOU;
}

/** IoU is at most the ratio of the areas, and of the boxes' overlap to the larger mask; authored areas may be off by a little. */
function mayBeSame(a: Shape, b: Shape): boolean {
  const [small, large] = a.area < b.area ? [a.area, b.area] : [b.area, a.area];
  if (small < 0.7 * large) return false;
  const width = Math.min(a.bbox[0] + a.bbox[2], b.bbox[0] + b.bbox[2]) - Math.max(a.bbox[0], b.bbox[0]);
  const height = Math.min(a.bbox[1] + a.bbox[3], b.bbox[1] + b.bbox[3]) - Math.max(a.bbox[1], b.bbox[1]);
  return width > 0 && height > 0 && (width + 1) * (height + 1) >= 0.7 * large;
}

function maskIou(a: Segmentation, b: Segmentation, size: readonly [number, number]): number {
  let ofA = known.get(a);
  if (!ofA) known.set(a, (ofA = new WeakMap()));
  let value = ofA.get(b);
  if (value === undefined) {
    [value] = iou([segmentationToRle(a, size)], [segmentationToRle(b, size)]);
    ofA.set(b, value);
  }
  return value;
}
