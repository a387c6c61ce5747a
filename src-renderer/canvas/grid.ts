/** The pixel grid: lines between image pixels once they are large on screen. */
import type { ViewTransform } from '@shared/geometry/coords';
import type { Size } from './view';

/** The grid appears at this zoom and is at full strength at twice it. View pixels per image pixel. */
const GRID_SCALE = 8;
const GRID_ALPHA = 0.35;

/** Draws the grid over the visible part of the image, in view space. Mid-grey, so that it reads on black and on white. */
export function drawGrid(
  context: CanvasRenderingContext2D,
  { scale, offsetX, offsetY }: ViewTransform,
  image: Size,
  viewport: Size,
): void {
  if (scale < GRID_SCALE) return;
  const left = Math.max(0, Math.floor(-offsetX / scale));
  const top = Math.max(0, Math.floor(-offsetY / scale));
  const right = Math.min(image.width, Math.ceil((viewport.width - offsetX) / scale));
  const bottom = Math.min(image.height, Math.ceil((viewport.height - offsetY) / scale));
  if (right <= left || bottom <= top) return;
  context.globalAlpha = GRID_ALPHA * Math.min(1, scale / GRID_SCALE / 2);
  context.strokeStyle = '#8c8c8c';
  context.lineWidth = 1;
  context.beginPath();
  for (let column = left; column <= right; column++) {
    const x = Math.round(column * scale + offsetX) + 0.5;
    context.moveTo(x, top * scale + offsetY);
    context.lineTo(x, bottom * scale + offsetY);
  }
  for (let row = top; row <= bottom; row++) {
    const y = Math.round(row * scale + offsetY) + 0.5;
    context.moveTo(left * scale + offsetX, y);
    context.lineTo(right * scale + offsetX, y);
  }
  context.stroke();
  context.globalAlpha = 1;
}
