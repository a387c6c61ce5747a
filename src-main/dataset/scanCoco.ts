/** Reads a COCO file from the disk into its records' source texts: the one way in for every command and for the import. */
import { stat } from 'node:fs/promises';
import type { AbortSignalLike } from '@shared/errors/cancellation';
import type { Progress } from '@shared/errors/work';
import type { ScanHandler } from '@shared/formats/coco';
import { type CocoKind, scanChunks } from '@shared/formats/coco/scanFile';
import { fileError } from '../files/fileErrors';
import { decodeAscii, readChunks } from './chunks';

export type { CocoKind } from '@shared/formats/coco/scanFile';

export interface ScanCocoOptions {
  readonly signal?: AbortSignalLike;
  readonly onProgress?: (progress: Progress) => void;
  /** `dataset` (default): a list of results is refused; `any`: either will do. */
  readonly accept?: 'dataset' | 'any';
}

/** See `scanChunks`; what the file is at its first bytes is told too. */
export async function scanCocoFile(
  file: string,
  handler: ScanHandler,
  { signal, onProgress, accept = 'dataset' }: ScanCocoOptions = {},
): Promise<CocoKind> {
  try {
    const total = (await stat(file)).size;
    const onOffset = (done: number) => onProgress?.({ done, total, text: 'Reading the dataset' });
    return await scanChunks(file, readChunks(file), handler, { signal, accept, decodeAscii, onOffset });
  } catch (error) {
    throw fileError(error, file);
  }
}
