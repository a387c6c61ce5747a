/**
 * DETR with masks (RF-DETR-Seg, D-FINE-seg, DETR): classes [1,Q,C] logits, masks [1,Q,h,w] logits; its boxes [1,Q,4] are not read,
 * the masks say more. A class number is a category's id (the sparse ones of COCO), or counted from the categories' first
 * with `firstCategory`. Each query may count for several classes; nothing is suppressed. A mask is enlarged as logits, above 0.
 * Source: roboflow/rf-detr, models/lwdetr.py (PostProcess).
 */
import { z } from 'zod';
import { logitsToRle } from '../../image/logitsToRle';
import { logit, sigmoid, softmax } from '../../image/planes';
import { inputCorners } from '../../image/preprocess';
import { expectShape } from '../detections';
import { imageFamily } from '../imagePredictor';
import { proposalOf } from '../predictions';
import { recognise } from './recognise';

const outputs = z.object({
  classes: z.looseObject({
    name: z.string(),
    /** `softmax`: the last class is "no object", and each query has one class. */
    values: z.enum(['sigmoid', 'softmax']).default('sigmoid'),
    firstCategory: z.number().int().optional(),
  }),
  masks: z.looseObject({ name: z.string() }),
});

/** As RF-DETR: the best pairs of a query and a class. */
const mostPairs = 300;

export const detrSeg = imageFamily(
  'detr-seg',
  outputs,
  (tensors, { classes: plan }, context) => {
    const { head, frame } = context;
    const { classes, masks } = tensors;
    expectShape('classes', classes, [1, null, null]);
    const [, queries, count] = classes.dims;
    expectShape('masks', masks, [1, queries, null, null]);
    const [height, width] = masks.dims.slice(2);
    const names = new Map(
      head.categories.map(({ id, name }, i) => [plan.firstCategory === undefined ? id : plan.firstCategory + i, name]),
    );
    const pairs: { query: number; label: number; score: number }[] = [];
    const add = (query: number, label: number, score: number) => {
      if (score >= context.score) pairs.push({ query, label, score });
    };
    const logits = classes.data as Float32Array;
    for (let query = 0; query < queries; query++) {
      if (plan.values === 'sigmoid') {
        for (let label = 0; label < count; label++) add(query, label, sigmoid(logits[query * count + label]));
      } else {
        const all = softmax(logits, query * count, count).subarray(0, count - 1);
        const label = all.indexOf(Math.max(...all));
        add(query, label, all[label]);
      }
    }
    pairs.sort((a, b) => b.score - a.score);
    const size = [frame.imageHeight, frame.imageWidth] as const;
    const threshold = logit(head.defaults.maskThreshold);
    const items = pairs.slice(0, mostPairs).flatMap(({ query, label, score }) => {
      const name = names.get(label);
      if (name === undefined) return [];
      const grid = { values: masks.data as Float32Array, offset: query * height * width, width, height };
      const mask = logitsToRle(grid, inputCorners(frame), size, threshold);
      return mask ? [proposalOf(mask, score, name)] : [];
    });
    return { kind: 'instances', items };
  },
  { title: 'RF-DETR-Seg, D-FINE-seg, DETR', recognise },
);
