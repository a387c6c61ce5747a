/** Mask operations of an editor: move, scale, and the region under a point. */
import { columnIntervals } from './columns';
import { components, type ConnectivityOptions } from './components';
import { emptyMask, foregroundEdges, fromForegroundEdges, pixelCount, toBbox, type Box, type Rle } from './rle';
import { invert } from './setOps';

/**
 * The mask moved by (dx, dy) whole pixels onto an image of `size` [height, width] (default: its own); what leaves the
 * image is cut off. Canonical. O(runs) where nothing is, else O(width + runs + columns that runs span); no bitmap.
 */
export function translate(rle: Rle, dx: number, dy: number, size: readonly [number, number] = rle.size): Rle {
  const [h, w] = size;
  pixelCount(h, w);
  if (h === rle.size[0]) {
    // Nothing is cut off: a column further is h positions further, and no run comes to wrap into another column.
    const [left, top, width, height] = toBbox(rle);
    if (left + dx >= 0 && left + width + dx <= w && top + dy >= 0 && top + height + dy <= h) {
      return shifted(rle, dx * h + dy, w);
    }
  }
  const { first, bounds } = columnIntervals(rle);
  const edges = new Uint32Array(bounds.length);
  let n = 0;
  const columnEnd = Math.min(rle.size[1], w - dx);
  for (let x = Math.max(0, -dx); x < columnEnd; x++) {
    for (let i = first[x]; i < first[x + 1]; i++) {
      const top = Math.max(bounds[2 * i] + dy, 0);
      const bottom = Math.min(bounds[2 * i + 1] + dy, h);
      if (top >= bottom) continue;
      const start = (x + dx) * h + top;
      if (n > 0 && edges[n - 1] === start) n--;
      else edges[n++] = start;
      edges[n++] = (x + dx) * h + bottom;
    }
  }
  return fromForegroundEdges(edges, n, h, w);
}

/** Every pixel `by` positions further, on an image `w` wide: none of them leaves it. */
function shifted(rle: Rle, by: number, w: number): Rle {
  const [h] = rle.size;
  const { counts } = rle;
  const { length } = counts;
  // Mostly only the background around it changes: of thousands of masks every array that is not made counts.
  if (w === rle.size[1] && length > 1 && length % 2 === 1 && counts[length - 1] > by && counts.indexOf(0, 1) < 0) {
    const moved = counts.slice();
    moved[0] += by;
    moved[length - 1] -= by;
    return { size: [h, w], counts: moved };
  }
  const edges = foregroundEdges(rle);
  for (let i = 0; i < edges.length; i++) edges[i] += by;
  return fromForegroundEdges(edges, edges.length, h, w);
}

/**
 * The mask after the affine map that takes the box `from` to the box `to` (image space, both of positive size): a pixel is
 * set where the source holds the pixel under its centre, mapped back. Canonical. O(target columns + runs they show), no
 * bitmap.
 */
export function scaleMask(rle: Rle, from: Box, to: Box): Rle {
  const [h, w] = rle.size;
  const source = toBbox(rle);
  if (source[2] === 0) return emptyMask(h, w);
  const columns = axisMap(from[0], from[2], to[0], to[2], source[0], source[2], w);
  const rows = axisMap(from[1], from[3], to[1], to[3], source[1], source[3], h);
  const { first, bounds } = columnIntervals(rle);
  let most = 0;
  for (const x of columns.source) if (x >= 0 && x < w) most += first[x + 1] - first[x];
  const edges = new Uint32Array(2 * most);
  let n = 0;
  columns.source.forEach((x, i) => {
    if (x < source[0] || x >= source[0] + source[2]) return;
    const start = (columns.start + i) * h;
    for (let interval = first[x]; interval < first[x + 1]; interval++) {
      const top = start + rows.firstShowing(bounds[2 * interval]);
      const bottom = start + rows.firstShowing(bounds[2 * interval + 1]);
      if (top >= bottom) continue;
      if (n > 0 && edges[n - 1] === top) n--;
      else edges[n++] = top;
      edges[n++] = bottom;
    }
  });
  return fromForegroundEdges(edges, n, h, w);
}

/** One axis of the map: what the target's pixels show of the source, and the other way round. */
interface AxisMap {
  /** First pixel inside the image that the target covers. */
  readonly start: number;
  /** For each pixel from `start` on, the source pixel under its centre; ascending, perhaps outside the source. */
  readonly source: Int32Array;
  /** The first pixel that shows source pixel `index` or a later one; `index` from the source's first to behind its last. */
  firstShowing(index: number): number;
}

function axisMap(
  from: number,
  fromLength: number,
  to: number,
  toLength: number,
  sourceStart: number,
  sourceLength: number,
  imageLength: number,
): AxisMap {
  const map = (position: number): number => to + ((position - from) * toLength) / fromLength;
  const start = Math.min(Math.max(0, Math.floor(map(sourceStart))), imageLength);
  const end = Math.min(Math.max(start, Math.ceil(map(sourceStart + sourceLength))), imageLength);
  const source = new Int32Array(end - start);
  const showing = new Int32Array(sourceLength + 1).fill(end);
  let shown = 0;
  for (let i = 0; i < source.length; i++) {
    source[i] = Math.floor(from + ((start + i + 0.5 - to) * fromLength) / toLength);
    while (shown <= sourceLength && sourceStart + shown <= source[i]) showing[shown++] = start + i;
  }
  return { start, source, firstShowing: (index) => showing[index - sourceStart] };
}

/** Value of the mask at pixel (x, y); false outside the image. O(runs). */
export function pixelAt(rle: Rle, x: number, y: number): boolean {
  const [h, w] = rle.size;
  if (x < 0 || y < 0 || x >= w || y >= h) return false;
  const position = x * h + y;
  let end = 0;
  for (let i = 0; i < rle.counts.length; i++) {
    end += rle.counts[i];
    if (end > position) return i % 2 === 1;
  }
  return false;
}

/** The connected piece (connectivity 4 by default) of the mask that holds pixel (x, y), or null where there is none. */
export function componentAt(rle: Rle, x: number, y: number, options?: ConnectivityOptions): Rle | null {
  if (!pixelAt(rle, x, y)) return null;
  return components(rle, options).find((piece) => pixelAt(piece, x, y)) ?? null;
}

/** The connected piece of the background that holds pixel (x, y), or null where the pixel is foreground or outside. */
export function backgroundAt(rle: Rle, x: number, y: number, options?: ConnectivityOptions): Rle | null {
  return componentAt(invert(rle), x, y, options);
}

/** True where no pixel is foreground. O(runs). */
export function isEmptyMask(rle: Rle): boolean {
  for (let i = 1; i < rle.counts.length; i += 2) if (rle.counts[i] > 0) return false;
  return true;
}
