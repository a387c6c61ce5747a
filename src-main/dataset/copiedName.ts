/** Under which name the picture of an image is copied along. */
import { basename } from 'node:path';
import type { AugmentedCopy } from '@shared/dataset/augment/augmentedView';
import type { ViewImage } from '@shared/dataset/view';
import type { DatasetFormat } from '@shared/formats/format';
import { baseOf, folderOf } from '@shared/formats/names';
import type { PicturePlace } from './placeImage';

/**
 * Names are written so that any disk can hold them, which a time in a name (12:30:05.png) is not. Records that name pictures as
 * they came would lead to nothing then: there the picture keeps the name that it has on its own disk. Windows has no such names.
 */
export function copiedName(
  { keepsImageNames }: DatasetFormat,
  { fileName }: ViewImage,
  safe: string,
  from: PicturePlace | AugmentedCopy,
): string {
  if (!keepsImageNames || process.platform === 'win32' || !('path' in from)) return safe;
  const base = baseOf(fileName);
  return basename(from.path) === base ? folderOf(safe) + base : safe;
}
