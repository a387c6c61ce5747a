/** What `convert --augment` is told: how many copies an image gets, and what may happen to each; docs/augment.md explains it. */
import { z } from 'zod';
import { AppError } from '../../errors/appError';
import { readWith } from '../../errors/readWith';
import { splitNames } from '../selectView';

const probability = z.number().min(0).max(1);

const rangeOf = (low: number, high: number) =>
  z
    .tuple([z.number().min(low).max(high), z.number().min(low).max(high)])
    .refine(([from, to]) => from <= to, 'must have the smaller number first');

export const recipeSchema = z.strictObject({
  copies: z.number().int().min(1).max(50).default(1),
  seed: z.number().int().min(0).max(0xffffffff).default(0),
  splits: z.array(z.enum(splitNames)).min(1).default(['train']),
  flipHorizontal: probability.default(0),
  flipVertical: probability.default(0),
  rotate: z
    .strictObject({
      probability: probability.default(1),
      angles: z
        .array(z.union([z.literal(90), z.literal(180), z.literal(270)]))
        .min(1)
        .default([90, 180, 270]),
    })
    .optional(),
  scale: z
    .strictObject({ probability: probability.default(1), range: rangeOf(0.1, 2).default([0.8, 1.25]) })
    .optional(),
  crop: z
    .strictObject({
      probability: probability.default(1),
      range: rangeOf(0.05, 1).default([0.7, 0.95]),
      minVisible: probability.default(0),
    })
    .optional(),
  brightness: z
    .strictObject({ probability: probability.default(1), range: rangeOf(0.1, 4).default([0.8, 1.25]) })
    .optional(),
  paste: z
    .strictObject({
      probability: probability.default(1),
      count: rangeOf(1, 100)
        .refine(([from, to]) => Number.isInteger(from) && Number.isInteger(to), 'must hold whole numbers')
        .default([1, 3]),
      minArea: z.number().min(1).default(16),
      maxArea: z.number().min(1).default(1024),
      minVisible: probability.default(0.3),
      categories: z.array(z.string()).min(1).optional(),
    })
    .optional(),
});

export type AugmentRecipe = z.infer<typeof recipeSchema>;

/** Throws `bad-input` with the place of the first fault. */
export function parseRecipe(value: unknown, file: string): AugmentRecipe {
  const refuse = (message: string, pointer: string): never => {
    throw new AppError('bad-input', `${file} is no recipe for augmented copies: ${message}`, {
      place: { file, pointer: pointer || '/' },
      hint: 'docs/augment.md lists what it may say',
    });
  };
  const read = readWith(recipeSchema, value);
  if ('fault' in read) return refuse(read.fault.message, read.fault.pointer);
  const recipe = read.data;
  const changes = [recipe.rotate, recipe.scale, recipe.crop, recipe.brightness, recipe.paste];
  const isIdle =
    recipe.flipHorizontal === 0 && recipe.flipVertical === 0 && changes.every((change) => !change?.probability);
  if (isIdle) return refuse('nothing that it says would change an image', '');
  return recipe;
}
