/** What a model family is: how its part of model.json reads, which graphs it opens, and how it answers about an image. */
import type { z } from 'zod';
import type { RawProposal } from '@shared/document/proposalResult';
import type { AbortSignalLike } from '@shared/errors/cancellation';
import type { Rle } from '@shared/mask';
import type { ModelFacts } from '../catalog/facts';
import type { ModelFile } from '../catalog/modelFile';
import type { Graph, GraphPlan, OutputTensor } from '../graph/graph';
import type { ScorePlanes } from '../image/contests';
import type { Corners } from '../image/postprocess';
import type { RgbImage } from '../image/rgbImage';
import type { Guess } from './guess';

/**
 * A family. A new one is a folder beside the others and a line in `index.ts`; the head comment of its file states the tensors
 * it expects. `P` is its part of model.json.
 */
export interface ModelFamily<P = unknown> {
  /** `family` of model.json. */
  readonly id: string;
  /** What people know it by: networks of this family. */
  readonly title: string;
  /** `part`: of no use to a person by itself, only inside other models. */
  readonly use: 'objects' | 'prompts' | 'part';
  /** Schema of what the family reads in model.json beside the head that all models share. */
  readonly part: z.ZodType<P>;
  /** Ids of the models that a model is made of; absent: of none. */
  partsOf?(part: P): readonly string[];
  /**
   * What this family makes of files that nobody has described yet; null where they are none of its own. `isAsked`: the user says
   * that they are, and names that speak against it do not count, only shapes.
   */
  recognise?(facts: ModelFacts, isAsked?: boolean): Guess | null;
  /** Opens what the model needs. Throws `bad-input` naming the file and the JSON pointer; the host closes what was opened. */
  load(model: ModelFile, part: P, host: FamilyHost): Promise<Predictor | Prompter>;
}

/** What a family is given to build a model of. */
export interface FamilyHost {
  /** Opens the graph in the file of `plan.role`. */
  openGraph(plan: GraphPlan): Promise<Graph>;
  /** Another model that this one is made of, loaded as long as this one is. */
  useModel(id: string): Promise<Predictor | Prompter>;
}

/** Finds objects in an image without being told where. */
export interface Predictor {
  readonly kind: 'predictor';
  predict(image: RgbImage, context: PredictContext): Promise<Prediction>;
}

/** What a model says about an image. */
export type Prediction =
  /** By descending score, masks of the image's size. */
  | { readonly kind: 'instances'; readonly items: readonly RawProposal[] }
  /** Boxes without masks, by descending score. */
  | { readonly kind: 'boxes'; readonly items: readonly PredictedBox[] }
  /** Each class with its pixels, in the image's size; classes do not overlap. */
  | { readonly kind: 'labels'; readonly classes: readonly LabelledPixels[]; readonly scores?: LabelScores }
  /** Things one by one, stuff once a class; none overlaps another. */
  | { readonly kind: 'panoptic'; readonly segments: readonly PanopticSegment[] };

/** What a class map was decided from; absent where there is nothing to average, e.g. numbers of classes. */
export interface LabelScores {
  readonly planes: ScorePlanes;
  /** Where the planes lie over the image. */
  readonly corners: Corners;
  /** The class of each channel; null stands for nothing. */
  readonly names: readonly (string | null)[];
  /** null: the channel with the greatest score has the pixel. Else each channel has those above it, whatever the others have. */
  readonly threshold: number | null;
}

export interface PredictedBox {
  /** Image pixels, `[x1, y1, x2, y2)`. */
  readonly corners: readonly [x1: number, y1: number, x2: number, y2: number];
  readonly score: number;
  readonly categoryName: string;
}

export interface LabelledPixels {
  readonly categoryName: string;
  readonly mask: Rle;
  /** 0..1, how sure the model is of these pixels. */
  readonly score: number;
}

/** Pixels of one object, or of one kind of stuff. */
export type PanopticSegment = LabelledPixels;

/** What work that takes long tells of itself, and hears. */
export interface Steps {
  readonly signal?: AbortSignalLike;
  /**
   * Books the time until the next step under `timing`; `text` tells the user what is being done. Lets messages come and go, so
   * that a cancellation is heard; throws `cancelled`. `share`: 0..1, how much of the prediction is done, where that is known.
   */
  step(timing: Timing, text?: string, share?: number): Promise<void>;
}

export interface PredictContext extends Steps {
  /** Lowest score kept. */
  readonly score: number;
  /** One sentence that the user should read beside the result. */
  note(sentence: string): void;
}

/** `pre`: building inputs; `run`: inside ONNX Runtime; `post`: from tensors to masks. */
export type Timing = 'pre' | 'run' | 'post';

/** Answers prompts about an image whose embedding was computed before. */
export interface Prompter {
  readonly kind: 'prompter';
  /** Size at which an image enters the encoder; null where the image's own pixels are needed, as for levels of its own. */
  contentSize(width: number, height: number): readonly [width: number, height: number] | null;
  /**
   * Runs the encoder once on the image, or on a part of it: takes seconds on a CPU. `size`: the image's own, where it comes scaled
   * down to `contentSize`.
   */
  embed(image: RgbImage, steps: Steps, size?: ImageSize): Promise<Embedding>;
  /** Some tens of milliseconds. The best candidate first. */
  decode(embedding: Embedding, prompt: Prompt): Promise<readonly Candidate[]>;
  /** How the image lies in the grid of a candidate's logits and in that of the embedding. */
  frameOf(embedding: Embedding): PromptFrame;
}

export type ImageSize = Pick<RgbImage, 'width' | 'height'>;

/** What the encoder knows of one image. Plain data: it can be kept on disk. */
export interface Embedding {
  readonly imageWidth: number;
  readonly imageHeight: number;
  readonly tensors: Readonly<Record<string, OutputTensor & { readonly data: Float32Array }>>;
}

export interface PromptFrame {
  /** Of the logits. */
  readonly gridWidth: number;
  readonly gridHeight: number;
  /** How many times the original enlarges the grid before it makes a mask of the picture's size of it; absent: at once. */
  readonly enlargement?: number;
  /** Where the whole grid lies over the image, padding included; image pixels. */
  readonly corners: readonly [x1: number, y1: number, x2: number, y2: number];
  /** What the encoder saw at each place, `[channel][row][column]`, laid over the same corners. */
  readonly features: {
    readonly values: Float32Array;
    readonly channels: number;
    readonly width: number;
    readonly height: number;
  };
}

/** What the user says about one object, in pixels of the embedded image. At least a point, a box or a prior. */
export interface Prompt {
  /** `isInside`: the point lies on the object; else on what it is not. */
  readonly points: readonly { readonly x: number; readonly y: number; readonly isInside: boolean }[];
  /** `[x1, y1, x2, y2]` around the object. */
  readonly box?: readonly [number, number, number, number];
  /** Logits of an earlier answer to go on from, as in `Candidate.logits`. */
  readonly prior?: Float32Array;
}

export interface Candidate {
  /** IoU with the true mask as the model expects it, about 0..1. */
  readonly predictedIou: number;
  /** IoU of the mask with itself at a threshold one logit lower and one higher: sharp borders are stable. */
  readonly stability: number;
  /** Row-major, in the model's own small frame; above 0 is the object. Also a later prompt's `prior`. */
  readonly logits: Float32Array;
}
