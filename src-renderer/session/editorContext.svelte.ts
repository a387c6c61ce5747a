/** What a tool is given to look at: the open image's document, the selection, the category, the settings, the view. */
import type { ImagePoint } from '@shared/geometry/coords';
import type { ToolContext, ToolSettings } from '../tools/tool';
import type { Workbench } from './workbench.svelte';

export interface EditorView {
  /** View pixels per image pixel. */
  scale(): number;
  /** Visible annotations under the point, topmost first. */
  hitTest(point: ImagePoint): readonly number[];
}

export class EditorContext {
  readonly #workbench: Workbench;
  readonly #view: EditorView;
  readonly #settings: () => ToolSettings;

  constructor(workbench: Workbench, view: EditorView, settings: () => ToolSettings) {
    this.#workbench = workbench;
    this.#view = view;
    this.#settings = settings;
  }

  get selected(): Pick<ToolContext, 'selection' | 'selectedByTool'> {
    const { ids, byTool } = this.#workbench.selection;
    return { selection: ids, selectedByTool: byTool };
  }

  readonly #known = $derived.by((): ToolContext | null => {
    const open = this.#workbench.open;
    if (!open) return null;
    const locked = new Set(open.annotations.filter((annotation) => annotation.locked).map(({ id }) => id));
    return {
      snapshot: open.snapshot,
      ...this.selected,
      categoryId: this.#workbench.categories.activeId,
      freeIds: this.#workbench.ids.free,
      settings: this.#settings(),
      hidden: this.#workbench.selection.hidden,
      models: this.#workbench.makers.chosenModels,
      smartPolygons: this.#workbench.labelRules.smartPolygons,
      scale: 1,
      hit: (point) => this.#view.hitTest(point).find((id) => !locked.has(id)) ?? null,
    };
  });

  /** Null without an open image. The zoom changes at every wheel step without being state of ours, so it is read when it is needed. */
  now(): ToolContext | null {
    const known = this.#known;
    return known && { ...known, scale: this.#view.scale(), freeIds: this.#workbench.ids.free };
  }
}
