/** torchvision's Mask R-CNN with masks already pasted: boxes [n,4], labels [n], scores [n], masks [n,1,H,W] of the input. */
import { z } from 'zod';
import { gridToMask, pixelsInside, toImageCorners } from '../../image/postprocess';
import { inputCorners } from '../../image/preprocess';
import { detectionOutputs, expectShape, readDetections, toProposal } from '../detections';
import { imageFamily } from '../imagePredictor';
import { recognise } from './recognise';

const outputs = z.object({ ...detectionOutputs, masks: z.looseObject({ name: z.string() }) });

/** torchvision pastes into a box widened by 1/28 and one pixel, so masks reach a little over their box. */
const margin = 0.05;

/** The masks are sampled back to the image's own pixels inside their boxes, whatever the resizing was. */
export const maskrcnnTorchvision = imageFamily(
  'maskrcnn-torchvision',
  outputs,
  (tensors, { labels }, context) => {
    const { frame, head } = context;
    const { inputHeight, inputWidth, transform } = frame;
    const detections = readDetections(tensors, labels.firstCategory, context);
    const { masks } = tensors;
    if (detections.length > 0) expectShape('masks', masks, [tensors.scores.dims[0], 1, inputHeight, inputWidth]);
    const size = [frame.imageHeight, frame.imageWidth] as const;
    const gridCorners = inputCorners(frame);
    const items = detections.flatMap((detection) => {
      const [x1, y1, x2, y2] = detection.box;
      const overX = (x2 - x1) * margin + 1;
      const overY = (y2 - y1) * margin + 1;
      const reach = [x1 - overX, y1 - overY, x2 + overX, y2 + overY] as const;
      const region = pixelsInside(toImageCorners(reach, transform, size), size);
      const offset = detection.row * inputHeight * inputWidth;
      const grid = { values: masks.data as Float32Array, offset, width: inputWidth, height: inputHeight };
      const mask = gridToMask(grid, gridCorners, region, size, head.defaults.maskThreshold);
      return mask ? [toProposal(mask, detection)] : [];
    });
    return { kind: 'instances', items };
  },
  { title: 'Mask R-CNN of torchvision', recognise },
);
