/** Set operations on polygons that leave polygons: what is not touched stays the very same object, vertex for vertex. */
import type { PolygonPart } from '../polygon';
import { EdgeIndex } from '../edgeIndex';
import { pointInPart } from '../hitTest';
import { ringArea, ringBox, ringPerimeter } from '../polygon';
import { boxesTouch, clipRegions, regionOf } from './region';
import { restoreParts } from './restore';

export type ClipOperation = 'unite' | 'subtract' | 'intersect' | 'exclude';

/**
 * The set operation on the regions of two polygons (a region: the union over parts of outer ring minus holes, each ring
 * even-odd). Parts that the other polygon does not meet are given back as they are; vertices that are not touched keep their
 * numbers, start and order of their ring; new ones have two decimals. The parts may be none. O(n log n + crossings).
 */
export function clipPolygons(
  operation: ClipOperation,
  a: readonly PolygonPart[],
  b: readonly PolygonPart[],
): PolygonPart[] {
  switch (operation) {
    case 'unite':
      return unite(a, b);
    case 'subtract':
      return subtract(a, b);
    case 'intersect':
      return intersect(a, b);
    case 'exclude':
      return [...subtract(a, b), ...subtract(b, a)];
  }
}

/** What is thinner than this, image pixels, came about where new vertices were rounded. */
const HAIR_PX = 0.02;

/** Whether two polygons have no more in common than their border, up to the rounding of its vertices. */
export function shareBorderOnly(a: readonly PolygonPart[], b: readonly PolygonPart[]): boolean {
  return intersect(a, b).every(({ outer }) => 2 * ringArea(outer) <= HAIR_PX * ringPerimeter(outer));
}

export function ringsOf(parts: readonly PolygonPart[]): (readonly number[])[] {
  return parts.flatMap(({ outer, holes }) => [outer, ...holes]);
}

function subtract(a: readonly PolygonPart[], b: readonly PolygonPart[]): PolygonPart[] {
  const meets = meetingWith(b);
  return a.flatMap((part) => {
    const cutters = meets(part);
    if (cutters.length === 0) return [part];
    return clipped('subtract', part, cutters);
  });
}

function intersect(a: readonly PolygonPart[], b: readonly PolygonPart[]): PolygonPart[] {
  const meets = meetingWith(b);
  return a.flatMap((part) => {
    const others = meets(part);
    return others.length === 0 ? [] : clipped('intersect', part, others);
  });
}

function clipped(
  operation: 'subtract' | 'intersect',
  part: PolygonPart,
  others: readonly PolygonPart[],
): PolygonPart[] {
  const result = clipRegions(operation, regionOf([part]), regionOf(others));
  return sameWhereEqual(restoreParts(result, ringsOf([part, ...others])), [part]);
}

/** Only parts that hang together across the two polygons are united; the others stay as they were drawn. */
function unite(a: readonly PolygonPart[], b: readonly PolygonPart[]): PolygonPart[] {
  const all = [...a, ...b];
  const group = all.map((_, i) => i);
  const rootOf = (i: number): number => (group[i] === i ? i : (group[i] = rootOf(group[i])));
  const join = (i: number, j: number) => {
    const [low, high] = [rootOf(i), rootOf(j)].sort((x, y) => x - y);
    group[high] = low;
  };
  const indexOf = new Map(all.map((part, i) => [part, i]));
  const meets = meetingWith(b);
  a.forEach((part, i) => {
    for (const other of meets(part)) join(i, indexOf.get(other)!);
  });
  return all.flatMap((part, i) => {
    if (rootOf(i) !== i) return [];
    const members = all.filter((_, j) => rootOf(j) === i);
    if (members.length === 1) return [part];
    const result = clipRegions('unite', regionOf(members), []);
    return sameWhereEqual(restoreParts(result, ringsOf(members)), members);
  });
}

/** Parts whose rings all are those of a source are that source. */
function sameWhereEqual(parts: readonly PolygonPart[], sources: readonly PolygonPart[]): PolygonPart[] {
  return parts.map((part) => {
    const isSame = (source: PolygonPart) =>
      part.outer === source.outer &&
      part.holes.length === source.holes.length &&
      part.holes.every((hole) => source.holes.includes(hole));
    return sources.find(isSame) ?? part;
  });
}

/** For a part: those of `parts` that it overlaps or touches. */
function meetingWith(parts: readonly PolygonPart[]): (part: PolygonPart) => PolygonPart[] {
  const boxes = parts.map(({ outer }) => ringBox(outer));
  const indexes = new Map<PolygonPart, EdgeIndex>();
  const indexOf = (part: PolygonPart): EdgeIndex => {
    const known = indexes.get(part) ?? new EdgeIndex([part.outer, ...part.holes]);
    indexes.set(part, known);
    return known;
  };
  return (part) => {
    const box = ringBox(part.outer);
    return parts.filter(
      (other, i) =>
        boxesTouch(box, boxes[i]) &&
        (ringsTouch(part, indexOf(other)) || isVertexIn(part, other) || isVertexIn(other, part)),
    );
  };
}

function ringsTouch({ outer, holes }: PolygonPart, index: EdgeIndex): boolean {
  return [outer, ...holes].some((ring) => {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      if (index.touches(ring[j], ring[j + 1], ring[i], ring[i + 1])) return true;
    }
    return false;
  });
}

/** For parts whose rings do not touch: a vertex of any ring tells on which side the whole ring is. */
function isVertexIn(part: PolygonPart, other: PolygonPart): boolean {
  return ringsOf([part]).some((ring) => ring.length > 0 && pointInPart(other, ring[0], ring[1]));
}
