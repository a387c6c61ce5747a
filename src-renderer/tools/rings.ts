/** Rings as tools draw them: rounded, clipped to the image, and whether two of them can live in one polygon. */
import type { Box, PolygonPart, PolygonSegmentation } from '@shared/document/types';
import { pointInRing } from '@shared/geometry/hitTest';

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
  const clean = dropRepeats(points.map(roundCoordinate));
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

function dropRepeats(points: readonly number[]): number[] {
  const out: number[] = [];
  for (let i = 0; i < points.length; i += 2) {
    const n = out.length;
    if (n === 0 || points[i] !== out[n - 2] || points[i + 1] !== out[n - 1]) out.push(points[i], points[i + 1]);
  }
  while (out.length > 2 && out[0] === out[out.length - 2] && out[1] === out[out.length - 1]) out.length -= 2;
  return out;
}

/** True where every vertex lies in the image of `[height, width]`, its border included. */
export function isInImage(ring: readonly number[], [height, width]: readonly [number, number]): boolean {
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

/** The polygon with one more part, where the ring neither touches nor encloses what is there; null where it does. */
export function withPart(segmentation: PolygonSegmentation, ring: readonly number[]): PolygonSegmentation | null {
  if (!segmentation.parts.every((part) => isApart(part, ring))) return null;
  return { kind: 'polygons', parts: [...segmentation.parts, { outer: ring, holes: [] }] };
}

/** The polygon with the ring as a hole, where it lies wholly inside one part and clear of its holes; null elsewhere. */
export function withHole(segmentation: PolygonSegmentation, ring: readonly number[]): PolygonSegmentation | null {
  const owner = segmentation.parts.findIndex(
    ({ outer, holes }) =>
      pointInRing(outer, ring[0], ring[1]) &&
      !ringsTouch(outer, ring) &&
      holes.every((hole) => !ringsTouch(hole, ring) && !encloses(hole, ring) && !encloses(ring, hole)),
  );
  if (owner < 0) return null;
  const { parts } = segmentation;
  if (!parts.every((part, i) => i === owner || isApart(part, ring))) return null;
  return {
    kind: 'polygons',
    parts: parts.map((part, i) => (i === owner ? { ...part, holes: [...part.holes, ring] } : part)),
  };
}

/** Outside the part, or inside one of its holes; touching nothing, enclosing nothing. */
function isApart({ outer, holes }: PolygonPart, ring: readonly number[]): boolean {
  if (ringsTouch(outer, ring) || encloses(ring, outer) || holes.some((hole) => ringsTouch(hole, ring))) return false;
  return !encloses(outer, ring) || holes.some((hole) => encloses(hole, ring) && !encloses(ring, hole));
}

/** For rings that do not touch: whether `inner` lies inside `outer`. */
function encloses(outer: readonly number[], inner: readonly number[]): boolean {
  return pointInRing(outer, inner[0], inner[1]);
}

/** True where two edges of the rings cross or touch. O(n * m) where their boxes meet. */
function ringsTouch(a: readonly number[], b: readonly number[]): boolean {
  const box = ringsBox([a]);
  if (!box) return false;
  const [left, top, right, bottom] = [box[0], box[1], box[0] + box[2], box[1] + box[3]];
  for (let i = 0, j = b.length - 2; i < b.length; j = i, i += 2) {
    if (Math.max(b[i], b[j]) < left || Math.min(b[i], b[j]) > right) continue;
    if (Math.max(b[i + 1], b[j + 1]) < top || Math.min(b[i + 1], b[j + 1]) > bottom) continue;
    for (let k = 0, l = a.length - 2; k < a.length; l = k, k += 2) {
      if (edgesTouch(b[j], b[j + 1], b[i], b[i + 1], a[l], a[l + 1], a[k], a[k + 1])) return true;
    }
  }
  return false;
}

function edgesTouch(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
): boolean {
  if (Math.max(ax, bx) < Math.min(cx, dx) || Math.max(cx, dx) < Math.min(ax, bx)) return false;
  if (Math.max(ay, by) < Math.min(cy, dy) || Math.max(cy, dy) < Math.min(ay, by)) return false;
  const turn = (px: number, py: number, qx: number, qy: number, rx: number, ry: number): number =>
    Math.sign((qx - px) * (ry - py) - (qy - py) * (rx - px));
  return (
    turn(ax, ay, bx, by, cx, cy) * turn(ax, ay, bx, by, dx, dy) <= 0 &&
    turn(cx, cy, dx, dy, ax, ay) * turn(cx, cy, dx, dy, bx, by) <= 0
  );
}
