/** Patches as values: applied to a snapshot, inverted, and combined. All functions are pure. */
import { deepEqual } from './equal';
import type { Annotation, DocumentSnapshot, Patch } from './types';

export const emptyPatch: Patch = { added: [], updated: [], removed: [] };

export function isEmptyPatch(patch: Patch): boolean {
  return patch.added.length + patch.updated.length + patch.removed.length === 0;
}

type Layered = Pick<Annotation, 'id' | 'zOrder'>;

/** Painter's order: by zOrder, ties by id, so that a snapshot has one order whatever happened before. */
export function comparePainters(a: Layered, b: Layered): number {
  return a.zOrder - b.zOrder || a.id - b.id;
}

/**
 * The snapshot after the patch, in painter's order. Throws when the patch does not fit: an added id that is there already, an
 * updated or removed one that is not. O(n log n) where the order may have changed, else O(n).
 */
export function applyPatch(snapshot: DocumentSnapshot, patch: Patch): DocumentSnapshot {
  if (isEmptyPatch(patch)) return snapshot;
  const byId = new Map(snapshot.annotations.map((annotation) => [annotation.id, annotation]));
  for (const { id } of patch.removed) {
    if (!byId.delete(id)) throw new Error(`Patch removes annotation ${id}, which the document does not have`);
  }
  for (const [from, to] of patch.updated) {
    if (from.id !== to.id) throw new Error(`Patch turns annotation ${from.id} into ${to.id}: ids never change`);
    if (!byId.has(to.id)) throw new Error(`Patch updates annotation ${to.id}, which the document does not have`);
    byId.set(to.id, to);
  }
  for (const annotation of patch.added) {
    if (byId.has(annotation.id)) throw new Error(`Patch adds annotation ${annotation.id}, which is there already`);
    byId.set(annotation.id, annotation);
  }
  return { ...snapshot, annotations: [...byId.values()].sort(comparePainters) };
}

/** The patch that takes back `patch`: `apply(apply(s, p), invert(p))` equals `s`. */
export function invertPatch(patch: Patch): Patch {
  return {
    added: patch.removed,
    updated: patch.updated.map(([from, to]) => [to, from] as const),
    removed: patch.added,
  };
}

/**
 * One patch that does what `first` and then `second` do. What cancels out is left out: an annotation added and removed, or
 * updated back to what it was.
 */
export function squashPatches(first: Patch, second: Patch): Patch {
  /** For each annotation touched: what it was before both (null: absent) and what it is after both. */
  const changes = new Map<number, { before: Annotation | null; after: Annotation | null }>();
  for (const patch of [first, second]) {
    const note = (id: number, before: Annotation | null, after: Annotation | null) => {
      const known = changes.get(id);
      if (known) known.after = after;
      else changes.set(id, { before, after });
    };
    for (const annotation of patch.removed) note(annotation.id, annotation, null);
    for (const [from, to] of patch.updated) note(to.id, from, to);
    for (const annotation of patch.added) note(annotation.id, null, annotation);
  }
  const added: Annotation[] = [];
  const updated: (readonly [Annotation, Annotation])[] = [];
  const removed: Annotation[] = [];
  for (const { before, after } of changes.values()) {
    if (before && after) {
      if (!deepEqual(before, after)) updated.push([before, after]);
    } else if (after) added.push(after);
    else if (before) removed.push(before);
  }
  return { added, updated, removed };
}

/** The patch that leads from one state of some annotations to another; ids that are equal in both are left out. */
export function diffAnnotations(before: readonly Annotation[], after: readonly Annotation[]): Patch {
  return squashPatches({ ...emptyPatch, removed: before }, { ...emptyPatch, added: after });
}
