/** Models as everyone but the inference process knows them: what they are for, and what they answer to clicks and boxes. */
import type { AppErrorData } from '../errors/appError';
import type { Box } from '../geometry/box';
import type { ProposalResult, RawProposal } from '../document/proposalResult';
import type { RleSegmentation } from '../document/types';

export interface ModelSummary {
  readonly id: string;
  readonly name: string;
  readonly family: string;
  /** `objects`: proposes on an image by itself; `prompts`: answers clicks and boxes; `part`: works only inside other models. */
  readonly use: 'objects' | 'prompts' | 'part';
  /** Of a detector without masks; `masksBy`: id of the model that it is part of and that gives its boxes masks. null: another model. */
  readonly boxes: { readonly masksBy: string | null } | null;
  readonly folder: string;
  readonly licence: string;
  /** What it is for, in a line; null where its model.json does not say. */
  readonly purpose: string | null;
  /** A small picture of what it finds, as a data address; null where it has none. */
  readonly picture: string | null;
  readonly categories: readonly string[];
  /** It gives each pixel a class instead of finding objects. */
  readonly namesPixels: boolean;
  readonly defaultScore: number;
}

/** How a picture becomes the size that a model takes; see docs/model-json.md. */
export type ModelResize =
  | { readonly mode: 'none' }
  | { readonly mode: 'scale'; readonly scale: number; readonly maxSide?: number }
  | { readonly mode: 'shortestSide'; readonly side: number; readonly maxSide?: number }
  | { readonly mode: 'longestSide'; readonly side: number }
  | {
      readonly mode: 'fixed';
      readonly width: number;
      readonly height: number;
      readonly keepAspect: boolean;
      readonly centred: boolean;
    };

export const MODEL_COLOURS = ['RGB', 'BGR', 'grey', 'grey and zeros'] as const;

/** What is done to a picture before a model sees it, as far as a user may have to correct it. */
export interface ModelPreparation {
  readonly colour: (typeof MODEL_COLOURS)[number];
  /** What black and white become before `mean` and `std`. */
  readonly range: readonly [number, number];
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
  readonly resize: ModelResize;
}

export const MODEL_TASKS = ['semantic', 'instance', 'panoptic'] as const;
/** What the queries of MaskFormer and its kin are read as. */
export type ModelTask = (typeof MODEL_TASKS)[number];

/** A tensor in words: its name, and its shape with `?` for what is not fixed. */
export interface TensorWords {
  readonly name: string;
  readonly shape: string;
}

/** What is known of files before anybody tried them: words for people, and what they may correct. */
export interface ModelDraft {
  readonly id: string;
  readonly name: string;
  readonly graphs: readonly {
    /** Without its folder. */
    readonly file: string;
    readonly bytes: number;
    readonly producer: string;
    readonly inputs: readonly TensorWords[];
    readonly outputs: readonly TensorWords[];
  }[];
  /** Files beside them that were read. */
  readonly beside: readonly string[];
  /** null where none can read such a graph. */
  readonly family: string | null;
  /** All that can read such a graph, the likeliest first. */
  readonly families: readonly { readonly id: string; readonly title: string }[];
  /** What speaks for the family, and where names of classes come from. */
  readonly evidence: readonly string[];
  /** What no file said. */
  readonly assumed: readonly string[];
  readonly preparation: ModelPreparation | null;
  /** The graph takes no other size. */
  readonly isSizeFixed: boolean;
  /** Of families that can be read as several. */
  readonly task: ModelTask | null;
  readonly categories: readonly string[];
  /** How many names the graph wants; null where it does not say. */
  readonly classes: number | null;
  /** Weights in half precision, which is slow on processors. */
  readonly isHalf: boolean;
  /** Whether there is a model of that id: one of the user's, which can be replaced, or one that ships. */
  readonly taken: 'own' | 'shipped' | null;
  /** Why it cannot be added as it is; null where it can be tried. */
  readonly problem: AppErrorData | null;
}

/** What the user says of files instead of what was guessed. */
export interface ModelWish {
  readonly family?: string;
  readonly name?: string;
  readonly preparation?: Partial<ModelPreparation>;
  readonly task?: ModelTask;
  /** Names in their order. */
  readonly categories?: readonly string[];
  readonly licence?: string;
}

/** A model of the catalogue: what people read before they get it. */
export interface DownloadableModel {
  readonly id: string;
  readonly name: string;
  readonly purpose: string;
  readonly licence: string;
  readonly page: string;
  readonly files: readonly string[];
  /** null where the page does not say. */
  readonly bytes: number | null;
  /** What a download that was stopped has left. */
  readonly begunBytes: number;
  /** Id of the model that its files are already; null: not installed. */
  readonly installedAs: string | null;
}

/** A model of the user's own, as it lies in their models folder. */
export interface OwnModel {
  /** Its name in that folder. */
  readonly folder: string;
  /** null where its model.json cannot be read: then `problem` says why, and `name` is the folder's. */
  readonly id: string | null;
  readonly name: string;
  readonly licence: string | null;
  readonly bytes: number;
  readonly problem: string | null;
}

/** What the user chose or dropped to be a model, and what they say of it. */
export interface GivenModel {
  files: readonly string[];
  wish: ModelWish;
}

/** One run of a model on a picture. A model that answers clicks is given one click. */
export interface ModelTrial {
  readonly size: readonly [height: number, width: number];
  readonly proposals: readonly RawProposal[];
  readonly notes: readonly string[];
  readonly ms: number;
}

/** A model that was made of files, tried and kept. */
export interface AddedModel extends Pick<ModelDraft, 'evidence' | 'assumed'> {
  readonly family: string;
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
  readonly fallbacks?: ProposalResult['fallbacks'];
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
  /** The mask, or the one that the prior has become, is corrected: it changes around the last point alone. */
  readonly corrects?: true;
  /** The masks may be kept as objects; absent: as the model gives them. */
  readonly finish?: PromptFinish;
}

/** Specks are dropped and pinholes filled where nobody clicked. */
export interface PromptFinish {
  /** The rim is brought to the edges of the image too, at its full resolution. */
  readonly rim: boolean;
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
  /** The rim was brought to the edges of the image, see {@link PromptFinish}. */
  readonly isRimRefined?: true;
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
