/** COCO panoptic: a JSON file of segments, and a folder of pictures whose colours are their numbers. */
import { AppError } from '../../errors/appError';
import { isCocoFile } from '../coco/format';
import { panopticFolder } from '../coco/panopticFile';
import type { DatasetFormat, DatasetSource } from '../format';
import { isJsonName } from '../json/head';
import { resizeOption } from '../labelMap/read';
import { stemOf } from '../names';
import { readPanoptic } from './read';
import { panopticId, writePanoptic } from './write';

export const cocoPanopticFormat: DatasetFormat = {
  id: panopticId,
  title: 'COCO panoptic',
  about:
    'A JSON file of segments and a PNG for each image whose colours are their numbers: panopticapi, Detectron2, MMDetection.',
  extensions: ['json'],
  target: 'folder',
  keepsImageNames: 'path',
  numbersCategories: true,
  statesNumbers: true,
  options: [],
  readOptions: [resizeOption],
  keeps: { tags: true, fields: true, supercategories: true, unused: true, outlines: false },
  losses: [
    'void-border',
    'overlap',
    'outline-as-mask',
    'covered',
    'id',
    'score',
    'attributes',
    'box-left-out',
    'empty',
    'other-size',
    'size-unknown',
    'no-image-left-out',
    'no-category',
  ],
  async recognise(source) {
    const found = await panopticFile(source);
    return found && `${found.file} lists segments, and ${found.folder} has their pictures`;
  },
  async read(source, sink, options) {
    const found = (await panopticFile(source)) ?? (await withoutPictures(source));
    await readPanoptic(source, found, sink, options);
  },
  write: writePanoptic,
};

/** A list of segments whose pictures are not there, or that has none. */
async function withoutPictures(source: DatasetSource): Promise<{ readonly file: string; readonly folder: string }> {
  const names = source.entry === null ? (await source.names()).filter(isJsonName) : [source.entry];
  for (const file of names)
    if (source.entry !== null || (await isCocoFile(source, file, await source.head(file))))
      return { file, folder: `${stemOf(file)}/` };
  throw new AppError('bad-input', `${source.path} has no file that lists segments`, {
    place: { file: source.path },
    hint: 'open the folder that has the JSON file and, beside it, the folder of its PNGs',
  });
}

/** The file itself where one was given; in a folder the only one. */
async function panopticFile(source: DatasetSource): Promise<{ readonly file: string; readonly folder: string } | null> {
  const names = source.entry === null ? (await source.names()).filter(isJsonName) : [source.entry];
  // As for COCO: a folder of many JSON files is another format's.
  if (names.length > 20) return null;
  const found: { file: string; folder: string }[] = [];
  for (const file of names) {
    const head = await source.head(file);
    const folder = (await isCocoFile(source, file, head)) ? await panopticFolder(source, file, head) : null;
    if (folder !== null) found.push({ file, folder });
  }
  return found.length === 1 ? found[0] : null;
}
