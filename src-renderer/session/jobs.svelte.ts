/** Running jobs with progress, estimated time and cancel. */
import { CancelSource } from '@shared/errors/cancellation';
import type { Progress } from '@shared/errors/work';
import type { CallOptions } from '../api/engine';

export interface Job {
  readonly id: number;
  readonly title: string;
  readonly progress: Progress | null;
  /** Milliseconds to go, from the average of what is counted now; null until something is known. */
  readonly etaMs: number | null;
  cancel(): void;
}

export class Jobs {
  #next = 1;
  #list = $state.raw<readonly Job[]>([]);

  get list(): readonly Job[] {
    return this.#list;
  }

  /** Runs `work` as a visible job; its rejection is the caller's. */
  async run<R>(title: string, work: (options: Required<CallOptions>) => Promise<R>): Promise<R> {
    const source = new CancelSource();
    const id = this.#next++;
    let counted = { from: Infinity, last: Infinity, since: performance.now() };
    this.#list = [...this.#list, { id, title, progress: null, etaMs: null, cancel: () => source.abort() }];
    const onProgress = (progress: Progress) => {
      const { done, total } = progress;
      // What is counted anew, such as masks after the model has looked at the image, goes at a pace of its own.
      if (done === 0 || done < counted.last) counted = { from: done, last: done, since: performance.now() };
      counted.last = done;
      const gone = done - counted.from;
      const etaMs = gone > 0 ? ((performance.now() - counted.since) / gone) * (total - done) : null;
      this.#list = this.#list.map((job) => (job.id === id ? { ...job, progress, etaMs } : job));
    };
    try {
      return await work({ signal: source, onProgress });
    } finally {
      this.#list = this.#list.filter((job) => job.id !== id);
    }
  }
}
