/**
 * A class for every pixel: `map` is [1,C,h,w] (or [1,h,w,C], or without the first 1), or numbers of classes [1,h,w] or [1,1,h,w].
 * One channel: how much a pixel belongs to the one category; several: a score for each category, in their order. Logits, or
 * whatever is as good for comparing, are resized bilinearly to the image first and decided then; a map of class numbers is
 * resized to the nearest.
 * Source: transformers, post_process_semantic_segmentation; torchvision's segmentation models; segmentation-models-pytorch.
 */
import { z } from 'zod';
import { AppError } from '@shared/errors/appError';
import type { Rle } from '@shared/mask';
import { argmaxToRles } from '../../image/argmaxToRles';
import type { ScorePlanes } from '../../image/contests';
import { labelsToRles } from '../../image/labelsToRles';
import { logitsToRle } from '../../image/logitsToRle';
import { logit, toPlanar } from '../../image/planes';
import type { OutputTensor } from '../../graph/graph';
import { inputCorners } from '../../image/preprocess';
import { type DecodeContext, imageFamily } from '../imagePredictor';
import type { LabelledPixels, LabelScores, Prediction } from '../family';
import { recognise } from './recognise';

const outputs = z.object({
  map: z.looseObject({
    name: z.string(),
    layout: z.enum(['NCHW', 'NHWC', 'CHW', 'HWC']).default('NCHW'),
    /**
     * `min-max`: one channel without a fixed scale; stretched to 0..1 on each image, as salient-object models are read.
     * `classes`: whole numbers, 0 for the first category.
     */
    values: z.enum(['logits', 'probability', 'min-max', 'classes']).default('logits'),
    /** Several channels that do not exclude each other: each is decided by itself, at the mask threshold. */
    overlapping: z.boolean().default(false),
    /** Category that stands for "nothing": its pixels become no proposal. */
    background: z.string().optional(),
    /** Class numbers that mean "not said"; 255 by custom. */
    ignore: z.array(z.number().int()).default([255]),
  }),
});

type MapOutput = z.infer<typeof outputs>['map'];

export const semantic = imageFamily(
  'semantic',
  outputs,
  ({ map }, { map: plan }, context): Prediction => {
    const { masks, scores } = decide(map, plan, context);
    const names = context.head.categories.map(({ name }) => (name === plan.background ? null : name));
    const classes = masks.flatMap((mask, i): LabelledPixels[] => {
      const categoryName = names[i];
      return mask && categoryName !== null ? [{ categoryName, mask, score: 1 }] : [];
    });
    return {
      kind: 'labels',
      classes,
      ...(scores ? { scores: { ...scores, names: names.slice(0, masks.length) } } : {}),
    };
  },
  { title: 'A class for each pixel: SegFormer, DeepLab, U-Net', recognise },
);

interface Decision {
  /** For each category its pixels, null where it has none. */
  readonly masks: readonly (Rle | null)[];
  readonly scores?: Omit<LabelScores, 'names'>;
}

function decide(map: OutputTensor, plan: MapOutput, context: DecodeContext): Decision {
  const { head, frame } = context;
  const corners = inputCorners(frame);
  const size = [frame.imageHeight, frame.imageWidth] as const;
  const { length } = head.categories;
  if (plan.values === 'classes') {
    const [height, width] = classShape(map);
    return { masks: labelsToRles({ values: map.data, width, height }, corners, size, labelReader(plan, length)) };
  }
  const planes = toPlanes(map, plan);
  const { values, channels, width, height } = planes;
  const isDecidedAlone = channels === 1 || plan.overlapping;
  if (channels !== length && !(channels === 1 && length > 0)) {
    throw new AppError('bad-input', `The model gives ${channels} classes, and model.json names ${length}`, {
      place: { pointer: '/categories' },
    });
  }
  if (!isDecidedAlone) {
    return { masks: argmaxToRles(planes, corners, size), scores: { planes, corners, threshold: null } };
  }
  const threshold = thresholdOf(values, plan, head.defaults.maskThreshold);
  const masks = Array.from({ length: channels }, (_, c) =>
    logitsToRle({ values, offset: c * width * height, width, height }, corners, size, threshold),
  );
  // A threshold that depends on all of what was seen is each tile's own.
  const isOwn = plan.values !== 'logits' && plan.values !== 'probability';
  return { masks, ...(isOwn ? {} : { scores: { planes, corners, threshold } }) };
}

function thresholdOf(values: Float32Array, plan: MapOutput, maskThreshold: number): number {
  if (plan.values === 'logits') return logit(maskThreshold);
  if (plan.values === 'probability') return maskThreshold;
  const [low, high] = extremes(values);
  return low + maskThreshold * (high - low);
}

/** Which category a class number is; null for what is ignored. Throws for a number that nothing stands for. */
function labelReader({ ignore }: MapOutput, categories: number): (label: number) => number | null {
  const ignored = new Set(ignore);
  return (label) => {
    if (label >= 0 && label < categories) return label;
    if (ignored.has(label)) return null;
    throw new AppError(
      'bad-input',
      `The model gives the class ${label}, and model.json names ${categories} categories`,
      {
        place: { pointer: '/categories' },
        hint: 'name all categories, or list the number in "ignore" of the map',
      },
    );
  };
}

function classShape({ dims }: OutputTensor): readonly [height: number, width: number] {
  const sides = dims.filter((dim, i) => i >= dims.length - 2 || dim !== 1);
  if (sides.length === 2) return [sides[0], sides[1]];
  throw unfit(dims, 'one class number for each pixel');
}

function toPlanes({ dims, data }: OutputTensor, { layout }: MapOutput): ScorePlanes {
  const shape = layout.startsWith('N') && dims.length === 4 ? dims.slice(1) : dims;
  if (shape.length !== 3 || !(data instanceof Float32Array)) throw unfit(dims, `${layout} of floats`);
  const isPlanar = layout.endsWith('CHW');
  const [channels, height, width] = isPlanar ? shape : [shape[2], shape[0], shape[1]];
  return { values: isPlanar ? data : toPlanar(data, channels, height * width), channels, height, width };
}

const unfit = (dims: readonly number[], expected: string) =>
  new AppError('bad-input', `The model's map has the shape [${dims.join(', ')}], expected ${expected}`, {
    place: { pointer: '/outputs/map' },
  });

function extremes(values: Float32Array): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}
