/** What keeps a method or a model from working on one image, beside faults of its file: codes with their facts, and their sentences. */
import { AppError, type AppErrorCode, type ErrorFault } from './appError';

export type WorkFault =
  | { readonly code: 'process-ended'; readonly process: string }
  /** `during`: what it ran; null: it had not begun. `reason`: the thread's own words. */
  | { readonly code: 'worker-ended'; readonly during: string | null; readonly reason: string }
  | { readonly code: 'box-outside'; readonly box: readonly number[]; readonly image: Size }
  | { readonly code: 'no-background'; readonly box: Size }
  | { readonly code: 'method-heap'; readonly method: string; readonly size: Size }
  /** `mostSide`: of a square that fits. */
  | { readonly code: 'grabcut-heap'; readonly size: Size; readonly mostSide: number }
  /** Bytes: what it takes, and what may be taken. `fitsInPart`: a part of the image does. */
  | {
      readonly code: 'method-memory';
      readonly method: string;
      readonly size: Size;
      readonly bytes: number;
      readonly limit: number;
      readonly fitsInPart: boolean;
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

/** What to do about it; undefined where the sentence says all. */
export function hintOfWorkFault(fault: WorkFault): string | undefined {
  switch (fault.code) {
    case 'process-ended':
      return 'nothing that was saved is lost; try again';
    case 'worker-ended':
      return 'try again, on a smaller region if it happens twice';
    case 'method-heap':
      return onLess;
    case 'grabcut-heap':
      return `set maxSide to ${fault.mostSide} or less, or draw a smaller box`;
    case 'method-memory':
      return fault.fitsInPart ? onLess : 'cut the image into tiles';
    case 'model-input':
      return 'cut the image into tiles, or give the model a maxSide in model.json';
    case 'box-outside':
    case 'no-background':
      return undefined;
  }
}

const onLess = 'work on a part of the image (a box), or on a smaller image';

/** The error whose message is the fault's sentence, and its hint what to do. */
export function workError(code: AppErrorCode, fault: WorkFault, cause?: unknown): AppError {
  return new AppError(code, describeWorkFault(fault), { hint: hintOfWorkFault(fault), fault, cause });
}
