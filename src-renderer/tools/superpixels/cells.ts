/** Cells of superpixels picked one by one: a bitmap over their region that strokes write into and take back. */
import type { Box } from '@shared/document/types';
import type { SuperpixelMap } from '@shared/ipc/contract';
import { encodeRegion, type Rle } from '@shared/mask';

/** Owned by one tool state after the other; see the exception in tool.ts. */
export class CellPicks {
  readonly map: SuperpixelMap;
  /** Row-major, 0 or 1, over the map's region. */
  readonly data: Uint8Array;
  readonly picked = new Set<number>();
  revision = 0;

  /** A map of full resolution: one label an image pixel. */
  constructor(map: SuperpixelMap) {
    this.map = map;
    this.data = new Uint8Array(map.columns * map.rows);
  }

  get box(): Box {
    return [this.map.box[0], this.map.box[1], this.map.columns, this.map.rows];
  }

  /** Label of the cell at an image place; -1 outside the region. */
  cellAt(x: number, y: number): number {
    const { box, labels, columns, rows } = this.map;
    const [column, row] = [Math.floor(x) - box[0], Math.floor(y) - box[1]];
    return column < 0 || row < 0 || column >= columns || row >= rows ? -1 : labels[row * columns + column];
  }

  /** Picks a cell or lets it go; false where it was so already. */
  set(label: number, on: boolean): boolean {
    if (this.picked.has(label) === on) return false;
    if (on) this.picked.add(label);
    else this.picked.delete(label);
    const { labels, boxes, columns } = this.map;
    const [left, top, right, bottom] = boxes.subarray(4 * label, 4 * label + 4);
    const value = on ? 1 : 0;
    for (let y = top; y < bottom; y++) {
      for (let i = y * columns + left; i < y * columns + right; i++) if (labels[i] === label) this.data[i] = value;
    }
    this.revision++;
    return true;
  }

  toRle(size: readonly [height: number, width: number]): Rle {
    return encodeRegion(this.data, this.box, [size[0], size[1]]);
  }
}
