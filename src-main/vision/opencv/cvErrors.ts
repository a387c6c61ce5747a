/** Turns what OpenCV.js throws (numbers, aborts) into sentences. */
import { AppError } from '@shared/errors/appError';
import { type HeapUse, outOfHeap } from './heap';
import type { OpenCv } from './cv';

/** cv::Error::StsNoMem */
const NO_MEMORY = -4;
/** Bytes; a fresh instance has 128 MiB. */
const GROWN_HEAP = 256 * 2 ** 20;

export interface ExplainedError {
  readonly error: AppError;
  /** The instance is dead or short of memory for good: its worker must be replaced. */
  readonly unusable: boolean;
}

export function explainCvError(cv: OpenCv, thrown: unknown, use: HeapUse): ExplainedError {
  if (thrown instanceof AppError) return { error: thrown, unusable: false };
  const what = `${use.method} on ${use.size.join(' x ')} pixels`;
  if (typeof thrown === 'number') {
    const { code, msg } = describeException(cv, thrown);
    if (code === NO_MEMORY || /bad_alloc|Insufficient memory/.test(msg)) return outOfMemory(use, thrown);
    return { error: new AppError('internal', `${what} failed in OpenCV: ${firstLine(msg)}`), unusable: false };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (/OOM|out of memory|Array buffer allocation failed|Cannot enlarge memory/i.test(message)) {
    return outOfMemory(use, thrown);
  }
  // A trap or an abort leaves the instance in an unknown state. With a grown heap the cause is an allocation that failed:
  // this build of OpenCV ends with a bare abort() then.
  const trapped = (thrown instanceof Error && thrown.name === 'RuntimeError') || /abort/i.test(message);
  if (trapped && cv.HEAPU8.length > GROWN_HEAP) return outOfMemory(use, thrown);
  return { error: new AppError('internal', `${what} failed: ${message}`, { cause: thrown }), unusable: trapped };
}

function outOfMemory(use: HeapUse, cause: unknown): ExplainedError {
  return { error: outOfHeap(use, cause), unusable: true };
}

function describeException(cv: OpenCv, pointer: number): { code: number; msg: string } {
  try {
    return cv.exceptionFromPtr(pointer);
  } catch {
    return { code: NO_MEMORY, msg: 'Insufficient memory' };
  }
}

/** e.g. `(-215:Assertion failed) ... in function 'grabCut'`, without the path of the build machine. */
function firstLine(message: string): string {
  return message
    .replace(/^OpenCV\([^)]*\)\s*\S+:\d+:\s*/, '')
    .split('\n')[0]
    .trim();
}
