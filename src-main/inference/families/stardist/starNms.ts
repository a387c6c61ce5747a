/** Non-maximum suppression of star-shaped polygons, as StarDist's own code decides it. */
import type { Path64 } from 'clipper2-ts';
import { clipRegions } from '@shared/geometry/clip/region';

/** A polygon by its distances from a point, from the right clockwise on the screen; input pixels, a pixel's centre at a whole number. */
export interface Star {
  readonly x: number;
  readonly y: number;
  readonly score: number;
  readonly radii: Float32Array;
}

interface Shape {
  /** Corners, cut to whole pixels. */
  readonly xs: Int32Array;
  readonly ys: Int32Array;
  readonly area: number;
  readonly x: number;
  readonly y: number;
  /** Of the largest disc around (x, y) that surely lies inside. */
  readonly inner: number;
  /** Whether the border goes once round (x, y) and never back: then its area is what clipping would say. */
  readonly isPlain: boolean;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The stars that stay, in the order they came (by descending score): one goes when a better one that stays shares more than
 * `threshold` of the smaller of the two. Corners are cut to whole pixels for this, as the original does. O(n * neighbours kept).
 */
export function suppressStars(stars: readonly Star[], threshold: number): Star[] {
  const rays = raysOf(stars[0]?.radii.length ?? 0);
  const kept: Star[] = [];
  const near = new NearShapes(stars);
  for (const star of stars) {
    const shape = shapeOf(star, rays);
    if (near.some(shape, (other) => isCovered(shape, other, threshold))) continue;
    kept.push(star);
    // What is made next is written over this one.
    near.add({ ...shape, xs: shape.xs.slice(), ys: shape.ys.slice() });
  }
  return kept;
}

function isCovered(shape: Shape, other: Shape, threshold: number): boolean {
  // What all of it shares at least, and at most: mostly that decides, and clipping is dear.
  const smaller = Math.min(shape.area + 1e-10, other.area + 1e-10);
  const most = sharedBox(shape, other);
  if (most <= threshold * smaller) return false;
  if (sharedDiscs(shape, other) > SURELY * threshold * smaller) return true;
  if (sharedSurely(shape, other, most) > threshold * smaller) return true;
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

  constructor(stars: readonly Star[]) {
    let farthest = 1;
    for (const { radii } of stars) for (const radius of radii) farthest = Math.max(farthest, Math.abs(radius) || 0);
    this.#side = 2 * farthest + 1;
  }

  add(shape: Shape): void {
    const key = this.#key(shape, 0, 0);
    const here = this.#shapes.get(key);
    if (here) here.push(shape);
    else this.#shapes.set(key, [shape]);
  }

  some(shape: Shape, isSo: (other: Shape) => boolean): boolean {
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) if (this.#shapes.get(this.#key(shape, dx, dy))?.some(isSo)) return true;
    }
    return false;
  }

  #key({ x, y }: Shape, dx: number, dy: number): number {
    return (Math.floor(y / this.#side) + dy) * 2 ** 26 + Math.floor(x / this.#side) + dx;
  }
}

/** Many more stars are compared than stay: nothing is made of them but numbers, and corners in `rays`, where the next ones come. */
function shapeOf({ x, y, radii }: Star, { cos, sin, xs, ys }: Rays): Shape {
  const count = radii.length;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let r = 0; r < count; r++) {
    const [px, py] = [Math.trunc(x + radii[r] * cos[r]), Math.trunc(y + radii[r] * sin[r])];
    xs[r] = px;
    ys[r] = py;
    if (px < left) left = px;
    if (px > right) right = px;
    if (py < top) top = py;
    if (py > bottom) bottom = py;
  }
  let [twice, least] = [0, Infinity];
  let [isForward, isAround] = [true, true];
  for (let r = 0; r < count; r++) {
    const next = r + 1 < count ? r + 1 : 0;
    const [ax, ay] = [xs[r] - x, ys[r] - y];
    const [dx, dy] = [xs[next] - xs[r], ys[next] - ys[r]];
    const cross = ax * dy - ay * dx;
    twice += cross;
    if (cross < 0) isForward = false;
    const corner = ax * ax + ay * ay;
    if (corner < least) least = corner;
    // The middle may not lie inside, as corners are cut to whole pixels.
    if (corner < 4) isAround = false;
    // An edge is nearer than its ends where the foot of the perpendicular lies on it.
    const along = -(ax * dx + ay * dy);
    const length = dx * dx + dy * dy;
    if (along > 0 && along < length && cross * cross < least * length) least = (cross * cross) / length;
  }
  const inner = isAround ? Math.sqrt(least) : 0;
  return { xs, ys, area: Math.abs(twice) / 2, x, y, inner, isPlain: isAround && isForward, left, top, right, bottom };
}

interface Rays {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  readonly xs: Int32Array;
  readonly ys: Int32Array;
}

function raysOf(count: number): Rays {
  const step = (2 * Math.PI) / count;
  return {
    cos: Float64Array.from({ length: count }, (_, r) => Math.cos(r * step)),
    sin: Float64Array.from({ length: count }, (_, r) => Math.sin(r * step)),
    xs: new Int32Array(count),
    ys: new Int32Array(count),
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
  const [r, s] = [a.inner, b.inner];
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
