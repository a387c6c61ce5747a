/** How model.json describes an input that takes the image: size, colour order, normalisation, layout, padding. */
import { z } from 'zod';

const positive = z.number().positive();
/** Pixels: no network takes larger pictures, and a slip of a digit is not to cost the memory of the machine. */
const side = z.number().positive().max(16_384);
const percentage = z.number().min(0).max(100);
const triple = z.tuple([z.number(), z.number(), z.number()]);

/** How an image becomes the input's height and width; see `../image/preprocess.ts`. */
const resizeSchema = z.discriminatedUnion('mode', [
  z.looseObject({ mode: z.literal('none') }),
  z.looseObject({ mode: z.literal('scale'), scale: positive.max(64), maxSide: side.optional() }),
  z.looseObject({ mode: z.literal('shortestSide'), side, maxSide: side.optional() }),
  z.looseObject({ mode: z.literal('longestSide'), side }),
  z.looseObject({
    mode: z.literal('fixed'),
    width: side,
    height: side,
    /** Letterbox: the image keeps its proportions, the rest is padding. Otherwise it is stretched. */
    keepAspect: z.boolean().default(false),
    /** Where a letterboxed image lies: in the middle, or at the top left. */
    centred: z.boolean().default(false),
  }),
]);

export const imageInput = z.looseObject({
  name: z.string().min(1),
  layout: z.enum(['NCHW', 'NHWC', 'CHW', 'HWC']).default('NCHW'),
  /** `grey`: one channel; `grey and zeros`: a second one of zeros beside it, where another stain could be. */
  colour: z.enum(['RGB', 'BGR', 'grey', 'grey and zeros']).default('RGB'),
  /** What black and white become before `mean` and `std`. */
  range: z.tuple([z.number(), z.number()]).default([0, 1]),
  /** `image maximum`: the brightest sample of the resized image counts as white, whatever it is. */
  white: z.enum(['255', 'image maximum']).default('255'),
  /** Black and white are these percentiles of each channel of the image instead of 0 and 255. */
  percentiles: z.tuple([percentage, percentage]).optional(),
  mean: triple.default([0, 0, 0]),
  std: z.tuple([positive, positive, positive]).default([1, 1, 1]),
  resize: resizeSchema,
  /** `antialiased`: as Pillow does it, each pixel of a smaller input the mean of what it covers. */
  interpolation: z.enum(['bilinear', 'antialiased']).default('bilinear'),
  /** Height and width are padded on the right and at the bottom to multiples of this. */
  padTo: z.number().int().positive().max(1024).default(1),
  /** Written into the padding as it is, after `range`, `mean` and `std`. */
  padValue: z.number().default(0),
});

export type ModelInput = z.infer<typeof imageInput>;
