/** Small objects are looked for in tiles: each is looked at as finely as its own small part of the image allows. */
import type { PromptFrame } from '../families/family';
import { layTiles } from '../tiles/layout';
import { cellArea } from './likeness';
import type { Region } from './promptMask';

/** An object with a side of fewer cells of the grid than this is too small to be told from its neighbours. */
const FEWEST_CELLS = 14;
/** Sides of an object along a tile. */
const OBJECTS_PER_TILE = 11;
/** Tiles share this many sides of an object, so that each object lies whole in one of them. */
const OVERLAP_OBJECTS = 2;
/** Each tile takes the encoder a second or more. */
const MOST_TILES_PER_SIDE = 6;

/** Longer side of the part of the image to look at for objects of this area, image pixels; null where the whole will do. */
export function tileSideFor(areaPx: number, frame: PromptFrame, [, , width, height]: Region): number | null {
  const side = Math.sqrt(areaPx);
  if (side / Math.sqrt(cellArea(frame)) >= FEWEST_CELLS) return null;
  const tile = Math.max(side * OBJECTS_PER_TILE, Math.max(width, height) / MOST_TILES_PER_SIDE);
  return tile < 0.75 * Math.max(width, height) ? Math.round(tile) : null;
}

/** The tile around the middle of a box, inside the region. */
export function tileAround([x, y, w, h]: readonly number[], tileSide: number, region: Region): Region {
  const [width, height] = [Math.min(tileSide, region[2]), Math.min(tileSide, region[3])];
  const place = (middle: number, side: number, start: number, length: number) =>
    Math.max(start, Math.min(Math.round(middle - side / 2), start + length - side));
  return [place(x + w / 2, width, region[0], region[2]), place(y + h / 2, height, region[1], region[3]), width, height];
}

/** Tiles of a region, rows from the top. On an image much larger than the examples' they grow with it. */
export function tilesOf([x, y, width, height]: Region, tileSide: number, areaPx: number): Region[] {
  const side = Math.max(tileSide, Math.ceil(Math.max(width, height) / MOST_TILES_PER_SIDE));
  const overlap = Math.min(Math.floor(side / 2), Math.ceil(Math.sqrt(areaPx) * OVERLAP_OBJECTS));
  return layTiles(width, height, { side, overlap }).map(([left, top, w, h]): Region => [left + x, top + y, w, h]);
}
