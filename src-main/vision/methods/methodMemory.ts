/** What a method will need of OpenCV's memory is known from the numbers of its region: what does not fit is refused before a pixel is read. */
import type { Box } from '@shared/geometry/box';
import type { MethodName } from '@shared/methods/params';
import { area, type Rle, toBbox } from '@shared/mask';
import { heapBytes, outOfHeap } from '../opencv/heap';
import { clipToImage } from '../opencv/image';

/**
 * Bytes of that heap a pixel of the region, as measured on scenes of 30, 60, 90 and 120 megapixels; those that are not named work
 * at a bounded size, or outside of it.
 */
const bytesPerPixel: Partial<Record<MethodName, number>> = {
  threshold: 6.7,
  components: 6.7,
  watershed: 16.9,
  kmeans: 8.1,
};

export interface MethodScope {
  readonly method: MethodName;
  readonly box?: Box;
  readonly within?: Rle;
}

/** @throws AppError `bad-input` where the region of an image of this size does not fit. */
export function requireHeap(
  { method, box, within }: MethodScope,
  image: { readonly width: number; readonly height: number },
): void {
  const perPixel = bytesPerPixel[method];
  if (perPixel === undefined) return;
  const [, , width, height] = clipToImage(within && area(within) > 0 ? toBbox(within) : box, image);
  if (width * height * perPixel <= heapBytes) return;
  throw outOfHeap(`${method} on ${width} x ${height} pixels`);
}
