/** Work that gives way: newest first, a few at a time, and only while nothing that a person waits for is running. */
import { AppError } from '@shared/errors/appError';
import type { AbortSignalLike } from '@shared/errors/cancellation';

interface Waiting {
  start(): void;
  drop(): void;
}

export interface IdleQueueOptions {
  readonly atOnce?: number;
  /** More than this many are not worth waiting for: the oldest were scrolled past long ago. */
  readonly maxWaiting?: number;
  /** However busy the rest is, one is let through after this long. */
  readonly patienceMs?: number;
}

export class IdleQueue {
  readonly #atOnce: number;
  readonly #maxWaiting: number;
  readonly #patienceMs: number;
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #urgent = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ atOnce = 2, maxWaiting = 256, patienceMs = 1500 }: IdleQueueOptions = {}) {
    this.#atOnce = atOnce;
    this.#maxWaiting = maxWaiting;
    this.#patienceMs = patienceMs;
  }

  /** Runs work that somebody waits for: at once, and what is queued waits for its end. */
  async urgent<R>(work: () => Promise<R>): Promise<R> {
    this.#urgent++;
    try {
      return await work();
    } finally {
      this.#urgent--;
      this.#next();
    }
  }

  /** Rejects with `cancelled` when the signal is aborted or when too much newer work came. */
  run<R>(work: () => Promise<R>, signal?: AbortSignalLike): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      const drop = () => reject(new AppError('cancelled', 'Cancelled'));
      if (signal?.aborted) return drop();
      const entry: Waiting = {
        start: () => {
          signal?.removeEventListener('abort', leave);
          this.#running++;
          work()
            .then(resolve, reject)
            .finally(() => {
              this.#running--;
              this.#next();
            });
        },
        drop,
      };
      const leave = () => {
        const at = this.#waiting.indexOf(entry);
        if (at >= 0) this.#waiting.splice(at, 1);
        drop();
      };
      signal?.addEventListener('abort', leave);
      this.#waiting.push(entry);
      if (this.#waiting.length > this.#maxWaiting) this.#waiting.shift()!.drop();
      this.#next();
    });
  }

  #next(): void {
    if (this.#urgent === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      while (this.#running < this.#atOnce && this.#waiting.length > 0) this.#waiting.pop()!.start();
    } else if (this.#waiting.length > 0 && this.#running === 0) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        if (this.#running === 0) this.#waiting.pop()?.start();
        this.#next();
      }, this.#patienceMs);
    }
  }
}
