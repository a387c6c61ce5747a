/** Cuts a polygon part along a line into faces whose outlines share the cut, vertex for vertex. */
import type { Path64 } from 'clipper2-ts';
import type { Box } from '../box';
import type { PolygonPart } from '../polygon';
import { expandBox, uniteBoxes } from '../box';
import { ringBox } from '../polygon';
import { type ClippedPart, clipRegions, regionOf, toPath, UNITS_PER_PX } from './region';
import { restoreParts } from './restore';

/** The same crossing, computed for both sides of the cut, may differ by rounding; image pixels. */
const SAME_PX = 0.02;
/** How far from everything the line is closed, image pixels. */
const FRAME_PX = 10;

/**
 * The faces into which the polyline (flat, open, image space) divides the part; together they cover it, and they touch along the
 * line only. Where an end of the line lies inside the part, it is extended: {@link glueFaces} takes that back. Vertices keep
 * their numbers as in `clipPolygons`. The part itself where the line does not cross it.
 */
export function cutPart(part: PolygonPart, line: readonly number[]): PolygonPart[] {
  const region = regionOf([part]);
  const blade = [closedBeyond(line, ringBox(part.outer))];
  const inside = clipRegions('intersect', region, blade);
  const outside = clipRegions('subtract', region, blade);
  if (inside.length === 0 || outside.length === 0) return [part];
  const rings = [part.outer, ...part.holes];
  return restoreParts([...inside, ...withCrossingsOf(inside, outside, rings.map(toPath))], rings);
}

/** Faces of one part as one again: the cuts between them go, also the vertices at which they met the outline. */
export function glueFaces(part: PolygonPart, faces: readonly PolygonPart[]): PolygonPart[] {
  if (faces.length < 2) return [...faces];
  const united = clipRegions('unite', regionOf(faces), []);
  const known = new Set(pointsOf([{ outer: toPath(part.outer), holes: part.holes.map(toPath) }]).map(keyOf));
  const smooth = (path: Path64) =>
    path.filter((point, i) => {
      if (known.has(keyOf(point))) return true;
      const [before, after] = [path[(i + path.length - 1) % path.length], path[(i + 1) % path.length]];
      return offLine(point, before, after) > SAME_PX * UNITS_PER_PX;
    });
  const cleaned = united.map(({ outer, holes }) => ({ outer: smooth(outer), holes: holes.map(smooth) }));
  return restoreParts(cleaned, [part.outer, ...part.holes]);
}

/** The line as a ring whose other side runs round the box, far from it. */
function closedBeyond(line: readonly number[], box: Box): Path64 {
  const n = line.length;
  // A straight line has a box without area, which would not count.
  const all = expandBox(uniteBoxes([box, expandBox(ringBox(line), 1)]), FRAME_PX);
  const frame: Frame = { left: all[0], top: all[1], right: all[0] + all[2], bottom: all[1] + all[3] };
  const end = exitOf(line[n - 2], line[n - 1], line[n - 2] - line[n - 4], line[n - 1] - line[n - 3], box, frame);
  const start = exitOf(line[0], line[1], line[0] - line[2], line[1] - line[3], box, frame);
  return toPath([...line, ...aroundFrame(end, start, frame)]);
}

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where the line leaves the frame: straight away from the box where it lies beside it, else on in its own direction. */
function exitOf(x: number, y: number, dx: number, dy: number, box: Box, frame: Frame): readonly [number, number] {
  const { left, top, right, bottom } = frame;
  if (x <= box[0]) return [left, y];
  if (x >= box[0] + box[2]) return [right, y];
  if (y <= box[1]) return [x, top];
  if (y >= box[1] + box[3] || (dx === 0 && dy === 0)) return [x, bottom];
  const tx = dx > 0 ? (right - x) / dx : dx < 0 ? (left - x) / dx : Infinity;
  const ty = dy > 0 ? (bottom - y) / dy : dy < 0 ? (top - y) / dy : Infinity;
  if (tx <= ty) return [dx > 0 ? right : left, y + dy * tx];
  return [x + dx * ty, dy > 0 ? bottom : top];
}

/** From one point of the frame to another along it, both included. */
function aroundFrame(
  from: readonly [number, number],
  to: readonly [number, number],
  { left, top, right, bottom }: Frame,
): number[] {
  const [w, h] = [right - left, bottom - top];
  const around = 2 * (w + h);
  /** How far along the frame, clockwise from its upper left corner. */
  const at = ([x, y]: readonly [number, number]): number =>
    y === top ? x - left : x === right ? w + y - top : y === bottom ? w + h + right - x : 2 * w + h + bottom - y;
  const corners: readonly (readonly [number, number])[] = [
    [right, top],
    [right, bottom],
    [left, bottom],
    [left, top],
  ];
  const start = at(from);
  const distance = (point: readonly [number, number]) => (at(point) - start + around) % around;
  const passed = corners.filter((corner) => distance(corner) > 0 && distance(corner) < distance(to));
  passed.sort((a, b) => distance(a) - distance(b));
  return [from, ...passed, to].flat();
}

/** The other side of the cut with the crossings of the first side: vertices that neither the part nor both sides have. */
function withCrossingsOf(
  first: readonly ClippedPart[],
  second: readonly ClippedPart[],
  part: readonly Path64[],
): ClippedPart[] {
  const own = part.flat().map(keyOf);
  const known = new Set([...own, ...pointsOf(first).map(keyOf)]);
  const others = new Set([...own, ...pointsOf(second).map(keyOf)]);
  const crossings = pointsOf(first).filter((point) => !others.has(keyOf(point)));
  const limit = SAME_PX * UNITS_PER_PX;
  const snap = (path: Path64): Path64 =>
    path.map((point) => {
      if (known.has(keyOf(point))) return point;
      return crossings.find(({ x, y }) => Math.hypot(x - point.x, y - point.y) <= limit) ?? point;
    });
  return second.map(({ outer, holes }) => ({ outer: snap(outer), holes: holes.map(snap) }));
}

type Point = Path64[number];

const keyOf = ({ x, y }: Point): string => `${x},${y}`;

function pointsOf(parts: readonly ClippedPart[]): Point[] {
  return parts.flatMap(({ outer, holes }) => [outer, ...holes].flat());
}

function offLine({ x, y }: Point, a: Point, b: Point): number {
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  return length === 0 ? 0 : Math.abs((b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x)) / length;
}
