/** The requests that carry many outlines, as the window makes them: packed, see packing.ts. */
import type { CallContext } from '@shared/errors/work';
import type { StoreRequests } from '@shared/ipc/store';
import { packStep, unpackPatch } from '@shared/ipc/packing';
import { checkParams } from './params';

type Packed = 'document.commitPacked' | 'document.undoPacked' | 'document.redoPacked';

/** What answers the store's requests. */
export type StoreHandlers = {
  [M in keyof StoreRequests]: (
    params: StoreRequests[M]['params'],
    context: CallContext,
  ) => Promise<StoreRequests[M]['result']> | StoreRequests[M]['result'];
};

/** With the packed ones, which do as the others. */
export function withPacked(handlers: Omit<StoreHandlers, Packed>): StoreHandlers {
  return {
    ...handlers,
    'document.commitPacked': async ({ packed, ...rest }, context) => {
      const params = checkParams('document.commit', { ...rest, patch: unpackPatch(packed) });
      return handlers['document.commit'](params, context);
    },
    'document.undoPacked': async (params, context) => {
      const step = await handlers['document.undo'](params, context);
      return step && packStep(step);
    },
    'document.redoPacked': async (params, context) => {
      const step = await handlers['document.redo'](params, context);
      return step && packStep(step);
    },
  };
}
