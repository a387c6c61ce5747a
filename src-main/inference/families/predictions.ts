/** What any model says about an image, as proposals: the one place where predictions become masks with a score and a class. */
import type { RawProposal } from '@shared/document/proposalResult';
import { area, components, fromBox, toBbox, toCompressed, type Rle } from '@shared/mask';
import type { ModelHead } from '../catalog/modelFile';
import type { LabelledPixels, Prediction } from './family';

export interface ProposalOptions {
  /** `components`: each connected piece of a class is a proposal of its own, but stuff stays one a class. */
  readonly split?: 'classes' | 'components';
  /** Proposals of fewer pixels are left out. */
  readonly minArea?: number;
}

/**
 * `size` is the image's [height, width]. Of label maps each class is one proposal, or each piece of it. Classes and segments of a
 * larger area come first, so that the small ones end above them.
 */
export function toProposals(
  prediction: Prediction,
  size: readonly [height: number, width: number],
  categories: readonly Category[] = [],
  { split = 'classes', minArea = 1 }: ProposalOptions = {},
): RawProposal[] {
  return proposals().filter((proposal) => proposal.area >= Math.max(1, minArea));

  function proposals(): RawProposal[] {
    switch (prediction.kind) {
      case 'instances':
        return [...prediction.items];
      case 'boxes':
        return prediction.items.map(({ corners: [x1, y1, x2, y2], score, categoryName }) =>
          proposalOf(fromBox([x1, y1, x2 - x1, y2 - y1], ...size), score, categoryName),
        );
      case 'labels': {
        const stuff = new Set(categories.filter(isStuff).map(({ name }) => name));
        const pieces = ({ mask, categoryName }: LabelledPixels) =>
          split === 'components' && !stuff.has(categoryName) ? components(mask) : [mask];
        return largestFirst(
          prediction.classes.flatMap((one) => pieces(one).map((mask) => proposalOf(mask, one.score, one.categoryName))),
        );
      }
      case 'panoptic':
        return largestFirst(
          prediction.segments.map(({ mask, score, categoryName }) => proposalOf(mask, score, categoryName)),
        );
    }
  }
}

export type Category = ModelHead['categories'][number];

/** As COCO's panoptic categories say it; what says nothing is a thing. */
export const isStuff = ({ isthing }: Category): boolean => isthing === 0;

const largestFirst = (proposals: RawProposal[]) => proposals.sort((a, b) => b.area - a.area);

/** A proposal with box and area of the mask itself, as pycocotools computes them. */
export function proposalOf(mask: Rle, score: number, categoryName: string | null): RawProposal {
  return {
    segmentation: { kind: 'rle', size: mask.size, counts: toCompressed(mask) },
    bbox: toBbox(mask),
    area: area(mask),
    score,
    categoryName,
  };
}
