/**
 * Detectors that give boxes and no masks, in one of three forms:
 * - boxes [n,4] x1 y1 x2 y2 in input pixels, labels [n], scores [n];
 * - YOLO's `detections` in one tensor, see yoloDetections.ts;
 * - mmdeploy's `dets` [1,n,5] x1 y1 x2 y2 score in input pixels, and `labels` [1,n] from 0. Rows of score 0 are padding.
 * Suppressed in the graph, or class-wise here: YOLO's always but for the end to end ones, others where `defaults.nms` is given.
 */
import { z } from 'zod';
import { type Detection, detectionOutputs, readDetections, readDets, splitDets } from '../detections';
import type { OutputTensor } from '../../graph/graph';
import { toImageCorners } from '../../image/postprocess';
import { type DecodeContext, imageFamily } from '../imagePredictor';
import { readYolo, yoloDetections } from '../yoloDetections';
import { recognise } from './recognise';

const tensor = z.looseObject({ name: z.string() });
const outputs = z.union(
  [z.object(detectionOutputs), z.object({ detections: yoloDetections }), z.object({ dets: tensor, labels: tensor })],
  { error: 'must have boxes, labels and scores, or detections, or dets and labels, each with its name' },
);

export const boxes = imageFamily(
  'boxes',
  outputs,
  (tensors, plan, context) => {
    const { transform, imageWidth, imageHeight } = context.frame;
    const items = detectionsOf(tensors, plan, context).flatMap(({ box, score, categoryName }) => {
      const corners = toImageCorners(box, transform, [imageHeight, imageWidth]);
      return corners[2] > corners[0] && corners[3] > corners[1] ? [{ corners, score, categoryName }] : [];
    });
    return { kind: 'boxes', items };
  },
  { title: 'Detectors without masks', use: 'part', recognise },
);

function detectionsOf(
  tensors: Readonly<Record<string, OutputTensor>>,
  plan: z.infer<typeof outputs>,
  context: DecodeContext,
): readonly Detection[] {
  if ('detections' in plan) return readYolo(tensors.detections, plan.detections.form, 0, context).found;
  if ('dets' in plan) return readDets(splitDets(tensors.dets, tensors.labels), context);
  const { boxes: corners, labels, scores } = tensors;
  return readDetections({ boxes: corners, labels, scores }, plan.labels.firstCategory, context);
}
