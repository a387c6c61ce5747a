/** VGG Image Annotator 3: one JSON project whose shapes are lists of numbers; of its videos and sounds nothing is read. */
import type { DatasetFormat } from '../format';
import { headKeys, isJsonName } from '../json/head';
import { firstFile, tellLeftFiles } from '../leftFiles';
import { readVia3 } from './read';

export const via3Format: DatasetFormat = {
  id: 'via-3',
  title: 'VIA 3',
  about: 'One JSON project of the VGG Image Annotator 3: what was drawn on its images.',
  extensions: ['json'],
  target: 'file',
  options: [],
  losses: [],
  async recognise(source) {
    const file = await firstFile(source, fileKind);
    return file === null ? null : `${file} is a project of VIA 3`;
  },
  async read(source, sink) {
    const file = source.entry ?? (await firstFile(source, fileKind)) ?? '';
    await readVia3(source, file, sink);
    await tellLeftFiles(source, file, fileKind, sink);
  },
};

/** A list of many images, which comes first, may fill what was read. */
function isVia3(head: string): boolean {
  const keys = headKeys(head);
  if (keys?.get('project') !== '{') return false;
  const isWhole = keys.get('metadata') === '{' && keys.get('view') === '{';
  return isWhole || (/"pid"\s*:/.test(head) && /"(vid_list|loc_prefix)"\s*:/.test(head));
}

const fileKind = { isCandidate: isJsonName, isOne: isVia3 };
