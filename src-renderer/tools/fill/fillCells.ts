/** The superpixel cells that the bucket fills: cut where the pointer is, and the one below it is shown. */
import { CellIndex } from '@shared/methods/cells';
import type { MethodParams } from '@shared/methods/requests';
import type { Box } from '@shared/geometry/box';
import type { ImagePoint } from '@shared/geometry/coords';
import type { Rle } from '@shared/mask';
import type { Answer, Ask } from '../ask';
import type { PreviewShape } from '../preview';
import { cellMask } from '../superpixels/cells';
import { NO_PARAMS, type ToolContext } from '../tool';

/** A part of the image that was cut. */
interface CutTile {
  readonly box: Box;
  readonly index: CellIndex;
}

/** The cell below the pointer; its shape stays the same object while the pointer stays in it, so that nothing is drawn again. */
interface CellUnder {
  readonly tile: CutTile;
  readonly label: number;
  readonly mask: Rle;
  readonly shape: PreviewShape;
}

export interface FillCells {
  readonly imageId: number;
  readonly params: MethodParams;
  /** The latest last. */
  readonly tiles: readonly CutTile[];
  /** Being cut; null: nothing is. */
  readonly asked: Box | null;
  readonly at: ImagePoint;
  readonly under: CellUnder | null;
  readonly problem: string | null;
}

export const CELLS = 'cells';

/** A picture is cut in parts of at most about so many pixels a side: a part takes half a second, 12 megapixels seven. */
const TILE_SIDE = 1024;
/** Smaller pictures are cut as a whole: no cell ends at the edge of a part. */
const WHOLE_PIXELS = 2_000_000;
/** Each takes a few bytes a pixel. */
const MOST_TILES = 6;

interface Found {
  readonly cells: FillCells;
  readonly asks?: readonly Ask[];
}

/** The pointer is at a place of the image: shows the cell there, or asks for the cells around it. */
export function pointAt(before: FillCells | null, at: ImagePoint, context: ToolContext): Found {
  const { imageId, size } = context.snapshot;
  const params = context.settings.params.superpixels ?? NO_PARAMS;
  const isSame = before?.imageId === imageId && before.params === params;
  const known: FillCells = isSame
    ? before
    : { imageId, params, tiles: [], asked: null, at, under: null, problem: null };
  const box = tileAt(at, size);
  if (!box) return { cells: { ...known, at, under: null } };
  const tile = known.tiles.find((one) => isSameBox(one.box, box));
  if (tile) return { cells: { ...known, at, under: cellUnder(known.under, tile, at, size) } };
  const cells: FillCells = { ...known, at, under: null };
  if (known.problem !== null || (known.asked && isSameBox(known.asked, box))) return { cells };
  return {
    cells: { ...cells, asked: box },
    asks: [{ channel: CELLS, method: 'vision.superpixels', params: { params, box } }],
  };
}

/** The answer to what {@link pointAt} asked. */
export function takeCells(before: FillCells, given: Answer, context: ToolContext): FillCells {
  const { asked } = before;
  if (given.method === 'failed') return { ...before, asked: null, problem: given.problem };
  if (given.method !== 'vision.superpixels' || !asked) return before;
  const tile = { box: asked, index: new CellIndex(given.result) };
  const tiles = [...before.tiles, tile].slice(-MOST_TILES);
  return pointAt({ ...before, tiles, asked: null }, before.at, context).cells;
}

/** What was asked is not answered any more. */
export const forgetAsked = (cells: FillCells): FillCells => ({ ...cells, asked: null });

function cellUnder(
  before: CellUnder | null,
  tile: CutTile,
  { x, y }: ImagePoint,
  size: readonly [height: number, width: number],
): CellUnder | null {
  const { box, index } = tile;
  const label = index.labelAt(Math.floor(x) - box[0], Math.floor(y) - box[1]);
  if (label < 0) return null;
  if (before?.tile === tile && before.label === label) return before;
  const mask = cellMask(index.pixelsOf(label), box, size);
  return { tile, label, mask, shape: { kind: 'mask', size: mask.size, counts: mask.counts, fillAlpha: 0.45 } };
}

/** The part of the image that has the pixel; null outside the image. */
function tileAt({ x, y }: ImagePoint, [height, width]: readonly [height: number, width: number]): Box | null {
  if (x < 0 || y < 0 || x >= width || y >= height) return null;
  if (width * height <= WHOLE_PIXELS) return [0, 0, width, height];
  const [left, w] = span(x, width);
  const [top, h] = span(y, height);
  return [left, top, w, h];
}

/** Of equal spans along one side of the image the one with the place, as start and length. */
function span(at: number, side: number): [start: number, length: number] {
  const length = Math.ceil(side / Math.ceil(side / TILE_SIDE));
  const start = Math.floor(at / length) * length;
  return [start, Math.min(length, side - start)];
}

const isSameBox = (a: Box, b: Box): boolean => a.every((value, at) => value === b[at]);
