/** Rings as tools draw them: rounded and clipped to the image. */
import type { Box } from '@shared/geometry/box';
import type { PolygonPart } from '@shared/geometry/polygon';
import { withoutRepeats } from '@shared/geometry/polygon';

/** Two decimals, as the official COCO files have: finer than any pointer, coarse enough to store and read. */
export function roundCoordinate(value: number): number {
  return Math.round(value * 100) / 100;
}

/**
 * The ring (flat, not closed, image space) clipped to the image of `[height, width]`, rounded to hundredths, repeated
 * vertices dropped; empty where fewer than three remain. A ring that leaves and comes back keeps an edge along the border between
 * its pieces, which covers no pixel. Source: Sutherland and Hodgman, CACM 17(1), 1974. O(vertices).
 */
export function clipRing(ring: readonly number[], [height, width]: readonly [number, number]): number[] {
  let points = ring.map(roundCoordinate);
  points = clipHalfPlane(points, 0, 1, 0);
  points = clipHalfPlane(points, 0, -1, -width);
  points = clipHalfPlane(points, 1, 1, 0);
  points = clipHalfPlane(points, 1, -1, -height);
  const clean = withoutRepeats(points.map(roundCoordinate));
  return clean.length >= 6 ? clean : [];
}

/** Keeps the side where sign * coordinate >= limit; axis 0 is x, 1 is y. */
function clipHalfPlane(points: readonly number[], axis: 0 | 1, sign: 1 | -1, limit: number): number[] {
  const depth = (i: number): number => sign * points[i + axis] - limit;
  const out: number[] = [];
  for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2) {
    const a = depth(j);
    const b = depth(i);
    if (a < 0 !== b < 0) {
      const t = a / (a - b);
      const cut = [points[j] + t * (points[i] - points[j]), points[j + 1] + t * (points[i + 1] - points[j + 1])];
      // Exactly on the border, not beside it by a rounding error.
      cut[axis] = sign * limit;
      out.push(...cut);
    }
    if (b >= 0) out.push(points[i], points[i + 1]);
  }
  return out;
}

/** True where every vertex lies in the image of `[height, width]`, its border included. */
function isInImage(ring: readonly number[], [height, width]: readonly [number, number]): boolean {
  for (let i = 0; i < ring.length; i += 2) {
    if (ring[i] < 0 || ring[i] > width || ring[i + 1] < 0 || ring[i + 1] > height) return false;
  }
  return true;
}

/** The parts clipped to the image; a part without an outer ring left is dropped, so is such a hole. */
export function clipParts(parts: readonly PolygonPart[], size: readonly [number, number]): PolygonPart[] {
  const clip = (ring: readonly number[]): readonly number[] => (isInImage(ring, size) ? ring : clipRing(ring, size));
  return parts
    .map(({ outer, holes }) => ({ outer: clip(outer), holes: holes.map(clip).filter((hole) => hole.length > 0) }))
    .filter(({ outer }) => outer.length > 0);
}

/** Extent of the vertices as `[x, y, width, height]`; of no vertices, null. */
export function ringsBox(rings: Iterable<readonly number[]>): Box | null {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      minX = Math.min(minX, ring[i]);
      maxX = Math.max(maxX, ring[i]);
      minY = Math.min(minY, ring[i + 1]);
      maxY = Math.max(maxY, ring[i + 1]);
    }
  }
  return minX <= maxX ? [minX, minY, maxX - minX, maxY - minY] : null;
}
