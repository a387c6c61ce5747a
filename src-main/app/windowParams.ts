/** What the requests that the main process answers or passes on must look like; the store checks its own (store/params.ts). */
import { recipeSchema } from '@shared/dataset/augment/recipe';
import { boxSchema, rleSchema } from '@shared/document/validate';
import { maxCoordinate } from '@shared/document/limits';
import { MODEL_COLOURS, MODEL_TASKS } from '@shared/models/types';
import { METHOD_NAMES } from '@shared/methods/params';
import type { AppRequests } from '@shared/ipc/app';
import type { InferenceRequests, PromptRequests } from '@shared/ipc/inference';
import type { SessionRequests } from '@shared/ipc/vision';
import { methodParamsSchema, pathSchema, proposeWithSchema } from '@shared/project/validate';
import { AppError } from '@shared/errors/appError';
import { z } from 'zod';

type Checked = AppRequests &
  SessionRequests &
  PromptRequests &
  Pick<InferenceRequests, 'inference.models' | 'inference.runtime'>;

const none = z.strictObject({});
const imageId = z.number().int();
const session = z.number().int();
/** Of dialogs, categories, models, methods: far above what any has. */
const name = z.string().min(1).max(1000);
const title = z.string().max(1000);
const path = pathSchema;
const masks = z.array(rleSchema).max(100_000);
const place = z.number().min(-maxCoordinate).max(maxCoordinate);
const params = methodParamsSchema;
const scope = { box: boxSchema.optional(), within: rleSchema.optional() };
const stage = z.enum(['preview', 'final']);
const score = z.number().min(0).max(1);

/** A model.json is checked anew when it is read: here only what it is made of. */
const size = z.number().positive().max(1e6);
const triple = z.tuple([z.number(), z.number(), z.number()]);
const modelWish = z.strictObject({
  family: name.optional(),
  name: name.optional(),
  task: z.enum(MODEL_TASKS).optional(),
  categories: z.array(name).max(100_000).optional(),
  preparation: z
    .strictObject({
      colour: z.enum(MODEL_COLOURS),
      range: z.tuple([z.number(), z.number()]),
      mean: triple,
      std: triple,
      resize: z.discriminatedUnion('mode', [
        z.strictObject({ mode: z.literal('none') }),
        z.strictObject({ mode: z.literal('scale'), scale: size, maxSide: size.optional() }),
        z.strictObject({ mode: z.literal('shortestSide'), side: size, maxSide: size.optional() }),
        z.strictObject({ mode: z.literal('longestSide'), side: size }),
        z.strictObject({
          mode: z.literal('fixed'),
          width: size,
          height: size,
          keepAspect: z.boolean(),
          centred: z.boolean(),
        }),
      ]),
    })
    .partial()
    .optional(),
});
const promptFinish = z.strictObject({ rim: z.boolean() });
const givenModel = { files: z.array(path).min(1).max(100), wish: modelWish };

const schemas: { readonly [K in keyof Checked]: z.ZodType<Checked[K]['params']> } = {
  'app.info': none,
  'app.about': none,
  'app.licence': z.strictObject({ text: z.number().int().min(0) }),
  'app.copyDiagnostics': none,
  'app.openLogFolder': none,
  'app.newWindow': none,
  'app.pickFolder': z.strictObject({ title }),
  'app.formats': none,
  'app.pickDataset': z.strictObject({ title }),
  'app.pickExport': z.strictObject({ suggested: path, format: name }),
  'app.showInFolder': z.strictObject({ path }),
  'app.saveRecipe': z.strictObject({ recipe: recipeSchema }),
  'app.openRecipe': none,
  'app.openSample': none,
  'app.saveElsewhere': none,
  'app.openBackup': z.strictObject({ file: path, backup: path }),
  'app.reopenProject': none,
  'app.propose': z.strictObject({ imageId, with: proposeWithSchema }),
  'app.runBatch': none,
  'app.openSession': z.strictObject({ imageId }),
  'app.pickModel': z.strictObject({ kind: z.enum(['files', 'folder']) }),
  'app.inspectModel': z.strictObject(givenModel),
  'app.tryModel': z.strictObject({ ...givenModel, imageId: imageId.nullable() }),
  'app.addModel': z.strictObject({ ...givenModel, imageId: imageId.nullable(), replaces: z.boolean() }),
  'app.pairModel': z.strictObject({ model: name }),
  'app.ownModels': none,
  'app.removeModel': z.strictObject({ folder: name }),
  'app.putBackModel': z.strictObject({ folder: name }),
  'app.catalogue': none,
  'app.downloadModel': z.strictObject({ id: name, replaces: z.boolean() }),
  'app.discardDownload': z.strictObject({ id: name }),
  'app.installModel': z.strictObject({ id: name, replaces: z.boolean() }),
  'app.runModel': z.strictObject({ imageId, model: name, score: score.optional() }),
  'app.openPrompts': z.strictObject({ imageId, model: name, region: boxSchema.optional() }),
  'app.lookAhead': z.strictObject({ imageId, model: name }),
  'app.masksForBoxes': z.strictObject({
    imageId,
    model: name,
    boxes: z.array(boxSchema).min(1).max(100_000),
    finish: promptFinish,
  }),
  'app.search': z.strictObject({ imageId, model: name, examples: masks, taken: masks, categoryName: name }),
  'app.describe': z.strictObject({ imageId, model: name, examples: masks }),
  'app.measure': z.strictObject({ imageId }),
  'app.saveTable': z.strictObject({ suggested: path, pieces: z.array(z.string()) }),
  'app.pixelRange': z.strictObject({ imageId }),
  'app.firstPaint': none,
  'settings.read': none,
  // The keys are checked by the settings' own schema, which keeps those of other versions.
  'settings.write': z.strictObject({ changes: z.record(z.string(), z.unknown()) }),
  'recent.list': none,
  'recent.forget': z.strictObject({ file: path }),
  'vision.run': z.strictObject({
    session,
    method: z.enum(METHOD_NAMES),
    params,
    ...scope,
    stage,
    joined: z.boolean().optional(),
  }),
  'vision.agreement': z.strictObject({ session, masks, families: z.array(name).optional() }),
  'vision.histogram': z.strictObject({ session, ...scope }),
  'vision.elbow': z.strictObject({ session, params, ...scope }),
  'vision.clusters': z.strictObject({ session, params, ...scope, stage }),
  'vision.wire': z.strictObject({ session, from: z.tuple([place, place]), to: z.tuple([place, place]), params }),
  'vision.superpixels': z.strictObject({ session, params, ...scope }),
  'vision.closeSession': z.strictObject({ session }),
  'inference.models': none,
  'inference.runtime': none,
  'inference.prompt': z.strictObject({
    session,
    points: z.array(z.strictObject({ x: place, y: place, isInside: z.boolean() })).max(10_000),
    box: boxSchema.optional(),
    prior: z.number().int().optional(),
    mask: rleSchema.optional(),
    corrects: z.literal(true).optional(),
    finish: promptFinish.optional(),
  }),
  'inference.closePrompts': z.strictObject({ session }),
};

/** The parameters of a request, checked; throws `usage` for what the contract does not allow, or does not know. */
export function checkWindowParams(method: string, params: unknown): unknown {
  const schema = Object.prototype.hasOwnProperty.call(schemas, method) ? schemas[method as keyof Checked] : undefined;
  if (!schema) throw new AppError('usage', `The window may not ask ${method}`);
  const result = schema.safeParse(params);
  if (result.success) return result.data;
  const [{ path: at, message }] = result.error.issues;
  throw new AppError('usage', `${method}: ${at.join('/')} ${message}`);
}
