/** Masks to contours along pixel edges, holes kept apart: the exact inverse of `fromParts`. */
import { columnIntervals } from './columns';
import type { Rle } from './rle';

/** One 4-connected piece of a mask as rings on pixel corners: whole-number x0, y0, x1, y1, ..., not closed. */
export interface TracedPart {
  readonly outer: number[];
  readonly holes: number[][];
}

/**
 * The contours of a mask along pixel edges, in image space, with no vertex on a straight line. One part for each
 * 4-connected piece, in the order of its leftmost (then topmost) pixel. Outer rings run clockwise on screen, hole rings
 * counter-clockwise; each starts at its leftmost (then topmost) vertex. `fromParts(trace(rle), h, w)` is the mask
 * again, bit for bit; without holes so is `fromPolygons` of the outer rings.
 *
 * Pieces are 4-connected so that a ring never encloses pixels that touch it by a corner only: a diagonal pair gives two
 * squares. Background is 8-connected in turn; where a hole touches the outside by a corner, the outer ring passes that
 * corner twice and the part has no hole there (such a ring still rasterises exactly).
 *
 * Works on runs: O(width + runs + columns that runs span), no bitmap.
 * @throws MaskError where the runs sum to more than height * width.
 */
export function trace(rle: Rle): TracedPart[] {
  const { first, bounds } = columnIntervals(rle);
  const next = linkEdges(rle, first, bounds);
  const part = new Int32Array(bounds.length).fill(-1);
  const parts: TracedPart[] = [];
  // Edge 2i is the top of interval i, edge 2i + 1 its bottom. Ascending order meets each ring at its leftmost column,
  // topmost edge: a top there means that the ring encloses foreground, a bottom that it encloses a hole.
  for (let column = 0; column < first.length - 1; column++) {
    for (let edge = 2 * first[column]; edge < 2 * first[column + 1]; edge++) {
      if (part[edge] >= 0) continue;
      if (edge % 2 === 0) {
        const ring = followRing(edge, column, next, bounds, part, parts.length);
        // Walked from the far end of its first edge: the last vertex is the top left one.
        parts.push({ outer: [...ring.splice(-2), ...ring], holes: [] });
      } else {
        const owner = part[edge - 1];
        parts[owner].holes.push(followRing(edge, column, next, bounds, part, owner));
      }
    }
  }
  return parts;
}

/**
 * How many vertices {@link trace} would give in all, for a fraction of its cost. O(width + runs + columns that runs span).
 * @throws MaskError where the runs sum to more than height * width.
 */
export function countTracedVertices(rle: Rle): number {
  const { first, bounds } = columnIntervals(rle);
  const w = rle.size[1];
  // Every vertical piece of contour has a vertex at either end. On a grid line they lie between the first and the second
  // bound of the columns on both sides, the third and the fourth, and so on; equal ones leave nothing between them.
  let pieces = 0;
  for (let x = 0; x <= w; x++) {
    let left = x === 0 ? 0 : 2 * first[x - 1];
    const leftEnd = x === 0 ? 0 : 2 * first[x];
    let right = leftEnd;
    const rightEnd = x === w ? leftEnd : 2 * first[x + 1];
    const upper = () =>
      right === rightEnd || (left < leftEnd && bounds[left] <= bounds[right]) ? bounds[left++] : bounds[right++];
    while (left < leftEnd || right < rightEnd) if (upper() !== upper()) pieces++;
  }
  return 2 * pieces;
}

/**
 * For every horizontal edge, the horizontal edge that follows it along its ring (foreground on the right-hand side:
 * tops run rightwards, bottoms leftwards). On each vertical grid line the edges that end there and those that start
 * there alternate down the line, with a vertical piece of contour (or nothing) between the two of a pair.
 */
function linkEdges(rle: Rle, first: Uint32Array, bounds: Uint32Array): Int32Array {
  const w = rle.size[1];
  const next = new Int32Array(bounds.length);
  for (let x = 0; x <= w; x++) {
    let left = x === 0 ? 0 : 2 * first[x - 1];
    const leftEnd = x === 0 ? 0 : 2 * first[x];
    let right = leftEnd;
    const rightEnd = x === w ? leftEnd : 2 * first[x + 1];
    let open = -1;
    while (left < leftEnd || right < rightEnd) {
      let edge: number;
      let isLeft: boolean;
      if (left === leftEnd) isLeft = false;
      else if (right === rightEnd) isLeft = true;
      else if (bounds[left] !== bounds[right]) isLeft = bounds[left] < bounds[right];
      // Two pixels that touch by a corner: the upper one's bottom edge first keeps them apart (4-connected).
      else isLeft = (left & 1) === 1;
      if (isLeft) edge = left++;
      else edge = right++;
      if (open < 0) {
        open = edge;
        continue;
      }
      // Of the pair, the one that ends on this line is a top from the left or a bottom from the right.
      const openIsLeft = open < leftEnd;
      const openEnds = openIsLeft === ((open & 1) === 0);
      if (openEnds) next[open] = edge;
      else next[edge] = open;
      open = -1;
    }
  }
  return next;
}

/** The ring through `start` (in `column`), vertices only where it turns; marks its edges with `owner` in `part`. */
function followRing(
  start: number,
  column: number,
  next: Int32Array,
  bounds: Uint32Array,
  part: Int32Array,
  owner: number,
): number[] {
  const ring: number[] = [];
  let edge = start;
  let x = column;
  do {
    part[edge] = owner;
    const rightwards = (edge & 1) === 0;
    const line = rightwards ? x + 1 : x;
    const following = next[edge];
    const y = bounds[edge];
    const yNext = bounds[following];
    if (y !== yNext) ring.push(line, y, line, yNext);
    // Column of the following edge: a top starts on its left side, a bottom on its right side.
    x = (following & 1) === 0 ? line : line - 1;
    edge = following;
  } while (edge !== start);
  return ring;
}
