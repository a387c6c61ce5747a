/** The log of gestures with one undo pointer an image, and one for operations that span images. */
import { decodePatch, encodePatch, type LoggedPatch } from '@shared/document/history';
import { invertPatch, isEmptyPatch } from '@shared/document/patch';
import { deepEqual } from '@shared/document/equal';
import type { Annotation, Patch, RleSegmentation } from '@shared/document/types';
import type { HistoryState } from '@shared/ipc/contract';
import { AppError } from '@shared/ipc/errors';
import { fromCompressed, MaskError } from '@shared/mask';
import { readAnnotation, writePatch } from './annotations';
import type { Sqlite } from './database';
import { imageSize } from './images';

/** The log scope of operations that span images; ids of images are never negative. */
const projectScope = -1;

/** What an operation that spans images did: a patch for each image it touched. */
export type ImagePatches = ReadonlyMap<number, Patch>;

export function readHistory(db: Sqlite, imageId: number): HistoryState {
  return historyOf(db, imageId);
}

export function readProjectHistory(db: Sqlite): HistoryState {
  return historyOf(db, projectScope);
}

/**
 * Makes a gesture durable: annotations, log and pointer in one transaction; steps that could be redone are gone. Throws
 * when the patch was made from another state than the project's.
 */
export function commitPatch(db: Sqlite, imageId: number, patch: Patch, gesture: string): HistoryState {
  return db.transaction(() => {
    const size = imageSize(db, imageId);
    if (isEmptyPatch(patch)) return historyOf(db, imageId);
    checkFits(db, imageId, patch, size);
    writePatch(db, imageId, patch, size);
    return appendStep(db, imageId, gesture, JSON.stringify(encodePatch(patch)));
  });
}

/** As `commitPatch` for an operation that spans images: one step of the project's own stack. */
export function commitAcross(db: Sqlite, patches: ImagePatches, gesture: string): HistoryState {
  return db.transaction(() => {
    const logged: [number, LoggedPatch][] = [];
    for (const [imageId, patch] of patches) {
      const size = imageSize(db, imageId);
      checkFits(db, imageId, patch, size);
      writePatch(db, imageId, patch, size);
      logged.push([imageId, encodePatch(patch)]);
    }
    return appendStep(db, projectScope, gesture, JSON.stringify(logged));
  });
}

/** Takes back or makes again one step of an image; null when there is none. The patch is what happened to the document. */
export function moveInHistory(
  db: Sqlite,
  imageId: number,
  direction: 'undo' | 'redo',
): { readonly patch: Patch; readonly history: HistoryState } | null {
  return db.transaction(() => {
    const text = stepText(db, imageId, direction);
    if (text === null) return null;
    const patch = replay(db, imageId, JSON.parse(text) as LoggedPatch, direction);
    return { patch, history: movePointer(db, imageId, direction) };
  });
}

/** As `moveInHistory` for the project's own stack. */
export function moveInProjectHistory(
  db: Sqlite,
  direction: 'undo' | 'redo',
): { readonly patches: ImagePatches; readonly history: HistoryState } | null {
  return db.transaction(() => {
    const text = stepText(db, projectScope, direction);
    if (text === null) return null;
    const patches = new Map<number, Patch>();
    for (const [imageId, logged] of JSON.parse(text) as [number, LoggedPatch][]) {
      patches.set(imageId, replay(db, imageId, logged, direction));
    }
    return { patches, history: movePointer(db, projectScope, direction) };
  });
}

function replay(db: Sqlite, imageId: number, logged: LoggedPatch, direction: 'undo' | 'redo'): Patch {
  const size = imageSize(db, imageId);
  const current = new Map<number, Annotation | undefined>();
  const find = (id: number) => {
    if (!current.has(id)) current.set(id, readAnnotation(db, id, size));
    return current.get(id);
  };
  const patch = decodePatch(logged, find, direction);
  writePatch(db, imageId, patch, size);
  return patch;
}

function checkFits(db: Sqlite, imageId: number, patch: Patch, size: readonly [number, number]): void {
  const stale = (id: number, why: string) => new AppError('internal', `Annotation ${id} ${why}; open the image again`);
  const inverse = invertPatch(patch);
  for (const annotation of [...patch.added, ...inverse.added, ...patch.updated.flat()]) {
    if (annotation.imageId !== imageId) throw stale(annotation.id, `does not belong to image ${imageId}`);
  }
  for (const { id } of patch.added) {
    const owner = db.value<number>('SELECT deleted FROM annotations WHERE id = ?', id);
    if (owner === 0) throw stale(id, 'is there already');
  }
  for (const { id, segmentation } of [...patch.added, ...patch.updated.map(([, to]) => to)]) {
    if (segmentation?.kind === 'rle') checkMask(id, segmentation);
  }
  for (const from of [...patch.removed, ...patch.updated.map(([before]) => before)]) {
    const current = readAnnotation(db, from.id, size);
    if (!current) throw stale(from.id, 'is not there any more');
    if (!deepEqual(current, from)) throw stale(from.id, 'has been changed meanwhile');
  }
}

/** A broken mask must not become durable: every later reading of the image would fail. */
function checkMask(id: number, { counts, size }: RleSegmentation): void {
  try {
    fromCompressed(counts, size);
  } catch (error) {
    if (!(error instanceof MaskError)) throw error;
    throw new AppError('usage', `Annotation ${id}: ${error.message}`);
  }
}

function historyOf(db: Sqlite, scope: number): HistoryState {
  const row = db.row<readonly [number, number]>('SELECT undo, redo FROM history WHERE image_id = ?', scope);
  return { undo: row?.[0] ?? 0, redo: row?.[1] ?? 0 };
}

function appendStep(db: Sqlite, scope: number, gesture: string, patch: string): HistoryState {
  const step = historyOf(db, scope).undo + 1;
  db.run('DELETE FROM log WHERE image_id = ? AND step >= ?', scope, step);
  db.run(
    'INSERT INTO log (image_id, step, gesture, at_ms, patch) VALUES (?, ?, ?, ?, ?)',
    scope,
    step,
    gesture,
    Date.now(),
    patch,
  );
  return setHistory(db, scope, { undo: step, redo: 0 });
}

function stepText(db: Sqlite, scope: number, direction: 'undo' | 'redo'): string | null {
  const { undo, redo } = historyOf(db, scope);
  if (direction === 'undo' ? undo === 0 : redo === 0) return null;
  const step = direction === 'undo' ? undo : undo + 1;
  return db.value<string>('SELECT patch FROM log WHERE image_id = ? AND step = ?', scope, step) ?? null;
}

function movePointer(db: Sqlite, scope: number, direction: 'undo' | 'redo'): HistoryState {
  const { undo, redo } = historyOf(db, scope);
  const by = direction === 'undo' ? -1 : 1;
  return setHistory(db, scope, { undo: undo + by, redo: redo - by });
}

function setHistory(db: Sqlite, scope: number, state: HistoryState): HistoryState {
  db.run('INSERT OR REPLACE INTO history (image_id, undo, redo) VALUES (?, ?, ?)', scope, state.undo, state.redo);
  return state;
}
