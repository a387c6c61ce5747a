/** The right column's sections: each keeps its place whatever is in it; which are folded, and how high they were dragged. */
import type { SectionSettings } from '@shared/settings';
import { ruleOf, type SectionHeights, type SectionId, sectionRules } from './sectionRules';

/** What a section's panel needs to know of its place. */
export interface SectionPlace {
  readonly collapsed: boolean;
  readonly ontoggle: () => void;
}

export class ColumnSections {
  /** As the settings file has them, with sections of other versions. */
  #kept = $state.raw<Readonly<Record<string, SectionSettings>>>({});

  read(kept: Readonly<Record<string, SectionSettings>>): void {
    this.#kept = kept;
  }

  toSettings(): Record<string, SectionSettings> {
    return { ...this.#kept };
  }

  isCollapsed(id: SectionId): boolean {
    return this.#kept[id]?.collapsed ?? false;
  }

  place(id: SectionId): SectionPlace {
    return { collapsed: this.isCollapsed(id), ontoggle: () => this.toggle(id) };
  }

  toggle(id: SectionId): void {
    this.#change(id, { collapsed: !this.isCollapsed(id) });
  }

  /** The height it asks for; the column's whole height is shared out, see `sectionRules`. */
  wantedPx(id: SectionId): number {
    return this.#kept[id]?.heightPx ?? ruleOf(id).firstPx;
  }

  setHeights(heights: SectionHeights): void {
    for (const [id, heightPx] of Object.entries(heights) as [SectionId, number][]) this.#change(id, { heightPx });
  }

  /** Every section as high as at first. */
  reset(): void {
    for (const { id } of sectionRules) this.#change(id, { heightPx: null });
  }

  #change(id: SectionId, change: Partial<SectionSettings>): void {
    const kept = this.#kept[id] ?? { heightPx: null, collapsed: false };
    this.#kept = { ...this.#kept, [id]: { ...kept, ...change } };
  }
}
