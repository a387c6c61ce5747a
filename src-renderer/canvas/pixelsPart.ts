/** A preview bitmap as a canvas in one colour, reduced where the screen shows it smaller. */
import type { Box } from '@shared/document/types';
import { parseHexColor } from '@shared/palette';
import type { PreviewShape } from '../tools/preview';

export type PixelsShape = Extract<PreviewShape, { kind: 'pixels' }>;

/** Part of a bitmap as it is drawn: `canvas` from its top left corner on. */
export interface PixelsPart {
  readonly canvas: OffscreenCanvas;
  readonly width: number;
  readonly height: number;
  /** Image position of the corner. */
  readonly left: number;
  readonly top: number;
}

/** Bitmaps seen whole: the same one is drawn at each movement of the view. */
const whole = new WeakMap<Uint8Array, { readonly key: string; readonly part: PixelsPart }>();
/** For the parts, one at a time: making a canvas takes longer than painting it. */
let scratch: OffscreenCanvas | null = null;

/** By how much a bitmap is reduced at a scale (view pixels per image pixel): a power of two, a pixel for every one on screen. */
export function reductionAt(scale: number): number {
  return 2 ** Math.min(6, Math.max(0, Math.floor(Math.log2(1 / scale))));
}

/**
 * The part of the shape that a region (image space) touches, `1 / reduction` of its size, in `color` (`#rrggbb`), each pixel
 * as opaque as the share of `data` that is set under it. Reduced pixels lie on a grid that starts at the box's corner:
 * neighbouring parts fit. Null where the region misses the shape. To be drawn at once: the next call may paint on the same
 * canvas. O(pixels in the region); without a region what was drawn last is remembered.
 */
export function pixelsPart(
  shape: PixelsShape,
  color: string,
  reduction: number,
  region: Box | null,
): PixelsPart | null {
  const [x0, y0, width, height] = shape.box;
  if (!region) {
    if (width <= 0 || height <= 0) return null;
    const key = `${shape.revision} ${color} ${reduction}`;
    let known = whole.get(shape.data);
    if (known?.key !== key) {
      const canvas = new OffscreenCanvas(Math.ceil(width / reduction), Math.ceil(height / reduction));
      whole.set(shape.data, (known = { key, part: paint(canvas, shape, color, reduction, shape.box) }));
    }
    return known.part;
  }
  const left = x0 + Math.floor((Math.max(region[0], x0) - x0) / reduction) * reduction;
  const top = y0 + Math.floor((Math.max(region[1], y0) - y0) / reduction) * reduction;
  const right = Math.min(x0 + Math.ceil((region[0] + region[2] - x0) / reduction) * reduction, x0 + width);
  const bottom = Math.min(y0 + Math.ceil((region[1] + region[3] - y0) / reduction) * reduction, y0 + height);
  if (right <= left || bottom <= top) return null;
  const columns = Math.ceil((right - left) / reduction);
  const rows = Math.ceil((bottom - top) / reduction);
  if (!scratch || scratch.width < columns || scratch.height < rows) {
    scratch = new OffscreenCanvas(Math.max(columns, scratch?.width ?? 0), Math.max(rows, scratch?.height ?? 0));
  }
  return paint(scratch, shape, color, reduction, [left, top, right - left, bottom - top]);
}

/** `part`: a region of the shape's box that starts on its grid of reduced pixels. */
function paint(
  canvas: OffscreenCanvas,
  { box, data }: PixelsShape,
  color: string,
  reduction: number,
  part: Box,
): PixelsPart {
  const stride = box[2];
  const [left, top] = [part[0] - box[0], part[1] - box[1]];
  const [right, bottom] = [left + part[2], top + part[3]];
  const width = Math.ceil(part[2] / reduction);
  const height = Math.ceil(part[3] / reduction);
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const [r, g, b] = parseHexColor(color) ?? [255, 255, 255];
  // Little-endian, as every platform of Electron is.
  const rgb = (b << 16) | (g << 8) | r;
  const perPixel = 255 / (reduction * reduction);
  for (let row = 0, at = 0; row < height; row++) {
    const startY = top + row * reduction;
    const endY = Math.min(bottom, startY + reduction);
    for (let startX = left; startX < right; startX += reduction, at++) {
      const endX = Math.min(right, startX + reduction);
      let set = 0;
      for (let y = startY; y < endY; y++) for (let x = startX; x < endX; x++) set += data[y * stride + x];
      if (set > 0) pixels[at] = (Math.round(set * perPixel) << 24) | rgb;
    }
  }
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return { canvas, width, height, left: part[0], top: part[1] };
}
