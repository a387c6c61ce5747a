/** The log of gestures: one undo pointer an image; steps fit whatever operations on the whole project did meanwhile. */
import { normalTags } from '@shared/formats/coco/imageTags';
import { decodePatch, encodePatch, type LoggedPatch } from '@shared/document/history';
import { emptyPatch, invertPatch, isEmptyPatch } from '@shared/document/patch';
import { deepEqual } from '@shared/document/equal';
import { annotationFault } from '@shared/document/limits';
import type { Annotation, Patch, ReviewStatus } from '@shared/document/types';
import type { HistoryState, ImageRow } from '@shared/project/types';
import { AppError } from '@shared/errors/appError';
import { followHistory } from '../records/acceptance';
import { readAnnotation, readGoneAnnotation, writeGoneAnnotation, writePatch } from '../records/annotations';
import type { Sqlite } from '../database/database';
import { parseNeeded } from '../database/meta';
import { checkCategoriesLive, inLivingCategories, readGoneCategories } from './goneCategories';
import { requireMask } from '../records/maskCheck';
import { getImage, imageSize, noteEdited, noteUnedited, setTags } from '../records/images';
import { appendStep, type Direction, hasDocumentStepSince, historyOf, movePointer, nextStep } from './logTable';
import { type LoggedReview, replayReview } from '../records/review';

export function readHistory(db: Sqlite, imageId: number): HistoryState {
  return historyOf(db, imageId);
}

/**
 * Makes a gesture durable: annotations, log and pointer in one transaction; steps that could be redone are gone. Throws
 * when the patch was made from another state than the project's. `absorbed`: as `followHistory` has them.
 */
export function commitPatch(
  db: Sqlite,
  imageId: number,
  patch: Patch,
  gesture: string,
  absorbed: readonly number[] = [],
): HistoryState {
  return db.transaction(() => {
    const size = imageSize(db, imageId);
    if (isEmptyPatch(patch)) return historyOf(db, imageId);
    checkFits(db, imageId, patch, size);
    writePatch(db, imageId, patch, size);
    const logged = loggedWith(encodePatch(patch), absorbed, noteEdited(db, imageId));
    return appendStep(db, imageId, gesture, JSON.stringify(logged));
  });
}

/** The logged patch with the proposals that it put into annotations that were there; `begins`: its image was new before. */
export function loggedWith(
  logged: LoggedPatch,
  absorbed: readonly number[] = [],
  begins: boolean | undefined = false,
): LoggedPatch {
  return { ...logged, ...(absorbed.length > 0 && { proposals: absorbed }), ...(begins && { begins: true as const }) };
}

/** A step of an image that changed its tags, and nothing drawn on it. */
interface TagStep {
  readonly kind: 'tags';
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Gives the image these tags, as a gesture of its own. */
export function commitTags(
  db: Sqlite,
  imageId: number,
  wanted: readonly string[],
): { readonly tags: readonly string[]; readonly history: HistoryState } {
  return db.transaction(() => {
    const before = getImage(db, imageId).tags ?? [];
    const after = normalTags(wanted);
    if (deepEqual(before, after)) return { tags: before, history: historyOf(db, imageId) };
    setTags(db, imageId, after);
    const step: TagStep = { kind: 'tags', before, after };
    return { tags: after, history: appendStep(db, imageId, tagGesture(before, after), JSON.stringify(step)) };
  });
}

function tagGesture(before: readonly string[], after: readonly string[]): string {
  const added = after.filter((tag) => !before.includes(tag));
  const removed = before.filter((tag) => !after.includes(tag));
  if (added.length === 1 && removed.length === 0) return `Add tag “${added[0]}”`;
  return removed.length === 1 && added.length === 0 ? `Remove tag “${removed[0]}”` : 'Change tags';
}

/** What a step did; `review`: the image's row where it was about that. */
export interface MovedStep {
  readonly patch: Patch;
  readonly history: HistoryState;
  readonly movedProposals: boolean;
  readonly review: ImageRow | null;
  /** Where the step was about them. */
  readonly tags?: readonly string[];
  /** Where the step began with the image, or took that back. */
  readonly status?: ReviewStatus;
}

/**
 * Takes back or makes again one step of an image; null when there is none, or when it is not the one that is `only` meant. The
 * patch is what happened to the document.
 */
export function moveInHistory(db: Sqlite, imageId: number, direction: Direction, only?: number): MovedStep | null {
  return db.transaction(() => {
    // Refuses what is no image: the project's own steps lie in the same table, and are taken back by their own rules.
    imageSize(db, imageId);
    const step = nextStep(db, imageId, direction);
    if (!step || (only !== undefined && step.step !== only)) return null;
    const logged = parseNeeded(step.text, 'This step of the undo history') as LoggedPatch | LoggedReview | TagStep;
    if ('review' in logged) {
      const review = replayReview(db, imageId, logged, direction);
      return { patch: emptyPatch, history: movePointer(db, imageId, direction), movedProposals: false, review };
    }
    if ('kind' in logged) {
      const tags = direction === 'undo' ? logged.before : logged.after;
      setTags(db, imageId, tags);
      const history = movePointer(db, imageId, direction);
      return { patch: emptyPatch, history, movedProposals: false, review: null, tags };
    }
    const patch = replay(db, imageId, logged, direction);
    const movedProposals = followHistory(db, imageId, patch, direction, logged.proposals);
    const moved = { patch, history: movePointer(db, imageId, direction), movedProposals, review: null };
    if (!logged.begins) return moved;
    if (direction === 'redo') noteEdited(db, imageId);
    // What an operation across images did here since is still there.
    else if (!hasDocumentStepSince(db, step.atMs)) noteUnedited(db, imageId);
    return { ...moved, status: getImage(db, imageId).status };
  });
}

/**
 * Takes back or makes again a logged patch on the annotations as they are now; the result is what is seen of it.
 * Annotations that went with their category take part out of sight, so that they come back as these steps leave them.
 */
export function replay(db: Sqlite, imageId: number, logged: LoggedPatch, direction: Direction): Patch {
  const size = imageSize(db, imageId);
  const gone = readGoneCategories(db);
  const outOfSight = new Set<number>();
  const current = new Map<number, Annotation | undefined>();
  const read = (id: number) => {
    const annotation = readAnnotation(db, id, size);
    if (annotation || gone.size === 0) return annotation;
    const hidden = readGoneAnnotation(db, id, size);
    if (hidden) outOfSight.add(id);
    return hidden;
  };
  const find = (id: number) => {
    if (!current.has(id)) current.set(id, read(id));
    return current.get(id);
  };
  const step = inLivingCategories(decodePatch(logged, find, direction), gone, (id) => outOfSight.has(id));
  writePatch(db, imageId, step.patch, size);
  for (const [id, annotation] of step.gone) writeGoneAnnotation(db, id, annotation, size);
  return step.patch;
}

/** Throws when the patch does not belong to the image, was made from another state, or would store what cannot be read. */
export function checkFits(db: Sqlite, imageId: number, patch: Patch, size: readonly [number, number]): void {
  const stale = (id: number, why: string) => new AppError('usage', `Annotation ${id} ${why}; open the image again`);
  const inverse = invertPatch(patch);
  for (const annotation of [...patch.added, ...inverse.added, ...patch.updated.flat()]) {
    if (annotation.imageId !== imageId) throw stale(annotation.id, `does not belong to image ${imageId}`);
  }
  checkOnceEach(patch);
  checkLimits(patch);
  checkCategoriesLive(patch, readGoneCategories(db));
  checkCategoriesThere(db, patch);
  for (const { id } of patch.added) {
    const owner = db.value<number>('SELECT deleted FROM annotations WHERE id = ?', id);
    if (owner === 0) throw stale(id, 'is there already');
  }
  for (const { id, segmentation } of [...patch.added, ...patch.updated.map(([, to]) => to)]) {
    if (segmentation?.kind === 'rle') requireMask(`Annotation ${id}`, segmentation);
  }
  for (const from of [...patch.removed, ...patch.updated.map(([before]) => before)]) {
    const current = readAnnotation(db, from.id, size);
    if (!current) throw stale(from.id, 'is not there any more');
    if (!deepEqual(current, from)) throw stale(from.id, 'has been changed meanwhile');
  }
}

/** An annotation is added, changed or removed: one of these, once. */
function checkOnceEach({ added, updated, removed }: Patch): void {
  const seen = new Set<number>();
  for (const { id } of [...added, ...updated.map(([, to]) => to), ...removed]) {
    if (seen.has(id)) throw new AppError('usage', `Annotation ${id} is in the gesture twice`);
    seen.add(id);
  }
}

function checkLimits({ added, updated }: Patch): void {
  for (const [before, after] of [...added.map((annotation) => [null, annotation] as const), ...updated]) {
    const fault = annotationFault(after, before);
    if (fault) throw new AppError('usage', `Annotation ${after.id} ${fault}`);
  }
}

/** An annotation may have come with a category that its dataset does not have; none is given one. */
function checkCategoriesThere(db: Sqlite, { added, updated }: Patch): void {
  const given = [...added, ...updated.flatMap(([from, to]) => (to.categoryId === from.categoryId ? [] : [to]))];
  for (const { id, categoryId } of given) {
    if (db.value('SELECT 1 FROM categories WHERE id = ?', categoryId) !== undefined) continue;
    throw new AppError('usage', `Annotation ${id} has the category ${categoryId}, which the project does not have`);
  }
}
