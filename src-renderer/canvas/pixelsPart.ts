/** A preview bitmap as a canvas in one colour, reduced where the screen shows it smaller. */
import type { Box } from '@shared/geometry/box';
import { type BitPlane, BITS_SET } from '@shared/mask/bitPlane';
import { parseHexColor } from '@shared/document/palette';
import type { PreviewShape } from '../tools/preview';

export type PixelsShape = Extract<PreviewShape, { kind: 'pixels' }>;

/** Part of a bitmap as it is drawn: `canvas` from its top left corner on, `width` x `height` of its pixels. */
export interface PixelsPart {
  readonly canvas: OffscreenCanvas;
  readonly width: number;
  readonly height: number;
  /** Image position of the corner. */
  readonly left: number;
  readonly top: number;
  /** Image pixels a side of each pixel. */
  readonly reduction: number;
}

/** For the parts, one at a time. */
let scratch: OffscreenCanvas | null = null;
/**
 * By how much a bitmap is reduced at a scale (view pixels per image pixel): a power of two, a pixel for every one on screen.
 * A plane is large and seen as a whole: of it the nearest power, or a view would take up to four times its own pixels.
 */
export function reductionAt(scale: number, { data }: Pick<PixelsShape, 'data'>): number {
  const most = data instanceof Uint8Array ? 1 / scale : Math.SQRT2 / scale;
  return 2 ** Math.min(6, Math.max(0, Math.floor(Math.log2(most))));
}

/**
 * The part of the shape that a region (image space) touches, `1 / reduction` of its size, in `color` (`#rrggbb`), each pixel
 * as opaque as the share of `data` that is set under it. Reduced pixels lie on a grid that starts at the box's corner:
 * neighbouring parts fit. Null where the region misses the shape. To be drawn at once: the next call may paint on the same
 * canvas. O(pixels in the region).
 */
export function pixelsPart(shape: PixelsShape, color: string, reduction: number, region: Box): PixelsPart | null {
  const part = onGrid(shape.box, reduction, region);
  if (!part) return null;
  scratch = canvasFor(part, reduction, scratch);
  return paint(scratch, shape, color, reduction, part);
}

/** The canvas there is where it is large enough: making one takes longer than painting it. */
export function canvasFor(part: Box, reduction: number, known: OffscreenCanvas | null = null): OffscreenCanvas {
  const columns = Math.ceil(part[2] / reduction);
  const rows = Math.ceil(part[3] / reduction);
  if (known && known.width >= columns && known.height >= rows) return known;
  return new OffscreenCanvas(Math.max(columns, known?.width ?? 0), Math.max(rows, known?.height ?? 0));
}

/** Of the box what the region touches, from one reduced pixel's border to another's; null where they do not meet. */
export function onGrid([x0, y0, width, height]: Box, reduction: number, region: Box): Box | null {
  const left = x0 + Math.floor((Math.max(region[0], x0) - x0) / reduction) * reduction;
  const top = y0 + Math.floor((Math.max(region[1], y0) - y0) / reduction) * reduction;
  const right = Math.min(x0 + Math.ceil((region[0] + region[2] - x0) / reduction) * reduction, x0 + width);
  const bottom = Math.min(y0 + Math.ceil((region[1] + region[3] - y0) / reduction) * reduction, y0 + height);
  return right <= left || bottom <= top ? null : [left, top, right - left, bottom - top];
}

/** `part`: a region of the shape's box that starts on its grid of reduced pixels. */
export function paint(
  canvas: OffscreenCanvas,
  { box, data }: PixelsShape,
  color: string,
  reduction: number,
  part: Box,
): PixelsPart {
  const width = Math.ceil(part[2] / reduction);
  const height = Math.ceil(part[3] / reduction);
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const inside: Box = [part[0] - box[0], part[1] - box[1], part[2], part[3]];
  if (data instanceof Uint8Array) countBytes(pixels, data, box[2], reduction, inside);
  else countBits(pixels, data, reduction, inside);
  const [r, g, b] = parseHexColor(color) ?? [255, 255, 255];
  // Little-endian, as every platform of Electron is.
  const rgb = (b << 16) | (g << 8) | r;
  const perPixel = 255 / (reduction * reduction);
  for (let i = 0; i < pixels.length; i++) {
    const set = pixels[i];
    if (set > 0) pixels[i] = (Math.round(set * perPixel) << 24) | rgb;
  }
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return { canvas, width, height, left: part[0], top: part[1], reduction };
}

/** How many pixels are set under each reduced pixel of a part (data's own coordinates), row-major into `counts`. */
function countBytes(counts: Uint32Array, data: Uint8Array, stride: number, reduction: number, part: Box): void {
  const [left, top] = part;
  const [right, bottom] = [left + part[2], top + part[3]];
  for (let startY = top, at = 0; startY < bottom; startY += reduction) {
    const endY = Math.min(bottom, startY + reduction);
    for (let startX = left; startX < right; startX += reduction, at++) {
      const endX = Math.min(right, startX + reduction);
      let set = 0;
      for (let y = startY; y < endY; y++) for (let x = startX; x < endX; x++) set += data[y * stride + x];
      counts[at] = set;
    }
  }
}

/** The same for bits: most bytes are empty, and a reduced pixel is a part of one or several whole ones. */
function countBits(counts: Uint32Array, { stride, bytes }: BitPlane, reduction: number, part: Box): void {
  const [left, top, width, height] = part;
  const columns = Math.ceil(width / reduction);
  const log = Math.log2(reduction);
  const step = Math.min(8, reduction);
  const mask = (1 << step) - 1;
  const from = left >> 3;
  const to = Math.min(stride, (left + width + 7) >> 3);
  for (let y = 0; y < height; y++) {
    const line = (y >> log) * columns;
    const row = (top + y) * stride;
    for (let i = from; i < to; i++) {
      const byte = bytes[row + i];
      if (byte === 0) continue;
      for (let bit = 0; bit < 8; bit += step) {
        const column = (i * 8 + bit - left) >> log;
        if (column >= 0 && column < columns) counts[line + column] += BITS_SET[(byte >> bit) & mask];
      }
    }
  }
}
