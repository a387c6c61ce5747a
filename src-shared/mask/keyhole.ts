/** A polygon with holes as one ring, for formats that know no holes. */
import { fromParts, fromPolygons, type Part, type Ring } from './rasterize';
import { equals } from './rle';

/**
 * How many of the nearest ring vertices are tried as the other end of a bridge before the nearest one is taken as it
 * is.
 */
const CANDIDATES = 12;

/**
 * The part as a single ring: each hole is joined to the rest by a bridge of no width, walked there and back. The
 * reference rasterises an edge alike in both directions, so a bridge leaves no trace, and the one ring gives the same
 * bits as `fromParts([part], h, w)` wherever the holes lie inside the outer ring and apart from each other (always, for
 * what `trace` gives). Where they do not (a hole reaches out, two overlap) no single ring of this kind is exact: the
 * result is null. Checked by rasterising both in an image of `h` x `w` pixels. Other tools may call the ring invalid
 * (it touches itself along the bridges). O(vertices * holes).
 * @throws MaskError as `fromParts`.
 */
export function keyhole(part: Part, h: number, w: number): number[] | null {
  let ring = Array.from(part.outer);
  const holes = part.holes.filter((hole) => hole.length > 0).map((hole) => rotated(hole, leftmost(hole)));
  // From left to right: the way from a hole's leftmost vertex to what lies left of it is free of later holes.
  holes.sort((a, b) => a[0] - b[0]);
  holes.forEach((hole, i) => {
    const at = bridgeEnd(ring, hole, holes.slice(i));
    ring = [...ring.slice(0, at + 2), ...hole, hole[0], hole[1], ring[at], ring[at + 1], ...ring.slice(at + 2)];
  });
  return equals(fromPolygons([ring], h, w), fromParts([part], h, w)) ? ring : null;
}

/** Index of x of the leftmost (then topmost) vertex. */
function leftmost(ring: Ring): number {
  let best = 0;
  for (let i = 2; i + 1 < ring.length; i += 2) {
    if (ring[i] < ring[best] || (ring[i] === ring[best] && ring[i + 1] < ring[best + 1])) best = i;
  }
  return best;
}

function rotated(ring: Ring, start: number): number[] {
  const values = Array.from(ring);
  return [...values.slice(start), ...values.slice(0, start)];
}

/** Index of the vertex of `ring` to join with the first vertex of `hole`: near, and in sight of it where one is. */
function bridgeEnd(ring: readonly number[], hole: readonly number[], obstacles: readonly number[][]): number {
  const [x, y] = hole;
  const distance = (i: number): number => (ring[i] - x) ** 2 + (ring[i + 1] - y) ** 2;
  const tried = new Set<number>();
  let nearest = -1;
  for (let round = 0; round < CANDIDATES && tried.size < ring.length / 2; round++) {
    let at = -1;
    for (let i = 0; i < ring.length; i += 2) {
      if (!tried.has(i) && (at < 0 || distance(i) < distance(at))) at = i;
    }
    tried.add(at);
    if (nearest < 0) nearest = at;
    if (![ring, ...obstacles].some((other) => crosses(other, x, y, ring[at], ring[at + 1]))) return at;
  }
  return nearest;
}

/** True where an edge of the ring properly crosses the segment (touching does not count). */
function crosses(ring: readonly number[], x0: number, y0: number, x1: number, y1: number): boolean {
  const side = (ax: number, ay: number, bx: number, by: number, px: number, py: number): number =>
    Math.sign((bx - ax) * (py - ay) - (by - ay) * (px - ax));
  let ax = ring[ring.length - 2];
  let ay = ring[ring.length - 1];
  for (let i = 0; i < ring.length; i += 2) {
    const bx = ring[i];
    const by = ring[i + 1];
    if (
      side(x0, y0, x1, y1, ax, ay) * side(x0, y0, x1, y1, bx, by) < 0 &&
      side(ax, ay, bx, by, x0, y0) * side(ax, ay, bx, by, x1, y1) < 0
    ) {
      return true;
    }
    ax = bx;
    ay = by;
  }
  return false;
}
