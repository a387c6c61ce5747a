/** Dragging a scale handle: the box that the selection shall fill. */
import type { Box } from '@shared/geometry/box';
import type { HandleRef } from './targets';

/**
 * `from` with the sides of the handle moved by (dx, dy) to whole pixels, at least one pixel wide and inside the image of
 * `[height, width]` (where `from` was). `keepRatio`: both axes by the same factor, the one dragged farther; `fromCentre`: the
 * opposite sides move the other way. The ratio gives way where the image ends.
 */
export function draggedBox(
  from: Box,
  { sideX, sideY }: HandleRef,
  dx: number,
  dy: number,
  { keepRatio, fromCentre }: { readonly keepRatio: boolean; readonly fromCentre: boolean },
  [height, width]: readonly [number, number],
): Box {
  const reach = fromCentre ? 2 : 1;
  let factorX = 1 + (reach * sideX * dx) / from[2];
  let factorY = 1 + (reach * sideY * dy) / from[3];
  if (keepRatio && sideX !== 0 && sideY !== 0) {
    factorX = factorY = Math.abs(factorX - 1) > Math.abs(factorY - 1) ? factorX : factorY;
  } else if (keepRatio) {
    factorX = factorY = sideX !== 0 ? factorX : factorY;
  }
  const anchorX = fromCentre ? 0 : sideX;
  const anchorY = fromCentre ? 0 : sideY;
  const [x, w] = stretch(from[0], from[2], factorX, anchorX, width);
  const [y, h] = stretch(from[1], from[3], factorY, anchorY, height);
  return [x, y, w, h];
}

/** One axis: `side` 1 keeps the start, -1 the end, 0 the middle. An axis whose factor is 1 keeps its exact numbers. */
function stretch(start: number, length: number, factor: number, side: -1 | 0 | 1, limit: number): [number, number] {
  if (factor === 1) return [start, length];
  const wanted = length * factor;
  const end = start + length;
  const middle = start + length / 2;
  let low = side === 1 ? start : Math.round(side === -1 ? end - wanted : middle - wanted / 2);
  let high = side === -1 ? end : Math.round(side === 1 ? start + wanted : middle + wanted / 2);
  low = Math.max(Math.min(0, start), low);
  high = Math.min(Math.max(limit, end), high);
  if (side === -1) low = Math.min(low, high - 1);
  else high = Math.max(high, low + 1);
  return [low, high - low];
}
