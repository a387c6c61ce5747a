/** Categories that were merged or deleted: where their annotations went, so that older steps of an image still make sense. */
import type { Annotation, Patch } from '@shared/document/types';
import { AppError } from '@shared/errors/appError';
import type { Sqlite } from '../database/database';
import { z } from 'zod';
import { getJson, setText } from '../database/meta';

const goneSchema = z.array(z.tuple([z.number(), z.number().nullable()]));

/** Category id to the category that took its annotations; null: they were deleted with it. */
export type GoneCategories = ReadonlyMap<number, number | null>;

export function readGoneCategories(db: Sqlite): GoneCategories {
  return new Map(goneSchema.safeParse(getJson(db, 'goneCategories')).data);
}

/** Notes that a category went (`into`: where to), or with `undefined` that it is back. */
export function noteGoneCategory(db: Sqlite, categoryId: number, into: number | null | undefined): void {
  const gone = new Map(readGoneCategories(db));
  if (into === undefined) gone.delete(categoryId);
  else gone.set(categoryId, into);
  setText(db, 'goneCategories', JSON.stringify([...gone]));
}

/** The category that stands for this one today; null where none does. */
function livingCategory(gone: GoneCategories, categoryId: number): number | null {
  let id: number | null = categoryId;
  while (id !== null && gone.has(id)) id = gone.get(id)!;
  return id;
}

/** A logged step in today's categories: what is seen of it, and what it does to annotations that went with their category. */
export interface LivingStep {
  readonly patch: Patch;
  /** By id; null: dropped. */
  readonly gone: ReadonlyMap<number, Annotation | null>;
}

/**
 * Category ids that were merged away become those that took their annotations. An addition to a category that was deleted
 * stays out of sight until that is back; an update into one keeps the category that the annotation has. `isGone` tells
 * which annotations are out of sight now.
 */
export function inLivingCategories(patch: Patch, gone: GoneCategories, isGone: (id: number) => boolean): LivingStep {
  if (gone.size === 0) return { patch, gone: new Map() };
  const added: Annotation[] = [];
  const updated: (readonly [Annotation, Annotation])[] = [];
  const outOfSight = new Map<number, Annotation | null>();
  const withCategory = (annotation: Annotation, categoryId: number): Annotation =>
    annotation.categoryId === categoryId ? annotation : { ...annotation, categoryId };

  for (const annotation of patch.added) {
    const categoryId = livingCategory(gone, annotation.categoryId);
    if (categoryId === null) outOfSight.set(annotation.id, annotation);
    else added.push(withCategory(annotation, categoryId));
  }
  for (const [from, to] of patch.updated) {
    const categoryId = livingCategory(gone, to.categoryId);
    if (!isGone(from.id)) updated.push([from, withCategory(to, categoryId ?? from.categoryId)]);
    else if (categoryId === null) outOfSight.set(to.id, to);
    else added.push(withCategory(to, categoryId));
  }
  for (const { id } of patch.removed) if (isGone(id)) outOfSight.set(id, null);
  return { patch: { added, updated, removed: patch.removed.filter(({ id }) => !isGone(id)) }, gone: outOfSight };
}

/** Throws where a new gesture names a category that is gone. */
export function checkCategoriesLive(patch: Patch, gone: GoneCategories): void {
  if (gone.size === 0) return;
  for (const { id, categoryId } of [...patch.added, ...patch.updated.map(([, to]) => to)]) {
    if (!gone.has(categoryId)) continue;
    throw new AppError('bad-input', `The category of annotation ${id} was merged or deleted meanwhile`, {
      hint: 'choose another category',
    });
  }
}
