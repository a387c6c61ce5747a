/** What of the open image is selected and what is hidden, and what was copied of any image; none of it is part of a document. */
import type { Annotation } from '@shared/document/types';

export class Selection {
  #ids = $state.raw<ReadonlySet<number>>(new Set());
  #byTool = $state<string | null>(null);
  #hidden = $state.raw<ReadonlySet<number>>(new Set());
  #clipboard = $state.raw<readonly Annotation[]>([]);

  /** Ids of annotations, in the order in which they were selected. */
  get ids(): ReadonlySet<number> {
    return this.#ids;
  }
  /** Id of the tool that selected what it drew; null where the user made the selection. */
  get byTool(): string | null {
    return this.#byTool;
  }
  /** Annotations that are not shown: a view setting, never saved. */
  get hidden(): ReadonlySet<number> {
    return this.#hidden;
  }
  /** What was copied last, of whatever image of this project. */
  get clipboard(): readonly Annotation[] {
    return this.#clipboard;
  }

  /** `byTool`: id of the tool that selects what it drew; absent: the user selects. */
  set(ids: Iterable<number>, byTool: string | null = null): void {
    this.#ids = new Set(ids);
    this.#byTool = byTool;
  }

  hide(ids: Iterable<number>): void {
    this.#hidden = new Set(ids);
  }

  /** Another image is open. */
  clear(): void {
    this.set([]);
    this.hide([]);
  }

  /** Those that are gone are not selected any more. */
  keepOnly(annotations: readonly Annotation[]): void {
    if (this.#ids.size === 0) return;
    const there = new Set(annotations.map(({ id }) => id));
    const left = [...this.#ids].filter((id) => there.has(id));
    if (left.length < this.#ids.size) this.set(left, this.#byTool);
  }

  /** Copies what is selected of `annotations`; false when nothing is. */
  copy(annotations: readonly Annotation[]): boolean {
    const copied = annotations.filter(({ id }) => this.#ids.has(id));
    if (copied.length > 0) this.#clipboard = copied;
    return copied.length > 0;
  }

  forgetClipboard(): void {
    this.#clipboard = [];
  }

  /** A category became another one: what was copied follows. */
  categoryMoved({ from, into }: { readonly from: number; readonly into: number }): void {
    this.#clipboard = this.#clipboard.map((annotation) =>
      annotation.categoryId === from ? { ...annotation, categoryId: into } : annotation,
    );
  }
}
