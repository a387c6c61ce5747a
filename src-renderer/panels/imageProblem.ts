/** What is wrong with an image's file, where the picture would be. */
import { visibleText } from '@shared/errors/visibleText';
import { isSameShape } from '@shared/document/rescale';
import { describeFault } from '@shared/images/fault';
import type { ImageRow } from '@shared/project/types';

/** The whole sentence and what to do about it; null where there is a picture to show. */
export function problemInPlace({ problem, missing, fileName }: ImageRow, imagesFolder: string): string | null {
  if (!problem) return null;
  const name = visibleText(fileName);
  if (missing) {
    return `${name} is not in ${imagesFolder} any more. Click “missing” above the image list to find it; its annotations are kept.`;
  }
  if (problem.code === 'size') {
    const [from, to] = [problem.stated, problem.file].map(([width, height]) => [height, width] as const);
    const next = isSameShape(from, to)
      ? 'If it is the same picture at another size, scale its annotations; else find the original.'
      : 'It was cut or turned, or is another picture: find the original, or put it back.';
    return `${name} ${describeFault(problem)}. Its annotations are kept. ${next}`;
  }
  return `${name} ${describeFault(problem)}. Put a sound file in its place and open the image again; its annotations are kept.`;
}
