/** Reads a COCO file into a new project's tables in one pass; what the file says is kept as text, nothing is rasterised. */
import type { Finding } from '@shared/dataset/finding';
import type { CallContext } from '@shared/errors/work';
import { scanCocoFile } from '../../dataset/scanCoco';
import type { Sqlite } from '../database/database';
import { DatasetReader } from './datasetReader';
import { FindingList } from './findings';
import { writeImages } from './importImages';

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
  await scanCocoFile(cocoFile, reader, { signal: context.signal, onProgress: context.progress });
  await writeImages(db, reader.finish(), imagesFolder, findings, context);
  return findings.list();
}
