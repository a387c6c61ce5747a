/** Label Studio's short form (JSON-MIN): a list with one entry an annotation, each result by the name of its control. */
import type { DatasetFormat } from '../format';
import { headListKeys, isJsonName } from '../json/head';
import { firstFile, tellLeftFiles } from '../leftFiles';
import { readEntries } from './read';

export const labelStudioMinFormat: DatasetFormat = {
  id: 'label-studio-min',
  title: 'Label Studio, short (JSON-MIN)',
  about: 'One JSON file with a list of annotations, polygons, boxes and brush masks: Label Studio exports it.',
  extensions: ['json'],
  target: 'file',
  options: [],
  losses: [],
  async recognise(source) {
    const file = await firstFile(source, fileKind);
    return file === null ? null : `${file} is a short list of Label Studio`;
  },
  async read(source, sink) {
    const file = source.entry ?? (await firstFile(source, fileKind)) ?? '';
    await readEntries(source, file, sink);
    await tellLeftFiles(source, file, fileKind, sink);
  },
};

/** A brush mask of the first entry may fill what was read. */
function isShortList(head: string): boolean {
  const keys = headListKeys(head);
  if (!keys || keys.has('image_id') || keys.get('data') === '{' || keys.get('annotations') === '[') return false;
  if (keys.has('annotation_id') && (keys.has('annotator') || keys.has('lead_time'))) return true;
  return keys.has('id') && /"original_width"|"(polygon|brush|rectangle|ellipse)labels"|"format":\s*"rle"/.test(head);
}

const fileKind = { isCandidate: isJsonName, isOne: isShortList };
