/** Clicks and boxes about the open image: which part of it the model looks at for them, and what they go on from. */
import { AppError } from '@shared/errors/appError';
import type { AbortSignalLike, CancelSource } from '@shared/errors/cancellation';
import type { RleSegmentation } from '@shared/document/types';
import { type Box, containsBox } from '@shared/geometry/box';
import type { PromptAnswer, PromptRequest } from '@shared/models/types';
import type { Engine } from '../api/engine';
import { ImageSession } from './imageSession.svelte';
import { PromptsAhead } from './promptsAhead';
import { placeOf, promptRegion, type Sight } from './promptRegion';

/** The view counts as still after so long; what is passed on the way is not looked at. */
const STILL_MS = 250;
/** Answers whose masks are remembered, to go on from where the model has seen another part since. */
const MOST_ANSWERS = 40;

/** What the window knows of where its questions are asked. */
export interface AskPlace {
  /** How many projects were opened; another one has other images under the same ids. */
  readonly openings: () => number;
  /** Of the open image. */
  readonly sight: () => Sight | null;
  /** The image to look at ahead; null: none. */
  readonly next: () => number | null;
  /** Id of the model that answers clicks and boxes. */
  readonly model: () => string;
  /** Told where a model runs elsewhere than wanted. */
  readonly tell: (fallbacks: readonly string[]) => void;
}

interface Answered {
  /** In which opening of the image the model knows it. */
  readonly opening: object;
  readonly mask: RleSegmentation;
}

export class PromptAsks {
  readonly #client: Engine;
  readonly #session: ImageSession;
  readonly #sight: () => Sight | null;
  /** By the candidate's id, oldest first. */
  readonly #answered = new Map<number, Answered>();
  #part = $state.raw<Box | null>(null);
  #imageId: number | null = null;
  #moving: ReturnType<typeof setTimeout> | undefined;
  readonly #ahead: PromptsAhead;

  constructor(client: Engine, { openings, sight, next, model, tell }: AskPlace) {
    this.#client = client;
    this.#sight = sight;
    this.#session = new ImageSession(
      async (imageId, part, signal) => {
        const region = part ? { region: part } : {};
        const asked = { imageId, model: model(), ...region };
        const { session, fallbacks = [] } = await client.call('app.openPrompts', asked, { signal });
        tell(fallbacks);
        return session;
      },
      (session) => client.call('inference.closePrompts', { session }),
      () => `${openings()} ${model()}`,
    );
    const look = async (imageId: number, signal: CancelSource) =>
      (await client.call('app.lookAhead', { imageId, model: model() }, { signal })).done;
    this.#ahead = new PromptsAhead(next, look, openings);
  }

  /** True while the model looks, before it can answer the first click. */
  get looking(): boolean {
    return this.#session.opening;
  }

  /** A tool's sentence for the status bar, with what the model looks at where that is not plain. */
  told(sentence: string): string {
    const isPart = this.#part !== null;
    const what = isPart ? 'Looking closer at the visible part' : 'Looking at the image';
    if (this.looking) return `${what}: clicks are answered in a moment`;
    return isPart ? `Finer masks in the visible part. ${sentence}` : sentence;
  }

  warm(imageId: number): void {
    this.#ahead.rest();
    this.#session.warm(imageId, this.#partFor(imageId, null));
  }

  /** The view moves: once it is still, what is in sight is looked at, if `mayLook` then. */
  follow(imageId: number, mayLook: () => boolean): void {
    clearTimeout(this.#moving);
    this.#moving = setTimeout(() => {
      this.#moving = undefined;
      if (mayLook()) this.warm(imageId);
    }, STILL_MS);
  }

  async ask(imageId: number, request: PromptRequest, signal: AbortSignalLike): Promise<PromptAnswer> {
    this.#ahead.rest();
    try {
      return await this.#ask(imageId, request, signal);
    } catch (error) {
      // The view moved on while the model looked, not who asks.
      if (!(error instanceof AppError) || error.code !== 'cancelled' || signal.aborted) throw error;
      return await this.#ask(imageId, request, signal);
    } finally {
      this.#ahead.rest();
    }
  }

  #ask(imageId: number, request: PromptRequest, signal: AbortSignalLike): Promise<PromptAnswer> {
    const part = this.#partFor(imageId, request);
    const ask = async (session: number, opening: object) => {
      const known = this.#known(request, opening);
      const answer = await this.#client.call('inference.prompt', { ...known, session }, { signal });
      for (const { id, segmentation } of answer.candidates) this.#answered.set(id, { opening, mask: segmentation });
      for (const oldest of this.#answered.keys()) {
        if (this.#answered.size <= MOST_ANSWERS) break;
        this.#answered.delete(oldest);
      }
      return answer;
    };
    return this.#session.use(imageId, ask, part);
  }

  /** With the mask itself where the model knows an earlier answer no more. */
  #known({ prior, ...request }: PromptRequest, opening: object): PromptRequest {
    const answered = prior === undefined ? undefined : this.#answered.get(prior);
    if (!answered || answered.opening === opening) return prior === undefined ? request : { ...request, prior };
    return { ...request, mask: answered.mask };
  }

  /** `request`: what is asked; null where the model only gets ready. */
  #partFor(imageId: number, request: PromptRequest | null): Box | null {
    const sight = this.#sight();
    const current = this.#imageId === imageId ? this.#part : null;
    const isKnown = this.#imageId === imageId;
    this.#imageId = imageId;
    if (!sight) return (this.#part = null);
    const mask = request?.prior === undefined ? request?.mask : this.#answered.get(request.prior)?.mask;
    const about = request && placeOf({ ...request, mask }, sight.size);
    // What begins is about what is in sight; what goes on, and what comes while the view moves, stays where it is.
    const stays = isKnown && about && (request.prior !== undefined || this.#moving !== undefined);
    if (stays && (current === null || containsBox(current, about))) return current;
    return (this.#part = promptRegion(sight, about, current));
  }
}
