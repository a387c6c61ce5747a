/** Checks what a request names: the method, its parameters, its region; and says in the provenance what reproduces it. */
import {
  CLASSICAL_METHODS,
  isClassicalMethod,
  METHOD_NAMES,
  type MethodName,
  type ParamsOf,
} from '@shared/methods/params';
import { effectiveParams } from '@shared/methods/validateParams';
import type { Provenance, RleSegmentation } from '@shared/document/types';
import type { MethodRequest } from '@shared/methods/requests';
import { AppError } from '@shared/errors/appError';
import { fromCompressed, MaskError, type Rle } from '@shared/mask';
import type { StepScope } from '../pool/workerProtocol';

export interface CheckedRequest extends StepScope {
  readonly method: MethodName;
  readonly params: ParamsOf<MethodName>;
}

/** @throws AppError `usage` or `bad-input`, before any pixel is read. */
export function checkRequest({ method, params, box, within }: MethodRequest): CheckedRequest {
  if (!isClassicalMethod(method)) {
    throw new AppError('usage', `There is no method '${method}'; there are ${METHOD_NAMES.join(', ')}`);
  }
  const effective = effectiveParams(method, params);
  if (CLASSICAL_METHODS[method].box === 'required' && !box && !within) {
    throw new AppError('usage', `${method} needs a box around the object (x,y,width,height), or a mask to start from`);
  }
  return { method, params: effective, box, within: within && toRle(within) };
}

/** @throws AppError `bad-input` for runs that are no mask. */
export function toRle({ counts, size }: RleSegmentation): Rle {
  try {
    return fromCompressed(counts, [size[0], size[1]]);
  } catch (error) {
    if (error instanceof MaskError)
      throw new AppError('bad-input', `The mask that was given is damaged: ${error.message}`);
    throw error;
  }
}

/** `box` as x,y,width,height and `within` as compressed runs stand beside the method's own parameters. */
export function provenanceOf({ method, params, box, within }: MethodRequest & CheckedScope, ms: number): Provenance {
  const scope = { ...(box ? { box: box.join(',') } : {}), ...(within ? { within: within.counts } : {}) };
  return { tool: method, params: { ...params, ...scope }, ms: Math.round(ms), edits: 0 };
}

/** Full effective parameters. */
interface CheckedScope {
  readonly params: ParamsOf<MethodName>;
}
