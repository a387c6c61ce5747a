/** Gives clipped rings back what they had before: the very numbers of vertices that were not touched, their start and order. */
import type { Path64 } from 'clipper2-ts';
import type { PolygonPart } from '../polygon';
import { EdgeIndex } from '../edgeIndex';
import { reverseRing, signedRingArea, withoutRepeats } from '../polygon';
import { type ClippedPart, toUnits, UNITS_PER_PX } from './region';

/** Where a vertex came from: which of the source rings, and its place in it. */
interface Origin {
  readonly ring: number;
  readonly vertex: number;
}

/** A vertex that lies on an edge lies this near it, image pixels: two steps of the library's grid. */
const ON_EDGE_PX = 2 / UNITS_PER_PX;
/** New vertices have two decimals, as drawn ones have. */
const round = (units: number): number => Math.round((units / UNITS_PER_PX) * 100) / 100;
const keyOf = (x: number, y: number): string => `${x},${y}`;

/**
 * The clipped parts in image pixels. A vertex of a source ring keeps its numbers, also where the library took it for
 * superfluous because it lies on a straight edge; a ring runs the way its source did, from the earliest vertex that is left; a
 * ring that was not touched is the source itself. Parts are ordered by their sources.
 * `sources`: the rings that were clipped, those of the first operand first; of equal vertices the first counts.
 */
export function restoreParts(clipped: readonly ClippedPart[], sources: readonly (readonly number[])[]): PolygonPart[] {
  const origins = new Map<string, Origin[]>();
  sources.forEach((ring, r) => {
    for (let i = 0; i < ring.length; i += 2) {
      const key = keyOf(toUnits(ring[i]), toUnits(ring[i + 1]));
      const known = origins.get(key);
      if (known) known.push({ ring: r, vertex: i / 2 });
      else origins.set(key, [{ ring: r, vertex: i / 2 }]);
    }
  });
  const used = new Set<string>();
  const numbers = (path: Path64): number[] => {
    const ring: number[] = [];
    for (const { x, y } of path) {
      const key = keyOf(x, y);
      const origin = origins.get(key)?.[0];
      if (origin) {
        used.add(key);
        const source = sources[origin.ring];
        ring.push(source[2 * origin.vertex], source[2 * origin.vertex + 1]);
      } else ring.push(round(x), round(y));
    }
    return ring;
  };
  const flat = clipped.flatMap(({ outer, holes }) => [outer, ...holes]).map(numbers);
  const complete = withLostVertices(flat, sources, used);
  const placed = complete.map((ring) => placeRing(withoutRepeats(ring), sources, origins));

  let at = 0;
  const parts = clipped.flatMap(({ holes }) => {
    const outer = placed[at++];
    const own = placed.slice(at, (at += holes.length)).filter(({ ring }) => ring.length >= 6);
    return outer.ring.length >= 6 ? [{ outer, holes: own.sort(bySource) }] : [];
  });
  return parts
    .sort((a, b) => bySource(a.outer, b.outer))
    .map(({ outer, holes }) => ({ outer: outer.ring, holes: holes.map(({ ring }) => ring) }));
}

interface Placed {
  readonly ring: readonly number[];
  readonly source: number;
  readonly vertex: number;
}

function bySource(a: Placed, b: Placed): number {
  return a.source - b.source || a.vertex - b.vertex;
}

/** Puts back source vertices that lie on an edge of the result along which their own edge ran. */
function withLostVertices(
  rings: readonly number[][],
  sources: readonly (readonly number[])[],
  used: ReadonlySet<string>,
): readonly number[][] {
  const index = new EdgeIndex(rings);
  const { edges } = index;
  /** Per edge of the result: how far along it, and what. */
  const found = new Map<number, [t: number, x: number, y: number][]>();
  for (const ring of sources) {
    const n = ring.length;
    for (let i = 0; i < n; i += 2) {
      const [x, y] = [ring[i], ring[i + 1]];
      if (used.has(keyOf(toUnits(x), toUnits(y)))) continue;
      const before = (i + n - 2) % n;
      const after = (i + 2) % n;
      index.some(y - ON_EDGE_PX, y + ON_EDGE_PX, (edge) => {
        const t = placeOnEdge(edges, edge, x, y);
        if (t <= 0 || t >= 1) return false;
        const runsAlong =
          distanceFromLine(edges, edge, ring[before], ring[before + 1]) <= 2 * ON_EDGE_PX ||
          distanceFromLine(edges, edge, ring[after], ring[after + 1]) <= 2 * ON_EDGE_PX;
        if (!runsAlong) return false;
        const known = found.get(edge);
        if (!known) found.set(edge, [[t, x, y]]);
        else if (!known.some(([, kx, ky]) => kx === x && ky === y)) known.push([t, x, y]);
        // It may lie on two rings that share the edge.
        return false;
      });
    }
  }
  if (found.size === 0) return rings;
  let edge = 0;
  return rings.map((ring) => {
    const out: number[] = [];
    // Edge i of the index ends at vertex i.
    for (let i = 0; i < ring.length; i += 2, edge++) {
      for (const [, x, y] of (found.get(edge) ?? []).sort((a, b) => a[0] - b[0])) out.push(x, y);
      out.push(ring[i], ring[i + 1]);
    }
    return out;
  });
}

/** How far along the edge the point lies, 0..1 where it lies on it; -1 where it does not. */
function placeOnEdge(edges: Float64Array, edge: number, x: number, y: number): number {
  const ax = edges[4 * edge];
  const bx = edges[4 * edge + 2];
  if (x < Math.min(ax, bx) - ON_EDGE_PX || x > Math.max(ax, bx) + ON_EDGE_PX) return -1;
  if (distanceFromLine(edges, edge, x, y) > ON_EDGE_PX) return -1;
  const ay = edges[4 * edge + 1];
  const dx = bx - ax;
  const dy = edges[4 * edge + 3] - ay;
  const t = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
  return t > 0 ? t : -1;
}

/** From the line through the edge, image pixels; NaN for an edge without length. */
function distanceFromLine(edges: Float64Array, edge: number, x: number, y: number): number {
  const ax = edges[4 * edge];
  const ay = edges[4 * edge + 1];
  const dx = edges[4 * edge + 2] - ax;
  const dy = edges[4 * edge + 3] - ay;
  return Math.abs(dx * (y - ay) - dy * (x - ax)) / Math.sqrt(dx * dx + dy * dy);
}

/** Turns and rotates the ring to lie as the first of the sources does that it has vertices of. */
function placeRing(
  ring: readonly number[],
  sources: readonly (readonly number[])[],
  origins: ReadonlyMap<string, readonly Origin[]>,
): Placed {
  const all = Array.from({ length: ring.length / 2 }, (_, i) =>
    origins.get(keyOf(toUnits(ring[2 * i]), toUnits(ring[2 * i + 1]))),
  );
  const originsAt = (i: number) => all[i / 2] ?? [];
  let source = sources.length;
  for (let i = 0; i < ring.length; i += 2) for (const origin of originsAt(i)) source = Math.min(source, origin.ring);
  if (source === sources.length) return { ring, source, vertex: 0 };
  const count = sources[source].length / 2;
  const vertexAt = (i: number) => originsAt(i).find((origin) => origin.ring === source)?.vertex ?? -1;
  let [direction, first, start, previous] = [0, Infinity, 0, -1];
  // Once round and the first again, for the step that closes the ring.
  for (let i = 0; i <= ring.length; i += 2) {
    const vertex = vertexAt(i % ring.length);
    if (vertex < 0) continue;
    if (vertex < first) [first, start] = [vertex, i];
    const step = previous < 0 ? 0 : (vertex - previous + count) % count;
    if (step > 0) direction += step <= count / 2 ? 1 : -1;
    previous = vertex;
  }
  const rotated = [...ring.slice(start), ...ring.slice(0, start)];
  const own = sources[source];
  const runsAgainst = direction < 0 || (direction === 0 && signedRingArea(own) * signedRingArea(rotated) < 0);
  // Turned round, the first vertex comes last.
  const turned = runsAgainst ? reverseRing([...rotated.slice(2), ...rotated.slice(0, 2)]) : rotated;
  const isSame = own.length === turned.length && own.every((value, i) => value === turned[i]);
  return { ring: isSame ? own : turned, source, vertex: first };
}
