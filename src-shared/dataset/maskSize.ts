/** Whether a mask fits its image and can be drawn at all, and what to say where it does not. */
import { maxCoordinate, maxMaskPixels } from '../document/limits';
import type { Segmentation } from '../document/types';
import type { Issue } from './finding';

type Size = readonly [height: number, width: number];

/** The finding about a mask of `mask` in an image of `image`; null where they agree. `pointer`: of the annotation's record. */
export function maskSizeIssue(mask: Size, image: Size, pointer: string): Issue | null {
  if (mask[0] === image[0] && mask[1] === image[1]) return null;
  const place = { severity: 'warning', pointer: `${pointer}/segmentation/size` } as const;
  const expected = `[${image.join(', ')}]`;
  if (mask[0] === image[1] && mask[1] === image[0]) {
    const message = `size is [w, h] of the image, [${mask.join(', ')}]: expected [h, w], ${expected}`;
    return { ...place, code: 'mask-size', message, repair: 'swap-mask-sizes' };
  }
  return { ...place, code: 'mask-size', message: `size is [${mask.join(', ')}], the image's is ${expected}` };
}

/** Whether a mask of the segmentation can be had: a polygon with a coordinate far outside every image has none. */
export function canRasterise(segmentation: Segmentation | null, [height, width]: Size): boolean {
  if (segmentation?.kind !== 'polygons') return true;
  if (height * width > maxMaskPixels) return false;
  return segmentation.parts.every(({ outer, holes }) => isNear(outer) && holes.every(isNear));
}

function isNear(ring: readonly number[]): boolean {
  for (let i = 0; i < ring.length; i++) if (!(ring[i] <= maxCoordinate && ring[i] >= -maxCoordinate)) return false;
  return true;
}
