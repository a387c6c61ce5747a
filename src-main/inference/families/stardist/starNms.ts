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
  readonly path: Path64;
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
  for (const star of stars) {
    const shape = shapeOf(star);
    const isCovered = kept.some(({ shape: other }) => {
      // What all of it shares at least, and at most: mostly that decides, and clipping is dear.
      const smaller = Math.min(shape.area + 1e-10, other.area + 1e-10);
      if (sharedBox(shape, other) <= threshold * smaller) return false;
      if (sharedDiscs(shape, other) > SURELY * threshold * smaller) return true;
      const shared = clipRegions('intersect', [shape.path], [other.path]);
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

function shapeOf({ x, y, radii }: Star): Shape {
  const step = (2 * Math.PI) / radii.length;
  const path = Array.from(radii, (radius, r) => ({
    x: Math.trunc(x + radius * Math.cos(r * step)),
    y: Math.trunc(y + radius * Math.sin(r * step)),
  }));
  const [xs, ys] = [path.map((point) => point.x), path.map((point) => point.y)];
  return {
    ...{ path, area: areaOf(path), x, y, inner: innerRadius(path, x, y) },
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs),
    bottom: Math.max(...ys),
  };
}

/** Rounding of a disc's area is no matter. */
const SURELY = 1 + 1e-6;

/** Of a star that has its middle at (x, y); 0 where that may not lie inside, as corners are cut to whole pixels. */
function innerRadius(path: Path64, x: number, y: number): number {
  let least = Infinity;
  for (let i = 0; i < path.length; i++) {
    const [a, b] = [path[i], path[(i + 1) % path.length]];
    if (Math.hypot(a.x - x, a.y - y) < 2) return 0;
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const length = dx * dx + dy * dy;
    const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / length));
    least = Math.min(least, Math.hypot(a.x + along * dx - x, a.y + along * dy - y));
  }
  return least;
}

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
