/** A map of labelled cells by the walls between them: three bits a pixel cross from process to process, not four bytes. */
import type { SuperpixelMap } from './requests';
import { bitAt, bitPlane } from '../mask/bitPlane';

export type CellWalls = Omit<SuperpixelMap, 'box'>;

/**
 * Row-major labels 0..count-1, -1 for what belongs to no cell, as walls. Each cell must be 4-connected, and labels numbered
 * in the order of their first pixels. O(pixels).
 */
export function cellWalls(labels: Int32Array, columns: number): CellWalls {
  const rows = columns === 0 ? 0 : labels.length / columns;
  const right = bitPlane(columns, rows);
  const below = bitPlane(columns, rows);
  const inside = bitPlane(columns, rows);
  const firsts: number[] = [];
  const last = labels.length - columns;
  const { stride } = right;
  let outside = false;
  for (let i = 0, x = 0, line = 0; i < labels.length; i++) {
    const label = labels[i];
    const at = line + (x >> 3);
    const bit = 1 << (x & 7);
    if (label >= firsts.length) firsts.push(i);
    if (label >= 0) inside.bytes[at] |= bit;
    else outside = true;
    if (x + 1 < columns && labels[i + 1] !== label) right.bytes[at] |= bit;
    if (i < last && labels[i + columns] !== label) below.bytes[at] |= bit;
    if (++x === columns) {
      x = 0;
      line += stride;
    }
  }
  return { firsts: Int32Array.from(firsts), right, below, inside: outside ? inside : null };
}

/** Looks cells up by their walls; a cell costs its pixels the first time, nothing afterwards. */
export class CellIndex {
  readonly walls: CellWalls;
  /** Label + 1, UNKNOWN, or MET while its cell is walked. Pages that nobody looks at are never given memory. */
  readonly #labels: Int32Array;
  readonly #pixels = new Map<number, Int32Array>();

  constructor(walls: CellWalls) {
    this.walls = walls;
    this.#labels = new Int32Array(walls.right.width * walls.right.height);
  }

  /** Label of the cell that a pixel of the plane belongs to; -1: none. */
  labelAt(x: number, y: number): number {
    const { inside, right } = this.walls;
    if (inside && !bitAt(inside, x, y)) return -1;
    const index = y * right.width + x;
    if (this.#labels[index] === UNKNOWN) this.#walk(index);
    return this.#labels[index] - 1;
  }

  /** Indices (row-major) of a cell's pixels, in no order. */
  pixelsOf(label: number): Int32Array {
    const known = this.#pixels.get(label);
    if (known) return known;
    this.#walk(this.walls.firsts[label]);
    return this.#pixels.get(label) as Int32Array;
  }

  #walk(start: number): void {
    const { right, below, firsts } = this.walls;
    const { width, height } = right;
    const labels = this.#labels;
    const found = [start];
    labels[start] = MET;
    let first = start;
    const visit = (index: number): void => {
      if (labels[index] !== UNKNOWN) return;
      labels[index] = MET;
      found.push(index);
      if (index < first) first = index;
    };
    for (let head = 0; head < found.length; head++) {
      const index = found[head];
      const y = Math.floor(index / width);
      const x = index - y * width;
      if (x + 1 < width && !bitAt(right, x, y)) visit(index + 1);
      if (x > 0 && !bitAt(right, x - 1, y)) visit(index - 1);
      if (y + 1 < height && !bitAt(below, x, y)) visit(index + width);
      if (y > 0 && !bitAt(below, x, y - 1)) visit(index - width);
    }
    const label = placeOf(firsts, first);
    for (const index of found) labels[index] = label + 1;
    this.#pixels.set(label, Int32Array.from(found));
  }
}

const UNKNOWN = 0;
const MET = -1;

/** Where a value stands in an ascending list that has it. */
function placeOf(ascending: Int32Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
