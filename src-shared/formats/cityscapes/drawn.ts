/** Polygons as Cityscapes' tools draw them: through the centres of pixels, the pixels of the outline included. */
import {
  decodeRegion,
  emptyMask,
  encodeRegion,
  equals,
  fromParts,
  type Rle,
  toBbox,
  type TracedPart,
} from '../../mask';

/** With Pillow's names: `y0` and `x0` are where it starts, `dx` what a row adds to x. */
interface Edge {
  readonly ymin: number;
  readonly ymax: number;
  readonly x0: number;
  readonly y0: number;
  readonly dx: number;
}

/**
 * The pixels that a filled polygon has in the maps of cityscapesScripts, bit for bit: those of Pillow's ImageDraw.polygon, whose
 * whole-number corners are centres of pixels. Source: Pillow 13, src/libImaging/Draw.c, polygon_generic, which counts in single
 * precision. O(rows that the edges span, sorted by row).
 */
export function drawnPolygon(ring: readonly number[], [height, width]: readonly [number, number]): Rle {
  const points = ring.map((value) => Math.max(-farthest, Math.min(farthest, Math.trunc(value))));
  const { edges, flat } = edgesOf(points);
  const [xs, ys] = [points.filter((_, at) => at % 2 === 0), points.filter((_, at) => at % 2 === 1)];
  const [left, top] = [Math.max(0, least(xs) - 1), Math.max(0, least(ys))];
  const last = -least(ys.map((y) => -y));
  const columns = Math.min(width, 2 - least(xs.map((x) => -x))) - left;
  const rows = Math.min(height, last + 1) - top;
  if (!(columns > 0 && rows > 0)) return emptyMask(height, width);
  const bitmap = new Uint8Array(rows * columns);
  const draw = (y: number, from: number, to: number) => {
    const [first, end] = [Math.max(0, from - left), Math.min(columns, to - left + 1)];
    if (y >= top && y < top + rows && first < end)
      bitmap.fill(1, (y - top) * columns + first, (y - top) * columns + end);
  };
  for (const [y, from, to] of flat) draw(y, from, to);
  // Of each row the edges that reach it, in their order.
  const active = Array.from({ length: rows }, (): Edge[] => []);
  for (const edge of edges) {
    for (let y = Math.max(top, edge.ymin); y <= Math.min(top + rows - 1, edge.ymax); y++) active[y - top].push(edge);
  }
  for (const [at, list] of active.entries()) {
    const y = top + at;
    const crossings = crossingsOf(list, y, y < Math.min(last, height)).sort((a, b) => a - b);
    for (let i = 1; i < crossings.length; i += 2) draw(y, roundAway(crossings[i - 1]), roundDown(crossings[i]));
  }
  return encodeRegion(bitmap, [left, top, columns, rows], [height, width]);
}

/** Beyond it a corner is as good as here; sums stay whole. */
const farthest = 1e6;

const least = (values: readonly number[]) => values.reduce((found, value) => Math.min(found, value), Infinity);

/** Halves go towards 0, as in Pillow's ROUND_DOWN. */
const roundDown = (value: number) => Math.sign(value) * Math.ceil(Math.abs(value) - 0.5);

type FlatEdge = [y: number, from: number, to: number];

/** Flat edges are drawn as they are; of several that go on in one direction Pillow makes one. */
function edgesOf(points: readonly number[]): { readonly edges: Edge[]; readonly flat: readonly FlatEdge[] } {
  const edges: Edge[] = [];
  const flat: FlatEdge[] = [];
  const add = (x0: number, y0: number, x1: number, y1: number) => {
    if (y0 === y1) flat.push([y0, Math.min(x0, x1), Math.max(x0, x1)]);
    else {
      const dx = Math.fround((x1 - x0) / (y1 - y0));
      edges.push({ ymin: Math.min(y0, y1), ymax: Math.max(y0, y1), x0, y0, dx });
    }
  };
  const end = points.length - 2;
  for (let i = 0; i < end; i += 2) add(points[i], points[i + 1], points[i + 2], points[i + 3]);
  if (end >= 0 && (points[end] !== points[0] || points[end + 1] !== points[1]))
    add(points[end], points[end + 1], points[0], points[1]);
  return { edges, flat };
}

const xAt = ({ x0, y0, dx }: Edge, y: number) => Math.fround(Math.fround((y - y0) * dx) + x0);

/** Where the edges cross the row; an edge that ends in it counts twice, but in the last row. */
function crossingsOf(list: readonly Edge[], y: number, endsTwice: boolean): number[] {
  const crossings: number[] = [];
  for (const [place, edge] of list.entries()) {
    const x = xAt(edge, y);
    if (y === edge.ymax && endsTwice) crossings.push(x, x);
    else if (isEnd(edge, y)) crossings.push(atCorner(list, place, x, y));
    else crossings.push(x);
  }
  return crossings;
}

const isEnd = ({ ymin, ymax, dx }: Edge, y: number) => dx !== 0 && (y === ymin || y === ymax);

/** At a flat corner the crossing, drawn out to where the row beside it begins, so that nothing is torn apart. */
function atCorner(list: readonly Edge[], place: number, x: number, y: number): number {
  const edge = list[place];
  const beside = y === edge.ymax ? y - 1 : y + 1;
  for (const other of list.slice(0, place)) {
    if (!isEnd(other, y) || roundAway(x) !== roundAway(xAt(other, y))) continue;
    if (beside < other.ymin || beside > other.ymax) continue;
    const [a, b] = [xAt(edge, beside), xAt(other, beside)];
    if (x > a + 1 && x > b + 1) return roundAway(Math.max(a, b)) + 1;
    if (x < a - 1 && x < b - 1) return roundAway(Math.min(a, b)) - 1;
    return x;
  }
  return x;
}

/** Halves go away from 0, as in C's roundf and Pillow's ROUND_UP. */
const roundAway = (value: number) => Math.sign(value) * Math.round(Math.abs(value));

/**
 * A ring of a traced part through the centres of its border pixels. Of an outer ring Pillow fills the very part, its holes too. At
 * least three points.
 */
export function centreRing(outer: TracedPart['outer']): number[] {
  const ring: number[] = [];
  const push = (x: number, y: number) => {
    const end = ring.length;
    if (end >= 2 && ring[end - 2] === x && ring[end - 1] === y) return;
    // What goes on in one direction is one edge, where rounding cannot bend it.
    if (end >= 4 && isStraight(ring[end - 4], ring[end - 3], ring[end - 2], ring[end - 1], x, y)) ring.length = end - 2;
    ring.push(x, y);
  };
  for (let i = 0; i < outer.length; i += 2) {
    const [x0, y0] = [outer[i], outer[i + 1]];
    const [x1, y1] = [outer[(i + 2) % outer.length], outer[(i + 3) % outer.length]];
    const [dx, dy] = [Math.sign(x1 - x0), Math.sign(y1 - y0)];
    // The part lies to the right of its edges: below one that goes right.
    const [right, below] = [dx < 0 || dy > 0 ? -1 : 0, dx < 0 || dy < 0 ? -1 : 0];
    push(x0 + right, y0 + below);
    push(x1 - dx + right, y1 - dy + below);
  }
  while (ring.length > 2 && ring[0] === ring[ring.length - 2] && ring[1] === ring[ring.length - 1]) ring.length -= 2;
  while (ring.length < 6) ring.push(ring[0], ring[1]);
  return ring;
}

function isStraight(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): boolean {
  const [ux, uy, vx, vy] = [bx - ax, by - ay, cx - bx, cy - by];
  const isEven = ux === 0 || uy === 0 || Math.abs(ux) === Math.abs(uy);
  return isEven && ux * vy === uy * vx && ux * vx + uy * vy > 0;
}

/**
 * The part with its holes as one ring: each hole is joined to what lies left of it by a bridge along a row of its own pixels, walked
 * there and back. null where Pillow would not draw the very part.
 */
export function centreRingWithHoles({ outer, holes }: TracedPart, size: readonly [number, number]): number[] | null {
  const part = fromParts([{ outer, holes }], size[0], size[1]);
  const rows = rowsLeftOf(part);
  let ring = centreRing(outer);
  // From left to right: what lies left of a hole is in the ring before it.
  const inner = holes.map((hole) => startingLeft(centreRing(hole))).sort((a, b) => a[0] - b[0]);
  for (const hole of inner) {
    const [x, y] = hole;
    const from = rows(x, y);
    const at = placeOn(ring, from, y);
    if (at < 0) return null;
    ring = [...ring.slice(0, at + 2), from, y, ...hole, x, y, from, y, ...ring.slice(at + 2)];
  }
  return equals(drawnPolygon(ring, size), part) ? ring : null;
}

/** The first column of the run of pixels in that row which ends at x. */
function rowsLeftOf(mask: Rle): (x: number, y: number) => number {
  const [left, top, width, height] = toBbox(mask);
  const pixels = decodeRegion(mask, [left, top, width, height]);
  return (x, y) => {
    let from = x;
    while (from > left && pixels[(y - top) * width + from - 1 - left] !== 0) from--;
    return from;
  };
}

/** Index of the corner after which the ring passes the point; -1: it does not. */
function placeOn(ring: readonly number[], x: number, y: number): number {
  for (let i = 0; i < ring.length; i += 2) {
    const [ax, ay] = [ring[i], ring[i + 1]];
    const [bx, by] = [ring[(i + 2) % ring.length], ring[(i + 3) % ring.length]];
    const isBetween = (x - ax) * (x - bx) <= 0 && (y - ay) * (y - by) <= 0;
    if (isBetween && (bx - ax) * (y - ay) === (by - ay) * (x - ax)) return i;
  }
  return -1;
}

/** The same ring from its leftmost corner on. */
function startingLeft(ring: readonly number[]): number[] {
  let start = 0;
  for (let i = 2; i < ring.length; i += 2) if (ring[i] < ring[start]) start = i;
  return [...ring.slice(start), ...ring.slice(0, start)];
}
