/** Drafts that are offered: read to be gone on with, or thrown away and dropped, which is told with a button that brings them back. */
import { AppError } from '@shared/errors/appError';
import type { StoredDraft } from '@shared/project/types';
import type { DraftData } from '../tools/drafts';
import type { Tool, ToolContext, ToolStep } from '../tools/tool';
import type { ImageDrafts } from './imageDrafts.svelte';
import type { Workbench } from './workbench.svelte';

/** A draft that can be gone on with. */
export interface Resumed {
  readonly drafts: ImageDrafts;
  readonly draft: StoredDraft;
  readonly tool: Tool;
  readonly step: ToolStep;
  readonly data: DraftData;
}

export class DraftOffers {
  readonly #tools: readonly Tool[];
  readonly #workbench: Workbench;

  constructor(tools: readonly Tool[], workbench: Workbench) {
    this.#tools = tools;
    this.#workbench = workbench;
  }

  /**
   * Goes on with a draft of the open image. `begin` puts aside what is in hand; it gives the context to go on in, null where
   * something has to be answered first.
   */
  resume(key: string, begin: () => ToolContext | null, goOn: (resumed: Resumed) => void): void {
    const { open, notices } = this.#workbench;
    const draft = open?.drafts.offered.find((offered) => offered.key === key);
    if (!open || !draft || this.#workbench.refuseChange()) return;
    try {
      const context = begin();
      if (!context) return;
      const { tool, step, data } = this.#read(draft, context);
      // What cannot be gone on with is no reason to throw it away.
      if (data) goOn({ drafts: open.drafts, draft, tool, step, data });
      const notice = data ? step.notice : (step.notice ?? 'This cannot be gone on with here');
      if (notice) notices.show('info', notice);
    } catch (error) {
      notices.error(error);
    }
  }

  /** Where its tool goes on; `data`: null where it cannot be gone on with here. Throws for a tool that is not known. */
  #read(draft: StoredDraft, context: ToolContext): { tool: Tool; step: ToolStep; data: DraftData | null } {
    const tool = this.#tools.find(({ id }) => id === draft.tool);
    if (!tool?.drafts) throw new AppError('bad-input', `This version has no tool “${draft.tool}”`);
    const step = tool.drafts.resume(readData(draft.data), context);
    return { tool, step, data: tool.drafts.save(step.state) };
  }

  /** Throws a draft away; the notice brings it back. */
  discard(key: string, what: string): void {
    const { open } = this.#workbench;
    const draft = open?.drafts.offered.find((offered) => offered.key === key);
    if (!open || !draft || this.#workbench.refuseChange()) return;
    open.drafts.drop(key);
    this.#offerBack(draft, `Discarded: ${what}`);
  }

  /** A key dropped all of it at once: where that was much, it is told. */
  tellDropped(draft: StoredDraft): void {
    const drafts = this.#tools.find(({ id }) => id === draft.tool)?.drafts;
    const data = readData(draft.data);
    if (drafts?.isDear(data)) this.#offerBack(draft, `Dropped: ${drafts.describe(data)}`);
  }

  #offerBack(draft: StoredDraft, told: string): void {
    const { open, notices, project } = this.#workbench;
    if (!open) return;
    const run = () => {
      // The image may be another one by now; another project has nothing to do with it.
      const now = this.#workbench.open?.image.id === open.image.id ? this.#workbench.open : open;
      if (this.#workbench.project?.file === project?.file) now.drafts.bringBack(draft);
    };
    notices.show('info', told, [], { label: 'Undo', run });
  }
}

function readData(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('bad-input', 'This unfinished work is damaged in the project file', {
      hint: 'discard it',
      cause,
    });
  }
}
