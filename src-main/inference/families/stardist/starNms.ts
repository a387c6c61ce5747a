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
  const kept: { readonly star: Star; readonly shape: Shape }[] = [];
  const rays = raysOf(stars[0]?.radii.length ?? 0);
  for (const star of stars) {
    const shape = shapeOf(star, rays);
    const isCovered = kept.some(({ shape: other }) => {
      // What all of it shares at least, and at most: mostly that decides, and clipping is dear.
      const smaller = Math.min(shape.area + 1e-10, other.area + 1e-10);
      if (sharedBox(shape, other) <= threshold * smaller) return false;
      if (sharedDiscs(shape, other) > SURELY * threshold * smaller) return true;
      const shared = clipRegions('intersect', [pathOf(shape)], [pathOf(other)]);
      const sum = shared.reduce(
        (total, { outer, holes }) => total + areaOf(outer) - holes.reduce((a, b) => a + areaOf(b), 0),
        0,
      );
      return sum / smaller > threshold;
    });
    if (!isCovered) kept.push({ star, shape });
  }
  return kept.map(({ star }) => star);
}

/** Many more stars are compared than stay: nothing is made of them but numbers. */
function shapeOf({ x, y, radii }: Star, { cos, sin }: Rays): Shape {
  const count = radii.length;
  const [xs, ys] = [new Int32Array(count), new Int32Array(count)];
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
  let isAround = true;
  for (let r = 0; r < count; r++) {
    const next = r + 1 < count ? r + 1 : 0;
    twice += xs[r] * ys[next] - ys[r] * xs[next];
    const [ax, ay] = [xs[r] - x, ys[r] - y];
    // The middle may not lie inside, as corners are cut to whole pixels.
    if (ax * ax + ay * ay < 4) isAround = false;
    const [dx, dy] = [xs[next] - xs[r], ys[next] - ys[r]];
    const length = dx * dx + dy * dy;
    const along = length === 0 ? 0 : Math.min(1, Math.max(0, -(ax * dx + ay * dy) / length));
    const [nx, ny] = [ax + along * dx, ay + along * dy];
    least = Math.min(least, nx * nx + ny * ny);
  }
  const inner = isAround ? Math.sqrt(least) : 0;
  return { xs, ys, area: Math.abs(twice) / 2, x, y, inner, left, top, right, bottom };
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
