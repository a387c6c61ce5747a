/** Removes the pixels of some annotations from the others, so that every pixel belongs to one object. */
import type { DocumentSnapshot } from '@shared/document/types';
import { merge, subtract } from '@shared/mask';
import type { Outcome } from './tool';
import { joinPatches, maskOf, replaceMask } from './patches';
import { comparePainters } from '@shared/document/patch';

/** `beneath`: only those drawn before the lowest of the selected; `all`: whatever their order. */
export type UnderlyingScope = 'beneath' | 'all';

/**
 * Takes the pixels of the annotations in `ids` away from the others; locked, hidden and box-only ones are left alone, and
 * those that do not overlap stay untouched. One that was covered entirely is removed, and the notice counts those.
 */
export function removeUnderlying(
  snapshot: DocumentSnapshot,
  ids: ReadonlySet<number>,
  { scope, hidden }: { readonly scope: UnderlyingScope; readonly hidden: ReadonlySet<number> },
): Outcome {
  const { size } = snapshot;
  const selected = snapshot.annotations.filter(({ id, segmentation }) => ids.has(id) && segmentation);
  if (selected.length === 0) return { notice: 'Select the annotation whose pixels the others shall lose' };
  const cover = merge(selected.map((annotation) => maskOf(annotation, size)));
  const lowest = [...selected].sort(comparePainters)[0];
  const patches = snapshot.annotations
    .filter(({ id, segmentation, locked }) => segmentation && !ids.has(id) && !locked && !hidden.has(id))
    .filter((annotation) => scope === 'all' || comparePainters(annotation, lowest) < 0)
    .flatMap((annotation) => replaceMask(annotation, subtract(maskOf(annotation, size), cover)) ?? []);
  if (patches.length === 0) return { notice: 'No other annotation shares pixels with the selected one' };
  const patch = joinPatches(patches);
  const gone = patch.removed.length;
  const notice =
    gone > 0 ? `Removed ${gone} ${gone === 1 ? 'annotation that was' : 'annotations that were'} covered` : undefined;
  return { patch, gesture: 'Remove underlying pixels', notice };
}
