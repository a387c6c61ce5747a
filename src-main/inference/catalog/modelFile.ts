/** Reads a model's folder: `model.json` checked against its schema, the files it names checked by size and hash. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { findJsonError } from '@shared/formats/json/jsonText';
import { AppError } from '@shared/errors/appError';
import { readWith } from '@shared/errors/readWith';
import { digestOf } from '../../files/digest';
import { readPlainText } from '../../files/openPlain';
import { findFamily } from '../families';
import type { ModelFamily } from '../families/family';
import { refuseTooLarge } from './onnxFile';

const fileInFolder = z
  .string()
  .min(1)
  .refine((path) => !/^([/\\]|[a-z]:)|(^|[/\\])\.\.([/\\]|$)/i.test(path), 'must lie in the folder of the model');

const fileSchema = z.looseObject({
  role: z.string().min(1),
  path: fileInFolder,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits'),
  size: z.number().int().positive(),
  url: z.url().optional(),
});

const fraction = z.number().min(0).max(1);

/** What every model.json says; each family reads its own part beside it. */
export const headSchema = z.looseObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]*$/i, 'must consist of letters, digits, ".", "_" and "-"'),
  name: z.string().min(1),
  family: z.string().min(1),
  /** Empty for a model that is made of other models. */
  files: z.array(fileSchema).default([]),
  /** Classes that the model names; empty for one that finds regions without a class. */
  categories: z
    .array(
      z.looseObject({
        id: z.number().int(),
        name: z.string().min(1),
        supercategory: z.string().optional(),
        /** 0: stuff (sky, road), one region an image; 1, or absent: things that can be counted. */
        isthing: z.union([z.literal(0), z.literal(1)]).optional(),
      }),
    )
    .default([]),
  defaults: z
    .looseObject({
      score: fraction.default(0.5),
      maskThreshold: fraction.default(0.5),
      /** IoU above which the lower of two boxes of a class is dropped; for graphs that do not do it themselves. */
      nms: fraction.optional(),
      /** What a label map becomes: a proposal for each class, or for each connected piece of the classes that are things. */
      split: z.enum(['classes', 'components']).optional(),
      /** Pixels; smaller proposals are left out. */
      minArea: z.number().min(0).optional(),
    })
    .prefault({}),
  inGraph: z.looseObject({ scoreFloor: fraction.optional(), maxDetections: z.number().int().optional() }).prefault({}),
  licence: z.string().min(1),
  /** What it is for, in a line. */
  purpose: z.string().max(200).optional(),
  /** A small PNG, JPEG or WebP in the model's folder that shows what it finds. */
  picture: fileInFolder.optional(),
});

export type ModelHead = z.infer<typeof headSchema>;

/** A model on disk whose `model.json` is valid; its other files are not looked at until `verifyModelFiles`. */
export interface ModelFile {
  /** Absolute path of the folder. */
  readonly folder: string;
  /** Absolute path of `model.json`. */
  readonly file: string;
  /** The head, and every key beside it as it stands in the file. */
  readonly manifest: ModelHead;
  readonly family: ModelFamily;
  /** The family's own part of `model.json`, as its schema parsed it. */
  readonly part: unknown;
}

/** What was read last, by path; valid while the file has the same size and time of change. */
const remembered = new Map<string, { readonly stamp: string; readonly model: ModelFile }>();

/**
 * Reads `model.json` of the folder; of a file that has not changed since, what was read then. Throws `bad-input` with file and
 * JSON pointer (or byte offset).
 */
export async function readModelFile(folder: string): Promise<ModelFile> {
  const file = join(folder, 'model.json');
  const unreadable = (error: NodeJS.ErrnoException): never => {
    if (error instanceof AppError) throw error;
    const fault =
      error.code === 'ENOENT' || error.code === 'ENOTDIR' ? 'does not exist' : `cannot be read (${error.code})`;
    throw new AppError('bad-input', `${file} ${fault}`, {
      place: { file },
      hint: 'a model is a folder with a model.json and the files it names',
      cause: error,
    });
  };
  const { size, mtimeMs, ino } = await stat(file).catch(unreadable);
  const stamp = `${size} ${mtimeMs} ${ino}`;
  const known = remembered.get(file);
  if (known?.stamp === stamp) return known.model;
  const text = await readPlainText(file).catch(unreadable);
  const manifest = parseWith(headSchema, parseJson(text, file), file);
  const family = findFamily(manifest.family, file);
  const model = { folder, file, manifest, family, part: parseWith(family.part, manifest, file) };
  remembered.set(file, { stamp, model });
  return model;
}

/** The value if it fits the schema, else `bad-input` with the pointer of the first fault below `pointer`. */
export function parseWith<S extends z.ZodType>(schema: S, value: unknown, file: string, pointer = ''): z.infer<S> {
  const read = readWith(schema, value);
  if ('data' in read) return read.data;
  throw new AppError('bad-input', `${file} does not describe a model: ${read.fault.message}`, {
    place: { file, pointer: pointer + read.fault.pointer || '/' },
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
  if (entry) return { path: join(model.folder, entry.path), sha256: entry.sha256 };
  throw new AppError('bad-input', `${model.file} does not describe a model: it names no file with the role "${role}"`, {
    place: { file: model.file, pointer: '/files' },
  });
}

/**
 * One hash for all that makes the model's results: that of the file where there is one, else of the hashes of its files and of the
 * models that it is made of (`parts`), in order.
 */
export function modelHash({ manifest: { files } }: ModelFile, parts: readonly string[] = []): string {
  const hashes = [...files.map((file) => file.sha256), ...parts];
  if (hashes.length === 1 && files.length === 1) return hashes[0];
  return createHash('sha256').update(hashes.join('\n')).digest('hex');
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
    if (/\.onnx$/i.test(path)) refuseTooLarge(path, size);
    const key = `${path} ${size} ${mtimeMs} ${entry.sha256}`;
    if (verified.has(key)) continue;
    const actual = await digestOf(path);
    if (actual !== entry.sha256) throw damaged(`has SHA-256 ${actual}, expected ${entry.sha256}`, '/sha256');
    verified.add(key);
  }
}
