/** What keeps a method or a model from working on one image, beside faults of its file: codes with their facts, and their sentences. */
import { AppError, type AppErrorCode, type ErrorFault } from './appError';

export type WorkFault =
  | { readonly code: 'process-ended'; readonly process: string }
  /** `during`: what it ran; null: it had not begun. `reason`: the thread's own words. */
  | { readonly code: 'worker-ended'; readonly during: string | null; readonly reason: string }
  | { readonly code: 'box-outside'; readonly box: readonly number[]; readonly image: Size }
  | { readonly code: 'no-background'; readonly box: Size }
  | { readonly code: 'method-heap'; readonly method: string; readonly size: Size }
  | { readonly code: 'grabcut-heap'; readonly size: Size }
  /** Bytes: what it takes, and what may be taken. */
  | {
      readonly code: 'method-memory';
      readonly method: string;
      readonly size: Size;
      readonly bytes: number;
      readonly limit: number;
    }
  | { readonly code: 'model-input'; readonly image: Size; readonly input: Size; readonly megapixels: number };

type Size = readonly [width: number, height: number];

const codes: Readonly<Record<WorkFault['code'], true>> = {
  'process-ended': true,
  'worker-ended': true,
  'box-outside': true,
  'no-background': true,
  'method-heap': true,
  'grabcut-heap': true,
  'method-memory': true,
  'model-input': true,
};

export const isWorkFault = (fault: ErrorFault): fault is WorkFault => Object.hasOwn(codes, fault.code);

const sides = ([width, height]: Size) => `${width} x ${height}`;
const gigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GB`;

/** One sentence, without what to do about it. */
export function describeWorkFault(fault: WorkFault): string {
  switch (fault.code) {
    case 'process-ended':
      return `The ${fault.process} process ended unexpectedly and was restarted`;
    case 'worker-ended': {
      const { during, reason } = fault;
      const when = during === null ? 'before it began' : `while it ran ${during}`;
      return `A worker for classical methods ended ${when} (${reason}) and was replaced`;
    }
    case 'box-outside':
      return `The box ${fault.box.join(',')} lies outside the image of ${sides(fault.image)} pixels`;
    case 'no-background':
      return `The box of ${sides(fault.box)} pixels leaves no background around the object for GrabCut`;
    case 'method-heap':
      return `${fault.method} on ${sides(fault.size)} pixels needs more memory than OpenCV.js has (about 1 GB)`;
    case 'grabcut-heap':
      return `GrabCut at ${sides(fault.size)} pixels needs more memory than OpenCV.js has (1 GB)`;
    case 'method-memory': {
      const { method, size, bytes, limit } = fault;
      return `${method} on ${sides(size)} pixels takes ${gigabytes(bytes)} of memory, and ${gigabytes(limit)} may be taken here`;
    }
    case 'model-input': {
      const { image, input, megapixels } = fault;
      const needs = `its input would be ${sides(input)}, and ${megapixels} megapixels fit`;
      return `An image of ${sides(image)} pixels is too large for this model: ${needs}`;
    }
  }
}

/** The error whose message is the fault's sentence. */
export function workError(
  code: AppErrorCode,
  fault: WorkFault,
  details: { readonly hint?: string; readonly cause?: unknown } = {},
): AppError {
  return new AppError(code, describeWorkFault(fault), { ...details, fault });
}
