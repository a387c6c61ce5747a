/** Marks the pixels of a region that are near one colour: those connected to a seed, or all. */
import type { LabPlane } from '../labPlane';
import type { WorkScope } from '../workScope';

/** A region of a LAB picture, and which colours belong. */
export interface Plane {
  readonly lab: LabPlane;
  readonly imageWidth: number;
  readonly scope: WorkScope;
  /** 3 x 256 squared differences from the colour sought; a pixel belongs where their sum is within `limit`. */
  readonly squares: Float64Array;
  readonly limit: number;
}

/** [x, y, width, height] in pixels of the region. */
type LocalBox = readonly [number, number, number, number];

/**
 * One byte a pixel of the region, in rows of `stride` bytes (a multiple of 4, so that four pixels can be taken as a word):
 * bit 0 = chosen. Lives in memory that the next one reuses: `release` it before.
 */
export class Marks {
  #top: number;
  #bottom = -1;
  #left: number;
  #right = -1;

  constructor(
    readonly bytes: Uint8Array,
    readonly stride: number,
    readonly width: number,
    readonly height: number,
  ) {
    this.#top = height;
    this.#left = width;
  }

  /** Tells that the pixels `left`..`right` of a row are chosen. */
  cover(row: number, left: number, right: number): void {
    if (row < this.#top) this.#top = row;
    if (row > this.#bottom) this.#bottom = row;
    if (left < this.#left) this.#left = left;
    if (right > this.#right) this.#right = right;
  }

  /** The bounding box of what is chosen; the seed always is. */
  get box(): LocalBox {
    return [this.#left, this.#top, this.#right - this.#left + 1, this.#bottom - this.#top + 1];
  }

  /** The chosen pixels as a tight bitmap of 0 and 1 of its own memory. */
  extract(): { box: LocalBox; bitmap: Uint8Array } {
    const [x, y, width, height] = this.box;
    const bitmap = new Uint8Array(width * height);
    for (let row = 0; row < height; row++) {
      const from = (y + row) * this.stride + x;
      const to = row * width;
      for (let i = 0; i < width; i++) bitmap[to + i] = this.bytes[from + i] & 1;
    }
    return { box: this.box, bitmap };
  }

  /** Clears what was written, a row beyond the box on either side. */
  release(): void {
    const from = Math.max(0, this.#top - 1) * this.stride;
    this.bytes.fill(0, from, Math.min(this.height, this.#bottom + 2) * this.stride);
  }
}

let scratch = new Uint8Array(0);
/** Larger pictures give their memory back. */
const LARGEST_KEPT = 32 * 2 ** 20;

function blankMarks([, , width, height]: WorkScope['bounds']): Marks {
  const stride = (width + 3) & ~3;
  const length = stride * height;
  if (length > LARGEST_KEPT) return new Marks(new Uint8Array(length), stride, width, height);
  if (scratch.length < length) scratch = new Uint8Array(length);
  return new Marks(scratch.subarray(0, length), stride, width, height);
}

const CHOSEN = 1;
/** Looked at and found different. */
const REFUSED = 2;

/**
 * What is connected to (x, y) by sides. Each run of a row is filled once, then the rows above and below are looked at under it.
 * Source: Heckbert (1990), "A Seed Fill Algorithm", Graphics Gems. O(pixels chosen). The test of a pixel stands in each loop
 * instead of in a function: it is all that these loops do.
 */
export function floodFill(plane: Plane, x: number, y: number): Marks {
  const { lab, imageWidth, squares, limit } = plane;
  const { bounds, inside } = plane.scope;
  const marks = blankMarks(bounds);
  const { bytes, stride, width, height } = marks;
  let stack = new Int32Array(3 * 1024);
  let depth = 0;

  /** Fills from a pixel that belongs and is unmarked to both sides, but not left of `from`; answers the last pixel of the run. */
  const fillRun = (row: number, start: number, from: number): number => {
    const line = row * stride;
    const labLine = ((bounds[1] + row) * imageWidth + bounds[0]) * 3;
    const insideLine = row * width;
    let left = start;
    for (let i = start - 1; i >= from; i--) {
      if (bytes[line + i] !== 0) break;
      const p = labLine + i * 3;
      const near = squares[lab[p]] + squares[256 + lab[p + 1]] + squares[512 + lab[p + 2]] <= limit;
      if (!near || (inside !== null && inside[insideLine + i] === 0)) {
        bytes[line + i] = REFUSED;
        break;
      }
      bytes[line + i] = CHOSEN;
      left = i;
    }
    bytes[line + start] = CHOSEN;
    let right = start;
    for (let i = start + 1; i < width; i++) {
      if (bytes[line + i] !== 0) break;
      const p = labLine + i * 3;
      const near = squares[lab[p]] + squares[256 + lab[p + 1]] + squares[512 + lab[p + 2]] <= limit;
      if (!near || (inside !== null && inside[insideLine + i] === 0)) {
        bytes[line + i] = REFUSED;
        break;
      }
      bytes[line + i] = CHOSEN;
      right = i;
    }
    if (depth + 3 > stack.length) {
      const larger = new Int32Array(stack.length * 2);
      larger.set(stack);
      stack = larger;
    }
    stack[depth] = row;
    stack[depth + 1] = left;
    stack[depth + 2] = right;
    depth += 3;
    marks.cover(row, left, right);
    return right;
  };

  const scanUnder = (row: number, left: number, right: number): void => {
    const line = row * stride;
    const labLine = ((bounds[1] + row) * imageWidth + bounds[0]) * 3;
    const insideLine = row * width;
    for (let i = left; i <= right; i++) {
      if (bytes[line + i] !== 0) continue;
      const p = labLine + i * 3;
      const near = squares[lab[p]] + squares[256 + lab[p + 1]] + squares[512 + lab[p + 2]] <= limit;
      if (!near || (inside !== null && inside[insideLine + i] === 0)) bytes[line + i] = REFUSED;
      // Only a run's first pixel can have unmarked neighbours to the left.
      else i = fillRun(row, i, i === left ? 0 : i);
    }
  };

  fillRun(y, x, 0);
  while (depth > 0) {
    depth -= 3;
    const row = stack[depth];
    const left = stack[depth + 1];
    const right = stack[depth + 2];
    if (row > 0) scanUnder(row - 1, left, right);
    if (row < height - 1) scanUnder(row + 1, left, right);
  }
  return marks;
}

/** Every pixel of the region that belongs. O(pixels of the region). */
export function keepNear({ lab, imageWidth, squares, limit, scope }: Plane): Marks {
  const { bounds, inside } = scope;
  const marks = blankMarks(bounds);
  const { bytes, stride, width, height } = marks;
  for (let row = 0; row < height; row++) {
    const line = row * stride;
    let first = -1;
    let last = -1;
    for (let i = 0, p = ((bounds[1] + row) * imageWidth + bounds[0]) * 3; i < width; i++, p += 3) {
      if (squares[lab[p]] + squares[256 + lab[p + 1]] + squares[512 + lab[p + 2]] > limit) continue;
      if (inside !== null && inside[row * width + i] === 0) continue;
      bytes[line + i] = CHOSEN;
      if (first < 0) first = i;
      last = i;
    }
    if (first >= 0) marks.cover(row, first, last);
  }
  return marks;
}
