/** Requests to the inference process. */
import type { Finding } from '../dataset/finding';
import type { Box } from '../geometry/box';
import type { RleSegmentation } from '../document/types';
import type { ImageSource } from '../images/source';
import type { ModelRuntime, Provider } from '../models/providers';
import type {
  AddedModel,
  ModelDraft,
  ModelSummary,
  ModelTrial,
  ModelWish,
  ObjectLikeness,
  PromptAnswer,
  PromptRequest,
  PromptSession,
} from '../models/types';
import type { ProposalResult } from '../document/proposalResult';
import type { Call } from './call';

/**
 * Clicks and boxes on one image, answered by a promptable model. A superseded prompt is dropped where it has not begun; the process,
 * which holds the embeddings, is ended only where one goes on long after nobody waits for it.
 */
export type PromptRequests = {
  'inference.prompt': Call<PromptRequest & { session: number }, PromptAnswer>;
  'inference.closePrompts': Call<{ session: number }, null>;
};

/** ONNX files that may become a model in `folder`, one of the models' folders; of a folder among them, those in it. */
export interface ModelFiles {
  files: readonly string[];
  folder: string;
  wish?: ModelWish;
}

/** To run them once, on `trial` or on a drawn scene. `token`: what is written on the way goes by this name, so that the caller can remove it. */
export interface TriedFiles extends ModelFiles {
  trial: ImageSource | null;
  token?: string;
}

/** The inference process: models and their sessions. */
export type InferenceRequests = PromptRequests & {
  /** Findings: folders with a model.json that cannot be used, and why. */
  'inference.models': Call<
    Record<string, never>,
    { readonly models: readonly ModelSummary[]; readonly findings: readonly Finding[] }
  >;
  /** What models run on in this process. */
  'inference.runtime': Call<Record<string, never>, ModelRuntime>;
  /**
   * `model`: an id of the catalogue or a folder with a model.json. `score`: lowest score kept; the model's own default when absent.
   * `split`: what becomes of a map of classes; see the model's defaults.
   */
  'inference.propose': Call<
    {
      source: ImageSource;
      model: string;
      score?: number;
      split?: 'classes' | 'components';
      /** Look at the image in pieces of `side` pixels that share `overlap`, and put together what was found. */
      tiles?: { side: number; overlap: number };
    },
    ProposalResult
  >;
  /** Finds out what the files are; nothing is run or written. */
  'inference.inspectModel': Call<ModelFiles, ModelDraft>;
  /** Runs what the files would become on `trial`, or on a drawn scene; nothing is kept. A graph may never end, as below. */
  'inference.tryModel': Call<TriedFiles, ModelTrial>;
  /**
   * Makes the files a model, after the same trial; of a model that fails nothing stays. A graph may never end: who asks sets a time,
   * see `addModel` in src-main/inference.
   */
  'inference.addModel': Call<TriedFiles & { replaces?: boolean }, AddedModel>;
  /** Makes a detector without masks and the prompter that ships one model in `folder`; the one that is there already. */
  'inference.pairModel': Call<{ model: string; folder: string }, { readonly id: string; readonly name: string }>;
  /** How long a model takes on a picture, reading it and making masks included; memory of the process after it. */
  'inference.bench': Call<
    { model: string; trial: ImageSource | null; runs: number },
    { loadMs: number; runMs: readonly number[]; rssBytes: number; threads: number; provider: Provider }
  >;
  /** Looks at the image once, seconds for a new one. `region`: only this part of it, the finer for it. */
  'inference.openPrompts': Call<{ source: ImageSource; model: string; region?: Box }, PromptSession>;
  'inference.describe': Call<{ session: number; examples: readonly RleSegmentation[] }, ObjectLikeness>;
  /** Objects like those described; none where `taken` has one already. */
  'inference.similar': Call<
    { session: number; likeness: ObjectLikeness; taken: readonly RleSegmentation[] },
    ProposalResult
  >;
  /** Everything that looks like an object, without a class. */
  'inference.everything': Call<{ session: number; taken: readonly RleSegmentation[] }, ProposalResult>;
};
