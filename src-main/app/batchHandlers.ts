/** Runs the project's batch with the window's processes. */
import type { AppRequests } from '@shared/ipc/app';
import { AppError } from '@shared/errors/appError';
import type { Handlers } from '@shared/ipc/rpc';
import type { Progress } from '@shared/errors/work';
import { type BatchSteps, runBatch } from '../store/batch/runBatch';
import { computeProposals, keepProposals } from './computeProposals';
import type { Engine } from './engine';
import { untilLeft } from './untilLeft';

/** One image is read while another is computed; more would take the cores that the window's own tools need. */
const concurrency = 2;

export function createBatchHandlers(engine: Engine): Pick<Handlers<AppRequests>, 'app.runBatch'> {
  return {
    'app.runBatch': (_params, context) =>
      untilLeft(engine, context, async ({ signal, progress: onProgress }) => {
        const store = engine.store.client;
        const job = await store.call('batch.read', {});
        if (!job) throw new AppError('usage', 'The project has no batch');
        const { with: how } = job;
        const names = new Map((await store.call('image.list', {})).map(({ id, fileName }) => [id, fileName]));
        const quiet = { signal, progress: () => undefined };
        const told = new Set<string>();
        const steps: BatchSteps = {
          async compute(imageId) {
            const result = await computeProposals(engine, imageId, how, quiet);
            for (const sentence of result.fallbacks ?? []) told.add(sentence);
            return result;
          },
          keep: async (imageId, result) => void (await keepProposals(engine, imageId, how, result)),
          note: async (place) => void (await store.call('batch.note', place)),
          nameOf: (imageId) => names.get(imageId) ?? `image ${imageId}`,
        };
        const tell = (progress: Progress) => onProgress({ ...progress, ...(told.size > 0 ? { told: [...told] } : {}) });
        return await runBatch(job, steps, { signal, concurrency, onProgress: tell });
      }),
  };
}
