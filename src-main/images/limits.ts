/** Promises memory before it is taken: what reading an image will need is known from its header, and refused in time. */
import { totalmem } from 'node:os';
import { imageError } from './imageErrors';

/** Of a machine's memory one image may take this part, and never more than that. */
const share = 1 / 4;
const most = 4 * 2 ** 30;
/** Machines that say they have next to nothing are not believed. */
const least = 512 * 2 ** 20;

/** Bytes that one image may take on this machine. */
export function imageMemory(total = totalmem()): number {
  return Math.max(least, Math.min(most, total * share));
}

/**
 * Throws `bad-input` where `pixels` of the image at `path` at `bytesPerPixel` do not fit. `bytesPerPixel` counts everything
 * that lies in memory at the same time: the decoder's result and the copy that is handed on.
 */
export function promiseMemory(path: string, pixels: number, bytesPerPixel: number, limit = imageMemory()): void {
  const bytes = pixels * bytesPerPixel;
  if (bytes <= limit) return;
  const hint = `cut it into tiles of at most ${Math.floor(limit / bytesPerPixel / 1e6)} megapixels`;
  throw imageError(path, { code: 'memory', pixels, bytes, limit }, { hint });
}
