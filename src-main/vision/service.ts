/** The vision engine: decoding, and the classical methods in a pool of workers. */
import type { ImageSource } from '@shared/images/source';
import type { ProposalResult } from '@shared/document/proposalResult';
import type { VisionRequests } from '@shared/ipc/vision';
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { CallContext } from '@shared/errors/work';
import type { Handlers } from '@shared/ipc/rpc';
import { decodeRgba, makeThumbnail, probeImage, type ProbedImage, readRange, scalingNotes, toPng } from '../images';
import { measureImage } from './measure/measureImage';
import { requireMemory } from './methods/methodMemory';
import { checkRequest, provenanceOf } from './methods/methodRequest';
import { ClassicalPool } from './pool/pool';
import { createSessionHandlers } from './sessions/sessions';
import type { WorkerJob } from './pool/workerProtocol';

export interface VisionServiceOptions {
  /** Absolute path of the built worker, `classicalWorker.cjs`. */
  readonly workerFile: string;
  /** Classical jobs at a time. */
  readonly poolSize?: number;
  /** Bytes of decoded pixels kept for sessions (see sessions.ts). */
  readonly pixelBudget?: number;
}

export interface VisionService {
  readonly handlers: Handlers<VisionRequests>;
  /** Ends the workers; running requests reject with `cancelled`. */
  dispose(): Promise<void>;
}

/** Nothing is started before the first request. */
export function createVisionService({ workerFile, poolSize, pixelBudget }: VisionServiceOptions): VisionService {
  const pool = new ClassicalPool({ workerFile, size: poolSize });
  return {
    handlers: {
      ...createSessionHandlers(pool, pixelBudget),
      'vision.propose': (params, context) => propose(pool, params, context),
      'vision.decode': async ({ source }, { signal }) => {
        const { width, height, data } = await decodeRgba(source, { signal });
        return { width, height, rgba: data };
      },
      'vision.thumbnail': async ({ source, side }) => ({ jpeg: await makeThumbnail(source, side) }),
      'vision.measure': measureImage,
      'vision.toPng': async ({ source, window }) => ({ png: await toPng(source, window) }),
      'vision.range': ({ source }) => readRange(source),
    },
    dispose: () => pool.dispose(),
  };
}

/** The sides of the picture as it will be decoded. */
function sizeAs({ orientation }: ImageSource, file: ProbedImage): { readonly width: number; readonly height: number } {
  return orientation === 'exif' ? file : { width: file.storedWidth, height: file.storedHeight };
}

/** Decodes for this one request: what a batch does, image by image. */
async function propose(
  pool: ClassicalPool,
  { source, ...request }: VisionRequests['vision.propose']['params'],
  { signal, progress }: CallContext,
): Promise<ProposalResult> {
  throwIfCancelled(signal);
  const checked = checkRequest(request);
  requireMemory(checked, sizeAs(source, await probeImage(source.path)));
  let decodeMs = 0;
  let size: readonly [number, number] = [0, 0];
  let scaling: readonly string[] = [];
  const prepare = async (): Promise<WorkerJob<'method'>> => {
    progress({ done: 0, total: 2, text: 'Reading the image' });
    const start = performance.now();
    const image = await decodeRgba(source, { signal });
    decodeMs = performance.now() - start;
    size = [image.height, image.width];
    scaling = scalingNotes(image);
    progress({ done: 1, total: 2, text: `Computing ${checked.method}` });
    return { step: 'method', image, ...checked };
  };
  const { proposals, notes, computeMs } = await pool.run(prepare, signal);
  progress({ done: 2, total: 2 });
  const provenance = provenanceOf({ ...request, params: checked.params }, decodeMs + computeMs);
  return { size, proposals, provenance, timings: { decodeMs, computeMs }, notes: [...scaling, ...notes] };
}
