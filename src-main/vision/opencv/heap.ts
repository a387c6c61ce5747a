/** The memory that OpenCV.js has, and the sentence for what does not fit into it. */
import { AppError } from '@shared/errors/appError';

/** It was built with this much at most. */
export const heapBytes = 2 ** 30;

/** The same sentence whether it was foreseen or met. */
export function outOfHeap(what: string, cause?: unknown): AppError {
  return new AppError('bad-input', `${what} needs more memory than OpenCV.js has (about 1 GB)`, {
    hint: 'work on a part of the image (a box), or on a smaller image',
    cause,
  });
}
