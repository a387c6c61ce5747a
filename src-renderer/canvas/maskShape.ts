/** A mask at the resolution it is looked at: exact rings for ordinary masks; ragged ones reduced, cropped, or as pixels. */
import { type Box, decodeRegion, encode, type Rle, toBbox } from '@shared/mask';
import { type Bounds, maskToShape, ringsToShape, type Shape } from './shape';

/** Masks of more runs than this (a noisy threshold of a large photo) are never traced whole. */
export const RAGGED_RUNS = 40_000;
/** Pixels around the visible region, so that the crop's own border stays out of sight. */
const CROP_MARGIN = 4;
const NOWHERE: Bounds = [NaN, NaN, NaN, NaN];

/** Pixels too ragged to have outlines: row-major, 1 = foreground, each covering step x step image pixels from (x, y) on. */
export interface PixelBlock {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly y: number;
  readonly step: number;
}

/**
 * Rings for the visible image region at `scale` target pixels per image pixel, and the key under which they stay valid.
 * Rings along pixel edges at scale >= 1; below that cells of 2^level pixels, no larger than a target pixel.
 */
export class MaskShapes {
  readonly #rle: Rle;
  /** Of the foreground, image space; NaN for an empty mask. */
  readonly bounds: Bounds;
  #key = '';
  #shape: Shape | PixelBlock | null = null;

  private constructor(rle: Rle, bounds: Bounds) {
    this.#rle = rle;
    this.bounds = bounds;
  }

  static of(rle: Rle): MaskShapes {
    const [x, y, w, h] = toBbox(rle);
    return new MaskShapes(rle, w > 0 && h > 0 ? [x, y, x + w, y + h] : NOWHERE);
  }

  at(scale: number, visible: Bounds): Shape | PixelBlock {
    if (Number.isNaN(this.bounds[0])) return ringsToShape([], 'evenodd');
    if (this.#rle.counts.length <= RAGGED_RUNS) return this.#remember('exact', () => maskToShape(this.#rle));
    if (scale >= 1) {
      const [x, y, w, h] = cropOf(this.bounds, visible);
      return this.#remember(`crop ${x} ${y} ${w} ${h}`, () => cropToShape(this.#rle, [x, y, w, h]));
    }
    const level = Math.floor(Math.log2(1 / scale));
    return this.#remember(`level ${level}`, () => reducedShape(this.#rle, this.bounds, 2 ** level));
  }

  #remember(key: string, make: () => Shape | PixelBlock): Shape | PixelBlock {
    if (this.#key === key && this.#shape) return this.#shape;
    this.#key = key;
    return (this.#shape = make());
  }
}

function cropOf(bounds: Bounds, visible: Bounds): [x: number, y: number, w: number, h: number] {
  const x = Math.floor(Math.max(bounds[0], visible[0] - CROP_MARGIN));
  const y = Math.floor(Math.max(bounds[1], visible[1] - CROP_MARGIN));
  const right = Math.ceil(Math.min(bounds[2], visible[2] + CROP_MARGIN));
  const bottom = Math.ceil(Math.min(bounds[3], visible[3] + CROP_MARGIN));
  return [x, y, Math.max(0, right - x), Math.max(0, bottom - y)];
}

function cropToShape(rle: Rle, [x, y, w, h]: Box): Shape | PixelBlock {
  if (w === 0 || h === 0) return ringsToShape([], 'evenodd');
  return blockToShape({ pixels: decodeRegion(rle, [x, y, w, h]), width: w, height: h, x, y, step: 1 });
}

/** Rings around the block's pixels, unless they are so many that drawing them would take seconds and show only lines. */
function blockToShape(block: PixelBlock): Shape | PixelBlock {
  const { pixels, width, height, x, y, step } = block;
  const rle = encode(pixels, height, width);
  return rle.counts.length > RAGGED_RUNS ? block : moved(maskToShape(rle), step, x, y);
}

/** Cells of step x step pixels that are at least half foreground. O(runs + bounds / step). */
function reducedShape(rle: Rle, bounds: Bounds, step: number): Shape | PixelBlock {
  const left = Math.floor(bounds[0] / step);
  const top = Math.floor(bounds[1] / step);
  const w = Math.ceil(bounds[2] / step) - left;
  const h = Math.ceil(bounds[3] / step) - top;
  const covered = new Uint32Array(w * h);
  forEachRun(rle, (x, from, to) => {
    const column = Math.floor(x / step) - left;
    for (let row = Math.floor(from / step); row * step < to; row++) {
      covered[(row - top) * w + column] += Math.min(to, (row + 1) * step) - Math.max(from, row * step);
    }
  });
  const half = (step * step) / 2;
  const pixels = new Uint8Array(w * h);
  for (let i = 0; i < pixels.length; i++) pixels[i] = covered[i] >= half ? 1 : 0;
  return blockToShape({ pixels, width: w, height: h, x: left * step, y: top * step, step });
}

/** Foreground runs cut at column borders: column x, rows [from, to). */
function forEachRun({ counts, size: [height] }: Rle, visit: (x: number, from: number, to: number) => void): void {
  let position = 0;
  for (let i = 0; i < counts.length; i++) {
    const end = position + counts[i];
    while ((i & 1) === 1 && position < end) {
      const x = Math.floor(position / height);
      const stop = Math.min(end, (x + 1) * height);
      visit(x, position - x * height, stop - x * height);
      position = stop;
    }
    position = end;
  }
}

function moved(shape: Shape, scale: number, x: number, y: number): Shape {
  const { coords, bounds } = shape;
  for (let i = 0; i < coords.length; i += 2) {
    coords[i] = coords[i] * scale + x;
    coords[i + 1] = coords[i + 1] * scale + y;
  }
  const [minX, minY, maxX, maxY] = bounds;
  return { ...shape, bounds: [minX * scale + x, minY * scale + y, maxX * scale + x, maxY * scale + y] };
}
