/** What each store request must look like; a call that does not is refused with the place of the fault. */
import { recipeSchema } from '@shared/dataset/augment/recipe';
import type { FindingCode } from '@shared/dataset/finding';
import { findingKinds } from '@shared/dataset/lint/kinds';
import { categorySchema, patchSchema, proposalResultSchema, proposalSchema } from '@shared/document/validate';
import {
  batchFailureSchema,
  modelRunSchema,
  pathSchema,
  placeSchema,
  proposeWithSchema,
  selectionSchema,
} from '@shared/project/validate';
import type { StoreRequests } from '@shared/ipc/store';
import { AppError } from '@shared/errors/appError';
import type { PackedPatch } from '@shared/ipc/packing';
import { z } from 'zod';

type Params<K extends keyof StoreRequests> = StoreRequests[K]['params'];

const path = pathSchema;
/** Below 0 lies the project's own scope of the log, which no gesture of an image moves in. */
const imageId = z.number().int().min(0);
const id = z.number().int();
const openImageId = id.nullable();
const ids = z.array(id);
const none = z.object({});
const draftKey = z.string().min(1).max(100);
/** Far above what a hand draws; a mask to start from is the longest part of one. */
const MOST_DRAFT_CHARACTERS = 64 * 1024 * 1024;

const selection = selectionSchema.optional();
/** train, val and test. */
const parts = z.array(path).min(2).max(3);
const readOptions = z.record(z.string(), z.string()).optional();
const findingCode = z.enum(Object.keys(findingKinds) as [FindingCode, ...FindingCode[]]);

const exportParams = {
  path,
  format: z.string().min(1),
  options: z.record(z.string(), z.string()),
  selection,
  images: z.enum(['copy', 'link']).optional(),
  augment: recipeSchema.optional(),
  linkedFolders: z.array(z.string()).optional(),
  overwrite: z.enum(['refuse', 'export', 'any']),
};

const undo = z.object({ imageId, step: z.number().int().min(1).optional() });
const anything = z.array(z.unknown());
/** What is in it is checked when it is unpacked. */
const packedPatch = z.object({
  patch: z.object({ added: anything, updated: anything, removed: anything }),
  lengths: z.instanceof(Uint32Array),
  coordinates: z.instanceof(Float64Array),
}) as unknown as z.ZodType<PackedPatch>;

const schemas: { readonly [K in keyof StoreRequests]: z.ZodType<Params<K>> } = {
  'project.open': z.object({ file: path }),
  'project.openFolder': z.object({ folder: path, file: path.optional() }),
  'project.openDataset': z.object({
    path,
    file: path.optional(),
    parts: parts.optional(),
    format: z.string().optional(),
    options: readOptions,
    repair: z.boolean().optional(),
  }),
  'project.import': z.object({
    path,
    format: z.string().optional(),
    options: readOptions,
    parts: parts.optional(),
    imagesFolder: path.optional(),
    file: path.optional(),
    replace: z.boolean().optional(),
    repair: z.boolean().optional(),
  }),
  'project.close': none,
  'project.summary': none,
  'project.unsaved': none,
  'project.watch': z.strictObject({ known: z.enum(['deleted', 'replaced', 'changed']).optional() }),
  'project.saveElsewhere': z.object({ file: path }),
  'project.diagnostics': z.object({ integrity: z.boolean() }),
  'project.recognise': z.strictObject({ path }),
  'project.previewExport': z.strictObject({
    format: z.string().min(1),
    options: z.record(z.string(), z.string()),
    selection,
  }),
  'project.previewCopy': z.object({
    imageId,
    number: z.number().int().min(1).max(50),
    augment: recipeSchema,
    selection,
    linkedFolders: z.array(z.string()).optional(),
  }),
  'project.exportChanges': z.object({
    ...exportParams,
    isDryRun: z.boolean().optional(),
    most: z.number().int().min(0).optional(),
  }),
  'project.export': z.object(exportParams),
  'project.relink': z.object({ folder: path }),
  'project.rescale': z.object({ imageIds: ids.nullable(), openImageId }),
  'image.list': z.object({ from: z.number().int().min(0).optional(), count: z.number().int().min(1).optional() }),
  'image.withCategory': z.object({ categoryId: z.number().int() }),
  'image.boxes': z.object({ imageId }),
  'image.withBoxes': z.object({ imageIds: z.array(imageId) }),
  'image.masks': z.object({ imageId }),
  'image.unlabelled': z.object({ imageIds: z.array(imageId).max(100_000) }),
  'image.open': z.object({ imageId }),
  'image.voids': z.object({ imageId }),
  'image.keepFile': z.object({ imageId }),
  'image.openPacked': z.object({ imageId }),
  'image.source': z.object({ imageId }),
  'image.setStatus': z.object({
    imageId,
    status: z.enum(['new', 'in-progress', 'done', 'rejected']),
    reason: z.string().max(2000).optional(),
  }),
  'image.setTags': z.object({ imageId, tags: z.array(z.string().max(200)).max(200) }),
  'document.commit': z.object({ imageId, patch: patchSchema, gesture: z.string(), draft: draftKey.optional() }),
  'document.undo': undo,
  'document.redo': z.object({ imageId }),
  'document.commitPacked': z.object({ imageId, packed: packedPatch, gesture: z.string(), draft: draftKey.optional() }),
  'document.undoPacked': undo,
  'document.redoPacked': z.object({ imageId }),
  'document.reserveIds': z.object({ count: z.number().int().min(1).max(1_000_000) }),
  'draft.put': z.object({
    imageId,
    draft: z.object({ key: draftKey, tool: z.string().min(1).max(100), data: z.string().max(MOST_DRAFT_CHARACTERS) }),
  }),
  'draft.drop': z.object({ key: draftKey }),
  'proposals.put': z.object({ imageId, result: proposalResultSchema, categoryName: z.string().min(1) }),
  'proposals.accept': z.object({ imageId, ids, spared: ids.optional() }),
  'proposals.reject': z.object({ imageId, ids }),
  'proposals.restore': z.object({ imageId, proposals: z.array(proposalSchema) }),
  'proposals.acceptAcross': z.object({
    imageIds: z.array(imageId),
    modelScore: z.number(),
    methodScore: z.number(),
    categoryName: z.string().nullable(),
    forBoxes: z.boolean().optional(),
    spared: ids.optional(),
    openImageId,
  }),
  'project.swapMaskSizes': z.object({ openImageId }),
  'project.lint': none,
  'project.fix': z.object({ codes: z.array(findingCode).optional(), openImageId }),
  'batch.read': none,
  'batch.create': z.object({ with: proposeWithSchema, imageIds: z.array(imageId) }),
  'batch.note': z.object({
    next: z.number().int().min(0),
    failures: z.array(batchFailureSchema),
    found: z.number().int().min(0).optional(),
    filled: z.number().int().min(0).optional(),
  }),
  'batch.end': none,
  'category.create': z.object({ name: z.string(), supercategory: z.string().optional() }),
  'category.update': z.object({ category: categorySchema }),
  'category.order': z.object({ ids }),
  'category.counts': none,
  'category.usage': z.object({ categoryId: id }),
  'category.addAll': z.object({
    categories: z.array(
      z.object({
        id: z.number().int().min(0).optional(),
        name: z.string(),
        supercategory: z.string().optional(),
        color: z
          .string()
          .regex(/^#[0-9a-fA-F]{6}$/)
          .optional(),
        isThing: z.boolean().optional(),
      }),
    ),
    title: z.string(),
  }),
  'category.merge': z.object({ categoryId: id, into: id, openImageId }),
  'category.delete': z.object({ categoryId: id, openImageId }),
  'project.maker': none,
  'project.setMaker': z.object({ maker: z.string().max(300) }),
  'project.modelRuns': none,
  'project.setModelRun': z.object({ model: z.string().min(1).max(1000), run: modelRunSchema }),
  'project.pixelScale': none,
  'project.setPixelScale': z.object({ scale: z.object({ pixelSize: z.number(), unit: z.string() }).nullable() }),
  'project.labelRules': none,
  'project.voids': none,
  'project.setLabelRules': z.object({
    rules: z.looseObject({
      oneOwner: z.boolean().optional(),
      smartShape: z.enum(['mask', 'polygon']).optional(),
      background: z.number().optional(),
      ignore: z.number().optional(),
      unlabelled: z.enum(['background', 'ignore']).optional(),
    }),
  }),
  'project.setPlace': z.object({ place: placeSchema }),
  'project.history': none,
  'project.undo': z.object({ openImageId }),
  'project.redo': z.object({ openImageId }),
};

/** The place of the fault; of a record, which one it is, so that a user can find it. */
function describeIssue(method: string, params: unknown, { path, message }: z.core.$ZodIssue): string {
  const depth = ['patch', 'proposals'].includes(String(path[0])) ? (path[1] === 'updated' ? 4 : 3) : 0;
  const record = path
    .slice(0, depth)
    .reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)?.[key], params);
  const id = depth > 0 ? (record as { id?: unknown } | undefined)?.id : undefined;
  const name = typeof id === 'number' ? `annotation ${id}: ` : '';
  return `${method}: ${name}${path.join('/')} ${message}`;
}

/** The parameters of a request, checked; throws `usage` for what the contract does not allow. */
export function checkParams<K extends keyof StoreRequests>(method: K, params: unknown): Params<K> {
  const result = schemas[method].safeParse(params);
  if (result.success) return result.data;
  throw new AppError('usage', describeIssue(method, params, result.error.issues[0]));
}
