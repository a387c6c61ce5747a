/** What a command has done to labels, as a sentence for its notice, and the patch that takes it back. */
import { emptyPatch, isEmptyPatch } from '@shared/document/patch';
import type { Annotation, Category, DocumentSnapshot, Patch } from '@shared/document/types';
import { counted } from '@shared/errors/counted';
import { shortName } from './wording';

/** `bear · ID 12`, or `3 annotations`. `shown`: the name as it is written there. */
export function nameOf(
  annotations: readonly Annotation[],
  categories: readonly Category[],
  shown = (name: string) => name,
): string {
  if (annotations.length !== 1) return counted(annotations.length, 'annotation');
  const [{ id, categoryId }] = annotations;
  return `${shown(categoryName(categoryId, categories))} · ID ${id}`;
}

/**
 * The sentence that tells of a change of category or a deletion: both change what a dataset says, and a key or a menu away
 * from the right one does either. null: every other change is seen where it happens.
 */
export function tellOf({ added, updated, removed }: Patch, categories: readonly Category[]): string | null {
  if (added.length > 0) return null;
  if (removed.length > 0) return updated.length > 0 ? null : `Deleted ${nameOf(removed, categories, shortName)}`;
  const changed = updated.filter(([from, to]) => from.categoryId !== to.categoryId);
  if (changed.length === 0 || changed.length < updated.length) return null;
  const into = shortName(categoryName(changed[0][1].categoryId, categories));
  const before = new Set(changed.map(([from]) => from.categoryId));
  const from = before.size === 1 ? shortName(categoryName(changed[0][0].categoryId, categories)) : null;
  if (changed.length === 1) return `${from} → ${into}`;
  const count = counted(changed.length, 'annotation');
  return from === null ? `${count} → ${into}` : `${count}: ${from} → ${into}`;
}

/** What puts back what {@link tellOf} told, of a document that may have gone on since; null where nothing is left to do. */
export function takeBackPatch({ updated, removed }: Patch, { annotations }: DocumentSnapshot): Patch | null {
  const now = new Map(annotations.map((annotation) => [annotation.id, annotation]));
  const patch: Patch = {
    ...emptyPatch,
    added: removed.filter(({ id }) => !now.has(id)),
    updated: updated.flatMap(([from, to]) => {
      const current = now.get(to.id);
      if (current?.categoryId !== to.categoryId || current.locked) return [];
      return [[current, { ...current, categoryId: from.categoryId }] as const];
    }),
  };
  return isEmptyPatch(patch) ? null : patch;
}

export function categoryName(id: number, categories: readonly Category[]): string {
  return categories.find((category) => category.id === id)?.name ?? `category ${id}`;
}
