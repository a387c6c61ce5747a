/** The live wire: what is computed once around a seed, and the path that it gives for each place of the cursor. */
import type { Box } from '@shared/geometry/box';
import { edgeMap } from './edgeMap';
import type { RgbaImage } from '../../opencv/image';
import { labOf, labOfRegion } from '../labPlane';
import { NO_STEP, shortestPaths } from './shortestPaths';
import { shrinkToView } from '../viewPicture';
import { STEP_X, STEP_Y, wireCosts } from './wireCosts';

/** A place in image space. */
export type Place = readonly [x: number, y: number];

/** Paths from a seed to every cell of a window around it. */
export interface WireField {
  /** Window, image pixels. */
  readonly box: Box;
  /** Image pixels a side of a cell: 2 to the power of the level. */
  readonly factor: number;
  readonly columns: number;
  readonly rows: number;
  /** Row-major: the direction (see wireCosts.ts) in which the path enters the cell; NO_STEP at the seed. */
  readonly back: Uint8Array;
}

/** Cells between the seed and the edge of its window. */
const REACH = 512;
/** Margin, in cells, that keeps the cursor off the very edge. */
const MARGIN = 8;

/**
 * The level at which the window of a seed reaches to a place: 0 up to 504 pixels away, then half the resolution for twice the
 * distance. It depends on the two places alone, so that the same clicks give the same outline anywhere.
 */
export function wireLevel([x0, y0]: Place, [x1, y1]: Place): number {
  const distance = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0));
  let level = 0;
  while (distance > (REACH - MARGIN) * 2 ** level) level++;
  return level;
}

/** Computes the paths; `from` lies in the image. About 0.2 s for a full window of a million cells. */
export function wireField(image: RgbaImage, from: Place, level: number): WireField {
  const factor = 2 ** level;
  const column = Math.floor(from[0] / factor);
  const row = Math.floor(from[1] / factor);
  const left = Math.max(0, column - REACH) * factor;
  const top = Math.max(0, row - REACH) * factor;
  const right = Math.min(image.width, (column + REACH) * factor);
  const bottom = Math.min(image.height, (row + REACH) * factor);
  const picture = shrinkToView(image, [left, top, right - left, bottom - top], factor);
  const { width, height, box } = picture;
  const costs = wireCosts(labOf(picture), width, height);
  const source = (row - top / factor) * width + (column - left / factor);
  return { box, factor, columns: width, rows: height, back: shortestPaths(costs, width, height, source).back };
}

/**
 * The path from the field's seed to a place: flat `x0,y0,...` through pixel centres (cell centres above level 0), its ends exactly
 * `from` and `to`. Outside the window it ends at the window's nearest cell. O(length).
 */
export function wirePath(field: WireField, from: Place, to: Place): number[] {
  const { box, factor, columns, rows, back } = field;
  let column = clamp(Math.floor((to[0] - box[0]) / factor), columns);
  let row = clamp(Math.floor((to[1] - box[1]) / factor), rows);
  // From the end to the seed, pairs in reverse.
  const reversed: number[] = [to[1], to[0]];
  for (let step = back[row * columns + column]; step !== NO_STEP; step = back[row * columns + column]) {
    column -= STEP_X[step];
    row -= STEP_Y[step];
    reversed.push(box[1] + (row + 0.5) * factor, box[0] + (column + 0.5) * factor);
  }
  const path = reversed.reverse();
  // The last cell met is the seed's own.
  if (path.length > 2) path.splice(0, 2, ...from);
  else if (from[0] !== to[0] || from[1] !== to[1]) path.unshift(...from);
  return path;
}

const clamp = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value));

/** A gradient weaker than this is no edge to snap to (see EdgeMap.magnitude). */
const WEAKEST_EDGE = 4;

/**
 * The centre of the pixel with the strongest edge within `radius` of a place (the nearest of equals, then the first in reading
 * order), or of the place's own pixel where there is no edge. Places outside the image come to its border. O(radius squared).
 */
export function snapToEdge(image: RgbaImage, place: Place, radius: number): Place {
  const x = clamp(Math.floor(place[0]), image.width);
  const y = clamp(Math.floor(place[1]), image.height);
  // The kernels see two pixels around each one.
  const reach = radius + 2;
  const left = Math.max(0, x - reach);
  const top = Math.max(0, y - reach);
  const width = Math.min(image.width, x + reach + 1) - left;
  const height = Math.min(image.height, y + reach + 1) - top;
  const { magnitude } = edgeMap(labOfRegion(image, [left, top, width, height]), width, height);
  let best: Place = [x, y];
  let strongest = WEAKEST_EDGE;
  let nearest = Infinity;
  for (let py = Math.max(0, y - radius); py <= Math.min(image.height - 1, y + radius); py++) {
    for (let px = Math.max(0, x - radius); px <= Math.min(image.width - 1, x + radius); px++) {
      const distance = (px - x) ** 2 + (py - y) ** 2;
      if (distance > radius * radius) continue;
      const strength = magnitude[(py - top) * width + px - left];
      if (strength < strongest || (strength === strongest && distance >= nearest)) continue;
      strongest = strength;
      nearest = distance;
      best = [px, py];
    }
  }
  return [best[0] + 0.5, best[1] + 0.5];
}
