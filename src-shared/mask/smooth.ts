/** Smooths a mask's outline: each pixel takes the value of the majority around it. */
import { columnIntervals } from './columns';
import { MaskError } from './error';
import { fromForegroundEdges, toBbox, type Box, type Rle } from './rle';

/**
 * The mask where each pixel has the value of most pixels of the image at most `radius` (pixels, >= 1) from its centre; an
 * even vote keeps its own. The image border neither adds nor removes: outside pixels have no vote. Canonical.
 * Only pixels near the outline are counted: O(bbox + outline length * radius^2).
 */
export function smooth(rle: Rle, radius: number): Rle {
  if (!(radius >= 1)) throw new MaskError(`Smoothing radius is ${radius} when at least 1 pixel was expected`);
  return new Smoothing(rle, radius).run();
}

/**
 * Bitmaps are column-major, so that runs are runs in them too, over the bbox of the mask and so much around it that no
 * disc that counts leaves them, beyond the image border too.
 */
class Smoothing {
  readonly #rle: Rle;
  readonly #reach: number;
  /** Half-heights of the disc's columns, from the left one to the right one. */
  readonly #half: Int32Array;
  readonly #discArea: number;
  readonly #region: Box;
  readonly #pixels: Uint8Array;
  /** 1 where the disc of the pixel may hold both values. */
  readonly #band: Uint8Array;

  constructor(rle: Rle, radius: number) {
    this.#rle = rle;
    this.#reach = Math.floor(radius);
    const columns = { length: 2 * this.#reach + 1 };
    this.#half = Int32Array.from(columns, (_, i) => Math.floor(Math.sqrt(radius ** 2 - (i - this.#reach) ** 2)));
    this.#discArea = this.#half.reduce((sum, half) => sum + 2 * half + 1, 0);
    this.#region = padded(toBbox(rle), 2 * this.#reach);
    this.#pixels = new Uint8Array(this.#region[2] * this.#region[3]);
    this.#band = new Uint8Array(this.#pixels.length);
  }

  run(): Rle {
    this.#drawOutline();
    const out = this.#pixels.slice();
    const height = this.#region[3];
    for (let from = this.#band.indexOf(1); from >= 0;) {
      const gap = this.#band.indexOf(0, from);
      const columnEnd = (Math.floor(from / height) + 1) * height;
      const to = gap < 0 ? columnEnd : Math.min(gap, columnEnd);
      this.#vote(from, to, out);
      from = this.#band.indexOf(1, to);
    }
    return this.#toRle(out);
  }

  /** Fills the pixels, and marks the band around every pair of unlike neighbours. */
  #drawOutline(): void {
    const { first, bounds } = columnIntervals(this.#rle);
    const [left, top, width, height] = this.#region;
    const w = this.#rle.size[1];
    for (let x = Math.max(0, left); x < Math.min(w, left + width); x++) {
      const column = (x - left) * height - top;
      // Intervals of this column and the one before, swept together: between two bounds the columns differ or agree.
      let own = 2 * first[x];
      const ownEnd = 2 * first[x + 1];
      let before = x > 0 ? 2 * first[x - 1] : ownEnd;
      const beforeEnd = x > 0 ? own : ownEnd;
      for (let i = own; i < ownEnd; i += 2) this.#pixels.fill(1, column + bounds[i], column + bounds[i + 1]);
      for (let i = own; i < ownEnd; i++) this.#mark(x, bounds[i] - 1, bounds[i] + 1);
      if (x === 0) continue;
      let start = 0;
      while (own < ownEnd || before < beforeEnd) {
        const isOwn = before >= beforeEnd || (own < ownEnd && bounds[own] <= bounds[before]);
        const y = isOwn ? bounds[own] : bounds[before];
        const differed = (own + before) % 2 === 1;
        if (differed && y > start) {
          this.#mark(x - 1, start, y);
          this.#mark(x, start, y);
        }
        start = y;
        if (isOwn) own++;
        else before++;
      }
    }
  }

  /** Marks everything within the disc of the pixels of column x, rows from..to. */
  #mark(x: number, from: number, to: number): void {
    const [left, top, , height] = this.#region;
    const [h, w] = this.#rle.size;
    const firstColumn = Math.max(0, this.#reach - x);
    const lastColumn = Math.min(this.#half.length, w - x + this.#reach);
    for (let k = firstColumn; k < lastColumn; k++) {
      const column = (x - left + k - this.#reach) * height - top;
      const start = Math.max(0, from - this.#half[k]);
      const end = Math.min(h, to + this.#half[k]);
      if (start < end) this.#band.fill(1, column + start, column + end);
    }
  }

  /** Decides the pixels from..to of one column: counts the disc of the first, then slides it down. */
  #vote(from: number, to: number, out: Uint8Array): void {
    const [left, top, , height] = this.#region;
    const pixels = this.#pixels;
    const count = to - from;
    const set = new Int32Array(count);
    for (let k = 0; k < this.#half.length; k++) {
      const half = this.#half[k];
      const shifted = from + (k - this.#reach) * height;
      let inColumn = 0;
      for (let i = shifted - half; i < shifted + half; i++) inColumn += pixels[i];
      for (let i = 0; i < count; i++) {
        inColumn += pixels[shifted + i + half];
        set[i] += inColumn;
        inColumn -= pixels[shifted + i - half];
      }
    }
    const x = left + Math.floor(from / height);
    const y = top + (from % height);
    for (let i = 0; i < count; i++) {
      const all = this.#voters(x, y + i);
      if (2 * set[i] !== all) out[from + i] = 2 * set[i] > all ? 1 : 0;
    }
  }

  /** How many pixels of the image the disc around (x, y) holds. */
  #voters(x: number, y: number): number {
    const [h, w] = this.#rle.size;
    const reach = this.#reach;
    if (x >= reach && y >= reach && x + reach < w && y + reach < h) return this.#discArea;
    let all = 0;
    for (let k = Math.max(0, reach - x); k < Math.min(this.#half.length, w - x + reach); k++) {
      all += Math.min(h, y + this.#half[k] + 1) - Math.max(0, y - this.#half[k]);
    }
    return all;
  }

  #toRle(out: Uint8Array): Rle {
    const [left, top, , height] = this.#region;
    const [h, w] = this.#rle.size;
    const edges: number[] = [];
    for (let from = out.indexOf(1); from >= 0;) {
      const gap = out.indexOf(0, from);
      const end = gap < 0 ? out.length : gap;
      while (from < end) {
        const column = Math.floor(from / height);
        const to = Math.min(end, (column + 1) * height);
        const offset = (left + column) * h + top - column * height;
        if (edges[edges.length - 1] === from + offset) edges.length--;
        else edges.push(from + offset);
        edges.push(to + offset);
        from = to;
      }
      from = out.indexOf(1, end);
    }
    return fromForegroundEdges(edges, edges.length, h, w);
  }
}

function padded([x, y, width, height]: Box, by: number): Box {
  return [x - by, y - by, width + 2 * by, height + 2 * by];
}
