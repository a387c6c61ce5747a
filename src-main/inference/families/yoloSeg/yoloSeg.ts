/**
 * YOLO with instance masks: boxes with classes and mask coefficients in one tensor (see yoloDetections.ts), prototypes `protos` [1,M,h,w]
 * in another. A mask is coefficients x prototypes, enlarged as logits, cut to its box, above 0.
 * Source: Ultralytics, process_mask_native of utils/ops.py.
 */
import { z } from 'zod';
import { expectShape, toProposal } from '../detections';
import { imageFamily } from '../imagePredictor';
import { readYolo, yoloDetections } from '../yoloDetections';
import { prototypeMasks } from './prototypeMasks';
import { recognise } from './recognise';

const outputs = z.object({
  detections: yoloDetections,
  protos: z.looseObject({ name: z.string() }),
});

export const yoloSeg = imageFamily(
  'yolo-seg',
  outputs,
  ({ detections, protos }, { detections: { form } }, context) => {
    expectShape('protos', protos, [1, null, null, null]);
    const { found, coefficientsOf } = readYolo(detections, form, protos.dims[1], context);
    const toMask = prototypeMasks(protos, context.frame);
    const items = found.flatMap((detection) => {
      const mask = toMask(detection.box, coefficientsOf(detection));
      return mask ? [toProposal(mask, detection)] : [];
    });
    return { kind: 'instances', items };
  },
  { title: 'YOLO with masks: v5, v7, v8, 9, 11, 12, 26', recognise },
);
