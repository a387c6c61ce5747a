/**
 * SOLOv2: for each level a grid of class scores [1,N,S,S] and of kernels [1,E,S,S], and mask features [1,E,h,w]. Each cell whose
 * score is high enough gives a mask: its kernel over the features as a 1x1 convolution, squashed, above 0.5. Points that are not
 * greatest among their neighbours go first, then Matrix NMS lowers what lies over better masks.
 * Source: mmdet/models/dense_heads/solov2_head.py, mmdet/models/layers/matrix_nms.py.
 */
import { z } from 'zod';
import { logitsToRle } from '../../image/logitsToRle';
import { logit, sigmoid, weightedSum } from '../../image/planes';
import { inputCorners } from '../../image/preprocess';
import { expectShape } from '../detections';
import { imageFamily } from '../imagePredictor';
import { proposalOf } from '../predictions';
import { matrixNms } from './matrixNms';
import { recognise } from './recognise';

const named = z.looseObject({ name: z.string() });
const outputs = z.object({
  /** From the finest grid to the coarsest. */
  levels: z
    .array(
      z.looseObject({
        categories: named.extend({
          /** `peaks`: squashed and without neighbours already. */
          values: z.enum(['logits', 'peaks']).default('logits'),
        }),
        kernels: named,
        /** Input pixels a cell: masks of fewer cells of the features than this are noise. */
        stride: z.number().positive(),
      }),
    )
    .min(1),
  features: named,
});

/** As the original: below this a cell is no candidate; most candidates, most objects. */
const lowestCandidate = 0.1;
const mostCandidates = 500;
const mostDetections = 100;

interface Candidate {
  readonly category: number;
  score: number;
  readonly area: number;
  readonly logits: Float32Array;
}

export const solo = imageFamily(
  'solo',
  outputs,
  (tensors, { levels }, context) => {
    const { head, frame } = context;
    const { features } = tensors;
    expectShape('features', features, [1, null, null, null]);
    const [, channels, height, width] = features.dims;
    const cells = height * width;
    const threshold = logit(head.defaults.maskThreshold);
    const candidates: Candidate[] = [];
    for (const [i, { categories: plan, stride }] of levels.entries()) {
      const categories = tensors[`levels/${i}/categories`];
      const kernels = tensors[`levels/${i}/kernels`];
      expectShape(`levels/${i}/categories`, categories, [1, head.categories.length, null, null]);
      const [, , rows, columns] = categories.dims;
      expectShape(`levels/${i}/kernels`, kernels, [1, channels, rows, columns]);
      const values = categories.data as Float32Array;
      const scores = plan.values === 'peaks' ? values : peaks(values.map(sigmoid), columns, rows);
      const grid = rows * columns;
      for (let cell = 0; cell < grid; cell++) {
        for (let category = 0; category < head.categories.length; category++) {
          const score = scores[category * grid + cell];
          if (!(score > lowestCandidate)) continue;
          const kernel = Float32Array.from({ length: channels }, (_, c) => Number(kernels.data[c * grid + cell]));
          const logits = weightedSum(features.data as Float32Array, kernel, cells);
          const { area, confidence } = maskOf(logits, threshold);
          if (area > stride) candidates.push({ category, score: score * confidence, area, logits });
        }
      }
    }
    candidates.sort((a, b) => b.score - a.score);
    const best = candidates.slice(0, mostCandidates);
    const scores = matrixNms(best, threshold);
    const order = best
      .map((candidate, i) => ({ ...candidate, score: scores[i] }))
      .filter(({ score }) => score >= context.score)
      .sort((a, b) => b.score - a.score)
      .slice(0, mostDetections);
    const items = order.flatMap(({ category, score, logits }) => {
      const values = logits.map(sigmoid);
      const grid = { values, offset: 0, width, height };
      const size = [frame.imageHeight, frame.imageWidth] as const;
      const mask = logitsToRle(grid, inputCorners(frame), size, head.defaults.maskThreshold);
      return mask ? [proposalOf(mask, score, head.categories[category].name)] : [];
    });
    return { kind: 'instances', items };
  },
  { recognise },
);

/** Scores that are the greatest of the 2x2 cells that end in them; others become 0. `[N, rows, columns]` in, the same out. */
function peaks(scores: Float32Array, columns: number, rows: number): Float32Array {
  const out = new Float32Array(scores.length);
  for (let at = 0; at < scores.length; at++) {
    const x = at % columns;
    const y = Math.floor(at / columns) % rows;
    const left = x > 0 ? scores[at - 1] : -Infinity;
    const up = y > 0 ? scores[at - columns] : -Infinity;
    const corner = x > 0 && y > 0 ? scores[at - columns - 1] : -Infinity;
    if (scores[at] >= left && scores[at] >= up && scores[at] >= corner) out[at] = scores[at];
  }
  return out;
}

/** Cells above the threshold, and the mean probability in them. */
function maskOf(logits: Float32Array, threshold: number): { area: number; confidence: number } {
  let [area, sum] = [0, 0];
  for (const value of logits) {
    if (value > threshold) {
      area++;
      sum += sigmoid(value);
    }
  }
  return { area, confidence: area > 0 ? sum / area : 0 };
}
