/** What the active tool is in the middle of, kept as a draft of its image after every step. */
import { deepEqual } from '@shared/document/equal';
import type { StoredDraft } from '@shared/project/types';
import type { DraftData } from '../tools/drafts';
import type { Tool, ToolEvent, ToolState } from '../tools/tool';
import type { ImageDrafts } from './imageDrafts.svelte';

/**
 * Who caused a step. `user`: what is let go of then is thrown away, as Esc says. `move`: the pointer, sixty times a second.
 * `outside`: another tool or image, a lost pointer, a change of the document; nobody asked for anything to be thrown away.
 */
export type Cause = 'user' | 'move' | 'outside';

export function causeOf({ type }: ToolEvent): Cause {
  if (type === 'move' || type === 'leave') return 'move';
  return type === 'cancel' || type === 'context' ? 'outside' : 'user';
}

/** While the button is down a line is kept this often; what a release makes of it is kept at once. */
const MOVES_EVERY_MS = 250;

interface Hand {
  readonly drafts: ImageDrafts;
  readonly draft: StoredDraft;
  readonly data: DraftData;
}

export class DraftInHand {
  #hand: Hand | null = null;
  #keptAtMs = 0;

  get isEmpty(): boolean {
    return this.#hand === null;
  }

  /** The draft that a step with a patch has finished: it has nothing more to keep. */
  finishedBy(tool: Tool, state: ToolState): StoredDraft | undefined {
    const hand = this.#hand;
    if (!hand || tool.drafts?.save(state)) return undefined;
    this.#hand = null;
    return hand.draft;
  }

  /** Keeps what the state has, in `drafts` where it is new; gives back what the user threw away with this step. */
  keep(tool: Tool, state: ToolState, drafts: ImageDrafts, cause: Cause): StoredDraft | null {
    const now = performance.now();
    if (cause === 'move' && now - this.#keptAtMs < MOVES_EVERY_MS) return null;
    const data = tool.drafts?.save(state) ?? null;
    const hand = this.#hand;
    if (!data) {
      if (cause === 'outside') this.park();
      else if (hand) hand.drafts.drop(hand.draft.key);
      const isDropped = this.#hand !== null;
      this.#hand = null;
      return isDropped && hand ? hand.draft : null;
    }
    if (hand && deepEqual(hand.data, data)) return null;
    this.#keptAtMs = now;
    const draft = { key: hand?.draft.key ?? crypto.randomUUID(), tool: tool.id, data: JSON.stringify(data) };
    this.#hand = { drafts: hand?.drafts ?? drafts, draft, data };
    this.#hand.drafts.put(draft);
    return null;
  }

  /** Puts it aside, to be gone on with. */
  park(): void {
    const hand = this.#hand;
    this.#hand = null;
    hand?.drafts.putAside(hand.draft);
  }

  /** Goes on with an offered draft that the tool has made `data` of. */
  take(drafts: ImageDrafts, draft: StoredDraft, data: DraftData): void {
    drafts.take(draft.key);
    this.#hand = { drafts, draft, data };
  }
}
