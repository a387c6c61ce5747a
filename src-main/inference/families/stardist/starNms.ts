/** Non-maximum suppression of star-shaped polygons, as StarDist's own code decides it. */
import type { Path64 } from 'clipper2-ts';
import { clipRegions } from '@shared/geometry/clip/region';

/** A polygon by its distances from a point, from the right clockwise on the screen; input pixels, a pixel's centre at a whole number. */
export interface Star {
  readonly x: number;
  readonly y: number;
  readonly score: number;
  /** Where its distances begin in `Distances.values`. */
  readonly at: number;
}

/** Those of many stars, all in one array: an array for each would take longer to make than all that is asked of it. */
export interface Distances {
  readonly values: Float32Array;
  /** So many a star. */
  readonly rays: number;
}

interface Shape {
  /** Corners, cut to whole pixels. */
  xs: Int32Array;
  ys: Int32Array;
  area: number;
  x: number;
  y: number;
  /** Of the largest disc around (x, y) that surely lies inside; null where nobody has asked yet. */
  inner: number | null;
  /** Whether no corner is so near that (x, y) may lie outside, as corners are cut to whole pixels. */
  isAround: boolean;
  /** Whether the border goes once round (x, y) and never back: then its area is what clipping would say. */
  isPlain: boolean;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * The stars that stay, in the order they came (by descending score): one goes when a better one that stays shares more than
 * `threshold` of the smaller of the two. Corners are cut to whole pixels for this, as the original does. O(n * neighbours kept).
 */
export function suppressStars(stars: readonly Star[], distances: Distances, threshold: number): Star[] {
  const rays = raysOf(distances.rays);
  const kept: Star[] = [];
  const near = new NearShapes(distances.values);
  // Many more stars are compared than stay: all are measured in one shape, and only of those that stay another one is made.
  const shape = emptyShape(distances.rays);
  for (const star of stars) {
    measure(star, distances, rays, shape);
    if (near.cover(shape, threshold)) continue;
    kept.push(star);
    near.add({ ...shape, xs: shape.xs.slice(), ys: shape.ys.slice() });
  }
  return kept;
}

function isCovered(shape: Shape, other: Shape, threshold: number): boolean {
  // What all of it shares at least, and at most: mostly that decides, and clipping is dear.
  const smaller = Math.min(shape.area + 1e-10, other.area + 1e-10);
  const most = sharedBox(shape, other);
  if (most <= threshold * smaller) return false;
  if (sharedSurely(shape, other, most) > threshold * smaller) return true;
  if (sharedDiscs(shape, other) > SURELY * threshold * smaller) return true;
  const shared = clipRegions('intersect', [pathOf(shape)], [pathOf(other)]);
  const sum = shared.reduce(
    (total, { outer, holes }) => total + areaOf(outer) - holes.reduce((a, b) => a + areaOf(b), 0),
    0,
  );
  return sum / smaller > threshold;
}

/** Shapes by where their middles are: only those so near that boxes can meet are asked. */
class NearShapes {
  readonly #side: number;
  readonly #shapes = new Map<number, Shape[]>();

  /** Of all stars that will come. */
  constructor(distances: Float32Array) {
    let farthest = 1;
    for (let i = 0; i < distances.length; i++) {
      const distance = distances[i];
      if (distance > farthest) farthest = distance;
      else if (-distance > farthest) farthest = -distance;
    }
    this.#side = 2 * farthest + 1;
  }

  add(shape: Shape): void {
    const key = this.#key(shape);
    const here = this.#shapes.get(key);
    if (here) here.push(shape);
    else this.#shapes.set(key, [shape]);
  }

  /** Whether one of them covers the shape. */
  cover(shape: Shape, threshold: number): boolean {
    const key = this.#key(shape);
    for (const beside of around) {
      const there = this.#shapes.get(key + beside) ?? none;
      for (const other of there) if (isCovered(shape, other, threshold)) return true;
    }
    return false;
  }

  #key({ x, y }: Shape): number {
    return Math.floor(y / this.#side) * below + Math.floor(x / this.#side);
  }
}

const none: readonly Shape[] = [];
/** From the key of one place to those around it, its own first, where what covers a shape is most often. */
const below = 2 ** 26;
const around = [0, -1, 1, -below - 1, -below, -below + 1, below - 1, below, below + 1];

const emptyShape = (rays: number): Shape => ({
  xs: new Int32Array(rays),
  ys: new Int32Array(rays),
  area: 0,
  x: 0,
  y: 0,
  inner: null,
  isAround: true,
  isPlain: true,
  left: 0,
  top: 0,
  right: 0,
  bottom: 0,
});

/** Writes the star into `shape`. Each corner is looked at once and nothing else is made, as this takes the time. */
function measure({ x, y, at }: Star, { values }: Distances, { cos, sin }: Rays, shape: Shape): void {
  const { xs, ys } = shape;
  const count = xs.length;
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  let twice = 0;
  let isForward = true;
  let isAround = true;
  // The corner before.
  let lastX = 0;
  let lastY = 0;
  // The first corner comes once more, for the edge that leads to it.
  for (let r = 0; r <= count; r++) {
    const ray = r < count ? r : 0;
    const px = x + values[at + ray] * cos[ray];
    const py = y + values[at + ray] * sin[ray];
    if (px < left) left = px;
    if (px > right) right = px;
    if (py < top) top = py;
    if (py > bottom) bottom = py;
    const nextX = px | 0;
    const nextY = py | 0;
    xs[ray] = nextX;
    ys[ray] = nextY;
    if (r > 0) {
      const ax = lastX - x;
      const ay = lastY - y;
      const cross = ax * (nextY - lastY) - ay * (nextX - lastX);
      twice += cross;
      if (cross < 0) isForward = false;
      if (ax * ax + ay * ay < 4) isAround = false;
    }
    lastX = nextX;
    lastY = nextY;
  }
  shape.x = x;
  shape.y = y;
  shape.area = Math.abs(twice) / 2;
  shape.inner = null;
  shape.isAround = isAround;
  shape.isPlain = isAround && isForward;
  shape.left = Math.trunc(left);
  shape.top = Math.trunc(top);
  shape.right = Math.trunc(right);
  shape.bottom = Math.trunc(bottom);
}

function innerOf(shape: Shape): number {
  const { xs, ys, x, y } = shape;
  let least = Infinity;
  for (let r = 0; shape.isAround && r < xs.length; r++) {
    const next = r + 1 < xs.length ? r + 1 : 0;
    const [ax, ay] = [xs[r] - x, ys[r] - y];
    const [dx, dy] = [xs[next] - xs[r], ys[next] - ys[r]];
    least = Math.min(least, ax * ax + ay * ay);
    // An edge is nearer than its ends where the foot of the perpendicular lies on it.
    const along = -(ax * dx + ay * dy);
    const length = dx * dx + dy * dy;
    const cross = ax * dy - ay * dx;
    if (along > 0 && along < length && cross * cross < least * length) least = (cross * cross) / length;
  }
  return shape.isAround ? Math.sqrt(least) : 0;
}

interface Rays {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

function raysOf(count: number): Rays {
  const step = (2 * Math.PI) / count;
  return {
    cos: Float64Array.from({ length: count }, (_, r) => Math.cos(r * step)),
    sin: Float64Array.from({ length: count }, (_, r) => Math.sin(r * step)),
  };
}

const pathOf = ({ xs, ys }: Shape): Path64 => Array.from(xs, (x, r) => ({ x, y: ys[r] }));

/** Rounding of a disc's area is no matter. */
const SURELY = 1 + 1e-6;

function sharedBox(a: Shape, b: Shape): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

/**
 * Less than what both share: all that does not fit side by side into the boxes around them. `box`: what those share. Clipping cuts
 * corners to whole numbers, and may say less by as much as its border is long.
 */
function sharedSurely(a: Shape, b: Shape, box: number): number {
  if (!a.isPlain || !b.isPlain) return -Infinity;
  const boxOf = ({ left, top, right, bottom }: Shape) => (right - left) * (bottom - top);
  const border = a.right - a.left + a.bottom - a.top + b.right - b.left + b.bottom - b.top;
  return a.area + b.area - (boxOf(a) + boxOf(b) - box) - border;
}

/** Area that the inner discs of both share. */
function sharedDiscs(a: Shape, b: Shape): number {
  const r = (a.inner ??= innerOf(a));
  const s = (b.inner ??= innerOf(b));
  const distance = Math.hypot(a.x - b.x, a.y - b.y);
  if (distance >= r + s) return 0;
  if (distance <= Math.abs(r - s)) return Math.PI * Math.min(r, s) ** 2;
  // From each middle to the line through the two points where the circles cross.
  const toLine = (distance ** 2 + r ** 2 - s ** 2) / (2 * distance);
  return segment(r, toLine) + segment(s, distance - toLine);
}

/** Area of a disc beyond a line at `distance` from its middle. */
function segment(radius: number, distance: number): number {
  const share = Math.min(1, Math.max(-1, distance / radius));
  return radius ** 2 * (Math.acos(share) - share * Math.sqrt(1 - share ** 2));
}

function areaOf(path: Path64): number {
  let twice = 0;
  for (let i = 0; i < path.length; i++) {
    const [a, b] = [path[i], path[(i + 1) % path.length]];
    twice += a.x * b.y - b.x * a.y;
  }
  return Math.abs(twice) / 2;
}
