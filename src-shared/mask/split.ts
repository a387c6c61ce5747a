/** Cuts a mask along a line into pieces that partition it: no pixel is lost to the width of the cut. */
import { components } from './components';
import { area, foregroundEdges, fromForegroundEdges, toBbox, type Rle } from './rle';
import { merge, subtract } from './setOps';
import { Groups, PixelGraph } from './splitGraph';

/** The line is moved by this much (pixels), so that it passes through no pixel centre and every pixel has a side. */
const NUDGE_X = 3.14159e-7;
const NUDGE_Y = 2.71828e-7;
const SLACK = 1e-6;
const SPECK_PIXELS = 16;
const SPECK_SHARE = 0.02;

const NONE: readonly number[] = [];

/**
 * The pieces of the mask after a cut along the polyline (image space, flat, open), the largest first: canonical, none
 * empty, no two share a pixel, their union is the mask. Two neighbouring pixels (8-connected) stay together unless the
 * line runs between their centres. Parts of the mask that the line does not divide go with the nearest piece on their
 * side of it. One piece, the mask itself, where the line divides nothing. O((runs + line length) log runs).
 */
export function splitMask(rle: Rle, line: readonly number[]): Rle[] {
  const cut = cutPixels(rle, line);
  if (cut.size === 0) return [rle];
  const positions = Float64Array.from(cut.keys()).sort();
  const blocks = components(subtract(rle, maskOfPositions(positions, rle.size)), { connectivity: 8 });
  const graph = new PixelGraph(rle.size, blocks, positions);
  const pieces = new Groups(graph.nodeCount);
  const fragments = new Groups(graph.nodeCount);
  /** Neighbours that the line parts, as node pairs: where a speck can be put back. */
  const parted: number[] = [];
  graph.eachPair((a, b, from, to) => {
    fragments.join(a, b);
    if (isParted(line, cut.get(from) ?? NONE, cut.get(to) ?? NONE, from, to, rle.size[0])) parted.push(a, b);
    else pieces.join(a, b);
  });
  attachSpecks(graph, pieces, fragments, parted);
  return assemble(rle, line, graph, pieces, fragments);
}

/** Mask pixels that the line touches, as column-major position, with the line's segments that touch each. */
function cutPixels(rle: Rle, line: readonly number[]): Map<number, number[]> {
  const [h] = rle.size;
  const [left, top, width, height] = toBbox(rle);
  const edges = foregroundEdges(rle);
  const cut = new Map<number, number[]>();
  for (let s = 0; s + 3 < line.length; s += 2) {
    const [x0, y0, x1, y1] = segment(line, s);
    const first = Math.max(left, Math.floor(Math.min(x0, x1) - SLACK));
    const last = Math.min(left + width - 1, Math.floor(Math.max(x0, x1) + SLACK));
    for (let x = first; x <= last; x++) {
      const [ya, yb] = rowsOverColumn(x0, y0, x1, y1, x);
      const firstRow = Math.max(top, Math.floor(ya - SLACK));
      const lastRow = Math.min(top + height - 1, Math.floor(yb + SLACK));
      for (let y = firstRow; y <= lastRow; y++) {
        const position = x * h + y;
        if (intervalAt(edges, position) < 0) continue;
        const known = cut.get(position);
        if (known) known.push(s);
        else cut.set(position, [s]);
      }
    }
  }
  return cut;
}

/** Lowest and highest y of the segment over the closed column [x, x + 1]. */
function rowsOverColumn(x0: number, y0: number, x1: number, y1: number, x: number): [number, number] {
  if (Math.abs(x1 - x0) < SLACK) return [Math.min(y0, y1), Math.max(y0, y1)];
  const at = (column: number): number => y0 + (y1 - y0) * Math.min(1, Math.max(0, (column - x0) / (x1 - x0)));
  const a = at(x - SLACK);
  const b = at(x + 1 + SLACK);
  return [Math.min(a, b), Math.max(a, b)];
}

function segment(line: readonly number[], s: number): [number, number, number, number] {
  return [line[s] + NUDGE_X, line[s + 1] + NUDGE_Y, line[s + 2] + NUDGE_X, line[s + 3] + NUDGE_Y];
}

/** True where the line runs an odd number of times between the centres of the two pixels. */
function isParted(
  line: readonly number[],
  segmentsA: readonly number[],
  segmentsB: readonly number[],
  a: number,
  b: number,
  h: number,
): boolean {
  const ax = Math.floor(a / h) + 0.5;
  const ay = (a % h) + 0.5;
  const bx = Math.floor(b / h) + 0.5;
  const by = (b % h) + 0.5;
  let parted = false;
  for (const s of segmentsA) if (runsBetween(line, s, ax, ay, bx, by)) parted = !parted;
  for (const s of segmentsB) if (!segmentsA.includes(s) && runsBetween(line, s, ax, ay, bx, by)) parted = !parted;
  return parted;
}

/** True where segment s of the line crosses the step from (ax, ay) to (bx, by); a point on either counts to one side. */
function runsBetween(line: readonly number[], s: number, ax: number, ay: number, bx: number, by: number): boolean {
  const x0 = line[s] + NUDGE_X;
  const y0 = line[s + 1] + NUDGE_Y;
  const x1 = line[s + 2] + NUDGE_X;
  const y1 = line[s + 3] + NUDGE_Y;
  const aSide = (x1 - x0) * (ay - y0) >= (y1 - y0) * (ax - x0);
  const bSide = (x1 - x0) * (by - y0) >= (y1 - y0) * (bx - x0);
  if (aSide === bSide) return false;
  return (bx - ax) * (y0 - ay) >= (by - ay) * (x0 - ax) !== (bx - ax) * (y1 - ay) >= (by - ay) * (x1 - ax);
}

/** Index of the foreground interval that holds the position, or -1. `edges` as from `foregroundEdges`. */
function intervalAt(edges: Uint32Array, position: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle] > position) high = middle;
    else low = middle + 1;
  }
  return low % 2 === 1 ? (low - 1) / 2 : -1;
}

function maskOfPositions(positions: Float64Array, size: readonly [number, number]): Rle {
  const edges = new Uint32Array(2 * positions.length);
  let n = 0;
  for (const position of positions) {
    if (n > 0 && edges[n - 1] === position) n--;
    else edges[n++] = position;
    edges[n++] = position + 1;
  }
  return fromForegroundEdges(edges, n, size[0], size[1]);
}

/**
 * A speck that the line shaves off where it grazes an outline is not a piece: pixels that the line touches, cut off from
 * everything else, few in number and a small share of their fragment. Each joins the piece that it touches most.
 */
function attachSpecks(graph: PixelGraph, pieces: Groups, fragments: Groups, parted: readonly number[]): void {
  const sizes = new Map<number, number>();
  const fragmentSizes = new Map<number, number>();
  for (let node = 0; node < graph.nodeCount; node++) {
    const size = node < graph.blocks.length ? area(graph.blocks[node]) : 1;
    add(sizes, pieces.of(node), size);
    add(fragmentSizes, fragments.of(node), size);
  }
  const withBlock = new Set(graph.blocks.map((_, block) => pieces.of(block)));
  const isSpeck = (piece: number): boolean =>
    !withBlock.has(piece) &&
    sizes.get(piece)! <= Math.min(SPECK_PIXELS, SPECK_SHARE * fragmentSizes.get(fragments.of(piece))!);
  const contacts = new Map<number, Map<number, number>>();
  for (let i = 0; i < parted.length; i += 2) {
    const [a, b] = [pieces.of(parted[i]), pieces.of(parted[i + 1])];
    if (isSpeck(a) === isSpeck(b)) continue;
    const [speck, piece] = isSpeck(a) ? [a, b] : [b, a];
    if (!contacts.has(speck)) contacts.set(speck, new Map());
    add(contacts.get(speck)!, piece, 1);
  }
  for (const [speck, counts] of contacts) {
    const [best] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
    pieces.join(speck, best);
  }
}

function add(counts: Map<number, number>, key: number, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

interface Piece {
  readonly mask: Rle;
  readonly fragment: number;
}

function assemble(rle: Rle, line: readonly number[], graph: PixelGraph, pieces: Groups, fragments: Groups): Rle[] {
  const members = new Map<number, { blocks: Rle[]; positions: number[]; fragment: number }>();
  for (let node = 0; node < graph.nodeCount; node++) {
    const group = pieces.of(node);
    if (!members.has(group)) members.set(group, { blocks: [], positions: [], fragment: fragments.of(node) });
    const { blocks, positions } = members.get(group)!;
    if (node < graph.blocks.length) blocks.push(graph.blocks[node]);
    else positions.push(graph.positions[node - graph.blocks.length]);
  }
  const all: Piece[] = [...members.values()].map(({ blocks, positions, fragment }) => ({
    mask: merge([...blocks, maskOfPositions(Float64Array.from(positions), rle.size)]),
    fragment,
  }));
  const perFragment = new Map<number, number>();
  for (const { fragment } of all) perFragment.set(fragment, (perFragment.get(fragment) ?? 0) + 1);
  const divided = all.filter(({ fragment }) => perFragment.get(fragment)! > 1).map(({ mask }) => [mask]);
  if (divided.length === 0) return [rle];
  const anchors = divided.map(([mask]) => centreOf(mask));
  for (const { mask, fragment } of all) {
    if (perFragment.get(fragment) === 1) divided[nearestOnSide(line, anchors, centreOf(mask))].push(mask);
  }
  return divided.map((masks) => merge(masks)).sort((a, b) => area(b) - area(a));
}

type Point = readonly [x: number, y: number];

function centreOf(mask: Rle): Point {
  const [x, y, width, height] = toBbox(mask);
  return [x + width / 2, y + height / 2];
}

function nearestOnSide(line: readonly number[], anchors: readonly Point[], point: Point): number {
  const side = sideOfLine(line, point);
  const distance = ([x, y]: Point): number => Math.hypot(x - point[0], y - point[1]);
  const onSide = anchors.filter((anchor) => sideOfLine(line, anchor) === side);
  const candidates = onSide.length > 0 ? onSide : anchors;
  const nearest = candidates.reduce((a, b) => (distance(b) < distance(a) ? b : a));
  return anchors.indexOf(nearest);
}

/** Side of the segment of the line that is nearest to the point. */
function sideOfLine(line: readonly number[], [x, y]: Point): boolean {
  let best = Infinity;
  let side = false;
  for (let s = 0; s + 3 < line.length; s += 2) {
    const [x0, y0, x1, y1] = segment(line, s);
    const [dx, dy] = [x1 - x0, y1 - y0];
    const t = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1)));
    const distance = Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
    if (distance >= best) continue;
    best = distance;
    side = dx * (y - y0) >= dy * (x - x0);
  }
  return side;
}
