/** Files of an earlier split, or of the whole, that stay beside what a format of one file writes: an image may be in both. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { splitNames } from '@shared/dataset/selectView';
import type { DatasetFormat } from '@shared/formats/format';
import type { InputFiles } from '../files/inputFiles';
import { splitPath } from './outgoing';

/** Their names; `splits`: the parts that are written, undefined for the whole. What is read is no leftover. */
export async function staleParts(
  format: DatasetFormat,
  path: string,
  splits: readonly (string | undefined)[],
  inputs?: InputFiles,
): Promise<string[]> {
  if (format.target !== 'file') return [];
  const left: string[] = [];
  for (const split of [undefined, ...splitNames]) {
    if (splits.includes(split)) continue;
    const file = split === undefined ? path : splitPath(format, path, split);
    const isThere = (await stat(file).catch(() => null))?.isFile() === true;
    if (isThere && !(await inputs?.has(file))) left.push(basename(file));
  }
  return left;
}
