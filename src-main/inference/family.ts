/** What a model family is: it turns the tensors of one run into proposals. */
import type { z } from 'zod';
import type { RawProposal } from '../../src-shared/ipc/contract';
import type { ModelManifest } from './modelFile';
import type { InputFrame } from './preprocess';

/** A tensor that came out of a run; `data` may be int64. */
export interface OutputTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array;
}

/** Everything a family needs besides the tensors. */
export interface FamilyContext {
  readonly manifest: ModelManifest;
  readonly frame: InputFrame;
  /** Lowest score kept. */
  readonly score: number;
}

/** `O` is the family's part of model.json: its named outputs. */
export interface ModelFamily<O = unknown> {
  readonly id: string;
  /** Schema of `outputs` in model.json. */
  readonly outputs: z.ZodType<O>;
  /** Proposals by descending score, masks of the image's size. Throws `bad-input` for tensors of unexpected shapes. */
  toProposals(tensors: Readonly<Record<string, OutputTensor>>, outputs: O, context: FamilyContext): RawProposal[];
}
