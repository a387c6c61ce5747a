/**
 * Ends the process of models where a run comes to no end, as nothing inside it can. Which of several requests it was shows only when
 * each is asked again alone: the one that comes to no end then fails with a sentence, the others get their answers.
 */
import { AppError } from '@shared/errors/appError';
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { CallOptions } from '@shared/ipc/rpc';

/** Without a word of progress; the largest models take minutes for a picture on a slow computer. */
const MOST_SECONDS = 600;

/** What was asked for and not answered yet. */
interface Request {
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
  #turn: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `end`: ends the process; what it was doing fails, and the next request starts another. */
  constructor(end: () => unknown, seconds = MOST_SECONDS) {
    this.#end = end;
    this.#seconds = seconds;
  }

  /** `file`: of the image that it is about. */
  async run<T>(ask: (options: CallOptions) => Promise<T>, file: string, options: CallOptions): Promise<T> {
    const own: Request = { isEnded: false, isLate: false };
    const onProgress: CallOptions['onProgress'] = (progress) => {
      this.#restart();
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

  async #ask<T>(own: Request, ask: () => Promise<T>): Promise<T> {
    this.#asked.add(own);
    this.#restart();
    try {
      return await ask();
    } finally {
      this.#asked.delete(own);
      this.#restart();
    }
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

  #restart(): void {
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
    this.#restart();
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
