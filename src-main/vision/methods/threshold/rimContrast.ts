/** The natural score of a thresholded object: how much it stands out from the pixels around it. */
import type { Region } from '../regions';

const RIM_PX = 5;

/**
 * Michelson contrast |inside - rim| / (inside + rim) of the mean values, 0..1. The rim is what lies within 5 pixels (chessboard
 * distance) of the object and belongs to no foreground; 0 where there is none.
 * `channel` and `foreground` are row-major pictures of the scope, `width` wide.
 */
export function rimContrast(region: Region, channel: Uint8Array, foreground: Uint8Array, width: number): number {
  const height = channel.length / width;
  const left = Math.max(0, region.x - RIM_PX);
  const top = Math.max(0, region.y - RIM_PX);
  const w = Math.min(width, region.x + region.width + RIM_PX) - left;
  const h = Math.min(height, region.y + region.height + RIM_PX) - top;
  const near = new Uint8Array(w * h);
  let inside = 0;
  for (let y = 0; y < region.height; y++) {
    for (let x = 0; x < region.width; x++) {
      if (region.bitmap[y * region.width + x] === 0) continue;
      near[(region.y - top + y) * w + (region.x - left + x)] = 1;
      inside += channel[(region.y + y) * width + region.x + x];
    }
  }
  // The pixels to skip are marked in `own` before the marks spread, first along rows and then along columns.
  const own = near.slice();
  for (let y = 0; y < h; y++) spread(near, y * w, 1, w);
  for (let x = 0; x < w; x++) spread(near, x, w, h);
  let rim = 0;
  let rimPixels = 0;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const p = (top + y) * width + left + x;
      if (near[y * w + x] === 0 || own[y * w + x] !== 0 || foreground[p] !== 0) continue;
      rim += channel[p];
      rimPixels++;
    }
  }
  if (rimPixels === 0) return 0;
  const a = inside / region.area;
  const b = rim / rimPixels;
  return a + b === 0 ? 0 : Math.abs(a - b) / (a + b);
}

/** Sets every element within RIM_PX of a set one, along one line of `length` elements `step` apart. */
function spread(marks: Uint8Array, start: number, step: number, length: number): void {
  let last = -Infinity;
  // Reading runs RIM_PX ahead of writing, so what is written is never read back.
  for (let i = 0; i < length + RIM_PX; i++) {
    if (i < length && marks[start + i * step] !== 0) last = i;
    const at = i - RIM_PX;
    if (at >= 0 && last >= at - RIM_PX) marks[start + at * step] = 1;
  }
}
