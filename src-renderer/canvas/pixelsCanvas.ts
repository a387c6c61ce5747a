/** Bitmaps being painted, as coloured canvases that are brought up to date by their dirty region only. */
import type { Box } from '@shared/document/types';
import { parseHexColor } from '@shared/palette';
import type { PreviewShape } from '../tools/preview';

export type PixelsShape = Extract<PreviewShape, { kind: 'pixels' }>;

interface Painted {
  readonly canvas: OffscreenCanvas;
  readonly color: string;
  revision: number;
}

const painted = new WeakMap<Uint8Array, Painted>();

/** A canvas of the shape's box size, opaque in `color` (`#rrggbb`) where `data` is set. O(dirty pixels). */
export function pixelsCanvas(shape: PixelsShape, color: string): OffscreenCanvas {
  const [, , width, height] = shape.box;
  let known = painted.get(shape.data);
  const fresh = !known || known.color !== color || known.canvas.width !== width || known.canvas.height !== height;
  if (fresh) {
    known = { canvas: new OffscreenCanvas(width, height), color, revision: NaN };
    painted.set(shape.data, known);
  }
  if (known!.revision !== shape.revision) {
    // A revision that was never drawn may have changed other pixels than this one's dirty region.
    const next = known!.revision + 1 === shape.revision;
    paint(known!.canvas, shape, next ? (shape.dirty ?? shape.box) : shape.box, color);
    known!.revision = shape.revision;
  }
  return known!.canvas;
}

function paint(canvas: OffscreenCanvas, { box, data }: PixelsShape, region: Box, color: string): void {
  const left = Math.max(region[0], box[0]) - box[0];
  const top = Math.max(region[1], box[1]) - box[1];
  const right = Math.min(region[0] + region[2], box[0] + box[2]) - box[0];
  const bottom = Math.min(region[1] + region[3], box[1] + box[3]) - box[1];
  if (right <= left || bottom <= top) return;
  const [r, g, b] = parseHexColor(color) ?? [255, 255, 255];
  // Little-endian, as every platform of Electron is.
  const opaque = ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  const image = new ImageData(right - left, bottom - top);
  const pixels = new Uint32Array(image.data.buffer);
  let at = 0;
  for (let y = top; y < bottom; y++) {
    for (let i = y * box[2] + left; i < y * box[2] + right; i++) pixels[at++] = data[i] ? opaque : 0;
  }
  canvas.getContext('2d')?.putImageData(image, left, top);
}
