/** A mask of the features' cells as the image's pixels in the original's two steps: enlarged to the input and cut to the image there, then resized. */
import type { Box } from '@shared/geometry/box';
import type { Rle } from '@shared/mask';
import { logitsToRle } from '../../image/logitsToRle';
import { cropPlane, type Plane, resizePlane, sigmoid } from '../../image/planes';
import { toImageCorners } from '../../image/postprocess';
import type { InputFrame } from '../../image/preprocess';

/**
 * `logits`: the part `box` [left, top, width, height] of a plane of `plane` [width, height] cells, with a cell to spare around what is
 * above `threshold`, a probability; only that part is squashed and enlarged. Null where nothing is above.
 */
export function wholeMask(
  logits: Plane,
  box: Box,
  [width, height]: readonly [number, number],
  frame: InputFrame,
  threshold: number,
): Rle | null {
  const { imageWidth, imageHeight, inputWidth, inputHeight, contentWidth, contentHeight, transform } = frame;
  const size = [imageHeight, imageWidth] as const;
  const [stepX, stepY] = [inputWidth / width, inputHeight / height];
  const probabilities = { ...logits, values: logits.values.map(sigmoid) };
  const { offsetX, offsetY } = transform;
  // Features of an unusual size: the two steps are one.
  if (!Number.isInteger(stepX) || !Number.isInteger(stepY)) {
    const x = (cell: number) => (cell * stepX - offsetX) / transform.scaleX;
    const y = (cell: number) => (cell * stepY - offsetY) / transform.scaleY;
    const corners = [x(box[0]), y(box[1]), x(box[0] + box[2]), y(box[1] + box[3])] as const;
    return logitsToRle({ ...probabilities, offset: 0 }, corners, size, threshold);
  }
  const [left, top] = [box[0] * stepX, box[1] * stepY];
  const enlarged = resizePlane(probabilities, box[2] * stepX, box[3] * stepY);
  const [x1, y1] = [Math.max(left, offsetX), Math.max(top, offsetY)];
  const x2 = Math.min(left + enlarged.width, offsetX + contentWidth);
  const y2 = Math.min(top + enlarged.height, offsetY + contentHeight);
  if (x1 >= x2 || y1 >= y2) return null;
  const cut = cropPlane(enlarged, [x1 - left, y1 - top, x2 - x1, y2 - y1]);
  return logitsToRle({ ...cut, offset: 0 }, toImageCorners([x1, y1, x2, y2], transform, size), size, threshold);
}
