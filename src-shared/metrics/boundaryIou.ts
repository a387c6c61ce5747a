/** Boundary IoU: how well two masks agree along their outlines, whatever their size (Cheng et al. 2021, arXiv:2103.16562). */
import { subtract, type Rle } from '../mask/index';
import { erode } from '../mask/erode';
import { maskIou } from './maskIou';
import { MetricsError } from './types';

/** Width of the band in shares of the image's diagonal, as in the paper. */
export const DILATION_RATIO = 0.02;

/** Width of the band in pixels, at least 1, for an image of `size` [height, width]; halves to even, as in the source. */
export function boundaryWidth([h, w]: readonly [number, number], ratio = DILATION_RATIO): number {
  if (!(ratio > 0 && Number.isFinite(ratio))) {
    throw new MetricsError(`Dilation ratio is ${ratio} when a number above 0 was expected`);
  }
  const exact = ratio * Math.sqrt(h * h + w * w);
  const floor = Math.floor(exact);
  const isUp = exact - floor > 0.5 || (exact - floor === 0.5 && floor % 2 === 1);
  return Math.max(1, isUp ? floor + 1 : floor);
}

/** The mask's pixels along its border, the image's edge too. Source: boundary_utils.py, mask_to_boundary. No bitmap. */
export function boundaryOf(mask: Rle, ratio = DILATION_RATIO): Rle {
  return subtract(mask, erode(mask, boundaryWidth(mask.size, ratio)));
}

/** IoU of the two boundaries, 0..1; 0 for two empty masks, as `maskIou`. */
export function boundaryIou(a: Rle, b: Rle, ratio = DILATION_RATIO): number {
  return maskIou(boundaryOf(a, ratio), boundaryOf(b, ratio));
}
