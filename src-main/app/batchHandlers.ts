/** Runs the project's batch with the window's processes. */
import type { AppRequests } from '@shared/ipc/app';
import type { ImageSource } from '@shared/images/source';
import type { ProposalResult } from '@shared/document/proposalResult';
import type { ProposeWith } from '@shared/project/types';
import { AppError } from '@shared/errors/appError';
import type { CallContext } from '@shared/errors/work';
import type { Handlers } from '@shared/ipc/rpc';
import { type BatchSteps, runBatch } from '../store/batch/runBatch';
import type { Engine } from './engine';
import { sourceOf } from './imageSource';
import { untilLeft } from './untilLeft';

/** One image is read while another is computed; more would take the cores that the window's own tools need. */
const concurrency = 2;

/** Computes proposals for one image by whatever `how` names. */
export type Compute = (
  engine: Engine,
  source: ImageSource,
  how: ProposeWith,
  context: CallContext,
) => Promise<ProposalResult>;

export function createBatchHandlers(engine: Engine, compute: Compute): Pick<Handlers<AppRequests>, 'app.runBatch'> {
  return {
    'app.runBatch': (_params, context) =>
      untilLeft(engine, context, async ({ signal, progress: onProgress }) => {
        const store = engine.store.client;
        const job = await store.call('batch.read', {});
        if (!job) throw new AppError('usage', 'The project has no batch');
        const { with: how } = job;
        const categoryName = how.kind === 'method' ? how.categoryName : 'object';
        const names = new Map((await store.call('image.list', {})).map(({ id, fileName }) => [id, fileName]));
        const quiet = { signal, progress: () => undefined };
        const steps: BatchSteps = {
          source: (imageId) => sourceOf(engine, imageId),
          compute: (source) => compute(engine, source, how, quiet),
          keep: async (imageId, result) => void (await store.call('proposals.put', { imageId, result, categoryName })),
          note: async (next, failures) => void (await store.call('batch.note', { next, failures })),
          nameOf: (imageId) => names.get(imageId) ?? `image ${imageId}`,
        };
        return await runBatch(job, steps, { signal, concurrency, onProgress });
      }),
  };
}
