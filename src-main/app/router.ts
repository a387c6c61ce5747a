/** Sends each of the window's requests to the process that answers it. */
import type { AppRequests } from '@shared/ipc/app';
import type { StoreRequests } from '@shared/ipc/store';
import type { WindowRequests } from '@shared/ipc/window';
import type { ExportReport, FileLoss, OpenReport } from '@shared/project/types';
import type { CallContext } from '@shared/errors/work';
import type { Client, Dispatch, Handlers } from '@shared/ipc/rpc';
import { CLICK_GRACE, patientClient } from '../inference/patience';
import type { Engine } from './engine';
import type { Leaving } from './leaving';
import type { WindowPaths } from './windowPaths';
import { checkWindowParams } from './windowParams';

type Prefix<Method> = Method extends `${infer P}.${string}` ? P : never;

/** By the first word of a request; the compiler knows when a new one has no place yet. */
const owners: Readonly<Record<Prefix<keyof WindowRequests>, 'store' | 'vision' | 'inference' | 'app'>> = {
  project: 'store',
  image: 'store',
  document: 'store',
  draft: 'store',
  proposals: 'store',
  batch: 'store',
  category: 'store',
  vision: 'vision',
  inference: 'inference',
  app: 'app',
  settings: 'app',
  recent: 'app',
};

/** Requests that leave another project open than before. */
const opening: ReadonlySet<string> = new Set<keyof StoreRequests>([
  'project.open',
  'project.openFolder',
  'project.openDataset',
  'project.import',
]);

/** `app.` requests are answered by `app`; nothing reaches an engine process but what the contract grants the window. */
export function createRouter(
  engine: Engine,
  app: Handlers<AppRequests>,
  { paths, leaving }: { readonly paths: WindowPaths; readonly leaving: Leaving },
): Dispatch {
  const forward = (client: unknown, method: string, params: unknown, context: CallContext) =>
    (client as Client<Record<string, { params: unknown; result: unknown }>>).call(method, params, {
      signal: context.signal,
      onProgress: context.progress,
    });

  return async (method, params, context) => {
    const owner = ownerOf(method);
    if (owner === 'store') {
      await paths.check(method, params);
      const answer = () => forward(engine.store.client, method, paths.complete(method, params), context);
      if (opening.has(method)) return leaving.toOpen('project', answer as () => Promise<OpenReport>);
      if (method === 'project.close') {
        await leaving.ask('close');
        engine.leaveProject();
      }
      const result = await answer();
      if (method === 'project.close') engine.projectClosed();
      if (method === 'project.export') await paths.exported((result as ExportReport).file);
      if (method === 'project.watch') engine.projectLost(result as FileLoss | null);
      return result;
    }
    // What is not granted to the window is refused here, whatever process would know it.
    const checked = checkWindowParams(method, params);
    const { session = NaN } = checked as { session?: number };
    if (method === 'inference.closePrompts') {
      engine.prompted.delete(session);
      // Not asked again: a process that was ended has closed it.
      return forward(engine.inference.client, method, checked, context);
    }
    if (owner === 'inference') {
      const file = engine.prompted.get(session) ?? 'the image';
      return forward(
        patientClient(engine.inference.client, engine.patience, file, CLICK_GRACE),
        method,
        checked,
        context,
      );
    }
    if (owner === 'vision') return forward(engine.vision.client, method, checked, context);
    const handler = app[method as keyof AppRequests] as (params: unknown, context: CallContext) => Promise<unknown>;
    return handler(checked, context);
  };
}

function ownerOf(method: string): (typeof owners)[keyof typeof owners] | null {
  const prefix = method.slice(0, Math.max(0, method.indexOf('.')));
  return Object.prototype.hasOwnProperty.call(owners, prefix) ? owners[prefix as keyof typeof owners] : null;
}
