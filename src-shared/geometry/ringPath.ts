/** Places on a ring, and the way along it from one to another: how a new outline shares a border with one that is there. */

/** A place on edge `edge` (from vertex `edge` to the next one), at `t` of it, 0 <= t < 1; image space. */
export interface RingPlace {
  readonly edge: number;
  readonly t: number;
  readonly x: number;
  readonly y: number;
}

export interface NearPlace extends RingPlace {
  readonly distance: number;
}

/**
 * The place of the ring nearest to a point, at most `reach` away; a vertex within reach goes before any place on an edge.
 * `ring`: flat, closed implicitly. null: none is so near. O(vertices).
 */
export function nearestOnRing(ring: ArrayLike<number>, x: number, y: number, reach: number): NearPlace | null {
  const count = ring.length / 2;
  let vertex = -1;
  let nearest = reach * reach;
  let place: NearPlace | null = null;
  let nearestEdge = nearest;
  for (let i = 0; i < count; i++) {
    const [ax, ay] = [ring[2 * i], ring[2 * i + 1]];
    const toVertex = (ax - x) ** 2 + (ay - y) ** 2;
    if (toVertex <= nearest) {
      nearest = toVertex;
      vertex = i;
    }
    if (vertex >= 0) continue;
    const next = i + 1 === count ? 0 : i + 1;
    const [dx, dy] = [ring[2 * next] - ax, ring[2 * next + 1] - ay];
    const length = dx * dx + dy * dy;
    if (length === 0) continue;
    const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length));
    const [px, py] = [ax + t * dx, ay + t * dy];
    const toEdge = (px - x) ** 2 + (py - y) ** 2;
    // The end of an edge is the next one's begin: a vertex, which is looked at by itself.
    if (toEdge > nearestEdge || t === 1) continue;
    nearestEdge = toEdge;
    place = { edge: i, t, x: px, y: py, distance: Math.sqrt(toEdge) };
  }
  if (vertex < 0) return place;
  return { edge: vertex, t: 0, x: ring[2 * vertex], y: ring[2 * vertex + 1], distance: Math.sqrt(nearest) };
}

/**
 * The vertices strictly between two places of the ring, flat and in order from `from` to `to`: the shorter way around, or the
 * longer one. O(vertices).
 */
export function pathAlongRing(
  ring: ArrayLike<number>,
  from: RingPlace,
  to: RingPlace,
  way: 'shorter' | 'longer' = 'shorter',
): number[] {
  const onward = verticesBetween(ring, from, to);
  const back = verticesBetween(ring, to, from).reverse();
  const length = (vertices: readonly number[]) => pathLength(ring, from, to, vertices);
  const isOnward = length(onward) <= length(back) === (way === 'shorter');
  return (isOnward ? onward : back).flatMap((i) => [ring[2 * i], ring[2 * i + 1]]);
}

/** Vertices from one place to the other in the order of the ring. */
function verticesBetween(ring: ArrayLike<number>, from: RingPlace, to: RingPlace): number[] {
  const count = ring.length / 2;
  const vertices: number[] = [];
  if (from.edge === to.edge && from.t <= to.t) return vertices;
  for (let i = (from.edge + 1) % count; ; i = (i + 1) % count) {
    if (i !== to.edge || to.t > 0) vertices.push(i);
    if (i === to.edge) return vertices;
  }
}

function pathLength(ring: ArrayLike<number>, from: RingPlace, to: RingPlace, vertices: readonly number[]): number {
  let [x, y, length] = [from.x, from.y, 0];
  const go = (toX: number, toY: number) => {
    length += Math.hypot(toX - x, toY - y);
    [x, y] = [toX, toY];
  };
  for (const i of vertices) go(ring[2 * i], ring[2 * i + 1]);
  go(to.x, to.y);
  return length;
}
