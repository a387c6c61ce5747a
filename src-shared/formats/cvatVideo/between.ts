/** An outline between two keyframes, as CVAT shows it: points are matched by how far along the outline they lie, not by their number. */

type Point = readonly [x: number, y: number];

/**
 * The ring `share` (0..1) of the way from one to the other; both flat `x0,y0,x1,y1,...`. Where it would have fewer than 3 points,
 * or one of them has no length, the first as it is. Source: TrackManager of CVAT's dataset manager.
 */
export function ringBetween(from: readonly number[], to: readonly number[], share: number): readonly number[] {
  const [left, right] = [closed(from), closed(to)];
  const [leftShares, rightShares] = [sharesOf(left), sharesOf(right)];
  if (![...leftShares, ...rightShares].every(Number.isFinite)) return from;
  const matches = leftShares.map((value) => [nearest(value, rightShares)]);
  const matched = new Set(matches.flat());
  rightShares.forEach((value, at) => {
    if (!matched.has(at)) matches[nearest(value, leftShares)].push(at);
  });
  for (const list of matches) list.sort((a, b) => a - b);
  const mixed = matches.map((list, i) => list.map((j) => mix(left[i], right[j], share)));
  const ring: Point[] = [];
  // Points in a row that all go to points of their own are one stretch; those that part into several are one each.
  let open: number | null = null;
  const closeStretch = (last: number) => {
    if (open !== null) {
      const stretch = mixed.slice(open, last + 1).map(([point]) => point);
      // What follows with the same partner as the first lies in its stretch, and ends it.
      ring.push(...(last === open ? stretch : thinned(stretch, left.slice(open, last + 1))));
    }
    open = null;
  };
  matches.forEach((list, i) => {
    if (list.length > 1) {
      closeStretch(i - 1);
      ring.push(...thinned(mixed[i], right.slice(list[0], list[list.length - 1] + 1)));
    } else if (open === null) open = i;
    else if (list[0] !== matches[open][0]) {
      closeStretch(i - 1);
      open = i;
    }
  });
  closeStretch(left.length - 1);
  ring.pop();
  return ring.length < 3 ? from : ring.flat();
}

function closed(ring: readonly number[]): Point[] {
  const points: Point[] = [];
  for (let i = 0; i + 1 < ring.length; i += 2) points.push([ring[i], ring[i + 1]]);
  return points.length > 0 ? [...points, points[0]] : points;
}

const distance = ([ax, ay]: Point, [bx, by]: Point) => Math.hypot(ax - bx, ay - by);

function lengthOf(curve: readonly Point[]): number {
  let length = 0;
  for (let i = 1; i < curve.length; i++) length += distance(curve[i], curve[i - 1]);
  return length;
}

/** How far along the curve each point lies, 0..1; NaN: it has no length. */
function sharesOf(curve: readonly Point[]): number[] {
  const whole = lengthOf(curve);
  let way = 0;
  return curve.map((point, i) => {
    if (i === 0) return whole > 0 ? 0 : Number.NaN;
    way += distance(point, curve[i - 1]);
    return way / whole;
  });
}

/** Of several that are equally near the first; shares ascend. O(log shares): it is asked for each point on each frame. */
function nearest(value: number, shares: readonly number[]): number {
  const after = firstFrom(value, shares);
  if (after === 0) return 0;
  const isBefore = after === shares.length || value - shares[after - 1] <= shares[after] - value;
  return isBefore ? firstFrom(shares[after - 1], shares) : after;
}

/** The place of the first that is no less. */
function firstFrom(value: number, shares: readonly number[]): number {
  let [low, high] = [0, shares.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (shares[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const mix = ([ax, ay]: Point, [bx, by]: Point, share: number): Point => [
  ax + (bx - ax) * share,
  ay + (by - ay) * share,
];

/** Without points that crowd: `base` is the stretch of the keyframe that they come from. */
function thinned(points: readonly Point[], base: readonly Point[]): Point[] {
  const least = lengthOf(base) / (2 * base.length);
  const [first, last] = [points[0], points[points.length - 1]];
  const kept = [first];
  for (const point of points.slice(1, -1)) if (distance(kept[kept.length - 1], point) >= least) kept.push(point);
  kept.push(last);
  return kept.length === 2 && distance(first, last) < least ? [mix(first, last, 0.5)] : kept;
}
