/** One way to get proposals for an image, whichever engine computes them: the options checked, the engine started. */
import { CLASSICAL_METHODS, type MethodName } from '@shared/classical/params';
import { effectiveParams } from '@shared/classical/validateParams';
import type { ImageSource, ProposalResult } from '@shared/ipc/contract';
import { classicalJobs, openInference, openVision } from './engine';
import { type Session, usageError } from './session';
import { type MaskPlace, readMask } from './withinMask';

export interface ProposerOptions {
  readonly method: 'maskrcnn' | MethodName;
  readonly model?: string;
  readonly score?: number;
  readonly box?: readonly [number, number, number, number];
  readonly within?: MaskPlace;
  readonly param?: Readonly<Record<string, string>>;
  readonly category?: string;
  readonly minArea?: number;
}

export interface Proposer {
  /** Throws `bad-input` about the image, or about the model. */
  propose(source: ImageSource): Promise<ProposalResult>;
  /** Known before the first image; a method may not know any. */
  readonly categories: readonly string[];
  /** Category of proposals that name none. */
  readonly fallbackCategory: string;
  /** How many images are worth computing at once. */
  readonly concurrency: number;
  /** For the dataset's info. */
  readonly source: Readonly<Record<string, unknown>>;
}

const defaultModel = 'nuclei-maskrcnn';
const defaultCategory = 'object';

/** Throws `usage` for options that do not go together, before anything is started. */
export async function createProposer(options: ProposerOptions, session: Session): Promise<Proposer> {
  return options.method === 'maskrcnn'
    ? createModelProposer(options, session)
    : createClassicalProposer(options.method, options, session);
}

async function createModelProposer(options: ProposerOptions, session: Session): Promise<Proposer> {
  const refused = (['param', 'box', 'within'] as const).find((name) => options[name] !== undefined);
  if (refused) throw usageError(`--${refused} is not for maskrcnn`, 'propose');
  const model = await openInference(session, options.model ?? defaultModel);
  const { category, score } = options;
  return {
    propose: (source) =>
      model.client.call('inference.propose', { source, model: model.folder, score }, { signal: session.signal }),
    categories: category === undefined ? model.categories : [category],
    fallbackCategory: category ?? defaultCategory,
    // One image is read while another is computed.
    concurrency: 2,
    source: { method: options.method, model: model.id, ...(score === undefined ? {} : { score }) },
  };
}

async function createClassicalProposer(
  method: MethodName,
  options: ProposerOptions,
  session: Session,
): Promise<Proposer> {
  if (options.model !== undefined) throw usageError(`--model is for maskrcnn, not for ${method}`, 'propose');
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
