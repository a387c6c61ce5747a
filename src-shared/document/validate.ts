/** Checks of annotations, patches and proposals at a process's edge: what crosses it is data, whoever sent it. */
import { z } from 'zod';
import type { Box } from '../geometry/box';
import { maxCoordinate, maxMaskPixels } from './limits';
import type { ProposalResult } from './proposalResult';
import type {
  Annotation,
  AttributeTemplate,
  Category,
  Patch,
  Proposal,
  Provenance,
  RleSegmentation,
  Segmentation,
} from './types';

const id = z.number().int();
const finite = z.number();
const coordinate = z.number().min(-maxCoordinate).max(maxCoordinate);
/** Of a proposal. */
const share = z.number().min(0).max(1);
const side = z.number().min(0).max(maxCoordinate);
const box = z.tuple([finite, finite, finite, finite]);
/** Of a region of an image. */
export const boxSchema: z.ZodType<Box> = z.tuple([coordinate, coordinate, side, side]);
/** Flat `x0,y0,x1,y1,...`. */
export const ringSchema = z.array(finite).refine((numbers) => numbers.length % 2 === 0, 'must hold pairs of x and y');
const sidePx = z.number().int().min(0).max(maxMaskPixels);

/** Kept as it is: a record schema would drop a key named `__proto__`, and every key has to survive. */
const plainObject = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'expected an object',
);

export const rleSchema: z.ZodType<RleSegmentation> = z.object({
  kind: z.literal('rle'),
  size: z.tuple([sidePx, sidePx]),
  counts: z.string(),
});

const segmentationSchema: z.ZodType<Segmentation> = z.union([
  z.object({
    kind: z.literal('polygons'),
    parts: z.array(z.object({ outer: ringSchema, holes: z.array(ringSchema) })),
  }),
  rleSchema,
]);

const provenanceParams = z.record(z.string(), z.union([z.number(), z.string()]));

const provenanceSchema: z.ZodType<Provenance> = z.object({
  tool: z.string(),
  model: z.object({ id: z.string(), sha256: z.string() }).optional(),
  params: provenanceParams.optional(),
  ms: finite.optional(),
  edits: z.number().int().min(0),
});

export const annotationSchema: z.ZodType<Annotation> = z.object({
  id,
  imageId: id,
  categoryId: id,
  segmentation: segmentationSchema.nullable(),
  bbox: box,
  area: finite,
  isCrowd: z.boolean(),
  zOrder: finite,
  score: finite.nullable(),
  provenance: provenanceSchema.nullable(),
  locked: z.boolean(),
  extra: plainObject,
});

export const patchSchema: z.ZodType<Patch> = z.object({
  added: z.array(annotationSchema),
  updated: z.array(
    z
      .tuple([annotationSchema, annotationSchema])
      .refine(([from, to]) => from.id === to.id && from.imageId === to.imageId, 'an update keeps id and image'),
  ),
  removed: z.array(annotationSchema),
});

const attributeTemplate: z.ZodType<AttributeTemplate> = z.object({
  name: z.string().min(1).max(200),
  kind: z.enum(['text', 'number', 'choice', 'yes-no']),
  choices: z.array(z.string()).optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

export const categorySchema: z.ZodType<Category> = z.object({
  id,
  name: z.string().min(1),
  supercategory: z.string().nullable(),
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .nullable(),
  hotkey: z.string().nullable(),
  position: z.number().int().min(0).optional(),
  isThing: z.boolean().optional(),
  attributes: z.array(attributeTemplate).max(200).optional(),
});

export const proposalResultSchema: z.ZodType<ProposalResult> = z.object({
  size: z.tuple([sidePx, sidePx]),
  proposals: z.array(
    z.object({
      segmentation: rleSchema,
      bbox: box,
      area: finite,
      score: share,
      categoryName: z.string().nullable(),
      params: provenanceParams.optional(),
    }),
  ),
  provenance: provenanceSchema,
  timings: z.record(z.string(), z.number()),
  notes: z.array(z.string()),
});

export const proposalSchema: z.ZodType<Proposal> = z.object({
  id,
  imageId: id,
  categoryName: z.string().min(1),
  segmentation: rleSchema,
  bbox: box,
  area: finite,
  score: share,
  provenance: provenanceSchema,
});
