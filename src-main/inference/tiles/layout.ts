/** How tiles lie over an image, and which part of it each one is nearest to. */
import type { Box } from '@shared/geometry/box';

export interface TileOptions {
  /** Pixels of the image, width and height of a tile. */
  readonly side: number;
  /** Pixels that neighbours share, at least; less than the side. */
  readonly overlap: number;
}

export type Tile = Box;

/** The tiles of an image of `width` x `height`: rows from the top; the last of a row ends at the border, and shares more. */
export function layTiles(width: number, height: number, { side, overlap }: TileOptions): Tile[] {
  const starts = (length: number): number[] => {
    if (length <= side) return [0];
    const count = Math.ceil((length - overlap) / (side - overlap));
    return Array.from({ length: count }, (_, i) => Math.min(i * (side - overlap), length - side));
  };
  const columns = starts(width);
  return starts(height).flatMap((y) => columns.map((x): Tile => [x, y, Math.min(side, width), Math.min(side, height)]));
}

/** The part of a tile up to the middle of what it shares with its neighbours; the cores of all tiles fill the image. */
export function coreOf([x, y, width, height]: Tile, tiles: readonly Tile[]): Box {
  const span = (start: number, length: number, axis: 0 | 1): [from: number, to: number] => {
    const starts = [...new Set(tiles.map((tile) => tile[axis]))].sort((a, b) => a - b);
    const at = starts.indexOf(start);
    const from = at === 0 ? 0 : Math.round((start + starts[at - 1] + length) / 2);
    const to = at === starts.length - 1 ? start + length : Math.round((starts[at + 1] + start + length) / 2);
    return [from, to];
  };
  const [left, right] = span(x, width, 0);
  const [top, bottom] = span(y, height, 1);
  return [left, top, right - left, bottom - top];
}
