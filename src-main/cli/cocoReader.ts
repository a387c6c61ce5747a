/** Reads a whole COCO file into typed records for commands that only look at it; a faulty record ends the run with its place. */
import { createReadStream } from 'node:fs';
import { type ParsedAnnotation, parseAnnotation, type ParsedCategory, parseCategory } from '@shared/coco/parse';
import { type ParsedImage, parseImage, type RecordSource } from '@shared/coco/parse';
import { CocoScanner, jsonPointer, parseScanned } from '@shared/coco/scan';
import type { Issue, RecordKind } from '@shared/coco/types';
import { type AbortSignalLike, AppError, throwIfCancelled } from '@shared/ipc/errors';
import { fileError } from '../files/fileErrors';

/** A record with its JSON pointer. */
export type At<T> = T & { readonly pointer: string };

export interface CocoFile {
  readonly file: string;
  /** `results`: the file is one list of detections, without images and categories. */
  readonly kind: 'dataset' | 'results';
  readonly images: readonly At<ParsedImage>[];
  readonly categories: readonly At<ParsedCategory>[];
  readonly annotations: readonly At<ParsedAnnotation>[];
  /** In file order; `warning`s only, unless errors were asked to be kept. */
  readonly issues: readonly Issue[];
}

export interface ReadCocoOptions {
  readonly signal?: AbortSignalLike;
  /** Keep going over faulty records and list them among the issues. */
  readonly keepErrors?: boolean;
}

const chunkBytes = 1 << 20;

/** Throws `bad-input` with file, pointer or offset at the first fault. */
export async function readCocoFile(file: string, options: ReadCocoOptions = {}): Promise<CocoFile> {
  const images: At<ParsedImage>[] = [];
  const categories: At<ParsedCategory>[] = [];
  const annotations: At<ParsedAnnotation>[] = [];
  const issues: Issue[] = [];
  const seen = new Set<RecordKind | null>();

  const keep = <T>(list: At<T>[], parse: (source: RecordSource, issues: Issue[]) => T | null, source: RecordSource) => {
    const before = issues.length;
    const record = parse(source, issues);
    if (record) list.push({ ...record, pointer: source.pointer });
    const error = issues.slice(before).find(({ severity }) => severity === 'error');
    if (error && !options.keepErrors) throw issueError(file, error);
  };
  const scanner = new CocoScanner(
    {
      list: (kind) => void seen.add(kind),
      record(kind, index, value) {
        const pointer = kind === null ? jsonPointer(index) : jsonPointer(kind, index);
        const source = { json: parseScanned(value, file, pointer), text: value.text, pointer };
        if (kind === 'images') keep(images, parseImage, source);
        else if (kind === 'categories') keep(categories, parseCategory, source);
        else keep(annotations, parseAnnotation, source);
      },
    },
    { file, decodeAscii: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1') },
  );
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes })) {
      throwIfCancelled(options.signal);
      scanner.push(chunk as Buffer);
    }
  } catch (error) {
    throw fileError(error, file);
  }
  scanner.end();

  const kind = seen.has(null) ? 'results' : 'dataset';
  if (kind === 'dataset' && !seen.has('images')) {
    throw new AppError('bad-input', `${file} is not a COCO file: it has no "images"`, { place: { file } });
  }
  return { file, kind, images, categories, annotations, issues };
}

export function issueError(file: string, { message, pointer }: Issue): AppError {
  return new AppError('bad-input', `${file}: ${message}`, { place: { file, pointer } });
}
