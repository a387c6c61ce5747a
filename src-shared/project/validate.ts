/** Checks, at a process's edge and of what a project file keeps, of what is said about a whole project. */
import { z } from 'zod';
import { recipeSchema } from '../dataset/augment/recipe';
import { defaultLabelValues, mostLabelValue } from '../document/labelValues';
import { boxSchema } from '../document/validate';
import { METHOD_NAMES } from '../methods/params';
import type { BatchFault } from './batchFault';
import { type ClassWishes, MOST_MIN_AREA, type ModelRun } from './modelRun';
import type { ProposeWith } from './proposeWith';
import type { BatchFailure, ExportSettings, LabelRules, ProjectPlace } from './types';

const name = z.string().min(1).max(1000);

/** A path of this machine; no file system has one with a NUL in it. */
export const pathSchema = z
  .string()
  .min(1)
  .max(32_768)
  .refine((path) => !path.includes('\0'), 'a path has no NUL in it');

export const methodParamsSchema = z.record(z.string(), z.union([z.number(), z.string()]));

const classWishesSchema: z.ZodType<ClassWishes> = z.array(z.tuple([name, name.nullable()])).max(100_000);
/** Pixels. */
const tileSideSchema = z.number().int().min(64).max(16_384);
const minAreaSchema = z.number().min(0).max(MOST_MIN_AREA);

/** What other versions say beside it is kept. */
export const modelRunSchema: z.ZodType<ModelRun> = z.looseObject({
  tileSide: tileSideSchema.optional(),
  pieces: z.boolean().optional(),
  minArea: minAreaSchema.optional(),
  classes: classWishesSchema.optional(),
});

export const proposeWithSchema: z.ZodType<ProposeWith> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('model'),
    model: name,
    score: z.number().min(0).max(1).optional(),
    tiles: z.object({ side: tileSideSchema, overlap: z.number().int().min(0).max(8192) }).optional(),
    split: z.enum(['classes', 'components']).optional(),
    minArea: minAreaSchema.optional(),
    classes: classWishesSchema.optional(),
  }),
  z.object({
    kind: z.literal('method'),
    method: z.enum(METHOD_NAMES),
    params: methodParamsSchema,
    box: boxSchema.optional(),
    categoryName: name,
  }),
  z.object({
    kind: z.literal('boxes'),
    model: name,
    replace: z.boolean(),
    boxes: z.number().int().min(0),
    rim: z.boolean().optional(),
  }),
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

export const placeSchema: z.ZodType<ProjectPlace> = z.object({
  imageId: z.number().int(),
  view: z.object({ x: z.number(), y: z.number(), scale: z.number().positive() }).nullable(),
  categoryId: z.number().int().optional().catch(undefined),
});

const labelValue = z.number().int().min(0).max(mostLabelValue);

/** As a project keeps them: each by itself, what is missing or damaged is the default, and what other versions say beside them is kept. */
export const keptRulesSchema: z.ZodType<LabelRules> = z
  .looseObject({
    oneOwner: z.boolean().catch(false),
    smartShape: z.enum(['mask', 'polygon']).optional().catch(undefined),
    background: labelValue.catch(defaultLabelValues.background),
    ignore: labelValue.catch(defaultLabelValues.ignore),
    unlabelled: z.enum(['background', 'ignore']).catch(defaultLabelValues.unlabelled),
  })
  .transform((rules) => (rules.background === rules.ignore ? { ...rules, ...defaultLabelValues } : rules));

const number = z.number();
const sides = z.tuple([number, number]);

const faultSchemas: readonly z.ZodType<BatchFault>[] = [
  z.object({ code: z.enum(['missing', 'forbidden', 'folder', 'pipe', 'empty', 'not-an-image', 'unknown-kind']) }),
  z.object({ code: z.literal('cut-off'), where: z.enum(['end', 'packing']) }),
  z.object({ code: z.enum(['damaged', 'defect']), detail: z.string() }),
  z.object({ code: z.literal('too-large'), megapixels: number }),
  z.object({
    code: z.literal('unsupported'),
    what: z.enum(['complex', 'float-bits', 'whole-bits', 'signed-bits', 'compression', 'colour-model', 'predictor']),
    value: z.union([z.string(), number]).optional(),
  }),
  z.object({ code: z.literal('memory'), pixels: number, bytes: number, limit: number }),
  z.object({ code: z.literal('size'), file: sides, stated: sides, by: z.literal('file').optional() }),
  z.object({ code: z.literal('process-ended'), process: z.string() }),
  z.object({ code: z.literal('worker-ended'), during: z.string().nullable(), reason: z.string() }),
  z.object({ code: z.literal('box-outside'), box: z.array(number), image: sides }),
  z.object({ code: z.literal('no-background'), box: sides }),
  z.object({ code: z.literal('method-heap'), method: z.string(), size: sides }),
  z.object({ code: z.literal('grabcut-heap'), size: sides, mostSide: number }),
  z.object({
    code: z.literal('method-memory'),
    method: z.string(),
    size: sides,
    bytes: number,
    limit: number,
    fitsInPart: z.boolean(),
  }),
  z.object({ code: z.literal('model-input'), image: sides, input: sides, megapixels: number }),
  z.object({ code: z.literal('said'), sentence: z.string() }),
];

export const batchFaultSchema = z.union(faultSchemas);

export const batchFailureSchema: z.ZodType<BatchFailure> = z.object({
  imageId: z.number().int().min(0),
  fileName: z.string(),
  fault: batchFaultSchema,
});

export const selectionSchema = z.object({
  onlyDone: z.boolean().optional(),
  map: z.record(z.string(), z.string()).optional(),
  drop: z.array(z.string()).optional(),
  minArea: z.number().optional(),
  split: z
    .union([
      z.literal('stated'),
      z.object({
        shares: z.array(z.number().min(0).max(1)).min(1).max(3),
        seed: z.number().int(),
        group: z.string().max(500).optional(),
        stratify: z.boolean().optional(),
      }),
    ])
    .optional(),
});

export const exportSettingsSchema: z.ZodType<ExportSettings> = z.object({
  options: z.record(z.string(), z.string()),
  selection: selectionSchema,
  images: z.enum(['copy', 'link']).optional(),
  augment: recipeSchema.optional(),
});
