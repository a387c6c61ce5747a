/**
 * Ends the process of models where a run comes to no end, as nothing inside it can. The one that told last of its progress is the one
 * that computes: it fails with a sentence. The others only waited behind it, and are asked again.
 */
import { AppError } from '@shared/errors/appError';
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { CallOptions } from '@shared/ipc/rpc';

/** Without a word of progress; the largest models take minutes for a picture on a slow computer. */
const MOST_SECONDS = 600;

interface Waiting {
  isLate: boolean;
}

export class Patience {
  readonly #end: () => unknown;
  readonly #seconds: number;
  readonly #waiting = new Set<Waiting>();
  #latest: Waiting | null = null;
  #ends = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `end`: ends the process; what it was doing fails, and the next request starts another. */
  constructor(end: () => unknown, seconds = MOST_SECONDS) {
    this.#end = end;
    this.#seconds = seconds;
  }

  /** `file`: of the image that it is about. */
  async run<T>(ask: (options: CallOptions) => Promise<T>, file: string, options: CallOptions): Promise<T> {
    const own: Waiting = { isLate: false };
    const onProgress: CallOptions['onProgress'] = (progress) => {
      this.#latest = own;
      this.#restart();
      options.onProgress?.(progress);
    };
    this.#waiting.add(own);
    this.#restart();
    try {
      for (;;) {
        const ends = this.#ends;
        try {
          return await ask({ ...options, onProgress });
        } catch (error) {
          if (own.isLate) throw this.#fault(file, error);
          throwIfCancelled(options.signal);
          if (ends === this.#ends) throw error;
        }
      }
    } finally {
      this.#waiting.delete(own);
      if (this.#latest === own) this.#latest = null;
      this.#restart();
    }
  }

  #restart(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.size === 0) return;
    this.#timer = setTimeout(() => this.#giveUp(), this.#seconds * 1000);
    // The limit alone keeps no program running.
    this.#timer.unref?.();
  }

  #giveUp(): void {
    const [first] = this.#waiting;
    (this.#latest ?? first).isLate = true;
    this.#ends++;
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
