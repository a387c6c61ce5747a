/** The vision engine: decoding, and the classical methods in a pool of workers. */
import { isClassicalMethod, METHOD_NAMES } from '@shared/classical/params';
import { effectiveParams } from '@shared/classical/validateParams';
import type { ProposalResult, VisionRequests } from '@shared/ipc/contract';
import { AppError, throwIfCancelled } from '@shared/ipc/errors';
import type { CallContext, Handlers } from '@shared/ipc/rpc';
import { decodeRgba, makeThumbnail, toPng } from '../images';
import { measureImage } from '../measure/measureImage';
import { ClassicalPool } from './pool';
import type { WorkerJob } from './workerProtocol';

export interface VisionServiceOptions {
  /** Absolute path of the built worker, `classicalWorker.cjs`. */
  readonly workerFile: string;
  /** Classical jobs at a time. */
  readonly poolSize?: number;
}

export interface VisionService {
  readonly handlers: Handlers<VisionRequests>;
  /** Ends the workers; running requests reject with `cancelled`. */
  dispose(): Promise<void>;
}

/** Nothing is started before the first request. */
export function createVisionService({ workerFile, poolSize }: VisionServiceOptions): VisionService {
  const pool = new ClassicalPool({ workerFile, size: poolSize });
  return {
    handlers: {
      'vision.propose': (params, context) => propose(pool, params, context),
      'vision.decode': async ({ source }, { signal }) => {
        const { width, height, data } = await decodeRgba(source, { signal });
        return { width, height, rgba: data };
      },
      'vision.thumbnail': async ({ source, side }) => ({ jpeg: await makeThumbnail(source, side) }),
      'vision.measure': measureImage,
      'vision.toPng': async ({ source }) => ({ png: await toPng(source) }),
    },
    dispose: () => pool.dispose(),
  };
}

async function propose(
  pool: ClassicalPool,
  { source, method, params, box }: VisionRequests['vision.propose']['params'],
  { signal, progress }: CallContext,
): Promise<ProposalResult> {
  throwIfCancelled(signal);
  if (!isClassicalMethod(method)) {
    throw new AppError('usage', `There is no method '${method}'; there are ${METHOD_NAMES.join(', ')}`);
  }
  const effective = effectiveParams(method, params);
  if (method === 'grabcut' && !box) {
    throw new AppError('usage', 'grabcut needs a box around the object (x,y,width,height)');
  }
  let decodeMs = 0;
  let size: readonly [number, number] = [0, 0];
  const prepare = async (): Promise<WorkerJob> => {
    progress({ done: 0, total: 2, text: 'Reading the image' });
    const start = performance.now();
    const image = await decodeRgba(source, { signal });
    decodeMs = performance.now() - start;
    size = [image.height, image.width];
    progress({ done: 1, total: 2, text: `Computing ${method}` });
    return { image, method, params: effective, box };
  };
  const { proposals, notes, computeMs } = await pool.run(prepare, signal);
  progress({ done: 2, total: 2 });
  const ms = Math.round(decodeMs + computeMs);
  return {
    size,
    proposals,
    provenance: { tool: method, params: effective, ms, edits: 0 },
    timings: { decodeMs, computeMs },
    notes,
  };
}
