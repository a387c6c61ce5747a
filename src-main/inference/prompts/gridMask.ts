/** Masks as cells of the logits' grid, each no larger than the box around it: a search compares hundreds of them with each other. */
import type { Rle } from '@shared/mask';
import type { PromptFrame } from '../families/family';
import { type Region, toCoverage } from './promptMask';

export interface GridMask {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Of the box, row by row. */
  readonly bits: Uint8Array;
  /** How many are set. */
  readonly cells: number;
}

/** The cells above `above`; null where there are none. */
export function gridMaskOf(values: Float32Array, gridWidth: number, above: number): GridMask | null {
  let [left, top, right, bottom, cells] = [gridWidth, -1, -1, -1, 0];
  for (let i = 0, y = 0; i < values.length; y++) {
    for (let x = 0; x < gridWidth; x++, i++) {
      if (!(values[i] > above)) continue;
      cells++;
      if (top < 0) top = y;
      bottom = y;
      if (x < left) left = x;
      if (x > right) right = x;
    }
  }
  if (cells === 0) return null;
  const [width, height] = [right + 1 - left, bottom + 1 - top];
  const bits = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, from = (top + y) * gridWidth + left; x < width; x++, from++, to++) {
      if (values[from] > above) bits[to] = 1;
    }
  }
  return { left, top, width, height, bits, cells };
}

/** A mask of so much of a picture is of no object in it. */
export const ALL_OF_PICTURE = 0.95;

/** The share of the picture's cells that the mask has; what a network fills a picture up with does not count. */
export function shareOfPicture(
  { left, top, width, bits }: GridMask,
  { corners: [x1, y1, x2, y2], gridWidth, gridHeight }: PromptFrame,
  { imageWidth, imageHeight }: { readonly imageWidth: number; readonly imageHeight: number },
): number {
  const [firstColumn, endColumn] = cellsWithin(x1, x2, gridWidth, imageWidth);
  const [firstRow, endRow] = cellsWithin(y1, y2, gridHeight, imageHeight);
  let set = 0;
  for (let i = 0; i < bits.length; i++) {
    const [column, row] = [left + (i % width), top + Math.floor(i / width)];
    if (column >= firstColumn && column < endColumn && row >= firstRow && row < endRow) set += bits[i];
  }
  return set / ((endColumn - firstColumn) * (endRow - firstRow));
}

/** Of the cells between two places those whose middle is on the picture: the first, and the one after the last. */
function cellsWithin(from: number, to: number, cells: number, lengthPx: number): [first: number, end: number] {
  const cell = (to - from) / cells;
  return [Math.max(0, Math.ceil(-from / cell - 0.5)), Math.min(cells, Math.ceil((lengthPx - from) / cell - 0.5))];
}

/** Sets the mask's cells in a bitmap of the whole grid. */
export function cover(covered: Uint8Array, gridWidth: number, { left, top, width, height, bits }: GridMask): void {
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0, to = (top + y) * gridWidth + left; x < width; x++, from++, to++) covered[to] |= bits[from];
  }
}

/** What is there already: masks of the image on the grid, without those that cover nothing of it, and all cells of theirs. */
export function occupy(
  taken: readonly Rle[],
  frame: PromptFrame,
  region: Region,
): { readonly occupied: readonly GridMask[]; readonly covered: Uint8Array } {
  const { gridWidth, gridHeight } = frame;
  const occupied = taken.flatMap((mask) => gridMaskOf(toCoverage(mask, frame, region), gridWidth, 0.5) ?? []);
  const covered = new Uint8Array(gridWidth * gridHeight);
  for (const mask of occupied) cover(covered, gridWidth, mask);
  return { occupied, covered };
}

/** Whether intersection over union is above `most`. */
export function isSame(a: GridMask, b: GridMask, most: number): boolean {
  const [left, right] = [Math.max(a.left, b.left), Math.min(a.left + a.width, b.left + b.width)];
  const [top, bottom] = [Math.max(a.top, b.top), Math.min(a.top + a.height, b.top + b.height)];
  // It is at most the ratio of their sizes.
  if (left >= right || top >= bottom || Math.min(a.cells, b.cells) <= most * Math.max(a.cells, b.cells)) return false;
  let both = 0;
  for (let y = top; y < bottom; y++) {
    const inA = (y - a.top) * a.width - a.left;
    const inB = (y - b.top) * b.width - b.left;
    for (let x = left; x < right; x++) both += a.bits[inA + x] & b.bits[inB + x];
  }
  return both > most * (a.cells + b.cells - both);
}
