/** What is wrong with an image's file: in a row of the list, and where the picture would be. */
import type { ImageRow } from '@shared/project/types';
import { fileNameOf } from '../session/wording';

/** Without the path, which would fill a row: its file name stands above. */
export function problemInRow({ problem, fileName }: Pick<ImageRow, 'problem' | 'fileName'>): string | null {
  if (!problem) return null;
  const name = fileNameOf(fileName);
  const at = problem.indexOf(name);
  return at < 0 ? problem : problem.slice(at + name.length).replace(/^[:\s]+/, '');
}

/** The whole sentence and what to do about it; null where there is a picture to show. */
export function problemInPlace({ problem, missing, fileName }: ImageRow, imagesFolder: string): string | null {
  if (!problem) return null;
  if (missing) {
    return `${fileName} is not in ${imagesFolder} any more. Relink, above the image list, finds it elsewhere; its annotations are kept.`;
  }
  const what = problemInRow({ problem, fileName }) === problem ? `${fileName}: ${problem}` : problem;
  return `${what}. Put a sound file in its place and open the image again; its annotations are kept.`;
}
