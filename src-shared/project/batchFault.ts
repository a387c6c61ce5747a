/** Why a batch could not do an image, as the project keeps it: a code with its facts; the sentence is made where it is shown. */
import { describeWorkFault, hintOfWorkFault, isWorkFault, type WorkFault } from '../errors/workFault';
import { describeFault, type ImageFault } from '../images/fault';

export type BatchFault =
  | ImageFault
  | WorkFault
  /** A defect, of ours or of a library; `detail`: its own words. */
  | { readonly code: 'defect'; readonly detail: string }
  /** What has no code of its own, or was kept by a version that kept sentences. */
  | { readonly code: 'said'; readonly sentence: string };

/** In a row with the image's name: what is wrong, and what to do about it. */
export function describeBatchFault(fault: BatchFault): string {
  if (fault.code === 'defect') return fault.detail;
  if (fault.code === 'said') return fault.sentence;
  if (!isWorkFault(fault)) return describeFault(fault);
  const hint = hintOfWorkFault(fault);
  return `${describeWorkFault(fault)}${hint === undefined ? '' : `: ${hint}`}`;
}

/** The same above the names of the images that it is true of. */
export function describeBatchReason(fault: BatchFault): string {
  return isOfFile(fault) ? `The file ${describeFault(fault)}` : describeBatchFault(fault);
}

const isOfFile = (fault: BatchFault): fault is ImageFault =>
  fault.code !== 'defect' && fault.code !== 'said' && !isWorkFault(fault);

/** One sentence that names the image. */
export function describeBatchFailure(failure: { readonly fileName: string; readonly fault: BatchFault }): string {
  const { fileName, fault } = failure;
  return `${fileName} ${isOfFile(fault) ? '' : 'failed: '}${describeBatchFault(fault)}`;
}
