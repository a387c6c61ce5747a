/**
 * A class for every pixel: `map` is [1,C,h,w] (or [1,h,w,C], or without the first 1). One channel: how much a pixel belongs to
 * the one category; several: a score for each category, in their order. Logits, or whatever is as good for comparing, are
 * resized bilinearly to the image first and decided then.
 */
import { z } from 'zod';
import { AppError } from '@shared/errors/appError';
import { argmaxToRles, type ScorePlanes } from '../../image/argmaxToRles';
import { logitsToRle } from '../../image/logitsToRle';
import type { OutputTensor } from '../../graph/graph';
import { inputCorners } from '../../image/preprocess';
import { type DecodeContext, imageFamily } from '../imagePredictor';
import type { Prediction } from '../family';

const outputs = z.object({
  map: z.looseObject({
    name: z.string(),
    layout: z.enum(['NCHW', 'NHWC', 'CHW', 'HWC']).default('NCHW'),
    /** `min-max`: one channel without a fixed scale; stretched to 0..1 on each image, as salient-object models are read. */
    values: z.enum(['logits', 'probability', 'min-max']).default('logits'),
    /** Category that stands for "nothing": its pixels become no proposal. */
    background: z.string().optional(),
  }),
});

type MapOutput = z.infer<typeof outputs>['map'];

export const semantic = imageFamily('semantic', outputs, ({ map }, { map: plan }, context): Prediction => {
  const scores = toPlanes(map, plan);
  const { categories } = context.head;
  if (scores.channels === 1) return oneClass(scores, plan, context);
  if (scores.channels !== categories.length) {
    throw new AppError(
      'bad-input',
      `The model gives ${scores.channels} classes, and model.json names ${categories.length}`,
      { place: { pointer: '/categories' } },
    );
  }
  const { imageHeight, imageWidth } = context.frame;
  const masks = argmaxToRles(scores, inputCorners(context.frame), [imageHeight, imageWidth]);
  const classes = masks.flatMap((mask, i) =>
    mask && categories[i].name !== plan.background ? [{ categoryName: categories[i].name, mask, score: 1 }] : [],
  );
  return { kind: 'labels', classes };
});

function toPlanes({ dims, data }: OutputTensor, { layout }: MapOutput): ScorePlanes {
  const shape = layout.startsWith('N') && dims.length === 4 ? dims.slice(1) : dims;
  if (shape.length !== 3 || !(data instanceof Float32Array)) {
    throw new AppError(
      'bad-input',
      `The model's map has the shape [${dims.join(', ')}], expected ${layout} of floats`,
      {
        place: { pointer: '/outputs/map' },
      },
    );
  }
  const isPlanar = layout.endsWith('CHW');
  const [channels, height, width] = isPlanar ? shape : [shape[2], shape[0], shape[1]];
  if (isPlanar || channels === 1) return { values: data, channels, height, width };
  const values = new Float32Array(data.length);
  const plane = height * width;
  for (let i = 0, at = 0; i < plane; i++) {
    for (let c = 0; c < channels; c++, at++) values[c * plane + i] = data[at];
  }
  return { values, channels, height, width };
}

function oneClass(planes: ScorePlanes, plan: MapOutput, { head, frame }: DecodeContext): Prediction {
  const { values, width, height } = planes;
  const { maskThreshold } = head.defaults;
  let threshold = maskThreshold;
  if (plan.values === 'logits') threshold = Math.log(maskThreshold / (1 - maskThreshold));
  if (plan.values === 'min-max') {
    const [low, high] = extremes(values);
    threshold = low + maskThreshold * (high - low);
  }
  const grid = { values, offset: 0, width, height };
  const mask = logitsToRle(grid, inputCorners(frame), [frame.imageHeight, frame.imageWidth], threshold);
  const [{ name }] = head.categories;
  return { kind: 'labels', classes: mask ? [{ categoryName: name, mask, score: 1 }] : [] };
}

function extremes(values: Float32Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
