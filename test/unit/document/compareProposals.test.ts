import { describe, expect, test } from 'vitest';
import { rleToSegmentation } from '@shared/document/segmentation';
import type { Annotation, Proposal } from '@shared/document/types';
import { area, toBbox } from '@shared/mask';
import { compareProposals, type ProposalFlags } from '@shared/document/compareProposals';
import { maskFrom, polygonAnnotation, rect, rectRing, rleAnnotation, SIZE } from '../renderer/tools/script';

function proposal(id: number, score: number, rule: (x: number, y: number) => boolean): Proposal {
  const mask = maskFrom(rule);
  const provenance = { tool: 'model', edits: 0 };
  const segmentation = rleToSegmentation(mask);
  return {
    id,
    imageId: 7,
    categoryName: 'a',
    segmentation,
    bbox: toBbox(mask),
    area: area(mask),
    score,
    provenance,
  };
}

function flagsOf(proposals: readonly Proposal[], annotations: readonly Annotation[] = []): ProposalFlags {
  const work = compareProposals(proposals, annotations, SIZE);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

describe('comparing proposals', () => {
  test('above 0.8 IoU with an annotation is flagged, 0.8 itself is not', () => {
    // 10 x 10 against 10 x 9 (0.9) and 10 x 8 (exactly 0.8).
    const proposals = [proposal(1, 0.9, rect(4, 4, 10, 9)), proposal(2, 0.8, rect(30, 4, 10, 8))];
    const annotations = [rleAnnotation(5, rect(4, 4, 10, 10)), rleAnnotation(6, rect(30, 4, 10, 10))];
    expect([...flagsOf(proposals, annotations)]).toEqual([[1, { overlaps: 5, repeats: null }]]);
  });

  test('polygons count by their pixels; a box without a mask never does', () => {
    const polygon = polygonAnnotation(5, [{ outer: rectRing(4, 4, 10, 10), holes: [] }]);
    const bare = { ...polygonAnnotation(6, []), segmentation: null, bbox: [4, 4, 10, 10], area: 100 } as const;
    expect(flagsOf([proposal(1, 0.9, rect(4, 4, 10, 10))], [polygon]).get(1)?.overlaps).toBe(5);
    expect(flagsOf([proposal(1, 0.9, rect(4, 4, 10, 10))], [bare]).size).toBe(0);
  });

  test('of repeats the best score stays; the next is compared with those that stay', () => {
    const proposals = [
      proposal(1, 0.5, rect(4, 4, 10, 10)),
      proposal(2, 0.9, rect(4, 4, 10, 9)),
      proposal(3, 0.7, rect(40, 4, 10, 10)),
    ];
    expect([...flagsOf(proposals)]).toEqual([[1, { overlaps: null, repeats: 2 }]]);
  });

  test('same boxes with other pixels are no repeats', () => {
    const cross = (x: number, y: number) => rect(4, 4, 10, 10)(x, y) && (x + y) % 2 === 0;
    const rest = (x: number, y: number) => rect(4, 4, 10, 10)(x, y) && (x + y) % 2 === 1;
    expect(flagsOf([proposal(1, 0.9, cross), proposal(2, 0.8, rest)]).size).toBe(0);
  });
});
