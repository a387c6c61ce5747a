/** Fewer vertices for a ring within a tolerance: Douglas-Peucker (Cartographica 10(2), 1973) on closed rings. */
import type { PolygonPart } from './polygon';
import { squaredDistanceToSegment } from './hitTest';

/**
 * A new ring (flat, not closed) whose vertices are a subset of `ring`'s, in order, such that no dropped vertex is farther
 * than `tolerance` image pixels from the edge that replaces it. A ring that would fall below three vertices is returned
 * as a copy. O(n log n) on ordinary outlines, O(n^2) at worst.
 */
export function simplifyRing(ring: readonly number[], tolerance: number): number[] {
  const n = ring.length / 2;
  if (n <= 3 || tolerance <= 0) return ring.slice();
  const keep = new Uint8Array(n);
  const far = farthestFrom(ring, 0);
  keep[0] = keep[far] = 1;
  // The ring is two open chains between vertex 0 and the vertex farthest from it; index n stands for vertex 0 again.
  const limit = tolerance * tolerance;
  const pending = [0, far, far, n];
  while (pending.length > 0) {
    const end = pending.pop()!;
    const start = pending.pop()!;
    const split = farthestFromEdge(ring, start, end, limit);
    if (split < 0) continue;
    keep[split] = 1;
    pending.push(start, split, split, end);
  }
  const result: number[] = [];
  for (let i = 0; i < n; i++) if (keep[i]) result.push(ring[2 * i], ring[2 * i + 1]);
  return result.length >= 6 ? result : ring.slice();
}

/** {@link simplifyRing} on the outer ring and every hole. */
export function simplifyPart(part: PolygonPart, tolerance: number): PolygonPart {
  return {
    outer: simplifyRing(part.outer, tolerance),
    holes: part.holes.map((hole) => simplifyRing(hole, tolerance)),
  };
}

function farthestFrom(ring: readonly number[], vertex: number): number {
  let best = -1;
  let index = 0;
  for (let i = 0; i < ring.length / 2; i++) {
    const dx = ring[2 * i] - ring[2 * vertex];
    const dy = ring[2 * i + 1] - ring[2 * vertex + 1];
    if (dx * dx + dy * dy > best) {
      best = dx * dx + dy * dy;
      index = i;
    }
  }
  return index;
}

/** Index strictly between start and end of the vertex farthest from their edge, or -1 when all are within the limit. */
function farthestFromEdge(ring: readonly number[], start: number, end: number, squaredLimit: number): number {
  const n = ring.length / 2;
  const a = 2 * start;
  const b = 2 * (end % n);
  let best = squaredLimit;
  let index = -1;
  for (let i = start + 1; i < end; i++) {
    const distance = squaredDistanceToSegment(ring[2 * i], ring[2 * i + 1], ring[a], ring[a + 1], ring[b], ring[b + 1]);
    if (distance > best) {
      best = distance;
      index = i;
    }
  }
  return index;
}
