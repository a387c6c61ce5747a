/** Sends each of the window's requests to the process that answers it. */
import type { AppRequests } from '@shared/ipc/app';
import type { FileLoss, OpenReport } from '@shared/project/types';
import type { CallContext } from '@shared/errors/work';
import type { Client, Dispatch, Handlers } from '@shared/ipc/rpc';
import type { Engine } from './engine';
import { checkWindowParams } from './windowParams';

const storePrefixes = ['project.', 'image.', 'document.', 'draft.', 'proposals.', 'batch.', 'category.'];

/** Requests that leave another project open than before. */
const opening = new Set<string>(['project.open', 'project.openFolder', 'project.openDataset', 'project.import']);

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
    const checked = checkWindowParams(method, params);
    if (method.startsWith('inference.')) return forward(engine.inference.client, method, checked, context);
    if (method.startsWith('vision.')) return forward(engine.vision.client, method, checked, context);
    const handler = app[method as keyof AppRequests] as (params: unknown, context: CallContext) => Promise<unknown>;
    return handler(checked, context);
  };
}
