/** Which proposals became annotations: they stay in the project, out of sight, and come back when that is undone. */
import type { Patch } from '@shared/document/types';
import type { Sqlite } from '../database/database';
import type { Direction } from '../history/logTable';

/** Puts an accepted proposal out of sight. */
export function noteAccepted(db: Sqlite, proposalId: number, annotationId: number): void {
  db.run('UPDATE proposals SET taken = 1, accepted_as = ? WHERE id = ?', annotationId, proposalId);
}

/**
 * Keeps proposals in step with what undo or redo did to an image: where an acceptance is taken back its proposals wait again,
 * where it is made again they are gone again. Deleting an accepted annotation brings nothing back. True where it was so.
 */
export function followHistory(db: Sqlite, imageId: number, patch: Patch, direction: Direction): boolean {
  const moved = direction === 'undo' ? patch.removed : patch.added;
  if (moved.length === 0) return false;
  const ids = JSON.stringify(moved.map(({ id }) => id));
  const where = 'image_id = ? AND accepted_as IN (SELECT value FROM json_each(?))';
  if (db.value<number>(`SELECT count(*) FROM proposals WHERE ${where}`, imageId, ids) === 0) return false;
  db.run(`UPDATE proposals SET taken = ? WHERE ${where}`, direction === 'undo' ? 0 : 1, imageId, ids);
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
