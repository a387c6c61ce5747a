/** Cells of superpixels picked one by one: a bitmap over their region that strokes write into and take back. */
import { CellIndex } from '@shared/methods/cells';
import type { Box } from '@shared/geometry/box';
import type { SuperpixelMap } from '@shared/methods/requests';
import { emptyMask, encodeRegion, type Rle } from '@shared/mask';
import { type BitPlane, bitPlane, bitsToBytes, boxOfBits, setBit, unionOf } from '@shared/mask/bitPlane';

/** Bounds of whole pixels of the region, half-open. */
interface Extent {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The mask of pixels given by their indices (row-major) in a region of the image. O(pixels of the box around them). */
export function cellMask(pixels: Int32Array, region: Box, size: readonly [height: number, width: number]): Rle {
  const width = region[2];
  const extent = grown(null, pixels, width);
  if (!extent) return emptyMask(size[0], size[1]);
  const { left, top, right, bottom } = extent;
  const columns = right - left;
  const bitmap = new Uint8Array(columns * (bottom - top));
  for (const index of pixels) {
    const y = Math.floor(index / width);
    bitmap[(y - top) * columns + (index - y * width) - left] = 1;
  }
  return encodeRegion(bitmap, inImage(extent, region), [size[0], size[1]]);
}

/** Where an extent in a region lies in the image. */
function inImage({ left, top, right, bottom }: Extent, [x, y]: Box): Box {
  return [x + left, y + top, right - left, bottom - top];
}

/** The extent with pixels given by their indices in a region so wide; null where there are none at all. */
function grown(extent: Extent | null, pixels: Int32Array, width: number): Extent | null {
  if (pixels.length === 0) return extent;
  const out = extent ? { ...extent } : { left: Infinity, top: Infinity, right: 0, bottom: 0 };
  for (const index of pixels) {
    const y = Math.floor(index / width);
    const x = index - y * width;
    if (x < out.left) out.left = x;
    if (x >= out.right) out.right = x + 1;
    if (y < out.top) out.top = y;
    if (y >= out.bottom) out.bottom = y + 1;
  }
  return out;
}

/** Owned by one tool state after the other; see the exception in tool.ts. */
export class CellPicks {
  readonly box: Box;
  /** Pixels of the cells picked. */
  readonly plane: BitPlane;
  /** Pixels at the edge of their cell. */
  readonly borders: BitPlane;
  readonly picked = new Set<number>();
  readonly #cells: CellIndex;
  #changed: Extent | null = null;

  constructor(map: SuperpixelMap) {
    const { box, right, below } = map;
    this.box = box;
    this.plane = bitPlane(right.width, right.height);
    this.borders = unionOf(right, below);
    this.#cells = new CellIndex(map);
  }

  /** Label of the cell at an image place; -1 where there is none. */
  cellAt(x: number, y: number): number {
    const [left, top, width, height] = this.box;
    const [column, row] = [Math.floor(x) - left, Math.floor(y) - top];
    return column < 0 || row < 0 || column >= width || row >= height ? -1 : this.#cells.labelAt(column, row);
  }

  /** Picks a cell or lets it go; false where it was so already. */
  set(label: number, on: boolean): boolean {
    if (this.picked.has(label) === on) return false;
    if (on) this.picked.add(label);
    else this.picked.delete(label);
    const pixels = this.#cells.pixelsOf(label);
    for (const index of pixels) {
      const y = Math.floor(index / this.plane.width);
      setBit(this.plane, index - y * this.plane.width, y, on);
    }
    this.#changed = grown(this.#changed, pixels, this.plane.width);
    return true;
  }

  /** Image region of what was set since the call before; null where nothing was. */
  takeChanged(): Box | null {
    const changed = this.#changed;
    this.#changed = null;
    return changed && inImage(changed, this.box);
  }

  /** O(pixels of the box around the cells picked), most of them eight at once. */
  toRle(size: readonly [height: number, width: number]): Rle {
    const around = boxOfBits(this.plane);
    if (!around) return emptyMask(size[0], size[1]);
    const [x, y, width, height] = around;
    const region: Box = [this.box[0] + x, this.box[1] + y, width, height];
    return encodeRegion(bitsToBytes(this.plane, around), region, [size[0], size[1]]);
  }
}
