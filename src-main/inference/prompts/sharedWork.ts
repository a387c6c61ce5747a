/** Work that several callers wait for: one of them cancelling ends its own wait, the last one the work. */
import { AppError } from '@shared/errors/appError';
import type { Steps } from '../families/family';

export class SharedWork<T> {
  /** Set once the work has ended because nobody waited any more: who comes later starts anew. */
  isAbandoned = false;
  readonly result: Promise<T>;
  readonly #waiting: Set<Steps>;

  /** Starts at once, for a first caller. */
  constructor(work: (steps: Steps) => Promise<T>, first: Steps) {
    this.#waiting = new Set([first]);
    this.result = work({ step: (...step) => this.#step(...step) });
    // Who waits is told; nobody may wait any more.
    this.result.catch(() => undefined);
  }

  /** The result; throws `cancelled` as soon as this caller's signal is aborted. */
  wait(steps: Steps): Promise<T> {
    const { signal } = steps;
    this.#waiting.add(steps);
    return new Promise<T>((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(steps);
        reject(new AppError('cancelled', 'Cancelled'));
      };
      if (signal?.aborted) return leave();
      signal?.addEventListener('abort', leave);
      this.result.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave));
    });
  }

  /** All who wait hear of the step; a cancellation of theirs is heard in it. */
  async #step(...step: Parameters<Steps['step']>): Promise<void> {
    await Promise.all(
      [...this.#waiting].map(async (steps) => {
        // A caller without a signal is told only by its own step that it was cancelled.
        await steps.step(...step).catch(() => this.#waiting.delete(steps));
      }),
    );
    if (this.#waiting.size > 0) return;
    this.isAbandoned = true;
    throw new AppError('cancelled', 'Cancelled');
  }
}
