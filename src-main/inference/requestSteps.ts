/** The steps of one request: announced, cancellable between, and timed by kind. */
import { setImmediate } from 'node:timers/promises';
import { type AbortSignalLike, throwIfCancelled } from '@shared/errors/cancellation';
import type { CallContext } from '@shared/errors/work';
import type { Steps, Timing } from './families/family';

type StepTiming = Timing | 'load' | 'decode';

/** Announces them, lets cancellations in, and adds up what each kind took. */
export class RequestSteps implements Steps {
  readonly #ms: Record<StepTiming, number> = { load: 0, decode: 0, pre: 0, run: 0, post: 0 };
  readonly #context: CallContext;
  readonly #total: number;
  #done = 0;
  /** How much was told to be done, 0..1. */
  #share = 0;
  /** The work itself has not told its share. */
  #isCounted = true;
  #current: StepTiming | null = null;
  #since = 0;

  /** `total`: the steps with a text; 0 where nobody knows how far the work is until it tells its share. */
  constructor(context: CallContext, total: number) {
    this.#context = context;
    this.#total = total;
  }

  get signal(): AbortSignalLike {
    return this.#context.signal;
  }

  /**
   * Begins what is booked under `timing`, unless the request was cancelled; waits so that messages can come and go. `share`: 0..1, how
   * much is done; once it was told the steps are counted no more.
   */
  async step(timing: StepTiming, text?: string, share?: number): Promise<void> {
    this.#book();
    await setImmediate();
    throwIfCancelled(this.#context.signal);
    if (text !== undefined) this.#context.progress({ ...this.#place(share), text });
    this.#current = timing;
    this.#since = performance.now();
  }

  /** Milliseconds by kind. */
  end(): Record<'decodeMs' | 'preMs' | 'runMs' | 'postMs', number> {
    this.#book();
    const { decode, pre, run, post } = this.#ms;
    return { decodeMs: decode, preMs: pre, runMs: run, postMs: post };
  }

  /** How far it is; never less than it was. */
  #place(share: number | undefined): { readonly done: number; readonly total: number } {
    if (share !== undefined) {
      this.#isCounted = false;
      this.#share = Math.max(this.#share, share);
    }
    if (!this.#isCounted) return { done: this.#share, total: 1 };
    const done = Math.max(0, Math.min(this.#done++, this.#total - 1));
    if (this.#total > 0) this.#share = done / this.#total;
    return { done, total: this.#total };
  }

  #book(): void {
    if (this.#current) this.#ms[this.#current] += performance.now() - this.#since;
    this.#current = null;
  }
}
