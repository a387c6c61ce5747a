/**
 * Steps that wait, in their order: for ids of new annotations, so that no gesture is refused because the store is slow, or
 * for the name of the first category, so that nothing has to be drawn twice.
 */
import {
  NO_CATEGORY,
  type Outcome,
  type ToolContext,
  type ToolEvent,
  type ToolState,
  type ToolStep,
} from '../tools/tool';
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
  /** The user does not name a category: what was drawn is dropped. */
  drop(): void;
}

export class WaitingSteps {
  readonly #workbench: Workbench;
  readonly #host: WaitingHost;
  #steps: Waiting[] = [];
  #isAsking = false;

  constructor(workbench: Workbench, host: WaitingHost) {
    this.#workbench = workbench;
    this.#host = host;
  }

  /** Another tool or image: what waits is about what is gone. */
  clear(): void {
    this.#steps = [];
    if (!this.#isAsking) return;
    this.#isAsking = false;
    this.#workbench.categories.giveUp();
  }

  /** Another tool is chosen, or something else changes the document: what is drawn waits on, and the question has the keyboard. */
  leadsBack(): boolean {
    return this.#isAsking && this.#workbench.leadsBackToShape();
  }

  /**
   * While the user is asked for a category nothing more is drawn: a press leads back to the question, Escape ends it. Null
   * where nobody is asked; else whether the event was of use.
   */
  answerAsked(event: ToolEvent): boolean | null {
    if (!this.#isAsking) return null;
    const { categories } = this.#workbench;
    if (event.type === 'key' && event.key === 'Escape') categories.giveUp();
    else if (event.type === 'down' || (event.type === 'key' && event.key === 'Enter')) categories.askAgain();
    return event.type !== 'key' || event.key === 'Escape' || event.key === 'Enter';
  }

  /** Puts a step behind those that wait; false where none does, so that it can be made at once. */
  follow(work: Work, cause: Cause): boolean {
    return this.#steps.length > 0 && this.#steps.push({ work, cause }) > 0;
  }

  /** Makes `work` again as soon as there is what its `step` lacked, and then what came after it. */
  async hold(work: Work, cause: Cause, step: Outcome): Promise<void> {
    const { open } = this.#workbench;
    const steps: Waiting[] = (this.#steps = [{ work, cause }]);
    this.#isAsking = step.isBlocked === true;
    const isReady = await this.ready(step);
    // Another tool or image since.
    if (steps !== this.#steps) return;
    this.#isAsking = false;
    this.#steps = [];
    if (open !== this.#workbench.open) return;
    if (isReady) for (const each of steps) this.#host.attempt(each.work, each.cause);
    else if (step.isBlocked) this.#host.drop();
    else this.#host.giveUp();
  }

  /** Gets what an outcome lacks; false where that is not to be had, which is told, or not wanted. */
  async ready({ isBlocked, idsNeeded = 0 }: Outcome): Promise<boolean> {
    const { categories, ids, notices } = this.#workbench;
    if (isBlocked) return categories.ensure(NO_CATEGORY.notice);
    try {
      await ids.ensure(idsNeeded);
      return true;
    } catch (error) {
      notices.error(error);
      return false;
    }
  }
}
