/** What any model says about an image, as proposals: the one place where predictions become masks with a score and a class. */
import type { RawProposal } from '@shared/document/proposalResult';
import { area, fromBox, toBbox, toCompressed, type Rle } from '@shared/mask';
import type { Prediction } from './family';

/** `size` is the image's [height, width]. Of label maps each class is one proposal. */
export function toProposals(prediction: Prediction, size: readonly [height: number, width: number]): RawProposal[] {
  switch (prediction.kind) {
    case 'instances':
      return [...prediction.items];
    case 'boxes':
      return prediction.items.flatMap(({ corners: [x1, y1, x2, y2], score, categoryName }) => {
        const mask = fromBox([x1, y1, x2 - x1, y2 - y1], ...size);
        return area(mask) > 0 ? [proposalOf(mask, score, categoryName)] : [];
      });
    case 'labels':
      return prediction.classes
        .filter(({ mask }) => area(mask) > 0)
        .map(({ mask, score, categoryName }) => proposalOf(mask, score, categoryName));
  }
}

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
