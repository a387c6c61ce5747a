/**
 * The review status of an image: a step of the image's own history, so that Ctrl+Z takes it back in its order. See
 * docs/adr/0013-review-status-is-a-step-of-its-image.md.
 */
import type { ReviewStatus } from '@shared/document/types';
import type { HistoryState, ImageRow } from '@shared/project/types';
import type { Sqlite } from '../database/database';
import { getImage } from './images';
import { appendStep, type Direction, historyOf } from '../history/logTable';

interface Review {
  readonly status: ReviewStatus;
  readonly reason: string | null;
}

/** A step of this kind as the log keeps it. */
export interface LoggedReview {
  readonly review: readonly [from: Review, to: Review];
}

const gestures: Readonly<Record<ReviewStatus, string>> = {
  new: 'Mark as new',
  'in-progress': 'Mark as in progress',
  done: 'Mark as done',
  rejected: 'Reject',
};

/**
 * Sets the status. A rejection has the reason given, where one is given; any other status keeps the reason that is there: who
 * looks again wants to know it.
 */
export function setReview(
  db: Sqlite,
  imageId: number,
  status: ReviewStatus,
  reason?: string,
): { readonly image: ImageRow; readonly history: HistoryState } {
  return db.transaction(() => {
    const before = getImage(db, imageId);
    const from: Review = { status: before.status, reason: before.reason };
    const isGiven = status === 'rejected' && reason !== undefined;
    const to: Review = { status, reason: isGiven ? reason.trim() || null : from.reason };
    if (from.status === to.status && from.reason === to.reason)
      return { image: before, history: historyOf(db, imageId) };
    writeReview(db, imageId, to);
    const step: LoggedReview = { review: [from, to] };
    return {
      history: appendStep(db, imageId, gestures[status], JSON.stringify(step)),
      image: getImage(db, imageId),
    };
  });
}

/** Takes back or makes again such a step. */
export function replayReview(db: Sqlite, imageId: number, { review: [from, to] }: LoggedReview, direction: Direction) {
  writeReview(db, imageId, direction === 'undo' ? from : to);
  return getImage(db, imageId);
}

function writeReview(db: Sqlite, imageId: number, { status, reason }: Review): void {
  db.run('UPDATE images SET status = ?, reason = ? WHERE id = ?', status, reason, imageId);
}
