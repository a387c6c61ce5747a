/** Reads a COCO file into a new project's tables in one pass; what the file says is kept as text, nothing is rasterised. */
import { CocoScanner } from '@shared/coco';
import type { Finding } from '@shared/ipc/contract';
import { throwIfCancelled } from '@shared/ipc/errors';
import type { CallContext } from '@shared/ipc/rpc';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fileError } from '../files/fileErrors';
import type { Sqlite } from './database';
import { DatasetReader } from './datasetReader';
import { FindingList } from './findings';
import { writeImages } from './importImages';

/** Bytes read at a time. */
const chunkBytes = 1 << 20;

/**
 * Fills the tables from the file. Throws `bad-input` with file and JSON pointer or byte offset at the first fault that makes
 * the file unusable; lesser ones are returned. The images need not be there: rows without a file say so.
 */
export async function importCoco(
  db: Sqlite,
  cocoFile: string,
  imagesFolder: string,
  context: CallContext,
): Promise<Finding[]> {
  const findings = new FindingList();
  const reader = new DatasetReader(db, cocoFile, findings);
  const scanner = new CocoScanner(reader, {
    file: cocoFile,
    decodeAscii: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'),
  });
  try {
    const total = (await stat(cocoFile)).size;
    for await (const chunk of createReadStream(cocoFile, { highWaterMark: chunkBytes })) {
      throwIfCancelled(context.signal);
      scanner.push(chunk as Buffer);
      context.progress({ done: scanner.offset, total, text: 'Reading the dataset' });
    }
  } catch (error) {
    throw fileError(error, cocoFile);
  }
  scanner.end();
  await writeImages(db, reader.finish(), imagesFolder, findings, context);
  return findings.list();
}
