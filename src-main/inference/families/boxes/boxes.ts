/**
 * Detectors that give boxes and no masks: boxes [n,4] x1 y1 x2 y2 in input pixels, labels [n], scores [n]; suppressed in the
 * graph, or class-wise here where `defaults.nms` is given.
 */
import { z } from 'zod';
import { modelPoint, modelToImage } from '@shared/geometry/coords';
import { detectionOutputs, readDetections } from '../detections';
import { imageFamily } from '../imagePredictor';
import { recognise } from './recognise';

export const boxes = imageFamily(
  'boxes',
  z.object(detectionOutputs),
  (tensors, { labels }, context) => {
    const { transform, imageWidth, imageHeight } = context.frame;
    const items = readDetections(tensors, labels.firstCategory, context).flatMap(({ box, score, categoryName }) => {
      const low = modelToImage(modelPoint(box[0], box[1]), transform);
      const high = modelToImage(modelPoint(box[2], box[3]), transform);
      const corners = [
        Math.max(low.x, 0),
        Math.max(low.y, 0),
        Math.min(high.x, imageWidth),
        Math.min(high.y, imageHeight),
      ] as const;
      return corners[2] > corners[0] && corners[3] > corners[1] ? [{ corners, score, categoryName }] : [];
    });
    return { kind: 'boxes', items };
  },
  { title: 'Detectors without masks', use: 'part', recognise },
);
