/** The steps of one request: announced, cancellable between, and timed by kind. */
import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { CallContext } from '@shared/errors/work';
import type { Timing } from './families/family';

type StepTiming = Timing | 'load' | 'decode';

/** Announces them, lets cancellations in, and adds up what each kind took. */
export class Steps {
  readonly #ms: Record<StepTiming, number> = { load: 0, decode: 0, pre: 0, run: 0, post: 0 };
  readonly #context: CallContext;
  readonly #total: number;
  #done = 0;
  #current: StepTiming | null = null;
  #since = 0;

  constructor(context: CallContext, total: number) {
    this.#context = context;
    this.#total = total;
  }

  /** Begins what is booked under `timing`, unless the request was cancelled; waits so that messages can come and go. */
  async next(timing: StepTiming, text?: string): Promise<void> {
    this.#book();
    await setImmediate();
    throwIfCancelled(this.#context.signal);
    if (text !== undefined) {
      const done = Math.min(this.#done++, this.#total - 1);
      this.#context.progress({ done, total: this.#total, text });
    }
    this.#current = timing;
    this.#since = performance.now();
  }

  /** Milliseconds by kind. */
  end(): Record<'decodeMs' | 'preMs' | 'runMs' | 'postMs', number> {
    this.#book();
    const { decode, pre, run, post } = this.#ms;
    return { decodeMs: decode, preMs: pre, runMs: run, postMs: post };
  }

  #book(): void {
    if (this.#current) this.#ms[this.#current] += performance.now() - this.#since;
    this.#current = null;
  }
}
