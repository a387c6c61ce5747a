/** Small parts of large masks, without walking what lies outside of them. */
import { foregroundEdges, fromForegroundEdges, type Box, type Rle } from './rle';

/** How many pixels the mask has in the box (whole pixels). O(runs), and columns that runs in it span. */
export function areaInBox({ size: [h], counts }: Rle, [left, top, width, height]: Box): number {
  const bottom = top + height;
  const [from, to] = [left * h, (left + width) * h];
  let found = 0;
  let end = 0;
  for (let i = 1; i < counts.length; i += 2) {
    let start = end + counts[i - 1];
    end = start + counts[i];
    if (start >= to) break;
    if (end <= from) continue;
    start = Math.max(start, from);
    const stop = Math.min(end, to);
    while (start < stop) {
      const x = Math.floor(start / h);
      const columnEnd = Math.min(stop, (x + 1) * h);
      found += Math.max(0, Math.min(columnEnd - x * h, bottom) - Math.max(start - x * h, top));
      start = columnEnd;
    }
  }
  return found;
}

/** A mask of which many small parts are asked for: its runs are summed up once. */
export class MaskColumns {
  readonly #size: readonly [number, number];
  readonly #edges: Uint32Array;

  constructor(rle: Rle) {
    this.#size = rle.size;
    this.#edges = foregroundEdges(rle);
  }

  /**
   * The mask in the columns from floor(x) to before ceil(x + width), nothing beside them; canonical. What meets it with a mask
   * that lies in these columns comes out as with the whole. O(log runs + runs in them).
   */
  in(x: number, width: number): Rle {
    const [h, w] = this.#size;
    const from = Math.min(Math.max(Math.floor(x), 0), w) * h;
    const to = Math.min(Math.max(Math.ceil(x + width), 0), w) * h;
    // The first edge behind `from`, and the first one at or behind `to`: an odd number of edges before it is within a run.
    const first = this.#firstFrom(from + 1);
    const last = Math.max(first, this.#firstFrom(to));
    const part = new Uint32Array(last - first + 2);
    let n = 0;
    if (first % 2 === 1 && from < to) part[n++] = from;
    part.set(this.#edges.subarray(first, last), n);
    n += last - first;
    if (n % 2 === 1) part[n++] = to;
    return fromForegroundEdges(part, n, h, w);
  }

  #firstFrom(position: number): number {
    let [low, high] = [0, this.#edges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#edges[middle] < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
