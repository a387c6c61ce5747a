/** The part of an image that a method works on: a box, a mask, both, or all of it. */
import type { Box } from '@shared/geometry/box';
import { AppError } from '@shared/errors/appError';
import { area, decodeRegion, type Rle, toBbox } from '@shared/mask';
import { clipToImage } from '../opencv/image';

export interface WorkScope {
  /** Whole pixels inside the image. */
  readonly bounds: Box;
  /** Row-major bitmap of the bounds, 1 = inside; null where everything is. */
  readonly inside: Uint8Array | null;
}

/**
 * The box clipped to the image, shrunk to the mask where there is one.
 * @throws AppError `bad-input` for a box or a mask that has nothing in the image, or a mask of another size.
 */
export function workScope(image: { width: number; height: number }, box?: Box, within?: Rle): WorkScope {
  const clipped = clipToImage(box, image);
  if (!within) return { bounds: clipped, inside: null };
  const [h, w] = within.size;
  if (h !== image.height || w !== image.width) {
    throw new AppError(
      'bad-input',
      `The mask is of ${w} x ${h} pixels when the image has ${image.width} x ${image.height}`,
    );
  }
  if (area(within) === 0) throw new AppError('bad-input', 'The mask to work inside is empty');
  const bounds = intersect(clipped, toBbox(within));
  const inside = bounds ? decodeRegion(within, bounds) : null;
  if (!bounds || !inside?.includes(1))
    throw new AppError('bad-input', 'The mask to work inside has no pixel in the box');
  return { bounds, inside };
}

function intersect(a: Box, b: Box): Box | null {
  const x = Math.max(a[0], b[0]);
  const y = Math.max(a[1], b[1]);
  const w = Math.min(a[0] + a[2], b[0] + b[2]) - x;
  const h = Math.min(a[1] + a[3], b[1] + b[3]) - y;
  return w > 0 && h > 0 ? [x, y, w, h] : null;
}

/**
 * Calls `visit` with the index of each pixel on the border of the scope: those at its edge, corners once. In a mask these
 * are the pixels with a side on the outside.
 */
export function visitBorder({ bounds, inside }: WorkScope, visit: (index: number) => void): void {
  const [, , width, height] = bounds;
  for (let y = 0; y < height; y++) {
    const edgeRow = y === 0 || y === height - 1;
    // Without a mask only the ends of the inner rows are at the edge.
    const step = inside || edgeRow ? 1 : Math.max(1, width - 1);
    for (let x = 0; x < width; x += step) {
      const i = y * width + x;
      if (!inside || (inside[i] !== 0 && isEdge(inside, i, x, y, width, height))) visit(i);
    }
  }
}

function isEdge(inside: Uint8Array, i: number, x: number, y: number, width: number, height: number): boolean {
  if (x === 0 || y === 0 || x === width - 1 || y === height - 1) return true;
  return inside[i - 1] === 0 || inside[i + 1] === 0 || inside[i - width] === 0 || inside[i + width] === 0;
}

/** Sets what lies outside the scope to 0, in place; `values` is a row-major picture of the bounds. */
export function clearOutside({ inside }: WorkScope, values: Uint8Array): void {
  if (!inside) return;
  for (let i = 0; i < values.length; i++) if (inside[i] === 0) values[i] = 0;
}
