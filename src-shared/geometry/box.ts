/** Boxes `[x, y, width, height]` in continuous image space, half-open: the right and bottom edge lie outside. */
/** `[x, y, width, height]` in image pixels, half-open, origin top-left. */
export type Box = readonly [x: number, y: number, width: number, height: number];

export const emptyBox: Box = [0, 0, 0, 0];

/** The box between two corners, given in any order. */
export function boxFromCorners(x0: number, y0: number, x1: number, y1: number): Box {
  return [Math.min(x0, x1), Math.min(y0, y1), Math.abs(x1 - x0), Math.abs(y1 - y0)];
}

/** True for a box without area; its position means nothing. */
export function isEmptyBox([, , width, height]: Box): boolean {
  return !(width > 0 && height > 0);
}

export function boxArea(box: Box): number {
  return isEmptyBox(box) ? 0 : box[2] * box[3];
}

/** The common part; an empty box at the origin where there is none. */
export function intersectBoxes(a: Box, b: Box): Box {
  const x = Math.max(a[0], b[0]);
  const y = Math.max(a[1], b[1]);
  const width = Math.min(a[0] + a[2], b[0] + b[2]) - x;
  const height = Math.min(a[1] + a[3], b[1] + b[3]) - y;
  return width > 0 && height > 0 ? [x, y, width, height] : emptyBox;
}

/** The smallest box around all; empty ones do not count. */
export function uniteBoxes(boxes: Iterable<Box>): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const box of boxes) {
    if (isEmptyBox(box)) continue;
    left = Math.min(left, box[0]);
    top = Math.min(top, box[1]);
    right = Math.max(right, box[0] + box[2]);
    bottom = Math.max(bottom, box[1] + box[3]);
  }
  return left < right ? [left, top, right - left, bottom - top] : emptyBox;
}

export function boxesIntersect(a: Box, b: Box): boolean {
  return !isEmptyBox(intersectBoxes(a, b));
}

/** Whether the point lies in the half-open box. */
export function boxContainsPoint([left, top, width, height]: Box, x: number, y: number): boolean {
  return x >= left && x < left + width && y >= top && y < top + height;
}

/** Whether all of the second box lies in the first. */
export function containsBox([left, top, width, height]: Box, [x, y, w, h]: Box): boolean {
  return x >= left && y >= top && x + w <= left + width && y + h <= top + height;
}

/** Grown by `by` image pixels on each side; a negative value shrinks it, at most to its centre. */
export function expandBox([x, y, width, height]: Box, by: number): Box {
  const growX = Math.max(by, -width / 2);
  const growY = Math.max(by, -height / 2);
  return [x - growX, y - growY, width + 2 * growX, height + 2 * growY];
}

/** The whole pixels that the box touches, clipped to an image of `[height, width]`. */
export function boxToPixels(box: Box, size: readonly [height: number, width: number]): Box {
  const left = Math.max(0, Math.floor(box[0]));
  const top = Math.max(0, Math.floor(box[1]));
  const right = Math.min(size[1], Math.ceil(box[0] + box[2]));
  const bottom = Math.min(size[0], Math.ceil(box[1] + box[3]));
  return right > left && bottom > top ? [left, top, right - left, bottom - top] : emptyBox;
}
