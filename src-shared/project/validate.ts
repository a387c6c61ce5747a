/** Checks, at a process's edge, of what is said about a whole project. */
import { z } from 'zod';
import { boxSchema } from '../document/validate';
import { METHOD_NAMES } from '../methods/params';
import type { ProposeWith } from './proposeWith';

const name = z.string().min(1).max(1000);

/** A path of this machine; no file system has one with a NUL in it. */
export const pathSchema = z
  .string()
  .min(1)
  .max(32_768)
  .refine((path) => !path.includes('\0'), 'a path has no NUL in it');

export const methodParamsSchema = z.record(z.string(), z.union([z.number(), z.string()]));

export const proposeWithSchema: z.ZodType<ProposeWith> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('model'),
    model: name,
    score: z.number().min(0).max(1).optional(),
    tiles: z
      .object({ side: z.number().int().min(64).max(16_384), overlap: z.number().int().min(0).max(8192) })
      .optional(),
  }),
  z.object({
    kind: z.literal('method'),
    method: z.enum(METHOD_NAMES),
    params: methodParamsSchema,
    box: boxSchema.optional(),
    categoryName: name,
  }),
  z.object({ kind: z.literal('boxes'), model: name, replace: z.boolean(), boxes: z.number().int().min(0) }),
  z.object({
    kind: z.literal('similar'),
    model: name,
    likeness: z.object({
      direction: z.array(z.number()).min(1).max(100_000),
      cosine: z.number(),
      areaPx: z.number().positive(),
      tileSide: z.number().positive().optional(),
    }),
    categoryName: name,
  }),
]);
