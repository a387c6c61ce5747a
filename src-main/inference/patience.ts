/**
 * Ends the process of models where a run comes to no end, or goes on though it was cancelled, as nothing inside it can. Which of
 * several requests came to no end shows only when each is asked again alone: that one then fails with a sentence, the others get
 * their answers.
 */
import type { InferenceRequests } from '@shared/ipc/inference';
import { AppError } from '@shared/errors/appError';
import { type AbortSignalLike, throwIfCancelled } from '@shared/errors/cancellation';
import type { CallOptions, Client } from '@shared/ipc/rpc';

/** Without a word of progress; the largest models take minutes for a picture on a slow computer. */
const MOST_SECONDS = 600;

/** What may become of a request that goes on after its cancellation. */
export interface Grace {
  /** How long it may. */
  readonly ms: number;
  /** It may, too, while the process works for somebody who still waits and asked before. */
  readonly waitsForOthers: boolean;
}

/** Of a network over a whole image: it blocks its process until it ends, which takes long. */
export const RUN_GRACE: Grace = { ms: 100, waitsForOthers: false };
/** Of prompts and searches: most steps of theirs end by themselves in that time, and the model stays loaded. */
const STEP_GRACE: Grace = { ms: 1000, waitsForOthers: false };
/** Of what is asked while pointing and clicking, where each question cancels the one before, which as good as always ends soon. */
export const CLICK_GRACE: Grace = { ms: 5000, waitsForOthers: true };

export interface PatientOptions extends CallOptions {
  readonly grace?: Grace;
}

/** What was asked for and not answered yet. */
interface Request {
  readonly signal: AbortSignalLike | undefined;
  readonly grace: Grace;
  /** Its process was ended. */
  isEnded: boolean;
  /** For it alone. */
  isLate: boolean;
}

export class Patience {
  readonly #end: () => unknown;
  readonly #seconds: number;
  /** The process works on them. */
  readonly #asked = new Set<Request>();
  /** They were asked together when nothing came any more. */
  readonly #suspects = new Set<Request>();
  /** Who wants to know when the process works on what another one asked for. */
  readonly #watchers = new Set<{ readonly signal: AbortSignalLike; readonly told: () => void }>();
  #turn: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `end`: ends the process; what it was doing fails, and the next request starts another. */
  constructor(end: () => unknown, seconds = MOST_SECONDS) {
    this.#end = end;
    this.#seconds = seconds;
  }

  /** `file`: of the image that it is about. */
  async run<T>(
    ask: (options: CallOptions) => Promise<T>,
    file: string,
    { grace = STEP_GRACE, ...options }: PatientOptions,
  ): Promise<T> {
    const own: Request = { signal: options.signal, grace, isEnded: false, isLate: false };
    const onProgress: CallOptions['onProgress'] = (progress) => {
      this.#countAgain();
      for (const { signal, told } of this.#watchers) if (signal !== options.signal) told();
      options.onProgress?.(progress);
    };
    try {
      for (;;) {
        own.isEnded = false;
        try {
          return await this.#inTurn(() => this.#ask(own, () => ask({ ...options, onProgress })), options);
        } catch (error) {
          if (own.isLate) throw this.#fault(file, error);
          throwIfCancelled(options.signal);
          if (!own.isEnded) throw error;
        }
      }
    } finally {
      this.#suspects.delete(own);
    }
  }

  /** `told` whenever the process works for somebody else than the one with this signal; returns how that ends. */
  watchOthers(signal: AbortSignalLike, told: () => void): () => void {
    const own = { signal, told };
    this.#watchers.add(own);
    return () => void this.#watchers.delete(own);
  }

  /** Ends the process on purpose; who waits for it is asked again. */
  async restart(): Promise<void> {
    for (const one of this.#asked) one.isEnded = true;
    await this.#end();
  }

  async #ask<T>(own: Request, ask: () => Promise<T>): Promise<T> {
    this.#asked.add(own);
    this.#countAgain();
    const leave = this.#watch(own);
    try {
      return await ask();
    } finally {
      leave();
      this.#asked.delete(own);
      this.#countAgain();
    }
  }

  /** Ends the process where what was cancelled goes on; who else waits for it is asked again. */
  #watch(own: Request): () => void {
    const { signal, grace } = own;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onAbort = () => {
      timer = setTimeout(() => {
        if (grace.waitsForOthers && this.#isBehindOthers(own)) return onAbort();
        void this.restart();
      }, grace.ms);
    };
    signal?.addEventListener('abort', onAbort);
    return () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
  }

  #isBehindOthers(own: Request): boolean {
    const asked = [...this.#asked];
    return asked.slice(0, asked.indexOf(own)).some(({ signal }) => !signal?.aborted);
  }

  /** One after the other while it is not known which of several came to no end. */
  async #inTurn<T>(work: () => Promise<T>, { signal }: CallOptions): Promise<T> {
    if (this.#suspects.size === 0) return work();
    const before = this.#turn;
    const own = before.then(async () => {
      throwIfCancelled(signal);
      return work();
    });
    this.#turn = own.then(
      () => undefined,
      () => undefined,
    );
    return own;
  }

  /** From the start, as something was heard, or other requests run now. */
  #countAgain(): void {
    clearTimeout(this.#timer);
    if (this.#asked.size === 0) return;
    this.#timer = setTimeout(() => this.#giveUp(), this.#seconds * 1000);
    // The limit alone keeps no program running.
    this.#timer.unref?.();
  }

  #giveUp(): void {
    const isAlone = this.#asked.size === 1;
    for (const one of this.#asked) {
      one.isEnded = true;
      if (isAlone) one.isLate = true;
      else this.#suspects.add(one);
    }
    this.#countAgain();
    this.#end();
  }

  #fault(file: string, cause: unknown): AppError {
    const limit = this.#seconds >= 120 ? `${Math.round(this.#seconds / 60)} minutes` : `${this.#seconds} seconds`;
    return new AppError('bad-input', `The model did not come to an end on ${file} within ${limit}, and was stopped`, {
      place: { file },
      hint: 'try it in tiles or with a smaller input, or look whether the model hangs',
      cause,
    });
  }
}

type Inference = Pick<Client<InferenceRequests>, 'call'>;

/** A client that asks with patience; `about`: what its requests run on, for the sentence of one that came to no end. */
export function patientClient(client: Inference, patience: Patience, about: string, grace: Grace): Inference {
  return {
    call: (method, params, options = {}) =>
      patience.run((own) => client.call(method, params, own), about, { ...options, grace }),
  };
}
