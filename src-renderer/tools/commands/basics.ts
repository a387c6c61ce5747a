/** Delete, duplicate, paste, category, lock and order: what every selection can do. */
import { isEmptyPatch } from '@shared/document/patch';
import type { Annotation, DocumentSnapshot, Patch } from '@shared/document/types';
import { counted } from '@shared/errors/counted';
import { laterIfHeavy } from '../heavy';
import { crowdPatch, lockPatch, recategorizePatch, removePatch } from '../patches';
import { type Place, placePatch, type Reordering, reorderPatch } from '../reorder';
import { selectedAnnotations, type Outcome } from '../tool';
import { copyPatch, duplicatePatch, type Copies } from '../transfer';
import { overlapping, removeUnderlying, type UnderlyingScope } from '../underlying';
import { changeable, type CommandContext } from './command';

/** Copies land this far from their originals, image pixels. */
const DUPLICATE_OFFSET = 10;
const NOTHING = 'Select an annotation first';

export function deleteSelection(context: CommandContext): Outcome {
  const annotations = changeable(context);
  const kept = context.selection.size - annotations.length;
  if (annotations.length === 0) return { notice: kept > 0 ? 'The selection is locked or hidden' : NOTHING };
  const notice = kept > 0 ? `Kept ${kept} locked or hidden` : undefined;
  return { patch: removePatch(annotations), gesture: 'Delete', selection: [], notice };
}

/** Selects everything that is shown and not locked. */
export function selectAll({ snapshot, hidden }: CommandContext): Outcome {
  const ids = snapshot.annotations.filter(({ id, locked }) => !locked && !hidden.has(id)).map(({ id }) => id);
  return ids.length > 0 ? { selection: ids } : { notice: 'There is no annotation to select' };
}

export function duplicateSelection(context: CommandContext): Outcome {
  const sources = selectedAnnotations(context);
  return copies(context, sources, 'Duplicate', (ids) =>
    duplicatePatch(context.snapshot, sources, ids, DUPLICATE_OFFSET),
  );
}

/**
 * Copies of annotations of any image, at the same place, or beside what is there already: paste, and propagate to the next image (its context). Needs as many
 * free ids as there are sources.
 */
export function pasteAnnotations(context: CommandContext, sources: readonly Annotation[], gesture = 'Paste'): Outcome {
  const aside = besideOriginals(context.snapshot, sources);
  return copies(context, sources, gesture, (ids) =>
    aside > 0 ? duplicatePatch(context.snapshot, sources, ids, aside) : copyPatch(context.snapshot, sources, ids),
  );
}

/** How far copies are put aside where their originals, or earlier copies of them, lie: exactly above nobody would see them. */
function besideOriginals({ imageId, annotations }: DocumentSnapshot, sources: readonly Annotation[]): number {
  // Of no copies every place is taken.
  if (sources.length === 0 || sources.some((source) => source.imageId !== imageId)) return 0;
  // To hundredths of a pixel, as far as corners are kept.
  const placeOf = ({ categoryId, bbox: [x, y, w, h] }: Annotation, by = 0) =>
    [categoryId, ...[x + by, y + by, w, h].map((value) => Math.round(value * 100))].join(' ');
  const places = new Set(annotations.map((annotation) => placeOf(annotation)));
  const isTaken = (by: number) => sources.every((source) => places.has(placeOf(source, by)));
  let aside = 0;
  while (isTaken(aside)) aside += DUPLICATE_OFFSET;
  return aside;
}

function copies(
  { freeIds }: CommandContext,
  sources: readonly Annotation[],
  gesture: string,
  make: (ids: readonly number[]) => Copies,
): Outcome {
  if (sources.length === 0) return { notice: gesture === 'Paste' ? 'There is nothing to paste' : NOTHING };
  if (freeIds.length < sources.length) return { idsNeeded: sources.length };
  const { patch, selection, outside, cut } = make(freeIds);
  if (!patch) return { notice: 'No copy has a pixel in this image' };
  const said = [
    cut > 0 && `${counted(cut, 'copy was', 'copies were')} cut off at the border of this image`,
    outside > 0 && `${counted(outside, 'copy was', 'copies were')} left out: nothing of it lies in this image`,
  ];
  return { patch, gesture, selection, notice: said.filter(Boolean).join('. ') || undefined };
}

export function setCategory(context: CommandContext, categoryId: number): Outcome {
  return orNothing(recategorizePatch(changeable(context), categoryId), 'Change category', context);
}

/** Locks or unlocks the selection; hidden ones too, since a lock changes nothing that would have to be seen. */
export function setLocked(context: CommandContext, locked: boolean): Outcome {
  return orNothing(lockPatch(selectedAnnotations(context), locked), locked ? 'Lock' : 'Unlock', context);
}

/** Makes the selection crowds; where all of it is, it is none any more. */
export function toggleCrowd(context: CommandContext): Outcome {
  const annotations = changeable(context);
  const isCrowd = !annotations.every((annotation) => annotation.isCrowd);
  return orNothing(crowdPatch(annotations, isCrowd), isCrowd ? 'Set crowd' : 'Clear crowd', context);
}

const ORDER_NAMES: Readonly<Record<Reordering, string>> = {
  forward: 'Bring forward',
  back: 'Send back',
  toFront: 'Bring to front',
  toBack: 'Send to back',
};

export function reorderSelection(context: CommandContext, how: Reordering): Outcome {
  const ids = new Set(changeable(context).map(({ id }) => id));
  return orNothing(reorderPatch(context.snapshot, ids, how), ORDER_NAMES[how], context);
}

/** Puts the selection between others; one that is in the selection itself stays where it is. */
export function placeSelection(context: CommandContext, place: Place): Outcome {
  const ids = new Set(changeable(context).map(({ id }) => id));
  return orNothing(placePatch(context.snapshot, ids, place), 'Change order', context);
}

export function removeUnderlyingPixels(context: CommandContext, scope: UnderlyingScope): Outcome {
  const { snapshot, selection, hidden } = context;
  const id = scope === 'beneath' ? 'removeUnderlying' : 'removeOverlapping';
  const later = laterIfHeavy(context, { kind: 'command', id }, overlapping(snapshot, selection));
  return later ?? removeUnderlying(snapshot, selection, { scope, hidden });
}

function orNothing(patch: Patch, gesture: string, { selection }: CommandContext): Outcome {
  if (!isEmptyPatch(patch)) return { patch, gesture };
  return selection.size === 0 ? { notice: NOTHING } : {};
}
