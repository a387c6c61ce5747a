/** Overlap of two masks as one number. */
import { area, iou, merge, type Rle } from '../mask/index';

/**
 * Intersection over union in 0..1; two empty masks give 0, as in pycocotools. @throws MaskError for different sizes.
 */
export function maskIou(a: Rle, b: Rle): number {
  const both = area(merge([a, b], { intersect: true }));
  return both === 0 ? 0 : both / (area(a) + area(b) - both);
}

/** Dice coefficient (twice the intersection over the sum of areas) in 0..1; two empty masks give 0. */
export function maskDice(a: Rle, b: Rle): number {
  const both = area(merge([a, b], { intersect: true }));
  return both === 0 ? 0 : (2 * both) / (area(a) + area(b));
}

/**
 * For each mask of `candidates`, the index of the mask of `references` with the highest IoU (-1 where none overlaps)
 * and that IoU. Several candidates may share a reference.
 */
export function bestOverlaps(candidates: readonly Rle[], references: readonly Rle[]): { index: number; iou: number }[] {
  const values = iou(candidates, references);
  return candidates.map((_, c) => {
    let best = { index: -1, iou: 0 };
    for (let r = 0; r < references.length; r++) {
      const value = values[c * references.length + r];
      if (value > best.iou) best = { index: r, iou: value };
    }
    return best;
  });
}
