/** Draws a shape's rings on a 2D context: path with vertices thinned to the screen's resolution, fill, halo, outline. */
import type { Shape } from './shape';

export type Context2D = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** target = image * scale + offset, in the context's own units. */
export interface Placement {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** Vertices nearer than this to the one drawn before add nothing that can be seen; target units. */
const THIN_PX = 0.7;

export const HALO_COLOR = 'rgba(0, 0, 0, 0.5)';
export const OUTLINE_PX = 1.5;
/** The halo shows 1 px on each side of the outline. */
export const HALO_PX = OUTLINE_PX + 2;

/** Makes the shape the context's current path. O(vertices), no allocation. */
export function tracePath(context: Context2D, shape: Shape, { scale, x, y }: Placement): void {
  const { coords, ringEnds } = shape;
  context.beginPath();
  let at = 0;
  for (let r = 0; r < ringEnds.length; r++) {
    const end = ringEnds[r];
    if (end - at < 4) {
      at = end;
      continue;
    }
    let lastX = coords[at] * scale + x;
    let lastY = coords[at + 1] * scale + y;
    context.moveTo(lastX, lastY);
    for (at += 2; at < end; at += 2) {
      const px = coords[at] * scale + x;
      const py = coords[at + 1] * scale + y;
      const dx = px - lastX;
      const dy = py - lastY;
      if (dx < THIN_PX && dx > -THIN_PX && dy < THIN_PX && dy > -THIN_PX) continue;
      context.lineTo(px, py);
      lastX = px;
      lastY = py;
    }
    context.closePath();
  }
}

/** `0xRRGGBB` as a CSS colour, remembered: a document has few colours and many objects. */
export function cssColor(rgb: number): string {
  let text = colors.get(rgb);
  if (!text) colors.set(rgb, (text = `#${rgb.toString(16).padStart(6, '0')}`));
  return text;
}

const colors = new Map<number, string>();
