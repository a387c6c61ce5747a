/** Reads a COCO file into its records' source texts: the one way in for every command and for the import. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { CocoScanner, foreignList, foreignObject, parseScanned, type ScanHandler } from '@shared/formats/coco';
import { type AbortSignalLike, throwIfCancelled } from '@shared/errors/cancellation';
import { AppError } from '@shared/errors/appError';
import type { Progress } from '@shared/errors/work';
import { fileError } from '../files/fileErrors';
import { fileKindOf, isSqlite, isUtf16 } from '../files/fileKind';

export interface ScanCocoOptions {
  readonly signal?: AbortSignalLike;
  readonly onProgress?: (progress: Progress) => void;
  /** `dataset` (default): a list of results is refused; `any`: either will do. */
  readonly accept?: 'dataset' | 'any';
}

/** `results`: the file is one list of detections, without images and categories. */
export type CocoKind = 'dataset' | 'results';

/** Bytes read at a time. */
const chunkBytes = 1 << 20;

/**
 * Hands the file's parts and records over in their order. Throws `bad-input` with file, byte offset and line at the first
 * fault, and with the kind of the file where it is no COCO file.
 */
export async function scanCocoFile(
  file: string,
  handler: ScanHandler,
  { signal, onProgress, accept = 'dataset' }: ScanCocoOptions = {},
): Promise<CocoKind> {
  const keys = new Set<string>();
  let kind = 'dataset' as CocoKind;
  const scanner = new CocoScanner(
    {
      part(key, value) {
        keys.add(key);
        handler.part?.(key, value);
      },
      list(list) {
        if (list === null) kind = 'results';
        else keys.add(list);
        if (list !== null || accept === 'any') handler.list?.(list);
      },
      record(list, index, value) {
        if (list === null) {
          if (index === 0) checkFirstResult(file, parseScanned(value, file, '/0'));
          if (accept === 'dataset') throw isResults(file);
        }
        handler.record(list, index, value);
      },
    },
    { file, decodeAscii: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1') },
  );
  try {
    const total = (await stat(file)).size;
    let isFirst = true;
    for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes })) {
      throwIfCancelled(signal);
      if (isFirst) checkHead(file, chunk as Buffer);
      isFirst = false;
      scanner.push(chunk as Buffer);
      onProgress?.({ done: scanner.offset, total, text: 'Reading the dataset' });
    }
  } catch (error) {
    throw fileError(error, file);
  }
  scanner.end();
  if (kind === 'results') {
    if (accept === 'dataset') throw isResults(file);
  } else if (!keys.has('images')) throw noImagesIn(file, keys);
  return kind;
}

function refuse(file: string, message: string, hint: string): AppError {
  return new AppError('bad-input', `${file} ${message}`, { place: { file }, hint });
}

function checkHead(file: string, head: Uint8Array): void {
  const kind = fileKindOf(head);
  if (kind) {
    const hint = isSqlite(head)
      ? 'write the project as COCO first (export)'
      : 'choose the JSON file that has the annotations';
    throw refuse(file, `is ${kind}, not a COCO file`, hint);
  }
  if (isUtf16(head)) throw refuse(file, 'is UTF-16 text, not UTF-8', 'save it as UTF-8');
}

function checkFirstResult(file: string, first: unknown): void {
  const keys = new Set(typeof first === 'object' && first !== null ? Object.keys(first) : []);
  const foreign = foreignList(keys);
  if (foreign) throw refuse(file, `is ${foreign.what}`, foreign.hint);
}

function isResults(file: string): AppError {
  return refuse(
    file,
    'is a list of results, not a COCO dataset: it has no images and categories',
    'give the dataset that the results belong to',
  );
}

function noImagesIn(file: string, keys: ReadonlySet<string>): AppError {
  const foreign = foreignObject(keys);
  return foreign
    ? refuse(file, `is ${foreign.what}, not a COCO dataset`, foreign.hint)
    : refuse(file, 'is not a COCO file: it has no "images"', 'choose the JSON file that has the annotations');
}
