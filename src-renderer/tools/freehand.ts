/** Lines drawn free-hand: fewer vertices within a tolerance, Douglas-Peucker (Cartographica 10(2), 1973) on an open line. */
import { squaredDistanceToSegment } from '@shared/geometry/hitTest';

/**
 * A new line (flat) whose vertices are a subset of `points`', both ends included, such that no dropped vertex is farther
 * than `tolerance` from the edge that replaces it. O(n log n) on ordinary strokes, O(n^2) at worst.
 */
export function simplifyLine(points: readonly number[], tolerance: number): number[] {
  const n = points.length / 2;
  if (n <= 2) return points.slice();
  const keep = new Uint8Array(n);
  keep[0] = keep[n - 1] = 1;
  const pending = [0, n - 1];
  while (pending.length > 0) {
    const end = pending.pop()!;
    const start = pending.pop()!;
    let farthest = tolerance * tolerance;
    let split = -1;
    for (let i = start + 1; i < end; i++) {
      const distance = squaredDistanceToSegment(
        points[2 * i],
        points[2 * i + 1],
        points[2 * start],
        points[2 * start + 1],
        points[2 * end],
        points[2 * end + 1],
      );
      if (distance > farthest) {
        farthest = distance;
        split = i;
      }
    }
    if (split < 0) continue;
    keep[split] = 1;
    pending.push(start, split, split, end);
  }
  return points.filter((_, i) => keep[i >> 1] === 1);
}
