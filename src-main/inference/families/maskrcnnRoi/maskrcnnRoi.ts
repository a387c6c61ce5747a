/** Mask R-CNN whose masks are small grids, one a box: boxes [n,4], labels [n], scores [n], masks [n,1,h,w] (h = w = 28). */
import { z } from 'zod';
import { modelPoint, modelToImage } from '@shared/geometry/coords';
import { type Corners, gridToMask, type MaskGrid, pixelsInside } from '../../image/postprocess';
import { detectionOutputs, expectShape, readDetections, toProposal } from '../detections';
import { imageFamily } from '../imagePredictor';

const outputs = z.object({
  ...detectionOutputs,
  masks: z.looseObject({
    name: z.string(),
    values: z.enum(['probability', 'logits']).default('probability'),
    /**
     * How a grid is laid on the image's pixels. `torchvision`: resampled onto a box of whole pixels, as that library does
     * (see `wholePixels`). `exact`: sampled at pixel centres in the fractional box, as Detectron2 does.
     */
    paste: z.enum(['torchvision', 'exact']).default('torchvision'),
  }),
});

export const maskrcnnRoi = imageFamily(
  'maskrcnn-roi',
  outputs,
  (tensors, { labels, masks: { values, paste } }, context) => {
    const { frame, head } = context;
    const detections = readDetections(tensors, labels.firstCategory, context);
    if (detections.length === 0) return { kind: 'instances', items: [] };
    const { masks } = tensors;
    expectShape('masks', masks, [tensors.scores.dims[0], 1, null, null]);
    const [height, width] = masks.dims.slice(2);
    const size = [frame.imageHeight, frame.imageWidth] as const;
    const threshold = head.defaults.maskThreshold;
    const grid = makeFramedGrid(width, height);
    const items = detections.flatMap((detection) => {
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
    return { kind: 'instances', items };
  },
);

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

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));

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
