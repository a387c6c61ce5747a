/** What the pool and its workers say to each other. */
import type { MethodName, ParamsOf } from '@shared/classical/params';
import type { Box } from '@shared/document/types';
import type { RawProposal } from '@shared/ipc/contract';
import type { AppErrorData } from '@shared/ipc/errors';
import type { RgbaImage } from './image';

/** One computation; the pixels are given away with it. */
export interface WorkerJob {
  readonly image: RgbaImage;
  readonly method: MethodName;
  /** Full effective parameters. */
  readonly params: ParamsOf<MethodName>;
  readonly box?: Box;
}

export interface WorkerResult {
  readonly proposals: readonly RawProposal[];
  readonly notes: readonly string[];
  readonly computeMs: number;
}

export type WorkerReply =
  /** OpenCV.js is compiled; jobs may come. */
  | { readonly type: 'ready' }
  | { readonly type: 'result'; readonly result: WorkerResult; readonly heapBytes: number }
  /** `unusable`: this instance of OpenCV.js cannot be trusted any more (out of memory, aborted). */
  | { readonly type: 'error'; readonly error: AppErrorData; readonly unusable: boolean };
