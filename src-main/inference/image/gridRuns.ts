/** How the pixels of an image lie between the cells of a small grid, and masks written as runs from them. */

/** The pixels of one axis that the grid covers, and where each lies between the grid's cells. */
export interface Axis {
  readonly first: number;
  readonly end: number;
  /** For the pixel `first + i`: the cell before its centre, and the weight of the cell after it. */
  readonly cell: Int32Array;
  readonly weight: Float32Array;
  /** `starts[c]`: the first pixel whose cell is `c` or a later one; one more than there are cells. */
  readonly starts: Int32Array;
}

/** `from`, `to`: only the pixels whose centres lie between them. `knot`: the cells are pairs of knots, see enlarged.ts. */
export function makeAxis(
  low: number,
  high: number,
  pixels: number,
  cells: number,
  from = low,
  to = high,
  knot?: number,
): Axis {
  const first = Math.min(Math.max(Math.ceil(Math.max(low, from) - 0.5), 0), pixels);
  const end = Math.max(first, Math.min(Math.ceil(Math.min(high, to) - 0.5), pixels));
  const cell = new Int32Array(end - first);
  const weight = new Float32Array(end - first);
  const starts = new Int32Array(cells + 1).fill(end);
  const step = (knot === undefined ? cells : cells / 2) / (high - low);
  for (let i = end - first - 1; i >= 0; i--) {
    const among = (first + i + 0.5 - low) * step - 0.5;
    const position = Math.min(Math.max(knot === undefined ? among : amongKnots(among, knot), 0), cells - 1);
    cell[i] = Math.floor(position);
    weight[i] = position - cell[i];
    starts[cell[i]] = first + i;
  }
  // Cells without a pixel of their own begin where the next one does.
  for (let c = cells - 1; c >= 0; c--) starts[c] = Math.min(starts[c], starts[c + 1]);
  return { first, end, cell, weight, starts };
}

/** Where a place among cells lies among their knots, which are `knot` before and after each cell's centre. */
function amongKnots(place: number, knot: number): number {
  const cell = Math.round(place);
  const beside = place - cell;
  if (Math.abs(beside) <= knot) return 2 * cell + (beside + knot) / (2 * knot);
  const after = beside > 0 ? 2 * cell + 1 : 2 * cell - 1;
  return after + (beside > 0 ? beside - knot : beside + 1 - knot) / (1 - 2 * knot);
}

/** What the last mask of many runs was collected in, for the next one: growing there step by step takes longer than writing. */
let spare: Uint32Array<ArrayBuffer> | null = null;
const mostSpared = 2 ** 18;
const nothing = new Uint32Array(0);

/** Collects set pixels in column-major order, joining neighbours. */
export class RunWriter {
  /** Positions at which unset and set change, beginning with the first set one; so many of them are written. */
  #changes = nothing;
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  add(from: number, to: number): void {
    if (this.#length > 0 && this.#changes[this.#length - 1] === from) {
      this.#changes[this.#length - 1] = to;
      return;
    }
    if (this.#length === this.#changes.length) {
      this.#grow();
    }
    this.#changes[this.#length++] = from;
    this.#changes[this.#length++] = to;
  }

  #grow(): void {
    const used = this.#changes;
    if (spare && used.length >= 256 && spare.length > used.length) [this.#changes, spare] = [spare, null];
    else this.#changes = new Uint32Array(Math.max(64, 4 * used.length));
    this.#changes.set(used);
  }

  /** Nothing may be added afterwards. */
  counts(pixels: number): Uint32Array {
    const changes = this.#changes;
    const length = this.#length;
    const end = length > 0 ? changes[length - 1] : 0;
    const counts = new Uint32Array(length + (end < pixels ? 1 : 0));
    let last = 0;
    for (let i = 0; i < length; i++) {
      counts[i] = changes[i] - last;
      last = changes[i];
    }
    if (end < pixels) counts[length] = pixels - end;
    if (changes.length > (spare?.length ?? 256) && changes.length <= mostSpared) spare = changes;
    this.#changes = nothing;
    this.#length = 0;
    return counts;
  }
}
