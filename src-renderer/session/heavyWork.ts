/** What tools hand on because it takes too long for the window's thread: done in the worker, taken only where nothing changed meanwhile. */
import type { StoredDraft } from '@shared/project/types';
import { withOwn } from '../shapeWork/heavyOutcome';
import { HeavyWorker } from '../shapeWork/heavyWorker';
import type { HeavyTask } from '../tools/heavy';
import type { Outcome, ToolContext } from '../tools/tool';
import type { Workbench } from './workbench.svelte';

/** Who hands it on, and takes the outcome. */
export interface HeavyHost {
  context(): ToolContext | null;
  /** Says in the status bar what goes on; null: nothing any more. */
  say(sentence: string | null): void;
  absorb(outcome: Outcome, toolId: string | null, draft?: StoredDraft): void;
  noteChange(): void;
}

export class HeavyWork {
  readonly #workbench: Workbench;
  readonly #host: HeavyHost;
  readonly #worker = new HeavyWorker();

  constructor(workbench: Workbench, host: HeavyHost) {
    this.#workbench = workbench;
    this.#host = host;
  }

  /**
   * Its outcome comes later: what it looked at may be changed or left then, so nothing is done, that is told, and what was
   * drawn for it is offered again.
   */
  async run(
    heavy: HeavyTask,
    toolId: string | null,
    draft?: StoredDraft,
    open = this.#workbench.open,
    project = this.#workbench.project?.file,
  ): Promise<void> {
    // Another project has nothing to do with it.
    const giveBack = () => draft && project === this.#workbench.project?.file && open?.drafts.bringBack(draft);
    const context = this.#host.context();
    if (!open || open !== this.#workbench.open || !context || this.#workbench.refuseChange()) return void giveBack();
    const { task, annotations } = heavy;
    const { selection, hidden, freeIds } = context;
    this.#host.say('Working on large outlines …');
    try {
      const snapshot = { ...open.snapshot, annotations };
      const outcome = await this.#worker.run({ task, context: { snapshot, selection, hidden, freeIds } });
      const { patch, idsNeeded = 0 } = outcome;
      const now = new Set(open.annotations);
      const isSame = open === this.#workbench.open && annotations.every((each) => now.has(each));
      if (!isSame) {
        this.#host.say(null);
        this.#workbench.notices.show('info', 'Nothing was done: the annotations changed while it was computed');
        giveBack();
        return;
      }
      const free = new Set(this.#workbench.ids.free);
      if (idsNeeded > 0 || patch?.added.some(({ id }) => !free.has(id))) {
        await this.#workbench.ids.ensure(Math.max(idsNeeded, patch?.added.length ?? 0));
        await this.run(heavy, toolId, draft, open, project);
        return;
      }
      this.#host.say(null);
      this.#host.absorb(patch ? { ...outcome, patch: withOwn(patch, open.snapshot) } : outcome, toolId, draft);
      if (!patch) giveBack();
      this.#host.noteChange();
    } catch (error) {
      this.#host.say(null);
      this.#workbench.notices.error(error);
      giveBack();
    }
  }
}
