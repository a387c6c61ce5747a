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
      if (!meet(shape, other)) return false;
      const shared = clipRegions('intersect', [shape.path], [other.path]);
      const sum = shared.reduce(
        (total, { outer, holes }) => total + areaOf(outer) - holes.reduce((a, b) => a + areaOf(b), 0),
        0,
      );
      return sum / Math.min(shape.area + 1e-10, other.area + 1e-10) > threshold;
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
    path,
    area: areaOf(path),
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs),
    bottom: Math.max(...ys),
  };
}

const meet = (a: Shape, b: Shape) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

function areaOf(path: Path64): number {
  let twice = 0;
  for (let i = 0; i < path.length; i++) {
    const [a, b] = [path[i], path[(i + 1) % path.length]];
    twice += a.x * b.y - b.x * a.y;
  }
  return Math.abs(twice) / 2;
}
