/** Steps that wait for ids of new annotations, in their order: no gesture is refused because the store is slow. */
import type { ToolContext, ToolState, ToolStep } from '../tools/tool';
import type { Cause } from './draftInHand';
import type { Workbench } from './workbench.svelte';

/** A step that can be made again: it looks at nothing but what it is given. */
export type Work = (state: ToolState, context: ToolContext) => ToolStep;

interface Waiting {
  readonly work: Work;
  readonly cause: Cause;
}

export interface WaitingHost {
  /** Makes a step whose turn has come. */
  attempt(work: Work, cause: Cause): void;
  /** There are no ids to be had: what is in the middle of something rests. */
  giveUp(): void;
}

export class WaitingSteps {
  readonly #workbench: Workbench;
  readonly #host: WaitingHost;
  #steps: Waiting[] = [];

  constructor(workbench: Workbench, host: WaitingHost) {
    this.#workbench = workbench;
    this.#host = host;
  }

  /** Another tool or image: what waits is about what is gone. */
  clear(): void {
    this.#steps = [];
  }

  /** Puts a step behind those that wait; false where none does, so that it can be made at once. */
  follow(work: Work, cause: Cause): boolean {
    return this.#steps.length > 0 && this.#steps.push({ work, cause }) > 0;
  }

  /** Makes `work` again as soon as `count` ids are free, and then what came after it. */
  async hold(work: Work, cause: Cause, count: number): Promise<void> {
    const { ids, open, notices } = this.#workbench;
    const steps: Waiting[] = (this.#steps = [{ work, cause }]);
    try {
      await ids.ensure(count);
    } catch (error) {
      notices.error(error);
      if (steps !== this.#steps) return;
      this.clear();
      this.#host.giveUp();
      return;
    }
    // Another tool or image since.
    if (steps !== this.#steps || open !== this.#workbench.open) return;
    this.clear();
    for (const step of steps) this.#host.attempt(step.work, step.cause);
  }
}
