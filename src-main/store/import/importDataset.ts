/** Reads a dataset of any format into a new project's tables in one pass; records keep their text, nothing is rasterised. */
import type { Finding } from '@shared/dataset/finding';
import type { CallContext } from '@shared/errors/work';
import type { DatasetFormat, FormatOptions } from '@shared/formats/format';
import { readOptions } from '@shared/formats/options';
import { splitNames } from '@shared/dataset/selectView';
import type { DatasetFolder } from '../../dataset/datasetFolder';
import { readTogether } from '../../dataset/readTogether';
import type { Sqlite } from '../database/database';
import { setText } from '../database/meta';
import { DatasetReader } from './datasetReader';
import { FindingList } from './findings';
import { writeImages } from './importImages';

/**
 * Fills the tables. Throws `bad-input` with file and place at the first fault that makes the dataset unusable; lesser ones
 * are returned. `repair`: such records are left out, and told. The images need not be there: rows without a file say so. `given`:
 * options of the format's reader; `parts`: files that are read together, see `readTogether`.
 */
export async function importDataset(
  db: Sqlite,
  format: DatasetFormat,
  source: DatasetFolder,
  imagesFolder: string,
  {
    given,
    parts,
    repair,
    context,
  }: {
    readonly given?: FormatOptions;
    readonly parts?: readonly string[];
    readonly repair?: boolean;
    readonly context: CallContext;
  },
): Promise<Finding[]> {
  const options = readOptions(format, given);
  const findings = new FindingList();
  const textsSpeak = format.id === 'coco';
  const reader = new DatasetReader(db, source.path, findings, { textsSpeak, repair });
  if (!textsSpeak) setText(db, 'importFormat', format.id);
  await (parts ? readTogether(source, parts, reader) : format.read!(source, reader, options));
  // A map has the name of its picture, and is none.
  const ownFiles = new Set([...source.read.keys()].map((name) => source.fullName(name)));
  const images = reader.finish();
  await writeImages(db, images, { imagesFolder, ownFiles }, findings, context);
  const stated = new Set(images.map(({ split }) => split));
  setText(db, 'splits', JSON.stringify(splitNames.filter((name) => stated.has(name))));
  return findings.list();
}
