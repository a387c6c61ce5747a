/** Under which name the picture of an image is copied along. */
import { resolve, sep } from 'node:path';
import type { AugmentedCopy } from '@shared/dataset/augment/augmentedView';
import { inside } from '@shared/dataset/outputNames';
import type { ViewImage } from '@shared/dataset/view';
import type { DatasetFormat } from '@shared/formats/format';
import { baseOf, folderOf } from '@shared/formats/names';
import type { PicturePlace } from './placeImage';

/**
 * Names are written so that any disk can hold them, which a time in a name (12:30:05.png) is not. Records that name pictures as
 * they came would lead to nothing then: there the picture keeps the name that it has on its own disk, folders included. Windows
 * has no such names.
 */
export function copiedName(
  { keepsImageNames }: DatasetFormat,
  { fileName }: ViewImage,
  safe: string,
  from: PicturePlace | AugmentedCopy,
): string {
  if (!keepsImageNames || process.platform === 'win32' || !('path' in from)) return safe;
  const onDisk = resolve(from.path).split(sep).reverse();
  const base = baseOf(fileName);
  if (onDisk[0] !== base) return safe;
  const folders = folderOf(safe).split('/').slice(0, -1);
  if (keepsImageNames === 'path') {
    const named = fileName.split('/').reverse();
    for (let up = 1; up <= folders.length && named[up] !== undefined && named[up] === onDisk[up]; up++)
      if (inside(named[up]) === folders[folders.length - up]) folders[folders.length - up] = named[up];
  }
  return [...folders, base].join('/');
}
