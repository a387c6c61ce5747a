/** Models as everyone but the inference process knows them: what they are for, and what they answer to clicks and boxes. */
import type { Box } from '../geometry/box';
import type { RawProposal } from '../document/proposalResult';
import type { RleSegmentation } from '../document/types';

export interface ModelSummary {
  readonly id: string;
  readonly name: string;
  readonly family: string;
  /** `objects`: proposes on an image by itself; `prompts`: answers clicks and boxes; `part`: works only inside other models. */
  readonly use: 'objects' | 'prompts' | 'part';
  readonly folder: string;
  readonly licence: string;
  /** What it is for, in a line; null where its model.json does not say. */
  readonly purpose: string | null;
  /** A small picture of what it finds, as a data address; null where it has none. */
  readonly picture: string | null;
  readonly categories: readonly string[];
  readonly defaultScore: number;
}

/** What is known of files before anybody tried them: words for people. */
export interface ModelDraft {
  readonly family: string;
  /** What speaks for the family, and where names of classes come from. */
  readonly evidence: readonly string[];
  /** What no file said. */
  readonly assumed: readonly string[];
  /** Weights in half precision, which is slow on processors. */
  readonly isHalf: boolean;
}

/** What the user says of files instead of what was guessed. */
export interface ModelWish {
  readonly family?: string;
  readonly name?: string;
}

/** One run of a model on a picture. A model that answers clicks is given one click. */
export interface ModelTrial {
  readonly size: readonly [height: number, width: number];
  readonly proposals: readonly RawProposal[];
  readonly notes: readonly string[];
  readonly ms: number;
}

/** A model that was made of files, tried and kept. */
export interface AddedModel extends Pick<ModelDraft, 'family' | 'evidence' | 'assumed'> {
  readonly id: string;
  readonly name: string;
  readonly use: ModelSummary['use'];
  readonly folder: string;
  /** How many it names. */
  readonly categories: number;
  readonly trial: ModelTrial;
}

/** An image whose embedding the inference process has at hand. */
export interface PromptSession {
  /** Valid until closed, or until the process is restarted (then requests fail with `crashed`: open a new one). */
  readonly session: number;
  readonly size: readonly [height: number, width: number];
  /** The part that was looked at; masks are found inside it only. */
  readonly region: Box;
}

/** What is said about one object, in image pixels: at least a point, a box, a prior or a mask. */
export interface PromptRequest {
  /** `isInside`: the point lies on the object; else on what it is not. */
  readonly points: readonly { readonly x: number; readonly y: number; readonly isInside: boolean }[];
  readonly box?: Box;
  /** Id of an earlier candidate of the session to go on from. */
  readonly prior?: number;
  /** A mask to go on from, where no prior is known. */
  readonly mask?: RleSegmentation;
}

export interface PromptCandidate {
  readonly id: number;
  readonly segmentation: RleSegmentation;
  readonly bbox: Box;
  readonly area: number;
  /** As the model expects it, about 0..1. */
  readonly predictedIou: number;
  /** 0..1: how little the mask changes with its threshold. */
  readonly stability: number;
}

export interface PromptAnswer {
  /** The best one first; without those that have no pixel. */
  readonly candidates: readonly PromptCandidate[];
  readonly model: { readonly id: string; readonly sha256: string };
  readonly ms: number;
}

/** How objects look to a model: what "find similar" looks for. */
export interface ObjectLikeness {
  /** Unit direction in the model's feature space. */
  readonly direction: Float32Array;
  readonly cosine: number;
  readonly areaPx: number;
  /** Longer side of the part of an image in which such small objects are looked for; absent where the whole will do. */
  readonly tileSide?: number;
}
