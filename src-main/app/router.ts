/** Sends each of the window's requests to the process that answers it. */
import type { AppRequests } from '@shared/ipc/app';
import type { InferenceRequests } from '@shared/ipc/inference';
import type { FileLoss, OpenReport } from '@shared/project/types';
import type { SessionRequests } from '@shared/ipc/vision';
import { AppError } from '@shared/errors/appError';
import type { CallContext } from '@shared/errors/work';
import type { Client, Dispatch, Handlers } from '@shared/ipc/rpc';
import type { Engine } from './engine';

const storePrefixes = ['project.', 'image.', 'document.', 'draft.', 'proposals.', 'batch.', 'category.'];

/** Requests that leave another project open than before. */
const opening = new Set<string>(['project.open', 'project.openFolder', 'project.openDataset', 'project.import']);

/** What the window may ask of the pixels that `app.openSession` opened. */
const sessionRequests: readonly (keyof SessionRequests)[] = [
  'vision.run',
  'vision.agreement',
  'vision.histogram',
  'vision.elbow',
  'vision.clusters',
  'vision.wire',
  'vision.superpixels',
  'vision.closeSession',
];

/** What the window may ask of models; paths of pictures and folders of models never come from it. */
const inferenceRequests: readonly (keyof InferenceRequests)[] = [
  'inference.models',
  'inference.prompt',
  'inference.closePrompts',
];

/** `app.` requests are answered by `app`; nothing reaches an engine process but what the contract grants the window. */
export function createRouter(engine: Engine, app: Handlers<AppRequests>): Dispatch {
  const forward = (client: unknown, method: string, params: unknown, context: CallContext) =>
    (client as Client<Record<string, { params: unknown; result: unknown }>>).call(method, params, {
      signal: context.signal,
      onProgress: context.progress,
    });

  return async (method, params, context) => {
    if (storePrefixes.some((prefix) => method.startsWith(prefix))) {
      if (opening.has(method) || method === 'project.close') engine.leaveProject();
      const result = await forward(engine.store.client, method, params, context);
      if (opening.has(method)) engine.projectOpened(result as OpenReport);
      if (method === 'project.close') engine.projectClosed();
      if (method === 'project.watch') engine.projectLost(result as FileLoss);
      return result;
    }
    if ((inferenceRequests as readonly string[]).includes(method)) {
      return forward(engine.inference.client, method, params, context);
    }
    if ((sessionRequests as readonly string[]).includes(method)) {
      return forward(engine.vision.client, method, params, context);
    }
    const handler = Object.prototype.hasOwnProperty.call(app, method) ? app[method as keyof AppRequests] : undefined;
    if (!handler) throw new AppError('internal', `The window may not ask ${method}`);
    return (handler as (params: unknown, context: CallContext) => Promise<unknown>)(params, context);
  };
}
