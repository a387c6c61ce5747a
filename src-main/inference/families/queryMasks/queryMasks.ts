/**
 * MaskFormer, Mask2Former, OneFormer, EoMT as Hugging Face's transformers export them: classes [1,Q,N+1] logits whose last is
 * "nothing", masks [1,Q,h,w] logits. `task` says which of the three readings is wanted:
 * - `semantic`: class probabilities x mask probabilities summed over the queries, the greatest class at each pixel;
 * - `instance`: the best Q pairs of query and class, score x mean probability inside the mask;
 * - `panoptic`: each pixel to the query with the greatest score x mask probability; segments that keep too little of their
 *   mask go; stuff of one class becomes one segment.
 * `upsample`: Mask2Former's masks are enlarged to this size first, as its own code does (384 x 384).
 * Source: transformers, models/mask2former/image_processing_mask2former.py.
 */
import { z } from 'zod';
import { area, merge, type Rle } from '@shared/mask';
import { argmaxToRles, GreatestRuns } from '../../image/argmaxToRles';
import { probabilityProduct } from '../../graph/matrixProduct';
import { logitsToRle } from '../../image/logitsToRle';
import { type Plane, resizePart, resizePlane, sigmoid, softmax, type Taps, tapsTo } from '../../image/planes';
import { inputCorners } from '../../image/preprocess';
import { expectShape } from '../detections';
import type { PanopticSegment, Prediction } from '../family';
import { type DecodeContext, imageFamily } from '../imagePredictor';
import { isStuff, proposalOf } from '../predictions';
import { recognise } from './recognise';
import { scoredMasks } from './scoredMasks';

const outputs = z.object({
  classes: z.looseObject({ name: z.string() }),
  masks: z.looseObject({
    name: z.string(),
    upsample: z.looseObject({ width: z.number().int().positive(), height: z.number().int().positive() }).optional(),
    /** Panoptic: a segment goes where less than this share of its mask is left to it. */
    overlap: z.number().min(0).max(1).default(0.8),
  }),
  task: z.enum(['semantic', 'instance', 'panoptic']),
});

export const queryMasks = imageFamily(
  'query-masks',
  outputs,
  async (tensors, { task, masks: plan }, context): Promise<Prediction> => {
    const { classes, masks } = tensors;
    const count = context.head.categories.length;
    expectShape('classes', classes, [1, null, count + 1]);
    const queries = classes.dims[1];
    expectShape('masks', masks, [1, queries, null, null]);
    const [height, width] = masks.dims.slice(2);
    const logits = classes.data as Float32Array;
    const cells = width * height;
    const all: Queries = {
      ...(plan.upsample ?? { width, height }),
      classes: Array.from({ length: queries }, (_, query) => softmax(logits, query * (count + 1), count + 1)),
      logitsOf: (query) => ({
        values: (masks.data as Float32Array).subarray(query * cells, (query + 1) * cells),
        width,
        height,
      }),
    };
    if (task === 'semantic') return semantic(all, context);
    return task === 'instance' ? instances(all, context) : panoptic(all, plan.overlap, context);
  },
  { title: 'MaskFormer, Mask2Former, EoMT', recognise },
);

interface Queries {
  /** Probabilities of the classes, and of "nothing" as the last, by query. */
  readonly classes: readonly Float64Array[];
  /** A mask's logits as the network gives them. */
  logitsOf(query: number): Plane;
  /** What masks are enlarged to. */
  readonly width: number;
  readonly height: number;
}

const enlarged = ({ logitsOf, width, height }: Queries, query: number) => resizePlane(logitsOf(query), width, height);

const sizeOf = ({ frame }: DecodeContext) => [frame.imageHeight, frame.imageWidth] as const;

/** Numbers of all queries and classes that are held at once: 8 MB. */
const numbersAtOnce = 2 ** 21;

/** All classes' planes at once may be too much for the memory: they are summed up some columns at a time. */
async function semantic(queries: Queries, context: DecodeContext): Promise<Prediction> {
  const { categories } = context.head;
  const channels = categories.length;
  const { width, height } = queries;
  const count = queries.classes.length;
  if (count === 0) return { kind: 'labels', classes: [] };
  const weights = Float32Array.from(
    { length: channels * count },
    (_, i) => queries.classes[i % count][Math.floor(i / count)],
  );
  const greatest = new GreatestRuns({ channels, width, height }, inputCorners(context.frame), sizeOf(context));
  const taps = tapsTo(queries.logitsOf(0), width, height);
  const step = Math.max(16, Math.floor(numbersAtOnce / ((channels + count) * height)));
  for (let left = 0, right = 0; right < width; left = right - 1) {
    right = Math.min(left + step + 1, width);
    const values = await probabilityProduct(weights, columnsOf(queries, taps, left, right), count);
    greatest.add({ values, channels, width: right - left, height }, left);
    await context.pause();
  }
  const classes = greatest
    .masks()
    .flatMap((mask, c) => (mask ? [{ categoryName: categories[c].name, mask, score: 1 }] : []));
  return { kind: 'labels', classes };
}

/** The logits of the columns [left, right) of all enlarged masks. */
function columnsOf({ classes, logitsOf, height }: Queries, taps: Taps, left: number, right: number): Float32Array {
  const cells = (right - left) * height;
  const values = new Float32Array(classes.length * cells);
  for (const query of classes.keys()) {
    const plane = values.subarray(query * cells, (query + 1) * cells);
    resizePart(logitsOf(query), taps, { left, top: 0, right, bottom: height }, plane);
  }
  return values;
}

function instances(queries: Queries, context: DecodeContext): Prediction {
  const { categories } = context.head;
  const pairs: { query: number; c: number; score: number }[] = [];
  for (const [query, classes] of queries.classes.entries()) {
    // Confidence is at most 1: what is below without it stays so.
    for (let c = 0; c < categories.length; c++) {
      if (classes[c] >= context.score) pairs.push({ query, c, score: classes[c] });
    }
  }
  pairs.sort((a, b) => b.score - a.score);
  const masks = new Map<number, SureMask>();
  const items = pairs.slice(0, queries.classes.length).flatMap(({ query, c, score }) => {
    let known = masks.get(query);
    if (!known) masks.set(query, (known = sureMask(enlarged(queries, query), context)));
    const { mask, confidence } = known;
    const sure = score * confidence;
    return mask && sure >= context.score ? [proposalOf(mask, sure, categories[c].name)] : [];
  });
  items.sort((a, b) => b.score - a.score);
  return { kind: 'instances', items };
}

interface SureMask {
  readonly mask: Rle | null;
  /** Mean probability inside the mask. */
  readonly confidence: number;
}

function sureMask(logits: Plane, context: DecodeContext): SureMask {
  const mask = logitsToRle({ ...logits, offset: 0 }, inputCorners(context.frame), sizeOf(context), 0);
  return { mask, confidence: confidenceOf(logits.values) };
}

function confidenceOf(logits: Float32Array): number {
  let [cells, sum] = [0, 0];
  for (const value of logits) {
    if (value > 0) {
      cells++;
      sum += sigmoid(value);
    }
  }
  return sum / (cells + 1e-6);
}

function panoptic(queries: Queries, overlap: number, context: DecodeContext): Prediction {
  const { categories, defaults } = context.head;
  const kept = queries.classes.flatMap((classes, query) => {
    const c = classes.indexOf(Math.max(...classes));
    return c < categories.length && classes[c] > context.score
      ? [{ query, category: categories[c], score: classes[c] }]
      : [];
  });
  if (kept.length === 0) return { kind: 'panoptic', segments: [] };
  const { width, height } = queries;
  const scored = kept.map(({ query, score }) => ({ logits: queries.logitsOf(query), score }));
  const values = scoredMasks(scored, width, height, defaults.maskThreshold);
  const corners = inputCorners(context.frame);
  const owned = argmaxToRles({ values, channels: kept.length, width, height }, corners, sizeOf(context));
  const segments: PanopticSegment[] = [];
  const stuff = new Map<string, number>();
  for (const [k, { category, score }] of kept.entries()) {
    const mask = owned[k];
    if (!mask) continue;
    const grid = { values, offset: k * width * height, width, height };
    const whole = logitsToRle(grid, corners, sizeOf(context), defaults.maskThreshold);
    if (!whole || !(area(mask) / area(whole) > overlap)) continue;
    const known = isStuff(category) ? stuff.get(category.name) : undefined;
    if (known === undefined) {
      if (isStuff(category)) stuff.set(category.name, segments.length);
      segments.push({ mask, score, categoryName: category.name });
    } else segments[known] = joined(segments[known], mask, score);
  }
  return { kind: 'panoptic', segments };
}

const joined = (segment: PanopticSegment, mask: Rle, score: number): PanopticSegment => ({
  ...segment,
  mask: merge([segment.mask, mask]),
  score: Math.max(segment.score, score),
});
