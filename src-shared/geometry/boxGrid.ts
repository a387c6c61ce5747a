/** Finds the boxes near a box without looking at all of them: each stands in the cells of a grid that it reaches. */
import { type Box, boxesIntersect } from './box';

/** Cells along a side. */
const CELLS = 64;

export class BoxGrid {
  readonly #boxes: readonly Box[];
  readonly #cells: (number[] | undefined)[] = [];
  readonly #cellWidth: number;
  readonly #cellHeight: number;

  /** `size`: [height, width] of what the boxes lie in; what reaches beyond it stands in the cells of the border. */
  constructor(boxes: readonly Box[], [height, width]: readonly [number, number]) {
    this.#boxes = boxes;
    this.#cellWidth = Math.max(1, width / CELLS);
    this.#cellHeight = Math.max(1, height / CELLS);
    for (const [place, box] of boxes.entries()) {
      for (const cell of this.#cellsOf(box)) (this.#cells[cell] ??= []).push(place);
    }
  }

  /** Places of the boxes that share area with it, ascending. O(cells of the box + what stands in them). */
  find(box: Box): number[] {
    const found = new Set<number>();
    for (const cell of this.#cellsOf(box)) {
      for (const place of this.#cells[cell] ?? []) if (boxesIntersect(this.#boxes[place], box)) found.add(place);
    }
    return [...found].sort((a, b) => a - b);
  }

  *#cellsOf([x, y, width, height]: Box): Generator<number> {
    const [left, right] = [cellAt(x, this.#cellWidth), cellAt(x + width, this.#cellWidth)];
    const [top, bottom] = [cellAt(y, this.#cellHeight), cellAt(y + height, this.#cellHeight)];
    for (let row = top; row <= bottom; row++)
      for (let column = left; column <= right; column++) yield row * CELLS + column;
  }
}

const cellAt = (place: number, size: number) => Math.min(CELLS - 1, Math.max(0, Math.floor(place / size)));
