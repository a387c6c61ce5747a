/** What accepted masks do to an image: those for boxes go into them, the rest is new; no box goes because of another's mask. */
import { equals, merge, type Rle, subtract } from '../mask';
import { isEmptyMask } from '../mask/edit';
import { takePixels, type Taken } from './oneOwner';
import { fittingMask, rleToSegmentation, segmentationToRle, withSegmentation } from './segmentation';
import { belowThings, type Extended, extendStuff, type StuffRules } from './stuff';
import type { Annotation, DocumentSnapshot } from './types';

/** A box and what it is with its mask. */
export type Fill = readonly [box: Annotation, filled: Annotation];

export interface MaskRules extends StuffRules {
  readonly oneOwner: boolean;
}

export interface SettledMasks
  extends Pick<Taken, 'patch' | 'covered' | 'spared' | 'masked'>, Pick<Extended, 'into' | 'already'> {
  /** Ids of the boxes that stay boxes, as other annotations have all pixels of their masks. */
  readonly kept: ReadonlySet<number>;
}

/**
 * The patch that adds what is new and fills the boxes. With one owner a pixel a mask for a box takes nothing from what is
 * locked, hidden or a crowd, nor all pixels of any annotation: that one keeps them. Stuff takes from stuff alone.
 */
export function settleMasks(
  snapshot: DocumentSnapshot,
  added: readonly Annotation[],
  fills: readonly Fill[],
  rules: MaskRules,
): SettledMasks {
  const kept = new Set<number>();
  const whole = new Set<number>();
  // Each round keeps one more box or annotation, so it ends.
  for (;;) {
    const known = kept.size + whole.size;
    const left = fills.filter(([{ id }]) => !kept.has(id));
    const settled = settle(snapshot, added, left, rules, whole);
    const filled = new Set(left.map(([{ id }]) => id));
    for (const id of settled.empty) kept.add(id);
    for (const { id } of left.length > 0 ? settled.patch.removed : []) {
      if (filled.has(id)) kept.add(id);
      whole.add(id);
    }
    // What a kept box has of its own, e.g. a drawn rectangle, it keeps too.
    for (const id of kept) whole.add(id);
    if (kept.size + whole.size === known) return { ...settled, kept };
  }
}

interface Round extends Omit<SettledMasks, 'kept'> {
  /** Boxes for whose masks nothing is left. */
  readonly empty: readonly number[];
}

function settle(
  snapshot: DocumentSnapshot,
  added: readonly Annotation[],
  fills: readonly Fill[],
  rules: MaskRules,
  whole: ReadonlySet<number>,
): Round {
  const { size } = snapshot;
  const { stuff, isSpared, oneOwner } = rules;
  if (!oneOwner) {
    const extended = extendStuff(snapshot, { added, updated: fills, removed: [] }, rules);
    return { ...extended, covered: 0, spared: 0, empty: [] };
  }
  const boxes = new Map(fills.map(([box]) => [box.id, box]));
  // A box's own rectangle holds no pixels: what the mask has of it is as new as the rest.
  const bare = (annotation: Annotation) =>
    boxes.has(annotation.id) ? { ...annotation, segmentation: null } : annotation;
  const annotations = snapshot.annotations.map(bare);
  const before: DocumentSnapshot = { ...snapshot, annotations };
  const maskOf = (annotation: Annotation) => fittingMask(annotation, size) ?? [];
  const stays = (annotation: Annotation) => isSpared(annotation) || annotation.isCrowd || whole.has(annotation.id);
  const held = fills.length > 0 ? annotations.filter(stays).flatMap(maskOf) : [];
  const open = fills.map(([, filled]) => without(filled, held, size)).filter((one) => one !== null);
  const below = belowThings(before, [...added, ...open], stuff);
  const now = new Map(below.map((annotation) => [annotation.id, annotation]));
  const patch = {
    added: added.flatMap(({ id }) => now.get(id) ?? []),
    updated: fills.flatMap(([box]): Fill[] => {
      const filled = now.get(box.id);
      return filled ? [[bare(box), filled]] : [];
    }),
    removed: [],
  };
  const { patch: extended, into, already, masked } = extendStuff(before, patch, rules);
  const taken = takePixels(before, extended, isSpared);
  const painted = [...patch.added, ...fills.map(([, filled]) => filled)].flatMap(maskOf);
  return {
    patch: { ...taken.patch, updated: taken.patch.updated.map(([from, to]) => [boxes.get(from.id) ?? from, to]) },
    // A proposal that a better one covers waits on: it does not count as an annotation that is gone.
    covered: taken.patch.removed.length,
    spared: fills.length > 0 ? countMet(annotations.filter(isSpared).flatMap(maskOf), painted) : taken.spared,
    masked: masked + taken.masked,
    into,
    already,
    empty: [...boxes.keys()].filter((id) => !now.has(id)),
  };
}

/** The annotation without these pixels; null: nothing is left of it. */
function without(annotation: Annotation, held: readonly Rle[], size: readonly [number, number]): Annotation | null {
  if (held.length === 0 || !annotation.segmentation) return annotation;
  const mask = segmentationToRle(annotation.segmentation, size);
  const left = subtract(mask, merge(held));
  if (isEmptyMask(left)) return null;
  return equals(left, mask) ? annotation : withSegmentation(annotation, rleToSegmentation(left), size);
}

/** How many of these share a pixel with what is painted. */
function countMet(masks: readonly Rle[], painted: readonly Rle[]): number {
  if (painted.length === 0) return 0;
  const all = merge(painted);
  return masks.filter((mask) => !equals(subtract(mask, all), mask)).length;
}
