/** Finds the edges of rings near a place without looking at all of them: edges lie in bands of y. */
import { squaredDistanceToSegment } from './hitTest';

const MOST_BANDS = 256;

export class EdgeIndex {
  /** `x0, y0, x1, y1` an edge, in the order of the rings; the last edge of a ring closes it. */
  readonly edges: Float64Array;
  readonly #top: number;
  readonly #bandHeight: number;
  /** Where each band's edges begin in `#items`; one more entry than there are bands. */
  readonly #first: Uint32Array;
  readonly #items: Uint32Array;

  /** `rings`: flat, image space, closed implicitly. O(edges x bands that they span). */
  constructor(rings: readonly (readonly number[])[]) {
    const count = rings.reduce((sum, ring) => sum + ring.length / 2, 0);
    const edges = (this.edges = new Float64Array(4 * count));
    let [top, bottom, n] = [Infinity, -Infinity, 0];
    for (const ring of rings) {
      for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2, n += 4) {
        edges[n] = ring[j];
        edges[n + 1] = ring[j + 1];
        edges[n + 2] = ring[i];
        edges[n + 3] = ring[i + 1];
        top = Math.min(top, ring[i + 1]);
        bottom = Math.max(bottom, ring[i + 1]);
      }
    }
    const bands = Math.max(1, Math.min(MOST_BANDS, count));
    this.#top = count > 0 ? top : 0;
    this.#bandHeight = (bottom > top ? bottom - top : 1) / bands;
    this.#first = new Uint32Array(bands + 1);
    for (let e = 0; e < count; e++) {
      const to = this.#bandOf(Math.max(edges[4 * e + 1], edges[4 * e + 3]));
      for (let band = this.#bandOf(Math.min(edges[4 * e + 1], edges[4 * e + 3])); band <= to; band++) {
        this.#first[band + 1]++;
      }
    }
    for (let band = 0; band < bands; band++) this.#first[band + 1] += this.#first[band];
    this.#items = new Uint32Array(this.#first[bands]);
    const next = this.#first.slice(0, bands);
    for (let e = 0; e < count; e++) {
      const to = this.#bandOf(Math.max(edges[4 * e + 1], edges[4 * e + 3]));
      for (let band = this.#bandOf(Math.min(edges[4 * e + 1], edges[4 * e + 3])); band <= to; band++) {
        this.#items[next[band]++] = e;
      }
    }
  }

  #bandOf(y: number): number {
    return Math.min(this.#first.length - 2, Math.max(0, Math.floor((y - this.#top) / this.#bandHeight)));
  }

  /** True as soon as `test` is for one of the edges (by number, some more than once) that may reach y0..y1. */
  some(y0: number, y1: number, test: (edge: number) => boolean): boolean {
    const to = this.#bandOf(Math.max(y0, y1));
    for (let band = this.#bandOf(Math.min(y0, y1)); band <= to; band++) {
      for (let i = this.#first[band]; i < this.#first[band + 1]; i++) if (test(this.#items[i])) return true;
    }
    return false;
  }

  /** Whether an edge comes within `distance` of (x, y), image pixels. */
  isNear(x: number, y: number, distance: number): boolean {
    const { edges } = this;
    const limit = distance * distance;
    return this.some(y - distance, y + distance, (edge) => {
      const at = 4 * edge;
      return squaredDistanceToSegment(x, y, edges[at], edges[at + 1], edges[at + 2], edges[at + 3]) <= limit;
    });
  }

  /** Whether an edge crosses or touches the segment (ax, ay)-(bx, by). */
  touches(ax: number, ay: number, bx: number, by: number): boolean {
    const { edges } = this;
    return this.some(ay, by, (edge) => {
      const at = 4 * edge;
      return segmentsTouch(ax, ay, bx, by, edges[at], edges[at + 1], edges[at + 2], edges[at + 3]);
    });
  }
}

/** Whether the segments a-b and c-d have a point in common. */
function segmentsTouch(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  cx: number,
  cy: number,
  dx: number,
  dy: number,
): boolean {
  if (Math.max(ax, bx) < Math.min(cx, dx) || Math.max(cx, dx) < Math.min(ax, bx)) return false;
  if (Math.max(ay, by) < Math.min(cy, dy) || Math.max(cy, dy) < Math.min(ay, by)) return false;
  const turn = (px: number, py: number, qx: number, qy: number, rx: number, ry: number): number =>
    Math.sign((qx - px) * (ry - py) - (qy - py) * (rx - px));
  return (
    turn(ax, ay, bx, by, cx, cy) * turn(ax, ay, bx, by, dx, dy) <= 0 &&
    turn(cx, cy, dx, dy, ax, ay) * turn(cx, cy, dx, dy, bx, by) <= 0
  );
}
