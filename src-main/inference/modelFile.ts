/** Reads a model's folder: `model.json` checked against its schema, the files it names checked by size and hash. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { findJsonError } from '../../src-shared/coco/jsonText';
import { AppError } from '../../src-shared/ipc/errors';

const positive = z.number().positive();
const triple = z.tuple([z.number(), z.number(), z.number()]);

/** How an image becomes the input's height and width; see `preprocess.ts`. */
const resizeSchema = z.discriminatedUnion('mode', [
  z.looseObject({ mode: z.literal('none') }),
  z.looseObject({ mode: z.literal('scale'), scale: positive, maxSide: positive.optional() }),
  z.looseObject({ mode: z.literal('shortestSide'), side: positive, maxSide: positive.optional() }),
  z.looseObject({ mode: z.literal('longestSide'), side: positive }),
  z.looseObject({
    mode: z.literal('fixed'),
    width: positive,
    height: positive,
    keepAspect: z.boolean().default(false),
  }),
]);

const inputSchema = z.looseObject({
  name: z.string().min(1),
  layout: z.enum(['NCHW', 'NHWC', 'CHW', 'HWC']).default('NCHW'),
  colour: z.enum(['RGB', 'BGR']).default('RGB'),
  /** What black and white become before `mean` and `std`. */
  range: z.tuple([z.number(), z.number()]).default([0, 1]),
  mean: triple.default([0, 0, 0]),
  std: z.tuple([positive, positive, positive]).default([1, 1, 1]),
  resize: resizeSchema,
  interpolation: z.literal('bilinear').optional(),
  /** Height and width are padded on the right and at the bottom to multiples of this. */
  padTo: z.number().int().positive().default(1),
  /** Written into the padding as it is, after `range`, `mean` and `std`. */
  padValue: z.number().default(0),
});

const fileSchema = z.looseObject({
  role: z.string().min(1),
  path: z
    .string()
    .min(1)
    .refine((path) => !/^([/\\]|[a-z]:)|(^|[/\\])\.\.([/\\]|$)/i.test(path), 'must lie in the folder of the model'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits'),
  size: z.number().int().positive(),
  url: z.url().optional(),
});

const fraction = z.number().min(0).max(1);

const manifestSchema = z.looseObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/i, 'must consist of letters, digits, ".", "_" and "-"'),
  name: z.string().min(1),
  family: z.string().min(1),
  files: z
    .array(fileSchema)
    .refine((files) => files.some((file) => file.role === 'model'), 'must hold a file with the role "model"'),
  input: inputSchema,
  /** Tensors by their meaning; the family says which it needs and what else it reads about each. */
  outputs: z.record(z.string(), z.looseObject({ name: z.string().min(1) })),
  categories: z
    .array(z.looseObject({ id: z.number().int(), name: z.string().min(1), supercategory: z.string().optional() }))
    .min(1),
  defaults: z
    .looseObject({
      score: fraction.default(0.5),
      maskThreshold: fraction.default(0.5),
      /** IoU above which the lower of two boxes of a class is dropped; for graphs that do not do it themselves. */
      nms: fraction.optional(),
    })
    .prefault({}),
  inGraph: z.looseObject({ scoreFloor: fraction.optional(), maxDetections: z.number().int().optional() }).prefault({}),
  licence: z.string().min(1),
});

export type ModelManifest = z.infer<typeof manifestSchema>;
export type ModelInput = ModelManifest['input'];

/** A model on disk whose `model.json` is valid; its other files are not looked at until `verifyModelFiles`. */
export interface ModelFile {
  /** Absolute path of the folder. */
  readonly folder: string;
  /** Absolute path of `model.json`. */
  readonly file: string;
  readonly manifest: ModelManifest;
}

/** Reads `model.json` of the folder. Throws `bad-input` with file and JSON pointer (or byte offset). */
export async function readModelFile(folder: string): Promise<ModelFile> {
  const file = join(folder, 'model.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const fault =
      error.code === 'ENOENT' || error.code === 'ENOTDIR' ? 'does not exist' : `cannot be read (${error.code})`;
    throw new AppError('bad-input', `${file} ${fault}`, {
      place: { file },
      hint: 'a model is a folder with a model.json and the files it names',
      cause: error,
    });
  });
  return { folder, file, manifest: parseWith(manifestSchema, parseJson(text, file), file) };
}

/** The value if it fits the schema, else `bad-input` with the pointer of the first fault below `pointer`. */
export function parseWith<S extends z.ZodType>(schema: S, value: unknown, file: string, pointer = ''): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const steps = issue.path.map((step) => `/${String(step).replace(/~/g, '~0').replace(/\//g, '~1')}`);
  throw new AppError('bad-input', `${file} does not describe a model: ${issue.message}`, {
    place: { file, pointer: pointer + steps.join('') || '/' },
  });
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const fault = findJsonError(text);
    const before = text.slice(0, fault?.index);
    const expected = fault ? `: expected ${fault.expected}` : '';
    throw new AppError('bad-input', `${file} is not valid JSON${expected}`, {
      place: { file, line: before.split('\n').length, offset: Buffer.byteLength(before) },
      cause: error,
    });
  }
}

/** The file of the given role: its absolute path and its entry. */
export function modelFilePath(model: ModelFile, role: string): { path: string; sha256: string } {
  const entry = model.manifest.files.find((file) => file.role === role);
  if (!entry) throw new AppError('bad-input', `${model.file} names no file with the role "${role}"`);
  return { path: join(model.folder, entry.path), sha256: entry.sha256 };
}

/** Files whose hash has been found right in this process, by path, size and time of change. */
const verified = new Set<string>();

/** Checks that every file of the model exists with its size and hash. Throws `bad-input` with path and pointer. */
export async function verifyModelFiles(model: ModelFile): Promise<void> {
  for (const [index, entry] of model.manifest.files.entries()) {
    const path = join(model.folder, entry.path);
    const pointer = `/files/${index}`;
    const fail = (state: string, fault: string, field: string, hint: string) =>
      new AppError('bad-input', `The model “${model.manifest.name}” is ${state}: ${path} ${fault}`, {
        place: { file: model.file, pointer: pointer + field },
        hint,
      });
    const { size, mtimeMs } = await stat(path).catch(() => {
      throw fail('incomplete', 'does not exist', '/path', 'put the file back, or install the model again');
    });
    const damaged = (fault: string, field: string) =>
      fail('damaged, or of another version', fault, field, 'install the model again');
    const [has, expected] = [size, entry.size].map((bytes) => bytes.toLocaleString('en'));
    if (size !== entry.size) throw damaged(`has ${has} bytes, expected ${expected}`, '/size');
    const key = `${path} ${size} ${mtimeMs} ${entry.sha256}`;
    if (verified.has(key)) continue;
    const actual = await sha256(path);
    if (actual !== entry.sha256) throw damaged(`has SHA-256 ${actual}, expected ${entry.sha256}`, '/sha256');
    verified.add(key);
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
