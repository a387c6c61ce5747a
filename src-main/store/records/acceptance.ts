/** Which proposals became annotations: they stay in the project, out of sight, and come back when that is undone. */
import type { Patch } from '@shared/document/types';
import type { Sqlite } from '../database/database';
import type { Direction } from '../history/logTable';

/** Puts an accepted proposal out of sight; null: it went into an annotation that was there, which the step itself tells. */
export function noteAccepted(db: Sqlite, proposalId: number, annotationId: number | null): void {
  db.run('UPDATE proposals SET taken = 1, accepted_as = ? WHERE id = ?', annotationId, proposalId);
}

/**
 * Keeps proposals in step with what undo or redo did to an image: where an acceptance is taken back its proposals wait again,
 * where it is made again they are gone again. Deleting an accepted annotation brings nothing back. True where it was so.
 * `absorbed`: ids of those that the step had put into annotations that were there.
 */
export function followHistory(
  db: Sqlite,
  imageId: number,
  patch: Patch,
  direction: Direction,
  absorbed: readonly number[] = [],
): boolean {
  const moved = direction === 'undo' ? patch.removed : patch.added;
  if (moved.length + absorbed.length === 0) return false;
  const ids = JSON.stringify(moved.map(({ id }) => id));
  const where = `image_id = ? AND (accepted_as IN (SELECT value FROM json_each(?))
    OR id IN (SELECT value FROM json_each(?)))`;
  const which = [imageId, ids, JSON.stringify(absorbed)] as const;
  if (db.value<number>(`SELECT count(*) FROM proposals WHERE ${where}`, ...which) === 0) return false;
  db.run(`UPDATE proposals SET taken = ? WHERE ${where}`, direction === 'undo' ? 0 : 1, ...which);
  countProposals(db, imageId);
  return true;
}

/** Brings the image's number of waiting proposals up to date. */
export function countProposals(db: Sqlite, imageId: number): void {
  db.run(
    'UPDATE images SET proposal_count = (SELECT count(*) FROM proposals WHERE image_id = ? AND taken = 0) WHERE id = ?',
    imageId,
    imageId,
  );
}
