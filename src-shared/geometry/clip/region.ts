/** The step to the clipping library and back: polygon parts as integer paths whose even-odd inside is exactly their region. */
import { Clipper64, ClipType, FillRule, PolyTree64, type Path64, type Paths64, type Point64 } from 'clipper2-ts';
import type { Box } from '../box';
import type { PolygonPart } from '../polygon';
import { boxesIntersect } from '../box';
import { ringBox } from '../polygon';

/** The library computes on whole numbers. Ten times finer than drawn coordinates, and products stay exact up to 94,000 px. */
export const UNITS_PER_PX = 1000;

export type SetOperation = 'unite' | 'subtract' | 'intersect';

/** A part as the library gives it back. */
export interface ClippedPart {
  readonly outer: Path64;
  readonly holes: readonly Path64[];
}

const clipTypes: Readonly<Record<SetOperation, ClipType>> = {
  unite: ClipType.Union,
  subtract: ClipType.Difference,
  intersect: ClipType.Intersection,
};

/**
 * Paths whose even-odd inside is the union over `parts` of outer ring minus holes, every ring even-odd by itself: the fill rule of
 * our rasteriser. Rings that cross themselves, parts that overlap and holes that reach out of their part are resolved.
 */
export function regionOf(parts: readonly PolygonPart[]): Paths64 {
  if (parts.length === 1) return partPaths(parts[0]);
  if (areApart(parts.map(({ outer }) => outer))) return parts.flatMap(partPaths);
  return united(parts.map(partPaths));
}

function partPaths({ outer, holes }: PolygonPart): Paths64 {
  if (holes.length === 0) return [toPath(outer)];
  const paths = holes.map(toPath);
  return execute('subtract', [toPath(outer)], areApart(holes) ? paths : united(paths.map((path) => [path])));
}

/** The union of regions, each given by paths with an even-odd inside. */
function united(regions: readonly Paths64[]): Paths64 {
  // Resolved one by one, outer rings run one way and holes the other, so that winding numbers add up.
  const resolved = regions.flatMap((paths) => execute('unite', paths, []));
  return execute('unite', resolved, [], FillRule.NonZero);
}

function areApart(rings: readonly (readonly number[])[]): boolean {
  const boxes = rings.map(ringBox);
  return boxes.every((box, i) => boxes.slice(i + 1).every((other) => !boxesTouch(box, other)));
}

/** As boxesIntersect, and true where they only share a border. */
export function boxesTouch(a: Box, b: Box): boolean {
  const grown: Box = [a[0] - 1, a[1] - 1, a[2] + 2, a[3] + 2];
  return boxesIntersect(grown, [b[0] - 1, b[1] - 1, b[2] + 2, b[3] + 2]);
}

/**
 * The same inside, without repeated points and without those at which the ring turns back along its row: there the library goes round
 * without end, or gives wrong regions. Empty where nothing is left.
 */
function withoutTurnsBack(path: Path64): Path64 {
  const ring: Path64 = [];
  for (const point of path) {
    while (ring.length > 0 && isIdle(ring.at(-2), ring[ring.length - 1], point)) ring.pop();
    ring.push(point);
  }
  // Where the ring is closed.
  while (ring.length > 2) {
    if (isIdle(ring.at(-2), ring[ring.length - 1], ring[0])) ring.pop();
    else if (isIdle(ring.at(-1), ring[0], ring[1])) ring.shift();
    else return ring;
  }
  return [];
}

/** Whether a ring has the same inside without the point `at`. */
function isIdle(before: Point64 | undefined, at: Point64, after: Point64): boolean {
  if (at.x === after.x && at.y === after.y) return true;
  return before?.y === at.y && at.y === after.y && (at.x - before.x) * (after.x - at.x) <= 0;
}

const toClip = (paths: Paths64) => paths.map(withoutTurnsBack).filter((path) => path.length > 0);

function engine(subject: Paths64, clip: Paths64): Clipper64 {
  const clipper = new Clipper64();
  // A vertex on a straight edge was put there by somebody.
  clipper.preserveCollinear = true;
  clipper.addSubject(toClip(subject));
  if (clip.length > 0) clipper.addClip(toClip(clip));
  return clipper;
}

function execute(
  operation: SetOperation,
  subject: Paths64,
  clip: Paths64,
  fillRule: FillRule = FillRule.EvenOdd,
): Paths64 {
  const solution: Paths64 = [];
  engine(subject, clip).execute(clipTypes[operation], fillRule, solution);
  return solution;
}

/** The operation on two regions of {@link regionOf}: parts that do not overlap, each with its holes. */
export function clipRegions(operation: SetOperation, subject: Paths64, clip: Paths64): ClippedPart[] {
  const tree = new PolyTree64();
  engine(subject, clip).execute(clipTypes[operation], FillRule.EvenOdd, tree);
  const parts: ClippedPart[] = [];
  const pending: Pick<PolyTree64, 'count' | 'child'>[] = [tree];
  for (let node = pending.pop(); node; node = pending.pop()) {
    for (let i = 0; i < node.count; i++) {
      const outer = node.child(i);
      const holes: Path64[] = [];
      for (let k = 0; k < outer.count; k++) {
        const hole = outer.child(k);
        holes.push(hole.poly ?? []);
        // What lies in a hole is a part again.
        if (hole.count > 0) pending.push(hole);
      }
      parts.push({ outer: outer.poly ?? [], holes });
    }
  }
  return parts;
}

export function toUnits(value: number): number {
  return Math.round(value * UNITS_PER_PX);
}

export function toPath(ring: readonly number[]): Path64 {
  const path: Path64 = [];
  for (let i = 0; i < ring.length; i += 2) path.push({ x: toUnits(ring[i]), y: toUnits(ring[i + 1]) });
  return path;
}
