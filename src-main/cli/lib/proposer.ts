/** One way to get proposals for an image, whichever engine computes them: the options checked, the engine started. */
import { CLASSICAL_METHODS, type MethodName } from '@shared/methods/params';
import { effectiveParams } from '@shared/methods/validateParams';
import type { Box } from '@shared/geometry/box';
import type { ImageSource } from '@shared/images/source';
import type { Provider } from '@shared/models/providers';
import type { PromptRequest } from '@shared/models/types';
import type { ProposalResult } from '@shared/document/proposalResult';
import type { RleSegmentation } from '@shared/document/types';
import { Patience, RUN_GRACE } from '../../inference/patience';
import { classicalJobs, openInference, openVision } from './engine';
import { type Session, usageError } from './session';
import { createPromptProposer } from './promptProposer';
import type { ExamplesPlace } from './examples';
import { type MaskPlace, readMask } from './withinMask';

export interface ProposerOptions {
  /** `maskrcnn`: the model of that family that ships, unless `model` names another. */
  readonly method?: 'maskrcnn' | MethodName;
  readonly model?: string;
  readonly score?: number;
  readonly box?: readonly [number, number, number, number];
  readonly boxes?: readonly Box[];
  readonly points?: PromptRequest['points'];
  readonly within?: MaskPlace;
  readonly param?: Readonly<Record<string, string>>;
  readonly category?: string;
  readonly minArea?: number;
  readonly split?: 'classes' | 'components';
  readonly tile?: number;
  readonly overlap?: number;
  /** Boxes by file name of the image, as a COCO file has them. */
  readonly boxesFrom?: string;
  /** What others on the images look like. */
  readonly similarTo?: ExamplesPlace;
  /** Masks of boxes and points follow the edges of the image. */
  readonly refineRim?: boolean;
  readonly provider?: Provider;
}

export interface Proposer {
  /** `taken`: masks of what is there already. Throws `bad-input` about the image, or about the model. */
  propose(source: ImageSource, taken?: readonly RleSegmentation[]): Promise<ProposalResult>;
  /** It wants to know the masks that are on an image already: `taken`. */
  readonly leavesOutTaken?: boolean;
  /** Known before the first image; a method may not know any. */
  readonly categories: readonly string[];
  /** Of those categories that the model calls things (1) or stuff (0). */
  readonly isthing?: ReadonlyMap<string, 0 | 1>;
  /** Category of proposals that name none. */
  readonly fallbackCategory: string;
  /** How many images are worth computing at once. */
  readonly concurrency: number;
  /** For the dataset's info. */
  readonly source: Readonly<Record<string, unknown>>;
}

const defaultModel = 'nuclei-maskrcnn';
const forPrompts = 'models that answer prompts';
/** What classical methods do not take: the option, its flag, and what it is for. */
const modelFlags = [
  ['boxes', 'boxes', forPrompts],
  ['points', 'points', forPrompts],
  ['boxesFrom', 'boxes-from', forPrompts],
  ['similarTo', 'similar-to', forPrompts],
  ['refineRim', 'refine-rim', forPrompts],
  ['provider', 'provider', 'models'],
  ['tile', 'tile', 'models'],
  ['overlap', 'overlap', 'models'],
  ['split', 'split', 'models'],
] as const;
export const defaultCategory = 'object';

/** Throws `usage` for options that do not go together, before anything is started. */
export async function createProposer(options: ProposerOptions, session: Session): Promise<Proposer> {
  const { method, model } = options;
  if (method !== undefined && method !== 'maskrcnn') return createClassicalProposer(method, options, session);
  if (method === undefined && model === undefined) {
    throw usageError('Say how: --model ID or FOLDER, or --method NAME', 'propose');
  }
  return createModelProposer(options, session);
}

async function createModelProposer(options: ProposerOptions, session: Session): Promise<Proposer> {
  const refused = (['param', 'within'] as const).find((name) => options[name] !== undefined);
  if (refused) throw usageError(`--${refused} is for classical methods, not for models`, 'propose');
  const model = await openInference(session, options.model ?? defaultModel, options.provider);
  if (model.use === 'prompts') {
    const unused = (['tile', 'overlap', 'split'] as const).find((name) => options[name] !== undefined);
    if (unused) throw usageError(`--${unused} is not for ${model.id}: it answers prompts`, 'propose');
    return createPromptProposer(model, options, session);
  }
  const prompts = [['box', 'box', forPrompts] as const, ...modelFlags.filter(([, , what]) => what === forPrompts)];
  const [, flag] = prompts.find(([name]) => options[name] !== undefined) ?? [];
  if (flag) throw usageError(`--${flag} is not for ${model.id}: it finds objects by itself`, 'propose');
  const { category, score, split } = options;
  const tiles = tilesOf(options);
  const request = { model: model.folder, score, split, tiles };
  const patience = new Patience(() => model.client.kill());
  return {
    propose: (source) =>
      patience.run((own) => model.client.call('inference.propose', { source, ...request }, own), source.path, {
        signal: session.signal,
        grace: RUN_GRACE,
      }),
    categories: category === undefined ? model.categories : [category],
    isthing: category === undefined ? model.isthing : undefined,
    fallbackCategory: category ?? defaultCategory,
    // One image is read while another is computed.
    concurrency: 2,
    source: {
      model: model.id,
      ...(score === undefined ? {} : { score }),
      ...(tiles ? { tile: tiles.side, overlap: tiles.overlap } : {}),
    },
  };
}

function tilesOf({ tile, overlap }: ProposerOptions) {
  if (tile !== undefined) return { side: tile, overlap: overlap ?? Math.round(tile / 8) };
  if (overlap !== undefined) throw usageError('--overlap is for --tile', 'propose');
  return undefined;
}

async function createClassicalProposer(
  method: MethodName,
  options: ProposerOptions,
  session: Session,
): Promise<Proposer> {
  if (options.model !== undefined) throw usageError(`Either --model or --method ${method}, not both`, 'propose');
  const refused = modelFlags.find(([name]) => options[name] !== undefined);
  if (refused) throw usageError(`--${refused[1]} is for ${refused[2]}, not for ${method}`, 'propose');
  if (CLASSICAL_METHODS[method].box === 'required' && !options.box && !options.within) {
    throw usageError(`${method} needs --box x,y,w,h around the object, or --within a mask to start from`, 'propose');
  }
  const params = { ...options.param };
  // The method's own filter would drop what --min-area asks to keep.
  const filters = 'minArea' in CLASSICAL_METHODS[method].params && !('minArea' in params);
  if (options.minArea !== undefined && filters) params.minArea = String(options.minArea);
  const effective = effectiveParams(method, params);
  const within = options.within && (await readMask(options.within, session));
  const request = { method, params: effective, box: options.box, within };
  const client = openVision(session);
  return {
    propose: (source) => client.call('vision.propose', { source, ...request }, { signal: session.signal }),
    categories: [options.category ?? defaultCategory],
    fallbackCategory: options.category ?? defaultCategory,
    concurrency: classicalJobs,
    source: {
      method,
      params: effective,
      ...(options.box ? { box: options.box } : {}),
      ...(within ? { within } : {}),
    },
  };
}
