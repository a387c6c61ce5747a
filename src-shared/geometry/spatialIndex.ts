/** A uniform grid over bounding boxes: which items may contain a point or touch a rectangle. */
import type { Box } from './box';

/** Upper limit of cells a side: 64 x 64 keeps a cell's list short for thousands of objects and costs 16 kB. */
const MAX_CELLS = 64;

/** Boxes are `[minX, minY, maxX, maxY]` quadruples in one array, so that an index of 5,000 items is four allocations. */
export class SpatialIndex {
  readonly #boxes: Float64Array;
  readonly #columns: number;
  readonly #rows: number;
  readonly #originX: number;
  readonly #originY: number;
  readonly #cellWidth: number;
  readonly #cellHeight: number;
  /** Items of cell c are `#items[#starts[c] .. #starts[c + 1])`, ascending. */
  readonly #starts: Uint32Array;
  readonly #items: Uint32Array;

  /** Takes ownership of `boxes`. Item i is quadruple i; an item with NaN coordinates is never found. O(items + cells). */
  constructor(boxes: Float64Array) {
    this.#boxes = boxes;
    const count = boxes.length / 4;
    let minX = Infinity;
    let minY = Infinity;
    let maxX = -Infinity;
    let maxY = -Infinity;
    let sumWidth = 0;
    let sumHeight = 0;
    for (let i = 0; i < boxes.length; i += 4) {
      if (Number.isNaN(boxes[i])) continue;
      minX = Math.min(minX, boxes[i]);
      minY = Math.min(minY, boxes[i + 1]);
      maxX = Math.max(maxX, boxes[i + 2]);
      maxY = Math.max(maxY, boxes[i + 3]);
      sumWidth += boxes[i + 2] - boxes[i];
      sumHeight += boxes[i + 3] - boxes[i + 1];
    }
    const side = Math.min(MAX_CELLS, Math.ceil(Math.sqrt(count)));
    this.#columns = cellsAlong(maxX - minX, sumWidth / count, side);
    this.#rows = cellsAlong(maxY - minY, sumHeight / count, side);
    this.#originX = Number.isFinite(minX) ? minX : 0;
    this.#originY = Number.isFinite(minY) ? minY : 0;
    this.#cellWidth = Math.max(1e-9, maxX - minX) / this.#columns;
    this.#cellHeight = Math.max(1e-9, maxY - minY) / this.#rows;
    const cells = this.#columns * this.#rows;
    this.#starts = new Uint32Array(cells + 1);
    this.#eachCell((cell) => this.#starts[cell + 1]++);
    for (let c = 0; c < cells; c++) this.#starts[c + 1] += this.#starts[c];
    const next = this.#starts.slice();
    this.#items = new Uint32Array(this.#starts[cells]);
    this.#eachCell((cell, item) => (this.#items[next[cell]++] = item));
  }

  static of(boxes: readonly Box[]): SpatialIndex {
    return new SpatialIndex(Float64Array.from(boxes.flatMap(([x, y, w, h]) => [x, y, x + w, y + h])));
  }

  /** How often items are listed in cells: what the index costs. */
  get entries(): number {
    return this.#items.length;
  }

  /** Items whose box contains (x, y), borders included, ascending. */
  at(x: number, y: number): number[] {
    const found: number[] = [];
    const column = Math.floor((x - this.#originX) / this.#cellWidth);
    const row = Math.floor((y - this.#originY) / this.#cellHeight);
    // A point on the far border lies one cell outside the grid by the division, but inside the last cell's boxes.
    const cell = this.#clampRow(row) * this.#columns + this.#clampColumn(column);
    for (let i = this.#starts[cell]; i < this.#starts[cell + 1]; i++) {
      const b = 4 * this.#items[i];
      const boxes = this.#boxes;
      if (x >= boxes[b] && y >= boxes[b + 1] && x <= boxes[b + 2] && y <= boxes[b + 3]) found.push(this.#items[i]);
    }
    return found;
  }

  /** Items whose box touches the rectangle, borders included, ascending and each once. */
  touching(minX: number, minY: number, maxX: number, maxY: number): number[] {
    const found = new Set<number>();
    const boxes = this.#boxes;
    const firstColumn = this.#clampColumn(Math.floor((minX - this.#originX) / this.#cellWidth));
    const lastColumn = this.#clampColumn(Math.floor((maxX - this.#originX) / this.#cellWidth));
    const firstRow = this.#clampRow(Math.floor((minY - this.#originY) / this.#cellHeight));
    const lastRow = this.#clampRow(Math.floor((maxY - this.#originY) / this.#cellHeight));
    for (let row = firstRow; row <= lastRow; row++) {
      for (let column = firstColumn; column <= lastColumn; column++) {
        const cell = row * this.#columns + column;
        for (let i = this.#starts[cell]; i < this.#starts[cell + 1]; i++) {
          const item = this.#items[i];
          const b = 4 * item;
          if (boxes[b] <= maxX && boxes[b + 1] <= maxY && boxes[b + 2] >= minX && boxes[b + 3] >= minY) found.add(item);
        }
      }
    }
    return [...found].sort((a, b) => a - b);
  }

  #eachCell(visit: (cell: number, item: number) => void): void {
    const boxes = this.#boxes;
    for (let b = 0; b < boxes.length; b += 4) {
      if (Number.isNaN(boxes[b])) continue;
      const firstColumn = this.#clampColumn(Math.floor((boxes[b] - this.#originX) / this.#cellWidth));
      const lastColumn = this.#clampColumn(Math.floor((boxes[b + 2] - this.#originX) / this.#cellWidth));
      const firstRow = this.#clampRow(Math.floor((boxes[b + 1] - this.#originY) / this.#cellHeight));
      const lastRow = this.#clampRow(Math.floor((boxes[b + 3] - this.#originY) / this.#cellHeight));
      for (let row = firstRow; row <= lastRow; row++) {
        for (let column = firstColumn; column <= lastColumn; column++) visit(row * this.#columns + column, b / 4);
      }
    }
  }

  #clampColumn(column: number): number {
    return Math.max(0, Math.min(this.#columns - 1, column));
  }

  #clampRow(row: number): number {
    return Math.max(0, Math.min(this.#rows - 1, row));
  }
}

/** Cells no smaller than the mean box: an item lies in about four of them, whatever its size. */
function cellsAlong(extent: number, meanSize: number, most: number): number {
  const cells = Math.floor(extent / Math.max(meanSize, 1e-9));
  return Math.max(1, Math.min(most, Number.isFinite(cells) ? cells : 1));
}
