/** The sessions of the window's tools: requests on an open image, answered by the pool from pixels that stay in memory. */
import { CLASSICAL_METHODS, type MethodSpec, type ParamsOf } from '@shared/methods/params';
import { effectiveParams } from '@shared/methods/validateParams';
import type { ImageSource } from '@shared/images/source';
import type { ProposalResult } from '@shared/document/proposalResult';
import type { SessionRequests } from '@shared/ipc/vision';
import type { VisionSession } from '@shared/methods/requests';
import { AppError } from '@shared/errors/appError';
import { type AbortSignalLike, throwIfCancelled } from '@shared/errors/cancellation';
import type { Handlers } from '@shared/ipc/rpc';
import { decodeRgba } from '../../images';
import { GrabcutMemory } from '../methods/grabcut/grabcutMemory';
import type { RgbaImage } from '../opencv/image';
import { requireMemory } from '../methods/methodMemory';
import { checkRequest, type CheckedRequest, provenanceOf, toRle } from '../methods/methodRequest';
import type { ClassicalPool } from '../pool/pool';
import { type SessionImage, SessionImages } from './sessionImages';
import { wireBetween } from './sessionWire';
import { VIEW_PIXELS, type ViewPicture } from '../methods/viewPicture';
import type { StepName, Steps, StepScope, WorkerJob, WorkerResult } from '../pool/workerProtocol';

interface Session {
  readonly image: SessionImage;
  readonly grabcuts: GrabcutMemory;
}

/** Bytes of pixels kept for sessions; a 12-megapixel image takes 48 MB, and 36 MB more once the wand was used. */
const PIXEL_BUDGET = 768 * 2 ** 20;

export interface SessionHandlers extends Handlers<SessionRequests> {
  'vision.openSession': (
    params: { source: ImageSource },
    context: { readonly signal: AbortSignalLike },
  ) => Promise<VisionSession>;
}

export function createSessionHandlers(pool: ClassicalPool, pixelBudget = PIXEL_BUDGET): SessionHandlers {
  const images = new SessionImages({
    decode: (source) => decodeRgba(source),
    // Many requests wait for the plane: it is not one request's to cancel.
    fillLab: async (image, lab) => {
      await pool.run(async () => ({ step: 'lab', image, lab }), undefined, { urgent: true });
    },
    budget: pixelBudget,
  });
  const sessions = new Map<number, Session>();
  // Ids of a restarted process must not meet those of the one before.
  let nextId = Date.now();

  const find = (id: number): Session => {
    const session = sessions.get(id);
    if (session) return session;
    throw new AppError('crashed', 'The image is no longer open for the tools', { hint: 'open it again' });
  };

  const run = <K extends StepName>(job: WorkerJob<K>, signal: AbortSignalLike): Promise<Steps[K]['result']> =>
    pool.run(async () => job, signal, { urgent: true });

  /** Runs a step on the region's small picture, and keeps the picture for the next one. */
  const runOnView = async <K extends 'viewMethod' | 'histogram' | 'elbow' | 'clusters'>(
    session: Session,
    scope: StepScope,
    signal: AbortSignalLike,
    jobOf: (image: RgbaImage, view: ViewPicture | null) => WorkerJob<K>,
  ): Promise<Steps[K]['result']> => {
    const image = await orCancelled(images.pixels(session.image), signal);
    const { derived } = session.image;
    const key = viewKey(scope);
    const result = await run<K>(jobOf(image, derived.view?.key === key ? derived.view.picture : null), signal);
    const picture = (result as { view: ViewPicture | null }).view;
    if (picture) derived.view = { key, picture };
    return result;
  };

  const runFinal = async (
    session: Session,
    request: CheckedRequest & { readonly joined?: boolean },
    signal: AbortSignalLike,
  ): Promise<WorkerResult> => {
    const image = await orCancelled(images.pixels(session.image), signal);
    requireMemory(request, image);
    const { usesLab }: MethodSpec = CLASSICAL_METHODS[request.method];
    const lab = usesLab ? await orCancelled(images.lab(session.image), signal) : undefined;
    if (request.method !== 'grabcut') return run<'method'>({ step: 'method', image, lab, ...request }, signal);
    const grabcutFrom = session.grabcuts.nearest(request, 'final');
    const result = await run<'method'>({ step: 'method', image, grabcutFrom, ...request }, signal);
    if (result.grabcutState) session.grabcuts.keep(request, 'final', result.grabcutState);
    return result;
  };

  const runPreview = async (
    session: Session,
    request: CheckedRequest,
    signal: AbortSignalLike,
  ): Promise<WorkerResult> => {
    const { method, box, within } = request;
    const { preview } = CLASSICAL_METHODS[method];
    if (preview === 'final') return runFinal(session, request, signal);
    if (preview === 'view') {
      return runOnView<'viewMethod'>(session, request, signal, (image, view) => ({
        step: 'viewMethod',
        image,
        view,
        ...request,
      }));
    }
    const image = await orCancelled(images.pixels(session.image), signal);
    const from = session.grabcuts.nearest(request, 'preview');
    const params = request.params as ParamsOf<'grabcut'>;
    const result = await run<'grabcutPreview'>({ step: 'grabcutPreview', image, params, box, within, from }, signal);
    session.grabcuts.keep(request, 'preview', result.state);
    return result;
  };

  return {
    'vision.openSession': async ({ source }, { signal }) => {
      throwIfCancelled(signal);
      pool.warm();
      const image = images.add(source);
      try {
        const { width, height } = await orCancelled(images.pixels(image), signal);
        const session = nextId++;
        sessions.set(session, { image, grabcuts: new GrabcutMemory() });
        return { session, size: [height, width] };
      } catch (error) {
        images.remove(image);
        throw error;
      }
    },

    'vision.closeSession': async ({ session }) => {
      const open = sessions.get(session);
      sessions.delete(session);
      if (open) images.remove(open.image);
      return null;
    },

    'vision.run': async ({ session: id, stage, joined, ...request }, { signal }) => {
      const session = find(id);
      const checked = { ...checkRequest(request), joined };
      const start = performance.now();
      const compute = stage === 'final' ? runFinal : runPreview;
      const { proposals, notes, computeMs } = await compute(session, checked, signal);
      const ms = performance.now() - start;
      return {
        size: session.image.size ?? [0, 0],
        proposals,
        provenance: provenanceOf({ ...request, params: checked.params }, computeMs),
        timings: { computeMs, waitMs: Math.max(0, ms - computeMs) },
        notes: [...session.image.notes, ...notes],
      } satisfies ProposalResult;
    },

    'vision.agreement': async ({ session: id, masks, families }, { signal }) => {
      const image = await orCancelled(images.pixels(find(id).image), signal);
      return run<'agreement'>({ step: 'agreement', image, masks, families }, signal);
    },

    'vision.histogram': async ({ session: id, box, within }, { signal }) => {
      const session = find(id);
      const scope = { box, within: within && toRle(within) };
      const { histogram } = await runOnView<'histogram'>(session, scope, signal, (image, view) => ({
        step: 'histogram',
        image,
        view,
        ...scope,
      }));
      return histogram;
    },

    'vision.elbow': async ({ session: id, params, ...region }, { signal }) => {
      const session = find(id);
      const { method: _, params: effective, ...scope } = checkRequest({ method: 'kmeans', params, ...region });
      const { curve } = await runOnView<'elbow'>(session, scope, signal, (image, view) => ({
        step: 'elbow',
        image,
        view,
        ...scope,
        params: effective as ParamsOf<'kmeans'>,
      }));
      return curve;
    },

    'vision.clusters': async ({ session: id, params, stage, ...region }, { signal }) => {
      const session = find(id);
      const { method: _, params: effective, ...scope } = checkRequest({ method: 'kmeans', params, ...region });
      const { groups, notes } = await runOnView<'clusters'>(session, scope, signal, (image, view) => ({
        step: 'clusters',
        image,
        view,
        ...scope,
        params: effective as ParamsOf<'kmeans'>,
        full: stage === 'final',
      }));
      return { groups, notes };
    },

    'vision.superpixels': async ({ session: id, params, ...region }, { signal }) => {
      const session = find(id);
      const { method: _, params: effective, ...scope } = checkRequest({ method: 'superpixels', params, ...region });
      const image = await orCancelled(images.pixels(session.image), signal);
      requireMemory({ method: 'superpixels', ...scope }, image);
      const cells = { image, ...scope, params: effective as ParamsOf<'superpixels'> };
      return run<'superpixels'>({ step: 'superpixels', ...cells }, signal);
    },

    'vision.wire': async ({ session: id, from, to, params }, { signal }) => {
      const session = find(id);
      const { snap } = effectiveParams('scissors', params);
      const image = await orCancelled(images.pixels(session.image), signal);
      // What is computed around a seed serves every later move: a superseded move does not stop it.
      const fieldOf = (place: readonly [number, number], level: number) =>
        pool.run(async () => ({ step: 'wireField', image, from: place, level }) as const, undefined, { urgent: true });
      return orCancelled(wireBetween(session.image.derived.wires, image, { from, to, snap }, fieldOf), signal);
    },
  };
}

/** The same region gives the same small picture. */
function viewKey({ box, within }: StepScope): string {
  return JSON.stringify([VIEW_PIXELS, box ?? null, within ? [...within.counts] : null]);
}

/** The promise's value, or `cancelled` as soon as the signal says so; what the promise does goes on for others. */
function orCancelled<T>(promise: Promise<T>, signal: AbortSignalLike): Promise<T> {
  throwIfCancelled(signal);
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(new AppError('cancelled', 'Cancelled'));
    signal.addEventListener('abort', onAbort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
