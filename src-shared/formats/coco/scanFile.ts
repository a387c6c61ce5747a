/** A COCO file that arrives in chunks: its parts and records in their order, and what it is where it is none. */
import { type AbortSignalLike, throwIfCancelled } from '../../errors/cancellation';
import { AppError } from '../../errors/appError';
import { foreignList, foreignObject } from './foreign';
import { CocoScanner, parseScanned, type ScanHandler } from './scan';

export interface ScanChunksOptions {
  readonly signal?: AbortSignalLike;
  /** `dataset` (default): a list of results is refused; `any`: either will do. */
  readonly accept?: 'dataset' | 'any';
  /** See `ScanOptions`. */
  readonly decodeAscii?: (bytes: Uint8Array) => string;
  readonly onOffset?: (bytes: number) => void;
}

/** `results`: the file is one list of detections, without images and categories. */
export type CocoKind = 'dataset' | 'results';

/**
 * Hands the file's parts and records over. Throws `bad-input` with file, byte offset and line at the first fault, and with
 * the kind of the file where it is no COCO file.
 */
export async function scanChunks(
  file: string,
  chunks: AsyncIterable<Uint8Array>,
  handler: ScanHandler,
  { signal, accept = 'dataset', decodeAscii, onOffset }: ScanChunksOptions = {},
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
    { file, decodeAscii },
  );
  for await (const chunk of chunks) {
    throwIfCancelled(signal);
    scanner.push(chunk);
    onOffset?.(scanner.offset);
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
