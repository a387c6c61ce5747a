/** Marks the pixels of a region that are near one colour: those connected to a seed, or all. */
import type { LabPlane } from '../labPlane';
import type { NearColours } from './nearColours';
import type { WorkScope } from '../workScope';

/** A region of a LAB picture, and which colours belong. */
export interface Plane {
  readonly lab: LabPlane;
  readonly imageWidth: number;
  readonly scope: WorkScope;
  /** What the wand looks for; see `NearColours`. */
  readonly near: NearColours;
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

/** The rows of a region while it is filled: what the inner loops read, by functions of their own so that they are compiled once. */
interface Rows extends Plane {
  /** The LAB plane, a pixel's three bytes taken as one word. */
  readonly view: DataView;
  readonly marks: Marks;
}

/**
 * Marks the pixels of a row from `start` to the right while they belong and are unmarked; the one that ends the run is marked as refused.
 * Answers the first that is not taken.
 */
function fillRight(rows: Rows, row: number, start: number): number {
  const { view, imageWidth } = rows;
  const { lightness, reach } = rows.near;
  const { bounds, inside } = rows.scope;
  const { bytes, stride, width } = rows.marks;
  const insideLine = row * width;
  const end = row * stride + width;
  let p = ((bounds[1] + row) * imageWidth + bounds[0] + start) * 3;
  let i = row * stride + start;
  for (; i < end; i++, p += 3) {
    if (bytes[i] !== 0) break;
    const word = view.getUint32(p, true);
    const isFar = Math.abs((word & 255) - lightness) > reach[(word >>> 8) & 0xffff];
    if (isFar || (inside !== null && inside[insideLine + i - row * stride] === 0)) {
      bytes[i] = REFUSED;
      break;
    }
    bytes[i] = CHOSEN;
  }
  return i - row * stride;
}

/** The same to the left. */
function fillLeft(rows: Rows, row: number, start: number): number {
  const { view, imageWidth } = rows;
  const { lightness, reach } = rows.near;
  const { bounds, inside } = rows.scope;
  const { bytes, stride, width } = rows.marks;
  const line = row * stride;
  const labLine = ((bounds[1] + row) * imageWidth + bounds[0]) * 3;
  let i = start;
  for (; i >= 0; i--) {
    if (bytes[line + i] !== 0) break;
    const word = view.getUint32(labLine + i * 3, true);
    const isFar = Math.abs((word & 255) - lightness) > reach[(word >>> 8) & 0xffff];
    if (isFar || (inside !== null && inside[row * width + i] === 0)) {
      bytes[line + i] = REFUSED;
      break;
    }
    bytes[line + i] = CHOSEN;
  }
  return i;
}

/** The first unmarked pixel of a row from `from` to `to`; `to` + 1 where there is none. */
function firstUnmarked({ bytes, stride }: Marks, row: number, from: number, to: number): number {
  const line = row * stride;
  let i = from;
  while (i <= to && bytes[line + i] !== 0) i++;
  return i;
}

/** Parts of rows that are still to be looked at: each [row, first, last, step to the row beyond]. */
class Parts {
  #stack = new Int32Array(4 * 1024);
  #depth = 0;

  push(row: number, first: number, last: number, step: number): void {
    if (first > last) return;
    if (this.#depth === this.#stack.length) {
      const larger = new Int32Array(this.#stack.length * 2);
      larger.set(this.#stack);
      this.#stack = larger;
    }
    this.#stack[this.#depth++] = row;
    this.#stack[this.#depth++] = first;
    this.#stack[this.#depth++] = last;
    this.#stack[this.#depth++] = step;
  }

  pop(): Int32Array | null {
    if (this.#depth === 0) return null;
    this.#depth -= 4;
    return this.#stack.subarray(this.#depth, this.#depth + 4);
  }
}

/**
 * What is connected to (x, y) by sides. Each run of a row is filled once; then the row beyond it is looked at under the whole run, and
 * the row it was found from only where the run reaches beyond what it was found under.
 * Source: Heckbert (1990), "A Seed Fill Algorithm", Graphics Gems. O(pixels chosen).
 */
export function floodFill(plane: Plane, x: number, y: number): Marks {
  const { lab, scope } = plane;
  const marks = blankMarks(scope.bounds);
  const rows: Rows = { ...plane, marks, view: new DataView(lab.buffer, lab.byteOffset, lab.byteLength) };
  const parts = new Parts();
  const right = fillRight(rows, y, x) - 1;
  const left = fillLeft(rows, y, x - 1) + 1;
  marks.cover(y, left, right);
  parts.push(y + 1, left, right, 1);
  parts.push(y - 1, left, right, -1);
  for (let part = parts.pop(); part !== null; part = parts.pop()) {
    const [row, first, last, step] = part;
    if (row >= 0 && row < marks.height) lookAt(rows, parts, [row, first, last, step]);
  }
  return marks;
}

function lookAt(rows: Rows, parts: Parts, [row, first, last, step]: readonly [number, number, number, number]): void {
  const { marks } = rows;
  for (let at = firstUnmarked(marks, row, first, last); at <= last;) {
    const end = fillRight(rows, row, at);
    if (end > at) {
      // Only the first pixel of a part can have unmarked neighbours to the left.
      const left = at === first ? fillLeft(rows, row, at - 1) + 1 : at;
      marks.cover(row, left, end - 1);
      parts.push(row + step, left, end - 1, step);
      parts.push(row - step, left, first - 1, -step);
      parts.push(row - step, last + 1, end - 1, -step);
    }
    at = firstUnmarked(marks, row, end, last);
  }
}

/** Every pixel of the region that belongs. O(pixels of the region). */
export function keepNear({ lab, imageWidth, near: { lightness, reach }, scope }: Plane): Marks {
  const view = new DataView(lab.buffer, lab.byteOffset, lab.byteLength);
  const { bounds, inside } = scope;
  const marks = blankMarks(bounds);
  const { bytes, stride, width, height } = marks;
  for (let row = 0; row < height; row++) {
    const line = row * stride;
    let first = -1;
    let last = -1;
    for (let i = 0, p = ((bounds[1] + row) * imageWidth + bounds[0]) * 3; i < width; i++, p += 3) {
      const word = view.getUint32(p, true);
      const off = (word & 255) - lightness;
      if ((off < 0 ? -off : off) > reach[(word >>> 8) & 0xffff]) continue;
      if (inside !== null && inside[row * width + i] === 0) continue;
      bytes[line + i] = CHOSEN;
      if (first < 0) first = i;
      last = i;
    }
    if (first >= 0) marks.cover(row, first, last);
  }
  return marks;
}
