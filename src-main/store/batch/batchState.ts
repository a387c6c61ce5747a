/** The batch of a project: what it computes and how far it is, so that it goes on after a restart. */
import type { BatchJob } from '@shared/project/types';
import type { ProposeWith } from '@shared/project/proposeWith';
import { AppError } from '@shared/errors/appError';
import type { Sqlite } from '../database/database';

/** The queue is written once, the place in it after every image. */
const queueKey = 'batch.queue';
const placeKey = 'batch.place';

type Queue = Pick<BatchJob, 'with' | 'imageIds'>;
type Place = Pick<BatchJob, 'next' | 'failures' | 'found' | 'filled'>;

/** The batch that is not through or not put away yet; null when there is none. */
export function readBatch(db: Sqlite): BatchJob | null {
  const queue = read<Queue>(db, queueKey);
  const place = read<Place>(db, placeKey);
  return queue && place ? { ...queue, ...place } : null;
}

/** A new batch in place of the one before. */
export function createBatch(db: Sqlite, how: ProposeWith, imageIds: readonly number[]): BatchJob {
  const job: BatchJob = { with: how, imageIds, next: 0, failures: [], found: 0 };
  db.transaction(() => {
    write(db, queueKey, { with: how, imageIds });
    write(db, placeKey, { next: 0, failures: [], found: 0 });
  });
  return job;
}

export function noteBatch(db: Sqlite, place: Place): void {
  if (!read<Queue>(db, queueKey)) throw new AppError('usage', 'The project has no batch');
  write(db, placeKey, place);
}

export function endBatch(db: Sqlite): void {
  db.run('DELETE FROM settings WHERE key IN (?, ?)', queueKey, placeKey);
}

function read<T>(db: Sqlite, key: string): T | null {
  const text = db.value<string>('SELECT value FROM settings WHERE key = ?', key);
  return text === undefined ? null : (JSON.parse(text) as T);
}

function write(db: Sqlite, key: string, value: Queue | Place): void {
  db.run('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)', key, JSON.stringify(value));
}
