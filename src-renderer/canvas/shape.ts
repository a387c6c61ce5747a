/** Rings of a segmentation in the flat form that is drawn, by the raster worker and by the overlay alike. */
import type { Annotation, Segmentation } from '@shared/document/types';
import type { Box } from '@shared/geometry/box';
import type { PolygonPart } from '@shared/geometry/polygon';
import { fromCompressed, type Rle, trace } from '@shared/mask';

/** Image-space bounds `[minX, minY, maxX, maxY]`; NaN for a shape without points. */
export type Bounds = readonly [minX: number, minY: number, maxX: number, maxY: number];

export interface Shape {
  /** Flat points of all rings, image space. Float32: 0.002 px at 20,000 px, which 64x turns into an eighth of a pixel. */
  readonly coords: Float32Array;
  /** End of each ring in `coords`; rings are closed implicitly. */
  readonly ringEnds: Uint32Array;
  /** `nonzero` needs outer rings and holes of opposite directions, and then overlapping parts are a union. */
  readonly rule: CanvasFillRule;
  readonly bounds: Bounds;
}

/** A closed ring through the corners of a box. */
export function boxToShape([x, y, w, h]: Box): Shape {
  return ringsToShape([[x, y, x + w, y, x + w, y + h, x, y + h]], 'evenodd');
}

/** Union over parts of outer minus holes. */
export function partsToShape(parts: readonly PolygonPart[]): Shape {
  if (parts.length > 1 && partsOverlap(parts)) {
    return ringsToShape(
      parts.flatMap(({ outer, holes }) => [directed(outer, 1), ...holes.map((hole) => directed(hole, -1))]),
      'nonzero',
    );
  }
  return ringsToShape(
    parts.flatMap(({ outer, holes }) => [outer, ...holes]),
    'evenodd',
  );
}

/** Contours along pixel edges: filled, they cover exactly the mask's pixels. O(runs). */
export function maskToShape(rle: Rle): Shape {
  return ringsToShape(
    trace(rle).flatMap(({ outer, holes }) => [outer, ...holes]),
    'evenodd',
  );
}

const shapes = new WeakMap<Segmentation, Shape>();

/** The drawable rings of an annotation or proposal (its box where it has no mask), remembered per segmentation object. */
export function shapeOf(item: Pick<Annotation, 'segmentation' | 'bbox'>): Shape {
  const { segmentation } = item;
  if (!segmentation) return boxToShape(item.bbox);
  let shape = shapes.get(segmentation);
  if (!shape) {
    shape =
      segmentation.kind === 'polygons'
        ? partsToShape(segmentation.parts)
        : maskToShape(fromCompressed(segmentation.counts, segmentation.size));
    shapes.set(segmentation, shape);
  }
  return shape;
}

export function ringsToShape(rings: readonly ArrayLike<number>[], rule: CanvasFillRule): Shape {
  const coords = new Float32Array(rings.reduce((sum, ring) => sum + ring.length, 0));
  const ringEnds = new Uint32Array(rings.length);
  let at = 0;
  rings.forEach((ring, i) => {
    coords.set(ring, at);
    ringEnds[i] = at += ring.length;
  });
  return { coords, ringEnds, rule, bounds: boundsOf(coords) };
}

/** Bounds of flat points; NaN where there are none. */
export function boundsOf(coords: ArrayLike<number>): Bounds {
  if (coords.length === 0) return [NaN, NaN, NaN, NaN];
  let minX = Infinity;
  let minY = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  for (let i = 0; i < coords.length; i += 2) {
    const x = coords[i];
    const y = coords[i + 1];
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
  }
  return [minX, minY, maxX, maxY];
}

function partsOverlap(parts: readonly PolygonPart[]): boolean {
  const all = parts.map((part) => boundsOf(part.outer));
  return all.some((a, i) => all.some((b, j) => j > i && a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]));
}

/** The ring, reversed if need be, so that its signed area has the given sign. */
function directed(ring: readonly number[], sign: 1 | -1): readonly number[] {
  let doubleArea = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    doubleArea += ring[j] * ring[i + 1] - ring[i] * ring[j + 1];
  }
  if (doubleArea * sign >= 0) return ring;
  const reversed: number[] = [];
  for (let i = ring.length - 2; i >= 0; i -= 2) reversed.push(ring[i], ring[i + 1]);
  return reversed;
}
