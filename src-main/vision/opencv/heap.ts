/** The memory that OpenCV.js has, and the sentence for what does not fit into it. */
import type { AppError } from '@shared/errors/appError';
import { workError } from '@shared/errors/workFault';

/** It was built with this much at most. */
export const heapBytes = 2 ** 30;

/** What was computed on how many pixels. */
export interface HeapUse {
  readonly method: string;
  readonly size: readonly [width: number, height: number];
}

/** The same sentence whether it was foreseen or met. */
export function outOfHeap({ method, size }: HeapUse, cause?: unknown): AppError {
  return workError('bad-input', { code: 'method-heap', method, size }, cause);
}
