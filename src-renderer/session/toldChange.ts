/** Tells a change that is more than seen, with a button that takes it back, whatever happened since. */
import type { Patch } from '@shared/document/types';
import { settlePatch } from './applyGesture';
import { takeBackPatch, tellOf } from './told';
import type { Workbench } from './workbench.svelte';

/** What the active tool is told around a change that it did not make. */
export interface Interruption {
  /** Something else is about to change the document. */
  rest(): void;
  /** Something else has changed it. */
  noteChange(): void;
}

export class ToldChange {
  readonly #workbench: Workbench;
  readonly #tool: Interruption;
  /** The latest one, as long as it is offered to take it back. */
  #latest: { readonly notice: number; readonly imageId: number; readonly patch: Patch } | null = null;

  constructor(workbench: Workbench, tool: Interruption) {
    this.#workbench = workbench;
    this.#tool = tool;
  }

  /** False where there is nothing to tell: it is seen. */
  tell(patch: Patch): boolean {
    const { notices, open, categories } = this.#workbench;
    const text = tellOf(patch, categories.list);
    if (!open || text === null) return false;
    // An older notice goes: two of them would not say which one is the latest.
    if (this.#latest) notices.dismiss(this.#latest.notice);
    const imageId = open.image.id;
    const run = () => void this.#takeBack(imageId, patch);
    this.#latest = { notice: notices.show('info', text, [], { label: 'Undo', run }), imageId, patch };
    return true;
  }

  /** The document has changed: a notice whose button has nothing left to take back goes. */
  noteChange(): void {
    const { notices, open } = this.#workbench;
    const latest = this.#latest;
    if (!latest || open?.image.id !== latest.imageId || takeBackPatch(latest.patch, open.snapshot)) return;
    this.#latest = null;
    notices.dismiss(latest.notice);
  }

  async #takeBack(imageId: number, patch: Patch): Promise<void> {
    if (this.#workbench.open?.image.id !== imageId) await this.#workbench.openImage(imageId);
    const { open } = this.#workbench;
    if (open?.image.id !== imageId || this.#workbench.refuseChange()) return;
    this.#tool.rest();
    const back = open.last === patch ? null : takeBackPatch(patch, open.snapshot);
    const settled = back && settlePatch(this.#workbench, back);
    if (settled?.notice) this.#workbench.notices.show('info', settled.notice);
    if (open.last === patch) await open.undo();
    else if (settled?.patch) await open.apply(settled.patch, 'Take back');
    this.#tool.noteChange();
  }
}
