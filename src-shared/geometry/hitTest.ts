/** Exact point-in-shape tests for polygons (even-odd rings) and for masks (runs, never decoded). */
import type { PolygonPart } from './polygon';

/**
 * Even-odd test of image point (x, y) against one ring, flat `x0,y0,x1,y1,...`, closed implicitly.
 * Half-open like pixels: a left or top edge belongs to the ring, a right or bottom edge does not. O(vertices).
 */
export function pointInRing(ring: ArrayLike<number>, x: number, y: number): boolean {
  let inside = false;
  const n = ring.length;
  for (let i = 0, j = n - 2; i < n; j = i, i += 2) {
    const yi = ring[i + 1];
    const yj = ring[j + 1];
    if (yi > y !== yj > y && x < ((ring[j] - ring[i]) * (y - yi)) / (yj - yi) + ring[i]) inside = !inside;
  }
  return inside;
}

/** True when image point (x, y) lies in the outer ring and in none of the holes. */
export function pointInPart(part: PolygonPart, x: number, y: number): boolean {
  return pointInRing(part.outer, x, y) && !part.holes.some((hole) => pointInRing(hole, x, y));
}

/** True when image point (x, y) lies in any of the parts. */
export function pointInParts(parts: readonly PolygonPart[], x: number, y: number): boolean {
  return parts.some((part) => pointInPart(part, x, y));
}

/** Where each run of a column-major mask ends, as pixel positions: the cumulative sum of `counts`. O(runs). */
export function runEnds(counts: ArrayLike<number>): Uint32Array {
  const ends = new Uint32Array(counts.length);
  let position = 0;
  for (let i = 0; i < counts.length; i++) ends[i] = position += counts[i];
  return ends;
}

/**
 * Value of the mask at the pixel that contains image point (x, y); false outside the image.
 * `ends` is {@link runEnds} of the mask's counts, `size` its `[height, width]`. O(log runs).
 */
export function pointInRuns(ends: Uint32Array, size: readonly [number, number], x: number, y: number): boolean {
  const [height, width] = size;
  const column = Math.floor(x);
  const row = Math.floor(y);
  if (column < 0 || row < 0 || column >= width || row >= height) return false;
  const position = column * height + row;
  // The first run that ends beyond the pixel holds it; odd runs are foreground. Zero-length runs never end beyond.
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ends[middle] > position) high = middle;
    else low = middle + 1;
  }
  return low < ends.length && (low & 1) === 1;
}

/** Squared distance in image pixels from (x, y) to the segment (ax, ay)-(bx, by). */
export function squaredDistanceToSegment(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const dx = bx - ax;
  const dy = by - ay;
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
  const ex = x - ax - t * dx;
  const ey = y - ay - t * dy;
  return ex * ex + ey * ey;
}

/** Distance in image pixels from (x, y) to the nearest point of a closed ring; Infinity for an empty one. O(vertices). */
export function distanceToRing(ring: ArrayLike<number>, x: number, y: number): number {
  let best = Infinity;
  const n = ring.length;
  for (let i = 0, j = n - 2; i < n; j = i, i += 2) {
    best = Math.min(best, squaredDistanceToSegment(x, y, ring[j], ring[j + 1], ring[i], ring[i + 1]));
  }
  return Math.sqrt(best);
}
