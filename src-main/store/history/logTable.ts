/** The log's rows: one a step, in scopes with an undo pointer each (an image, or the project itself). */
import type { HistoryState } from '@shared/project/types';
import type { Sqlite } from '../database/database';

/** The scope of operations that span images; ids of images are never negative. */
export const projectScope = -1;

export interface LoggedStep {
  /** Position in its scope, from 1. */
  readonly step: number;
  readonly gesture: string;
  /** JSON; its form is the scope's business. */
  readonly text: string;
  readonly atMs: number;
}

export type Direction = 'undo' | 'redo';

export function historyOf(db: Sqlite, scope: number): HistoryState {
  const row = db.row<readonly [number, number]>('SELECT undo, redo FROM history WHERE image_id = ?', scope);
  return { undo: row?.[0] ?? 0, redo: row?.[1] ?? 0 };
}

/** Adds a step; those that could be redone are gone. */
export function appendStep(db: Sqlite, scope: number, gesture: string, text: string): HistoryState {
  const step = historyOf(db, scope).undo + 1;
  db.run('DELETE FROM log WHERE image_id = ? AND step >= ?', scope, step);
  db.run(
    'INSERT INTO log (image_id, step, gesture, at_ms, patch) VALUES (?, ?, ?, ?, ?)',
    scope,
    step,
    gesture,
    Date.now(),
    text,
  );
  return setHistory(db, scope, { undo: step, redo: 0 });
}

/** How many steps of all scopes are later. */
export function stepsSince(db: Sqlite, ms: number): number {
  return db.value<number>('SELECT count(*) FROM log WHERE at_ms > ?', ms) ?? 0;
}

/** Whether an operation that spans images changed what is drawn since, and was not taken back. */
export function hasDocumentStepSince(db: Sqlite, ms: number): boolean {
  const { undo } = historyOf(db, projectScope);
  const found = db.value(
    "SELECT 1 FROM log WHERE image_id = ? AND step <= ? AND at_ms >= ? AND substr(patch, 1, 1) = '['",
    projectScope,
    undo,
    ms,
  );
  return found !== undefined;
}

/** The step that undo or redo would move over; null where there is none. */
export function nextStep(db: Sqlite, scope: number, direction: Direction): LoggedStep | null {
  const { undo, redo } = historyOf(db, scope);
  if (direction === 'undo' ? undo === 0 : redo === 0) return null;
  const step = direction === 'undo' ? undo : undo + 1;
  const row = db.row<readonly [string, string, number]>(
    'SELECT gesture, patch, at_ms FROM log WHERE image_id = ? AND step = ?',
    scope,
    step,
  );
  return row ? { step, gesture: row[0], text: row[1], atMs: row[2] } : null;
}

/** The gesture that undo or redo would move over, without its text, which may be long. */
export function nextGesture(db: Sqlite, scope: number, direction: Direction): string | null {
  const { undo, redo } = historyOf(db, scope);
  if (direction === 'undo' ? undo === 0 : redo === 0) return null;
  const step = direction === 'undo' ? undo : undo + 1;
  return db.value<string>('SELECT gesture FROM log WHERE image_id = ? AND step = ?', scope, step) ?? null;
}

export function rewriteStep(db: Sqlite, scope: number, step: number, text: string): void {
  db.run('UPDATE log SET patch = ? WHERE image_id = ? AND step = ?', text, scope, step);
}

export function movePointer(db: Sqlite, scope: number, direction: Direction): HistoryState {
  const { undo, redo } = historyOf(db, scope);
  const by = direction === 'undo' ? -1 : 1;
  return setHistory(db, scope, { undo: undo + by, redo: redo - by });
}

function setHistory(db: Sqlite, scope: number, state: HistoryState): HistoryState {
  db.run('INSERT OR REPLACE INTO history (image_id, undo, redo) VALUES (?, ?, ?)', scope, state.undo, state.redo);
  return state;
}
