/** Computes what filling gaps, expanding to borders and mending overlaps would do to an image: the patch, and how it looks. */
import { counted } from '@shared/errors/counted';
import { expandToBorders, fillGaps, type Grown, type TooLarge } from '@shared/document/borders';
import { findOverlaps, mendOverlaps } from '@shared/document/overlaps';
import { isEmptyPatch } from '@shared/document/patch';
import type { Annotation, DocumentSnapshot, Patch } from '@shared/document/types';
import { subtract } from '@shared/mask';
import { maskOf } from '../tools/patches';
import type { Preview } from '../tools/preview';
import type { ImageKind, ImageScope, ShapeResult } from './shapeProtocol';

/** More rows than anybody reads; what is mended is all of them. */
const MOST_LISTED = 200;

export function borderOutcome(
  kind: ImageKind,
  value: number,
  snapshot: DocumentSnapshot,
  scope: ImageScope,
  picture: Uint8Array | null,
): ShapeResult {
  const stuff = new Set(scope.stuff);
  const hidden = new Set(scope.hidden);
  const selected = new Set(scope.selected);
  const isSpared = ({ id, locked }: Annotation) => locked || hidden.has(id);
  if (kind === 'overlaps') return overlaps(snapshot, stuff, scope, isSpared);
  // A crowd stands for objects that nobody has told apart: it grows where it is meant alone.
  const mayGrow = (annotation: Annotation) =>
    !isSpared(annotation) && (selected.size === 0 ? !annotation.isCrowd : selected.has(annotation.id));
  if (!snapshot.annotations.some(mayGrow))
    return result({ notice: `What is ${selected.size > 0 ? 'selected' : 'here'} is locked, hidden or a crowd` });
  if (kind === 'fillGaps') {
    const nothing = `No gap up to ${value} px wide has two neighbours`;
    return grown(fillGaps(snapshot, value, { stuff, mayGrow }), 'Fill gaps', nothing, snapshot);
  }
  const nothing = 'Nothing unlabelled is within reach';
  return grown(expandToBorders(snapshot, value, { stuff, mayGrow }, picture), 'Expand to borders', nothing, snapshot);
}

function grown(outcome: Grown | TooLarge, gesture: string, nothing: string, { size }: DocumentSnapshot): ShapeResult {
  if (outcome === 'too-large')
    return result({ notice: 'The image is too large for this at once: select fewer annotations' });
  const { patch, pixels } = outcome;
  if (pixels === 0) return result({ notice: nothing });
  const summary = `${counted(pixels, 'unlabelled pixel')} to ${counted(patch.updated.length, 'annotation')}`;
  return result({ patch, gesture, notice: masked(patch), preview: changes(patch, size, 'add'), summary });
}

function overlaps(
  snapshot: DocumentSnapshot,
  stuff: ReadonlySet<number>,
  { selected, mending }: ImageScope,
  isSpared: (annotation: Annotation) => boolean,
): ShapeResult {
  const wanted = new Set(selected);
  // One: its overlaps; several: those among them.
  const least = Math.min(2, wanted.size);
  const found = findOverlaps(snapshot, stuff).filter(
    ({ upper, lower }) => Number(wanted.has(upper.id)) + Number(wanted.has(lower.id)) >= least,
  );
  const pixels = found.reduce((sum, overlap) => sum + overlap.pixels, 0);
  const listed = found
    .slice(0, MOST_LISTED)
    .map(({ upper, lower, pixels: own }) => ({ upperId: upper.id, lowerId: lower.id, pixels: own }));
  if (found.length === 0) {
    return result({
      overlaps: [],
      notice: wanted.size > 0 ? 'The selection overlaps nothing' : 'No two annotations overlap',
    });
  }
  const { patch, spared } = mendOverlaps(snapshot, found, mending, isSpared);
  const kept =
    spared > 0
      ? `${counted(spared, 'locked or hidden annotation')} kept ${spared === 1 ? 'its' : 'their'} pixels`
      : null;
  return result({
    patch: isEmptyPatch(patch) ? null : patch,
    gesture: 'Mend overlaps',
    notice: [kept, removed(patch), masked(patch)].filter((sentence) => sentence !== null).join('. ') || null,
    preview: changes(patch, snapshot.size, 'cut'),
    summary: `${counted(found.length, 'overlap')}, ${counted(pixels, 'pixel')}`,
    overlaps: listed,
  });
}

const removed = ({ removed: gone }: Patch): string | null =>
  gone.length > 0
    ? `${counted(gone.length, 'annotation')} had no other pixel and ${gone.length === 1 ? 'is' : 'are'} removed`
    : null;

function masked({ updated }: Patch): string | null {
  const masks = updated.filter(
    ([from, to]) => from.segmentation?.kind === 'polygons' && to.segmentation?.kind === 'rle',
  );
  if (masks.length === 0) return null;
  return masks.length === 1 ? 'A polygon becomes a mask' : `${masks.length} polygons become masks`;
}

/** The pixels that change hands. */
function changes({ updated, removed: gone }: Patch, size: readonly [number, number], tone: 'add' | 'cut'): Preview {
  const mask = ({ counts, size: own }: ReturnType<typeof maskOf>) => ({
    kind: 'mask' as const,
    size: own,
    counts,
    tone,
    fillAlpha: 0.6,
  });
  return [
    ...updated.map(([from, to]) => {
      const [before, after] = [maskOf(from, size), maskOf(to, size)];
      return mask(tone === 'add' ? subtract(after, before) : subtract(before, after));
    }),
    ...gone.map((annotation) => mask(maskOf(annotation, size))),
  ];
}

function result(fields: Partial<ShapeResult>): ShapeResult {
  const pixels = { before: 0, after: 0 };
  return { patch: null, gesture: '', notice: null, preview: [], iou: 1, vertices: null, pixels, ...fields };
}
