/**
 * What mmdeploy exports of mmdetection (Mask R-CNN, RTMDet-Ins, SOLOv2 ...): dets [1,n,5] x1 y1 x2 y2 score in input pixels,
 * labels [1,n] from 0, masks [1,n,h,w] probabilities. Rows of score 0 are padding. Masks are small grids, one a box, or, of models
 * without boxes, of the input's size: which of them, the shape tells.
 * Source: mmdet/models/roi_heads/mask_heads/fcn_mask_head.py (_do_paste_mask) and mmdeploy/codebase/mmdet.
 */
import { z } from 'zod';
import type { OutputTensor } from '../../graph/graph';
import { logitsToRle } from '../../image/logitsToRle';
import { logit } from '../../image/planes';
import { inputCorners } from '../../image/preprocess';
import { expectShape, readDets, splitDets, toProposal } from '../detections';
import { imageFamily } from '../imagePredictor';
import { pasteRoiMasks } from '../roiMasks';
import { recognise } from './recognise';

const outputs = z.object({
  dets: z.looseObject({ name: z.string() }),
  labels: z.looseObject({ name: z.string() }),
  masks: z.looseObject({ name: z.string(), values: z.enum(['probability', 'logits']).default('probability') }),
});

/** The sides of the grids that heads for a box give; larger ones are pictures of the input. */
const mostRoiSide = 56;

/** Some exports give truth values. */
function planeOf(values: OutputTensor['data'], offset: number, length: number) {
  if (values instanceof Float32Array) return { values, offset };
  return { values: new Float32Array((values as Uint8Array).subarray(offset, offset + length)), offset: 0 };
}

export const mmdeploy = imageFamily(
  'mmdeploy',
  outputs,
  (tensors, { masks: { values } }, context) => {
    const { dets, labels, masks } = tensors;
    const { boxes, ...rows } = splitDets(dets, labels);
    const [n] = rows.scores.dims;
    expectShape('masks', masks, [1, n, null, null]);
    const [height, width] = masks.dims.slice(2);
    const { frame, head } = context;
    const isRoi = Math.max(height, width) <= mostRoiSide && height !== frame.inputHeight;
    // Models without boxes leave them at 0: their masks say where the objects are.
    const anywhere = Float32Array.from({ length: 4 * n }, (_, i) => [0, 0, frame.inputWidth, frame.inputHeight][i % 4]);
    const detections = readDets({ ...rows, boxes: isRoi ? boxes : { dims: [n, 4], data: anywhere } }, context);
    if (isRoi) {
      const grids = { dims: [n, 1, height, width], data: masks.data };
      return { kind: 'instances', items: pasteRoiMasks(grids, n, detections, { values, paste: 'exact' }, context) };
    }
    const threshold = values === 'logits' ? logit(head.defaults.maskThreshold) : head.defaults.maskThreshold;
    const plane = height * width;
    const items = detections.flatMap((detection) => {
      const grid = { ...planeOf(masks.data, detection.row * plane, plane), width, height };
      const mask = logitsToRle(grid, inputCorners(frame), [frame.imageHeight, frame.imageWidth], threshold);
      return mask ? [toProposal(mask, detection)] : [];
    });
    return { kind: 'instances', items };
  },
  { title: 'mmdetection’s models by mmdeploy', recognise },
);
