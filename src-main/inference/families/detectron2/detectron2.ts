/**
 * Detectron2's Mask R-CNN as its tracing export writes it: pred_boxes [n,4] in input pixels, pred_classes [n] from 0, scores [n],
 * pred_masks [n,1,28,28] probabilities (and the image's size, which is not read). The input is [3,H,W] BGR 0..255, the
 * mean inside the graph, the short side 800 and the long one at most 1333.
 * Source: detectron2/layers/mask_ops.py, paste_masks_in_image.
 */
import { z } from 'zod';
import { detectionOutputs, readDetections } from '../detections';
import { imageFamily } from '../imagePredictor';
import { pasteRoiMasks, type RoiPlan } from '../roiMasks';
import { recognise } from './recognise';

const outputs = z.object({ ...detectionOutputs, masks: z.looseObject({ name: z.string() }) });

const plan: RoiPlan = { values: 'probability', paste: 'exact' };

export const detectron2 = imageFamily(
  'detectron2',
  outputs,
  (tensors, { labels }, context) => {
    const detections = readDetections(tensors, labels.firstCategory ?? 0, context);
    return {
      kind: 'instances',
      items: pasteRoiMasks(tensors.masks, tensors.scores.dims[0], detections, plan, context),
    };
  },
  { title: 'Mask R-CNN of Detectron2', recognise },
);
