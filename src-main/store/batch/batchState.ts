/** The batch of a project: what it computes and how far it is, so that it goes on after a restart. */
import type { BatchFailure, BatchJob } from '@shared/project/types';
import type { ProposeWith } from '@shared/project/proposeWith';
import { batchFailureSchema, proposeWithSchema } from '@shared/project/validate';
import { AppError } from '@shared/errors/appError';
import { z } from 'zod';
import type { Sqlite } from '../database/database';
import { getSetting, setSetting } from '../database/meta';

/** The queue is written once, the place in it after every image. */
const queueKey = 'batch.queue';
const placeKey = 'batch.place';

const count = z.number().int().min(0);
const queueSchema = z.object({ with: proposeWithSchema, imageIds: z.array(z.number().int()) });

/** Earlier versions kept a sentence in place of the fault; one of a later version has a code that is not known yet. */
const told = z
  .object({ imageId: count, fileName: z.string(), message: z.string().default('It could not be done') })
  .transform(({ message, ...image }): BatchFailure => ({ ...image, fault: { code: 'said', sentence: message } }));
const placeSchema = z.object({
  next: count,
  failures: z.array(z.union([batchFailureSchema, told])),
  found: count.optional(),
  filled: count.optional(),
});

type Place = Pick<BatchJob, 'next' | 'failures' | 'found' | 'filled'>;

/** The batch that is not through or not put away yet; null when there is none, or none that can be read. */
export function readBatch(db: Sqlite): BatchJob | null {
  const queue = queueSchema.safeParse(getSetting(db, queueKey));
  const place = placeSchema.safeParse(getSetting(db, placeKey));
  return queue.success && place.success ? { ...queue.data, ...place.data } : null;
}

/** A new batch in place of the one before. */
export function createBatch(db: Sqlite, how: ProposeWith, imageIds: readonly number[]): BatchJob {
  const job: BatchJob = { with: how, imageIds, next: 0, failures: [], found: 0 };
  db.transaction(() => {
    setSetting(db, queueKey, { with: how, imageIds });
    setSetting(db, placeKey, { next: 0, failures: [], found: 0 });
  });
  return job;
}

export function noteBatch(db: Sqlite, place: Place): void {
  if (getSetting(db, queueKey) === null) throw new AppError('usage', 'The project has no batch');
  setSetting(db, placeKey, place);
}

export function endBatch(db: Sqlite): void {
  db.run('DELETE FROM settings WHERE key IN (?, ?)', queueKey, placeKey);
}
