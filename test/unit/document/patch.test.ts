import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyPatch,
  diffAnnotations,
  emptyPatch,
  invertPatch,
  isEmptyPatch,
  squashPatches,
} from '@shared/document/patch';
import { patchFor, snapshot } from './arbitraries';

const withPatch = snapshot.chain((document) => fc.tuple(fc.constant(document), patchFor(document)));
const withTwo = withPatch.chain(([document, first]) => {
  const middle = applyPatch(document, first);
  return fc.tuple(fc.constant(document), fc.constant(first), patchFor(middle));
});

describe('patches', () => {
  it('apply(invert(p)) takes p back', () => {
    fc.assert(
      fc.property(withPatch, ([document, patch]) => {
        const after = applyPatch(document, patch);
        expect(applyPatch(after, invertPatch(patch))).toEqual(document);
        expect(invertPatch(invertPatch(patch))).toEqual(patch);
      }),
    );
  });

  it('squash does what both do, and is as reversible', () => {
    fc.assert(
      fc.property(withTwo, ([document, first, second]) => {
        const after = applyPatch(applyPatch(document, first), second);
        const both = squashPatches(first, second);
        expect(applyPatch(document, both)).toEqual(after);
        expect(applyPatch(after, invertPatch(both))).toEqual(document);
      }),
    );
  });

  it('squash of a patch and its inverse is empty', () => {
    fc.assert(
      fc.property(withPatch, ([, patch]) => {
        expect(isEmptyPatch(squashPatches(patch, invertPatch(patch)))).toBe(true);
      }),
    );
  });

  it('diff leads from one state to the other', () => {
    fc.assert(
      fc.property(withPatch, ([document, patch]) => {
        const after = applyPatch(document, patch);
        expect(applyPatch(document, diffAnnotations(document.annotations, after.annotations))).toEqual(after);
      }),
    );
  });

  it('keeps annotations in painter order, and the snapshot itself unchanged', () => {
    fc.assert(
      fc.property(withPatch, ([document, patch]) => {
        const before = structuredClone(document);
        const orders = applyPatch(document, patch).annotations.map(({ zOrder, id }) => zOrder * 100 + id);
        expect(orders).toEqual([...orders].sort((a, b) => a - b));
        expect(document).toEqual(before);
      }),
    );
  });

  it('refuses what does not fit', () => {
    fc.assert(
      fc.property(
        snapshot.filter(({ annotations }) => annotations.length > 0),
        (document) => {
          const [annotation] = document.annotations;
          const empty = { ...document, annotations: [] };
          expect(() => applyPatch(document, { ...emptyPatch, added: [annotation] })).toThrow('there already');
          expect(() => applyPatch(empty, { ...emptyPatch, removed: [annotation] })).toThrow('does not have');
          expect(() => applyPatch(empty, { ...emptyPatch, updated: [[annotation, annotation]] })).toThrow(
            'does not have',
          );
          const other = { ...annotation, id: 99 };
          expect(() => applyPatch(document, { ...emptyPatch, updated: [[annotation, other]] })).toThrow(
            'ids never change',
          );
        },
      ),
    );
    const document = { imageId: 1, size: [1, 1] as const, annotations: [] };
    expect(applyPatch(document, emptyPatch)).toBe(document);
  });
});
