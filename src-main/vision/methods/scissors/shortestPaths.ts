/** Shortest paths over a picture from one pixel to all others. */
import { MAX_STEP_COST, STEP_X, STEP_Y, TURN_COSTS, type WireCosts } from './wireCosts';

/** The direction that leads back, in `back`, of the source itself. */
export const NO_STEP = 255;

/** Longer than any path. */
const FAR = 2 ** 31 - 1;

/**
 * For each pixel of the picture the number of the direction in which it was reached (its predecessor lies against it), and the
 * cost of its path. Dijkstra's algorithm with a ring of buckets, each a doubly linked list. Source: Dial (1969), "Algorithm 360:
 * Shortest-path forest with topological ordering". O(pixels * 8).
 */
export function shortestPaths(
  costs: WireCosts,
  width: number,
  height: number,
  source: number,
): { back: Uint8Array; distance: Int32Array } {
  const { local, tangent } = costs;
  const count = width * height;
  const distance = new Int32Array(count).fill(FAR);
  const back = new Uint8Array(count).fill(NO_STEP);
  const done = new Uint8Array(count);
  const next = new Int32Array(count);
  const previous = new Int32Array(count);
  const ringSize = MAX_STEP_COST + 1;
  const heads = new Int32Array(ringSize).fill(-1);
  let waiting = 1;

  const insert = (i: number, bucket: number): void => {
    const head = heads[bucket];
    next[i] = head;
    previous[i] = -1;
    if (head >= 0) previous[head] = i;
    heads[bucket] = i;
  };
  const remove = (i: number, bucket: number): void => {
    if (previous[i] >= 0) next[previous[i]] = next[i];
    else heads[bucket] = next[i];
    if (next[i] >= 0) previous[next[i]] = previous[i];
  };

  distance[source] = 0;
  insert(source, 0);
  for (let d = 0; waiting > 0; d++) {
    const bucket = d % ringSize;
    for (let i = heads[bucket]; i >= 0; i = heads[bucket]) {
      remove(i, bucket);
      waiting--;
      done[i] = 1;
      const x = i % width;
      const y = (i / width) | 0;
      const turn = tangent[i] * 8;
      for (let direction = 0; direction < 8; direction++) {
        const nx = x + STEP_X[direction];
        const ny = y + STEP_Y[direction];
        if (nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
        const j = ny * width + nx;
        if (done[j] !== 0) continue;
        // As `stepCost`, by hand: this is the loop that counts.
        const straight = 1 + local[j] + TURN_COSTS[turn + direction] + TURN_COSTS[tangent[j] * 8 + direction];
        const reached = d + (direction & 1 ? (straight * 181) >> 7 : straight);
        const known = distance[j];
        if (reached >= known) continue;
        if (known === FAR) waiting++;
        else remove(j, known % ringSize);
        distance[j] = reached;
        back[j] = direction;
        insert(j, reached % ringSize);
      }
    }
  }
  return { back, distance };
}
