import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePatch, encodePatch } from '@shared/document/history';
import { applyPatch } from '@shared/document/patch';
import { createAnnotation, rleToSegmentation } from '@shared/document/segmentation';
import type { DocumentSnapshot } from '@shared/document/types';
import { fromBox, merge } from '@shared/mask';
import { patchFor, snapshot } from './arbitraries';

const finder = (document: DocumentSnapshot) => (id: number) =>
  document.annotations.find((annotation) => annotation.id === id);

describe('the log form of a patch', () => {
  it('works both ways, through JSON', () => {
    const withPatch = snapshot.chain((document) => fc.tuple(fc.constant(document), patchFor(document)));
    fc.assert(
      fc.property(withPatch, ([before, patch]) => {
        const logged = JSON.parse(JSON.stringify(encodePatch(patch))) as ReturnType<typeof encodePatch>;
        const after = applyPatch(before, patch);
        expect(applyPatch(before, decodePatch(logged, finder(before), 'redo'))).toEqual(after);
        expect(applyPatch(after, decodePatch(logged, finder(after), 'undo'))).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps of a stroke on a large mask only the stroke', () => {
    const size = [2000, 3000] as const;
    const comb = merge(Array.from({ length: 300 }, (_, i) => fromBox([i * 10, 0, 5, 2000], 2000, 3000)));
    const stroke = merge([comb, fromBox([2, 700, 9, 3], 2000, 3000)]);
    const from = createAnnotation(
      { id: 1, imageId: 1, categoryId: 1, zOrder: 1, segmentation: rleToSegmentation(comb) },
      size,
    );
    const to = { ...from, segmentation: rleToSegmentation(stroke) };
    const { updated } = encodePatch({ added: [], updated: [[from, to]], removed: [] });
    expect(updated[0].segmentation).toMatchObject({ kind: 'xor' });
    expect(updated[0].fields).toEqual({});
    expect(JSON.stringify(updated).length).toBeLessThan(150);
  });

  it('sets only what the step changed, and passes over what is gone', () => {
    const base = createAnnotation({ id: 1, imageId: 1, categoryId: 1, zOrder: 1, segmentation: null }, [5, 7]);
    const logged = encodePatch({ added: [], updated: [[base, { ...base, score: 0.5 }]], removed: [] });
    // Another step changed the category meanwhile.
    const now = { ...base, score: 0.5, categoryId: 3 };
    const undo = decodePatch(logged, () => now, 'undo');
    expect(undo.updated).toEqual([[now, { ...now, score: null }]]);
    expect(decodePatch(logged, () => undefined, 'undo')).toEqual({ added: [], updated: [], removed: [] });
  });
});
