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

export function packedClient(client: Client<WindowRequests>): Client<WindowRequests> {
  const calls: Calls = {
    'document.commit': ({ patch, ...rest }, options) =>
      client.call('document.commitPacked', { ...rest, packed: packPatch(patch) }, options),
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
