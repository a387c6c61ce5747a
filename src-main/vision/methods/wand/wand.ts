/** The magic wand: the pixels whose colour is near that of the one clicked, connected to it or anywhere. */
import { AppError } from '@shared/errors/appError';
import { floodFill, keepNear, type Plane } from './floodFill';
import type { LabPlane } from '../labPlane';
import { nearColours } from './nearColours';
import { smoothMask } from '../smoothMask';
import type { WorkScope } from '../workScope';

export interface WandOptions {
  /** Largest distance in CIE LAB (CIE76) that still belongs. */
  readonly tolerance: number;
  /** Only what is connected to the seed by sides (4-connectivity). */
  readonly contiguous: boolean;
  /** Majority of each 3 x 3 neighbourhood: removes single pixels, smooths the edge. */
  readonly smooth: boolean;
}

/** A row-major bitmap (1 = chosen) of the region [x, y, width, height] of the image. */
export interface WandResult {
  readonly region: readonly [x: number, y: number, width: number, height: number];
  readonly bitmap: Uint8Array;
}

/**
 * @param lab LAB of the whole image, `imageWidth` wide.
 * @param seed a place in image space.
 * @throws AppError `usage` for a seed outside the scope.
 * O(pixels chosen) when contiguous, else O(pixels of the scope).
 */
export function wand(
  lab: LabPlane,
  imageWidth: number,
  seed: readonly [number, number],
  options: WandOptions,
  scope: WorkScope,
): WandResult {
  const [left, top, width, height] = scope.bounds;
  const x = Math.floor(seed[0]) - left;
  const y = Math.floor(seed[1]) - top;
  const isIn = x >= 0 && y >= 0 && x < width && y < height && (!scope.inside || scope.inside[y * width + x] !== 0);
  if (!isIn) {
    throw new AppError(
      'usage',
      `wand: the seed ${seed.join(',')} lies outside the region of ${width} x ${height} at ${left},${top}`,
    );
  }
  const plane: Plane = {
    lab,
    imageWidth,
    scope,
    near: nearColours(lab, ((y + top) * imageWidth + x + left) * 3, options.tolerance),
  };
  const found = options.contiguous ? floodFill(plane, x, y) : keepNear(plane);
  const result = options.smooth ? smoothMask(found, scope) : null;
  const { box, bitmap } = result ?? found.extract();
  found.release();
  return { region: [left + box[0], top + box[1], box[2], box[3]], bitmap };
}
