/** Changes of the document cross to the store packed, whoever asks: thousands of outlines would hold the window up, see packing.ts. */
import type { CallOptions, Client } from '@shared/ipc/rpc';
import type { WindowRequests } from '@shared/ipc/window';
import { packPatch, unpackStep } from '@shared/ipc/packing';

type Requests = Pick<WindowRequests, 'document.commit' | 'document.undo' | 'document.redo'>;
type Calls = {
  readonly [K in keyof Requests]: (
    params: Requests[K]['params'],
    options?: CallOptions,
  ) => Promise<Requests[K]['result']>;
};

/** A gesture on more annotations is packed in a task of its own, so that it does not delay their being shown. */
const MOST_AT_ONCE = 200;

const nextTask = (): Promise<void> => new Promise((done) => void setTimeout(done));

export function packedClient(client: Client<WindowRequests>): Client<WindowRequests> {
  const calls: Calls = {
    'document.commit': async ({ patch, ...rest }, options) => {
      const { added, updated, removed } = patch;
      if (added.length + updated.length + removed.length > MOST_AT_ONCE) await nextTask();
      return client.call('document.commitPacked', { ...rest, packed: packPatch(patch) }, options);
    },
    'document.undo': async (params, options) => {
      const step = await client.call('document.undoPacked', params, options);
      return step && unpackStep(step);
    },
    'document.redo': async (params, options) => {
      const step = await client.call('document.redoPacked', params, options);
      return step && unpackStep(step);
    },
  };
  return {
    call: (method, params, options) =>
      method in calls
        ? (calls[method as keyof Calls](params as never, options) as Promise<never>)
        : client.call(method, params, options),
  };
}
