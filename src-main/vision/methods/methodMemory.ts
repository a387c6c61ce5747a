/** What a method will need of memory is known from the numbers of its region: what does not fit is refused before it is taken. */
import { workError } from '@shared/errors/workFault';
import type { Box } from '@shared/geometry/box';
import type { MethodName } from '@shared/methods/params';
import { area, type Rle, toBbox } from '@shared/mask';
import { imageMemory } from '../../images/limits';
import { heapBytes, outOfHeap } from '../opencv/heap';
import { clipToImage } from '../opencv/image';

/**
 * Bytes of OpenCV's heap a pixel of the region, as measured on scenes of 30, 60, 90 and 120 megapixels; those that are not named
 * work at a bounded size, or outside of it.
 */
const heapPerPixel: Partial<Record<MethodName, number>> = {
  threshold: 6.7,
  components: 6.7,
  watershed: 16.9,
  kmeans: 8.1,
};

/** Bytes a pixel of the process's memory for the picture itself, and beside it: measured on 12, 35 and 60 megapixels. */
const picturePerPixel = 8;
const besides: Partial<Record<MethodName, { readonly perPixel: number; readonly of: 'region' | 'image' }>> = {
  superpixels: { perPixel: 10, of: 'region' },
  wand: { perPixel: 3, of: 'image' },
  grabcut: { perPixel: 3, of: 'image' },
};

export interface MethodScope {
  readonly method: MethodName;
  readonly box?: Box;
  readonly within?: Rle;
}

/** @throws AppError `bad-input` where the region of an image of this size does not fit; `limit`: bytes the method and its picture may take. */
export function requireMemory(
  { method, box, within }: MethodScope,
  image: { readonly width: number; readonly height: number },
  limit = imageMemory(),
): void {
  const [, , width, height] = clipToImage(within && area(within) > 0 ? toBbox(within) : box, image);
  const inHeap = heapPerPixel[method] ?? 0;
  if (width * height * inHeap > heapBytes) throw outOfHeap({ method, size: [width, height] });
  const beside = besides[method];
  if (!beside) return;
  const { perPixel, of } = beside;
  const pixels = image.width * image.height;
  const bytes = pixels * picturePerPixel + (of === 'region' ? width * height : pixels) * perPixel;
  if (bytes <= limit) return;
  // Of what no part fits either, only tiles are left.
  const fitsInPart = of === 'region' && pixels * picturePerPixel < limit;
  const size = of === 'region' ? ([width, height] as const) : ([image.width, image.height] as const);
  throw workError('bad-input', { code: 'method-memory', method, size, bytes, limit, fitsInPart });
}
