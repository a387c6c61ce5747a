/** Measures and moves of rings (flat `x0,y0,x1,y1,...` in image space, closed implicitly) and of polygon parts. */
import type { Box } from './box';
import { emptyBox, uniteBoxes } from './box';

/** One part of an object: an outer ring and the holes cut from it; flat `x0,y0,x1,y1,...` in image space, not closed. */
export interface PolygonPart {
  readonly outer: readonly number[];
  readonly holes: readonly (readonly number[])[];
}

/** Signed area in square pixels, positive when the ring runs clockwise on screen (y down). Source: shoelace. */
export function signedRingArea(ring: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    sum += ring[j] * ring[i + 1] - ring[i] * ring[j + 1];
  }
  return sum / 2;
}

/** Geometric area in square pixels; not the number of pixels the ring rasterises to. */
export function ringArea(ring: ArrayLike<number>): number {
  return Math.abs(signedRingArea(ring));
}

/** Area of outer rings minus holes; parts that overlap count twice, as in official COCO files. */
export function partsArea(parts: readonly PolygonPart[]): number {
  let area = 0;
  for (const { outer, holes } of parts) {
    area += ringArea(outer);
    for (const hole of holes) area -= ringArea(hole);
  }
  return area;
}

/** Length of the closed outline in image pixels. */
export function ringPerimeter(ring: ArrayLike<number>): number {
  let length = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    length += Math.hypot(ring[i] - ring[j], ring[i + 1] - ring[j + 1]);
  }
  return length;
}

/** Extrema of the vertices; an empty box for a ring without points. */
export function ringBox(ring: ArrayLike<number>): Box {
  if (ring.length < 2) return emptyBox;
  let [left, top] = [ring[0], ring[1]];
  let [right, bottom] = [left, top];
  for (let i = 2; i < ring.length; i += 2) {
    const x = ring[i];
    const y = ring[i + 1];
    if (x < left) left = x;
    else if (x > right) right = x;
    if (y < top) top = y;
    else if (y > bottom) bottom = y;
  }
  return [left, top, right - left, bottom - top];
}

/** Extrema of all outer rings. */
export function partsBox(parts: readonly PolygonPart[]): Box {
  return uniteBoxes(parts.map((part) => ringBox(part.outer)));
}

/** The ring run the other way round. */
export function reverseRing(ring: readonly number[]): number[] {
  const reversed: number[] = [];
  for (let i = ring.length - 2; i >= 0; i -= 2) reversed.push(ring[i], ring[i + 1]);
  return reversed;
}

/** The ring without a last point that repeats the first, and without points that repeat the one before. */
export function withoutRepeats(ring: readonly number[]): number[] {
  const kept: number[] = [];
  for (let i = 0; i < ring.length; i += 2) {
    const n = kept.length;
    if (n === 0 || kept[n - 2] !== ring[i] || kept[n - 1] !== ring[i + 1]) kept.push(ring[i], ring[i + 1]);
  }
  while (kept.length > 2 && kept[0] === kept[kept.length - 2] && kept[1] === kept[kept.length - 1]) kept.length -= 2;
  return kept;
}

/** Each point `(x, y)` of all rings replaced by `move(x, y)`. */
export function mapParts(
  parts: readonly PolygonPart[],
  move: (x: number, y: number) => readonly [x: number, y: number],
): PolygonPart[] {
  const mapRing = (ring: readonly number[]) => {
    const moved: number[] = [];
    for (let i = 0; i < ring.length; i += 2) moved.push(...move(ring[i], ring[i + 1]));
    return moved;
  };
  return parts.map(({ outer, holes }) => ({ outer: mapRing(outer), holes: holes.map(mapRing) }));
}

/** All rings moved by image pixels. */
export function translateParts(parts: readonly PolygonPart[], dx: number, dy: number): PolygonPart[] {
  return mapParts(parts, (x, y) => [x + dx, y + dy]);
}

/** Number of vertices in all rings. */
export function countVertices(parts: readonly PolygonPart[]): number {
  return parts.reduce(
    (count, { outer, holes }) => count + outer.length / 2 + holes.reduce((sum, hole) => sum + hole.length / 2, 0),
    0,
  );
}
