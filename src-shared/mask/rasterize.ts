/** Polygons and boxes to masks, pixel for pixel as pycocotools rasterises them. */
import { MaskError } from './error';
import { emptyMask, pixelCount, type Box, type Rle } from './rle';
import { Scratch } from './scratch';
import { merge, subtract } from './setOps';

/** Vertices x0, y0, x1, y1, ... in continuous image space (pixel (x, y) covers [x, x+1) x [y, y+1)), not closed. */
export type Ring = ArrayLike<number>;

/** One connected piece of a mask: an outer ring and the rings of the holes in it. */
export interface Part {
  readonly outer: Ring;
  readonly holes: readonly Ring[];
}

/** The reference works on a grid of fifths of a pixel; columns are sampled between 5c + 2 and 5c + 3 of that grid. */
const SCALE = 5;
const MAX_COORDINATE = 2e8;
const SMALL_SORT = 24;

const vertices = new Scratch();
const slots = new Scratch();
const crossings = new Scratch();

/**
 * The mask of a polygon made of `rings`, united: a ring inside another fills, it does not cut (see `fromParts`).
 * `h` and `w` in pixels; vertices may lie outside the image. No rings give the empty mask. The same bits as
 * `merge(frPyObjects(rings, h, w))`. Source: maskApi.c rleFrPoly. O(vertices + crossed columns) a ring.
 * @throws MaskError for an odd number of coordinates, a coordinate that is not finite or beyond 2e8.
 */
export function fromPolygons(rings: readonly Ring[], h: number, w: number): Rle {
  if (rings.length === 0) return emptyMask(h, w);
  if (rings.length === 1) return fromRing(rings[0], h, w);
  return merge(rings.map((ring) => fromRing(ring, h, w)));
}

/**
 * The mask of polygons with holes: the union over parts of outer ring minus its holes. Inverse of `trace`.
 * @throws MaskError as `fromPolygons`.
 */
export function fromParts(parts: readonly Part[], h: number, w: number): Rle {
  if (parts.length === 0) return emptyMask(h, w);
  const masks = parts.map(({ outer, holes }) => {
    const filled = fromRing(outer, h, w);
    return holes.length === 0 ? filled : subtract(filled, fromPolygons(holes, h, w));
  });
  return masks.length === 1 ? masks[0] : merge(masks);
}

/**
 * The mask of the box [x, y, width, height] in continuous image space, rasterised as the polygon of its corners.
 * Source: maskApi.c rleFrBbox.
 * @throws MaskError for numbers that are not finite.
 */
export function fromBox(box: Box, h: number, w: number): Rle {
  const [x, y, width, height] = box;
  const right = x + width;
  const bottom = y + height;
  return fromRing([x, y, x, bottom, right, bottom, right, y], h, w);
}

/**
 * One ring. The reference walks every edge in steps of a fifth of a pixel and keeps the steps that pass from 5c + 2 to
 * 5c + 3 in x, the sampling line of column c. An edge passes each line at most once, so here every (edge, column) pair
 * is computed straight away, with the reference's own floating-point expression where it decides. Per column, the rows
 * so found toggle the mask.
 */
function fromRing(ring: Ring, h: number, w: number): Rle {
  const total = pixelCount(h, w);
  const count = ring.length >> 1;
  const grid = toGrid(ring);
  if (total === 0 || count === 0) return emptyMask(h, w);

  // How many crossings each column gets: +1 where an edge's range of columns starts, -1 after it ends, then summed.
  const slot = slots.get(w + 1);
  slot.fill(0, 0, w + 1);
  let previous = grid[2 * count - 2] | 0;
  let minColumn = w;
  let maxColumn = -1;
  for (let j = 0; j < count; j++) {
    const x = grid[2 * j] | 0;
    const low = firstColumn(x < previous ? x : previous);
    const high = lastColumn(x < previous ? previous : x, w);
    previous = x;
    if (low > high) continue;
    slot[low]++;
    slot[high + 1]--;
    if (low < minColumn) minColumn = low;
    if (high > maxColumn) maxColumn = high;
  }
  let sum = 0;
  let active = 0;
  for (let c = minColumn; c <= maxColumn; c++) {
    active = (active + slot[c]) | 0;
    slot[c] = sum;
    sum += active;
  }
  const rows = crossings.get(sum);
  for (let j = 0; j < count; j++) {
    const k = j + 1 === count ? 0 : j + 1;
    crossEdge(grid[2 * j] | 0, grid[2 * j + 1] | 0, grid[2 * k] | 0, grid[2 * k + 1] | 0, h, w, slot, rows);
  }

  // slot[c] now is where column c ends. Sort each column, turn rows to positions, drop pairs at one place.
  let from = 0;
  let n = 0;
  for (let c = minColumn; c <= maxColumn; c++) {
    const to = slot[c];
    sortRange(rows, from, to);
    const base = c * h;
    for (let i = from; i < to; i++) {
      const position = base + rows[i];
      if (n > 0 && rows[n - 1] === position) n--;
      else rows[n++] = position;
    }
    from = to;
  }
  while (n > 0 && rows[n - 1] >= total) n--;
  const counts = new Uint32Array(n + 1);
  let last = 0;
  for (let i = 0; i < n; i++) {
    counts[i] = rows[i] - last;
    last = rows[i];
  }
  counts[n] = total - last;
  return { size: [h, w], counts };
}

/** Checks the ring and rounds its vertices to fifths of a pixel, truncating towards zero as a C cast does. */
function toGrid(ring: Ring): Uint32Array {
  const { length } = ring;
  if (length % 2 !== 0) throw new MaskError(`Polygon has ${length} coordinates when an even number was expected`);
  const grid = vertices.get(length);
  for (let i = 0; i < length; i++) {
    const value = ring[i];
    if (!(value >= -MAX_COORDINATE && value <= MAX_COORDINATE)) {
      throw new MaskError(
        `Coordinate ${i} of the polygon is ${String(value)} when a finite number within ${MAX_COORDINATE} was expected`,
      );
    }
    grid[i] = (SCALE * value + 0.5) | 0;
  }
  return grid;
}

/** The first column whose sampling line 5c + 2 lies at or right of grid position x. */
function firstColumn(x: number): number {
  return x <= 2 ? 0 : ((x + 2) * 0.2) | 0;
}

/** The last column of an image `w` wide whose sampling line's far side 5c + 3 lies at or left of grid position x. */
function lastColumn(x: number, w: number): number {
  if (x < 3) return -1;
  const column = ((x - 3) * 0.2) | 0;
  return column < w ? column : w - 1;
}

/** Writes into `rows`, at each crossed column's slot, the first row below the edge's crossing of that column. */
function crossEdge(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  h: number,
  w: number,
  slot: Uint32Array,
  rows: Uint32Array,
): void {
  const low = firstColumn(x0 < x1 ? x0 : x1);
  const high = lastColumn(x0 < x1 ? x1 : x0, w);
  if (low > high) return;
  const dx = x0 < x1 ? x1 - x0 : x0 - x1;
  const dy = y0 < y1 ? y1 - y0 : y0 - y1;
  if (dx >= dy) {
    // Mostly horizontal: walked left to right, y = (int)(ys + s * t + .5) at step t; the smaller y of the two steps.
    const xs = x0 < x1 ? x0 : x1;
    const ys = x0 < x1 ? y0 : y1;
    const s = (x0 < x1 ? y1 - y0 : y0 - y1) / dx;
    const first = SCALE * low + 2 - xs + (s < 0 ? 1 : 0);
    for (let c = low, t = first; c <= high; c++, t += SCALE) rows[slot[c]++] = toRow((ys + s * t + 0.5) | 0, h);
    return;
  }
  // Mostly vertical: walked downwards, x = (int)(xs + s * t + .5) at step t; the step before x passes the line.
  const xs = y0 < y1 ? x0 : x1;
  const ys = y0 < y1 ? y0 : y1;
  const s = (y0 < y1 ? x1 - x0 : x0 - x1) / dy;
  for (let c = low; c <= high; c++) {
    const line = SCALE * c + 3;
    let t = ((line - 0.5 - xs) / s) | 0;
    // The estimate is off by one at most; the reference's expression decides.
    if (s > 0) {
      while (t > 0 && xs + s * t + 0.5 >= line) t--;
      while (xs + s * (t + 1) + 0.5 < line) t++;
    } else {
      while (t > 0 && xs + s * t + 0.5 < line) t--;
      while (xs + s * (t + 1) + 0.5 >= line) t++;
    }
    rows[slot[c]++] = toRow(ys + t, h);
  }
}

/** Grid y to image row: ceil((y + .5) / 5 - .5), kept within 0..h. */
function toRow(y: number, h: number): number {
  if (y <= 2) return 0;
  const row = ((y + 2) * 0.2) | 0;
  return row < h ? row : h;
}

function sortRange(values: Uint32Array, from: number, to: number): void {
  if (to - from > SMALL_SORT) {
    values.subarray(from, to).sort();
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const value = values[i];
    let j = i;
    for (; j > from && values[j - 1] > value; j--) values[j] = values[j - 1];
    values[j] = value;
  }
}
