/** Runs a batch from where it stopped: images in order, each kept before it counts as done, failures noted and passed over. */
import type { BatchFault } from '@shared/project/batchFault';
import type { BatchFailure, BatchJob } from '@shared/project/types';
import type { ProposalResult } from '@shared/document/proposalResult';
import { type AbortSignalLike, throwIfCancelled } from '@shared/errors/cancellation';
import { AppError, type AppErrorData, describeError, meetsEveryImage, toErrorData } from '@shared/errors/appError';
import type { Progress } from '@shared/errors/work';
import { batchFaultSchema } from '@shared/project/validate';
import { mapOrdered } from '@shared/errors/mapOrdered';

/** What a batch needs of whoever runs it: the window's processes or the command line's. */
export interface BatchSteps {
  compute(imageId: number): Promise<ProposalResult>;
  /** Durable when it resolves. */
  keep(imageId: number, result: ProposalResult): Promise<void>;
  /** Writes down how far it is; durable when it resolves. */
  note(place: Required<Pick<BatchJob, 'next' | 'failures' | 'found'>>): Promise<void>;
  nameOf(imageId: number): string;
}

export interface RunBatchOptions {
  readonly signal: AbortSignalLike;
  /** Images computed at once. */
  readonly concurrency: number;
  readonly onProgress: (progress: Progress) => void;
}

/**
 * The job when its last image is through. An image that was computed but not kept when the run ended is computed again: keeping
 * replaces what the same method kept before. Throws `cancelled` (everything up to there is noted) and what would meet every
 * image alike: wrong parameters, a missing or damaged model, a project that cannot be written.
 */
export async function runBatch(
  job: BatchJob,
  steps: BatchSteps,
  options: RunBatchOptions,
): Promise<BatchJob & { readonly found: number }> {
  const { signal, concurrency, onProgress } = options;
  const total = job.imageIds.length;
  let { next, failures, found = 0 } = job;
  const tell = (text: string) => onProgress({ done: next, total, text, failed: failures.length });
  tell('');
  const work = async (imageId: number) => {
    throwIfCancelled(signal);
    return steps.compute(imageId);
  };
  for await (const { item: imageId, outcome } of mapOrdered(job.imageIds.slice(next), concurrency, work)) {
    throwIfCancelled(signal);
    if (outcome.status === 'fulfilled') {
      await steps.keep(imageId, outcome.value);
      found += outcome.value.proposals.length;
    } else {
      failures = [...failures, failureOf(outcome.reason, imageId, steps.nameOf(imageId))];
    }
    next++;
    await steps.note({ next, failures, found });
    tell(steps.nameOf(imageId));
  }
  return { ...job, next, failures, found };
}

function failureOf(error: unknown, imageId: number, fileName: string): BatchFailure {
  if (error instanceof AppError && meetsEveryImage(error.code)) throw error;
  return { imageId, fileName, fault: faultOf(toErrorData(error)) };
}

function faultOf(error: AppErrorData): BatchFault {
  const coded = batchFaultSchema.safeParse(error.fault);
  if (coded.success) return coded.data;
  return error.code === 'internal'
    ? { code: 'defect', detail: error.message }
    : { code: 'said', sentence: describeError(error) };
}
