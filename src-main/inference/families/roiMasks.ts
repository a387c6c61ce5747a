/** Masks that are small grids, one a box (Mask R-CNN's 28 x 28), laid on the image. */
import type { RawProposal } from '@shared/document/proposalResult';
import { modelPoint, modelToImage } from '@shared/geometry/coords';
import type { OutputTensor } from '../graph/graph';
import { sigmoid } from '../image/planes';
import { type Corners, gridToMask, type MaskGrid, pixelsInside } from '../image/postprocess';
import { type Detection, expectShape, toProposal } from './detections';
import type { DecodeContext } from './imagePredictor';

export interface RoiPlan {
  readonly values: 'probability' | 'logits';
  /**
   * How a grid is laid on the image's pixels. `torchvision`: resampled onto a box of whole pixels, as that library does
   * (see `wholePixels`). `exact`: sampled at pixel centres in the fractional box, as Detectron2 and mmdetection do.
   */
  readonly paste: 'torchvision' | 'exact';
}

/** `masks` is [n,1,h,w]; n as many as the graph gave rows. One proposal for each detection that has a pixel. */
export function pasteRoiMasks(
  masks: OutputTensor,
  rows: number,
  detections: readonly Detection[],
  { values, paste }: RoiPlan,
  { frame, head }: DecodeContext,
): RawProposal[] {
  if (detections.length === 0) return [];
  expectShape('masks', masks, [rows, 1, null, null]);
  const [height, width] = masks.dims.slice(2);
  const size = [frame.imageHeight, frame.imageWidth] as const;
  const threshold = head.defaults.maskThreshold;
  const grid = makeFramedGrid(width, height);
  return detections.flatMap((detection) => {
    const { row, box } = detection;
    const low = modelToImage(modelPoint(box[0], box[1]), frame.transform);
    const high = modelToImage(modelPoint(box[2], box[3]), frame.transform);
    const corners = [low.x, low.y, high.x, high.y] as const;
    fillFramedGrid(grid, masks.data as Float32Array, row * height * width, values);
    const framed = widen(corners, width, height);
    const mask =
      paste === 'exact'
        ? gridToMask(grid, framed, pixelsInside(corners, size), size, threshold)
        : gridToMask(grid, wholePixels(framed), clip(wholePixels(framed), size), size, threshold);
    return mask ? [toProposal(mask, detection)] : [];
  });
}

/** A grid with a frame of one cell of background around it, so that masks fade out towards their box's border. */
function makeFramedGrid(width: number, height: number): MaskGrid {
  return { values: new Float32Array((width + 2) * (height + 2)), offset: 0, width: width + 2, height: height + 2 };
}

/** Writes probabilities inside the frame. */
function fillFramedGrid(grid: MaskGrid, source: Float32Array, offset: number, values: 'probability' | 'logits'): void {
  const width = grid.width - 2;
  for (let y = 0; y < grid.height - 2; y++) {
    const row = source.subarray(offset + y * width, offset + (y + 1) * width);
    grid.values.set(values === 'logits' ? row.map(sigmoid) : row, (y + 1) * grid.width + 1);
  }
}

/** The box grown by one cell of its grid of `width` x `height` cells on each side. */
function widen([x1, y1, x2, y2]: Corners, width: number, height: number): Corners {
  const cellX = (x2 - x1) / width;
  const cellY = (y2 - y1) / height;
  return [x1 - cellX, y1 - cellY, x2 + cellX, y2 + cellY];
}

/**
 * The pixels on which torchvision resamples a framed grid: corners cut to whole numbers, the last pixel included. Masks
 * come out up to half a pixel further left and up than `exact` ones.
 * Source: torchvision/models/detection/roi_heads.py, expand_boxes and paste_mask_in_image.
 */
function wholePixels([x1, y1, x2, y2]: Corners): Corners {
  return [Math.trunc(x1), Math.trunc(y1), Math.trunc(x2) + 1, Math.trunc(y2) + 1];
}

function clip([x1, y1, x2, y2]: Corners, [height, width]: readonly [number, number]): Corners {
  return [Math.max(x1, 0), Math.max(y1, 0), Math.min(x2, width), Math.min(y2, height)];
}
