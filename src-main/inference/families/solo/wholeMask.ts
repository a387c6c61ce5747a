/** A mask of the features' cells as the image's pixels in the original's two steps: enlarged to the input and cut to the image there, then resized. */
import type { Rle } from '@shared/mask';
import { logitsToRle } from '../../image/logitsToRle';
import { cropPlane, logit, type Plane, resizePlane, sigmoid } from '../../image/planes';
import { toImageCorners } from '../../image/postprocess';
import { inputCorners, type InputFrame } from '../../image/preprocess';

/** `threshold`: a probability. Null where nothing is above it; only the part around what is above is squashed and enlarged. */
export function wholeMask(logits: Plane, frame: InputFrame, threshold: number): Rle | null {
  const { imageWidth, imageHeight, inputWidth, inputHeight, contentWidth, contentHeight, transform } = frame;
  const size = [imageHeight, imageWidth] as const;
  const [stepX, stepY] = [inputWidth / logits.width, inputHeight / logits.height];
  // Features of an unusual size: the two steps are one.
  if (!Number.isInteger(stepX) || !Number.isInteger(stepY)) {
    return logitsToRle(
      { ...logits, values: logits.values.map(sigmoid), offset: 0 },
      inputCorners(frame),
      size,
      threshold,
    );
  }
  const part = partAbove(logits, logit(threshold));
  if (!part) return null;
  const [left, top] = [part[0] * stepX, part[1] * stepY];
  const around = cropPlane(logits, part);
  const probabilities = { ...around, values: around.values.map(sigmoid) };
  const enlarged = resizePlane(probabilities, part[2] * stepX, part[3] * stepY);
  const { offsetX, offsetY } = transform;
  const [x1, y1] = [Math.max(left, offsetX), Math.max(top, offsetY)];
  const x2 = Math.min(left + enlarged.width, offsetX + contentWidth);
  const y2 = Math.min(top + enlarged.height, offsetY + contentHeight);
  if (x1 >= x2 || y1 >= y2) return null;
  const cut = cropPlane(enlarged, [x1 - left, y1 - top, x2 - x1, y2 - y1]);
  const corners = toImageCorners([x1, y1, x2, y2], transform, size);
  return logitsToRle({ ...cut, offset: 0 }, corners, size, threshold);
}

/** [left, top, width, height] of the cells above the threshold and one around them: nothing further out can come to be above. */
function partAbove(
  { values, width, height }: Plane,
  threshold: number,
): readonly [number, number, number, number] | null {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (!(values[at] > threshold)) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (right < 0) return null;
  [left, top] = [Math.max(left - 1, 0), Math.max(top - 1, 0)];
  return [left, top, Math.min(right + 2, width) - left, Math.min(bottom + 2, height) - top];
}
