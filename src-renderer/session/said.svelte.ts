/** What the status bar says of what has just happened, until something else does; and what the latest gesture has drawn. */
import type { Patch } from '@shared/document/types';
import type { ToolHint } from '../tools/tool';

const UNDO = '(Ctrl+Z takes it back)';

export class Said {
  #notice = $state<string | null>(null);
  /** What a key or a menu has just changed: said before the hint. */
  #done = $state<string | null>(null);
  #drawn = $state<number | null>(null);

  /** The one new annotation that the latest gesture has drawn, until another one begins. */
  get drawn(): number | null {
    return this.#drawn;
  }

  /** The hint of the tool, after what just happened. */
  before(hint: ToolHint): ToolHint {
    if (this.#notice) return { ...hint, text: this.#done ? `${this.#notice} ${UNDO}` : this.#notice };
    return this.#done ? { ...hint, text: `${this.#done} ${UNDO}. ${hint.text}` } : hint;
  }

  say(sentence: string | null): void {
    this.#notice = sentence;
  }

  /** What was done, and that it can be taken back. */
  sayDone(gesture: string): void {
    this.#done = gesture;
  }

  noteDrawn({ added, updated }: Patch): void {
    this.#drawn = added.length === 1 && updated.length === 0 ? added[0].id : null;
  }

  forgetDrawn(): void {
    this.#drawn = null;
  }

  forget(): void {
    this.#notice = this.#done = null;
    this.#drawn = null;
  }
}
