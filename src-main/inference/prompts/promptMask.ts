/** Masks between the image and the small grid that prompters think in. */
import { type Rle, sampleRegion, toBbox } from '@shared/mask';
import type { PromptFrame } from '../families/family';
import { toKnots } from '../image/enlarged';
import { logitsToRle } from '../image/logitsToRle';

/** The part of an image that was embedded: `[x, y, width, height]`, whole pixels. */
export type Region = readonly [x: number, y: number, width: number, height: number];

/** The pixels above 0, as a mask of the whole image of `size`; null where there are none. */
export function toImageMask(
  logits: Float32Array,
  { gridWidth, gridHeight, corners, enlargement }: PromptFrame,
  [x, y, width, height]: Region,
  size: readonly [height: number, width: number],
): Rle | null {
  const plane = { values: logits, width: gridWidth, height: gridHeight };
  const grid = enlargement === undefined ? { ...plane, offset: 0 } : toKnots(plane, enlargement);
  const placed = [corners[0] + x, corners[1] + y, corners[2] + x, corners[3] + y] as const;
  return logitsToRle(grid, placed, size, 0, [x, y, x + width, y + height]);
}

/**
 * How much of each cell of the grid the mask covers, 0..1, row-major. Large masks are looked at in every n-th pixel, at least
 * four a cell's side.
 */
export function toCoverage(mask: Rle, { gridWidth, gridHeight, corners }: PromptFrame, [x, y]: Region): Float32Array {
  const covered = new Float32Array(gridWidth * gridHeight);
  const [left, top, width, height] = toBbox(mask);
  if (width === 0 || height === 0) return covered;
  const cellWidth = (corners[2] - corners[0]) / gridWidth;
  const cellHeight = (corners[3] - corners[1]) / gridHeight;
  const step = Math.max(1, Math.floor(Math.min(cellWidth, cellHeight) / 4));
  const samples = sampleRegion(mask, [left, top, width, height], step);
  const columns = Math.ceil(width / step);
  const [stepX, stepY] = [step / cellWidth, step / cellHeight];
  for (let i = 0; i < samples.length; i++) {
    if (samples[i] === 0) continue;
    const gx = (left + (i % columns) * step - x - corners[0]) / cellWidth;
    const gy = (top + Math.floor(i / columns) * step - y - corners[1]) / cellHeight;
    for (let row = Math.max(0, Math.floor(gy)); row < Math.min(gridHeight, gy + stepY); row++) {
      const shareY = shared(gy, stepY, row);
      for (let column = Math.max(0, Math.floor(gx)); column < Math.min(gridWidth, gx + stepX); column++) {
        covered[row * gridWidth + column] += shareY * shared(gx, stepX, column);
      }
    }
  }
  return covered;
}

/** Length that [from, from + length) and the cell [cell, cell + 1) have in common. */
function shared(from: number, length: number, cell: number): number {
  return Math.max(0, Math.min(from + length, cell + 1) - Math.max(from, cell));
}

/** Logits that say a mask, as a prior: the decoder was trained on its own answers, which are rarely beyond +-10. */
const SURE = 8;

/** A drawn mask as the prior of a prompt. */
export function toPrior(mask: Rle, frame: PromptFrame, region: Region): Float32Array {
  return toCoverage(mask, frame, region).map((covered) => (covered - 0.5) * 2 * SURE);
}
