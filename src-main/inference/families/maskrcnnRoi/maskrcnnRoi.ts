/**
 * Mask R-CNN whose masks are small grids, one a box: boxes [n,4], labels [n], scores [n], masks [n,1,h,w] (h = w = 28). Also the
 * ONNX model zoo's: its input is [3,H,W] BGR 0..255 minus the mean, padded to multiples of 32, its labels begin at 1.
 */
import { z } from 'zod';
import { detectionOutputs, readDetections } from '../detections';
import { imageFamily } from '../imagePredictor';
import { pasteRoiMasks } from '../roiMasks';
import { recognise } from './recognise';

const outputs = z.object({
  ...detectionOutputs,
  masks: z.looseObject({
    name: z.string(),
    values: z.enum(['probability', 'logits']).default('probability'),
    /** How a grid is laid on the image's pixels; see `RoiPlan`. */
    paste: z.enum(['torchvision', 'exact']).default('torchvision'),
  }),
});

export const maskrcnnRoi = imageFamily(
  'maskrcnn-roi',
  outputs,
  (tensors, { labels, masks }, context) => {
    const detections = readDetections(tensors, labels.firstCategory, context);
    return {
      kind: 'instances',
      items: pasteRoiMasks(tensors.masks, tensors.scores.dims[0], detections, masks, context),
    };
  },
  { title: 'Mask R-CNN with a small mask for each box', recognise },
);
