/** Puts thumbnails behind everything else that the vision process does, and on disk so that each is made once. */
import type { VisionRequests } from '@shared/ipc/vision';
import type { CallContext } from '@shared/errors/work';
import type { Handlers } from '@shared/ipc/rpc';
import { IdleQueue } from '../images/idleQueue';
import { ThumbnailCache } from '../images/thumbnailCache';

/** Larger pictures are of the open image: they are waited for, and too large to keep. */
const maxSidePx = 512;

/** The same handlers, with thumbnails from the cache in `folder`; every other request goes before making one. */
export function withThumbnailCache(
  handlers: Handlers<VisionRequests>,
  folder: string,
  queue = new IdleQueue(),
): Handlers<VisionRequests> {
  const cache = new ThumbnailCache({ folder });
  type Handler = (params: unknown, context: CallContext) => Promise<unknown>;
  const urgent = Object.fromEntries(
    Object.entries(handlers as unknown as Record<string, Handler>).map(([method, handle]) => [
      method,
      (params: unknown, context: CallContext) => queue.urgent(() => handle(params, context)),
    ]),
  ) as unknown as Handlers<VisionRequests>;
  return {
    ...urgent,
    'vision.thumbnail': async (params, context) => {
      const { source, side } = params;
      if (side > maxSidePx) return urgent['vision.thumbnail'](params, context);
      const known = await cache.find(source, side);
      return { jpeg: known ?? (await queue.run(() => cache.make(source, side), context.signal)) };
    },
  };
}
