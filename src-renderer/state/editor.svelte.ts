/** Runs the active tool: feeds it events, draws its preview, commits its patches. */
import type { ImagePoint } from '@shared/geometry/coords';
import {
  DEFAULT_TOOL_SETTINGS,
  isUnhandled,
  type Outcome,
  type Tool,
  type ToolContext,
  type ToolEvent,
  type ToolHint,
  type ToolSettings,
} from '../tools/tool';
import type { Preview } from '../tools/preview';
import type { Workbench } from './workbench.svelte';

export interface EditorView {
  /** View pixels per image pixel. */
  scale(): number;
  /** Visible annotations under the point, topmost first. */
  hitTest(point: ImagePoint): readonly number[];
}

export class Editor {
  readonly tools: readonly Tool[];
  readonly #workbench: Workbench;
  readonly #view: EditorView;
  #tool = $state.raw<Tool>() as Tool;
  #state = $state.raw<Tool['initial']>() as Tool['initial'];
  #settings = $state.raw<ToolSettings>(DEFAULT_TOOL_SETTINGS);
  #notice = $state<string | null>(null);
  #last: Tool;

  /** The first tool is the one to start with, and to come back to. */
  constructor(tools: readonly Tool[], workbench: Workbench, view: EditorView) {
    this.tools = tools;
    this.#workbench = workbench;
    this.#view = view;
    this.#tool = this.#last = tools[0];
    this.#state = tools[0].initial;
  }

  get tool(): Tool {
    return this.#tool;
  }
  get settings(): ToolSettings {
    return this.#settings;
  }
  get idle(): boolean {
    return this.#state.kind === 'idle';
  }

  readonly #context = $derived.by((): ToolContext | null => {
    const open = this.#workbench.open;
    if (!open) return null;
    const locked = new Set(open.annotations.filter((annotation) => annotation.locked).map(({ id }) => id));
    return {
      snapshot: open.snapshot,
      selection: this.#workbench.selection,
      categoryId: this.#workbench.activeCategoryId,
      freeIds: this.#workbench.ids.free,
      settings: this.#settings,
      hidden: this.#workbench.hidden,
      scale: 1,
      hit: (point) => this.#view.hitTest(point).find((id) => !locked.has(id)) ?? null,
    };
  });

  get preview(): Preview {
    const context = this.#currentContext();
    return context ? this.#tool.preview(this.#state, context) : [];
  }

  /** The cursor and the sentence of the status bar: what just happened, else what the tool does next. */
  get hint(): ToolHint {
    const context = this.#currentContext();
    const hint = context ? this.#tool.hint(this.#state, context) : { cursor: 'default', text: '' };
    return this.#notice ? { ...hint, text: this.#notice } : hint;
  }

  choose(id: string): void {
    const tool = this.tools.find((candidate) => candidate.id === id);
    if (!tool || tool === this.#tool) return;
    this.cancel();
    if (this.#tool !== this.tools[0]) this.#last = this.#tool;
    this.#tool = tool;
    this.#state = tool.initial;
    this.#notice = null;
  }

  /** Back to the tool used before, as labellers do between selecting and drawing. */
  chooseLast(): void {
    this.choose(this.#last.id);
  }

  set(settings: Partial<ToolSettings>): void {
    this.#settings = { ...this.#settings, ...settings };
    this.dispatch({ type: 'context' });
  }

  /** Drops what is in progress: another tool, another image, a lost pointer. */
  cancel(): void {
    this.dispatch({ type: 'cancel' });
  }

  /** Feeds one event to the tool; false when the tool had no use for it, so that its key is free for the window. */
  dispatch(event: ToolEvent): boolean {
    const context = this.#currentContext();
    if (!context) return false;
    const before = this.#state;
    const step = this.#tool.reduce(before, event, context);
    this.#state = step.state;
    // What happened stays readable while the pointer merely moves on.
    if (event.type === 'down' || event.type === 'key') this.#notice = null;
    this.absorb(step);
    return !isUnhandled(before, step);
  }

  /** Runs a command on the selection; ids for as many new annotations as are selected or copied are there when it runs. */
  async command(work: (context: ToolContext) => Outcome): Promise<void> {
    if (!this.#workbench.project?.readOnly) {
      await this.#workbench.ids.ensure(this.#workbench.selection.size + this.#workbench.clipboard.length);
    }
    const context = this.#currentContext();
    if (!context) return;
    this.cancel();
    this.absorb(work(context));
  }

  /** Carries out what a tool or a command asks for. */
  absorb(outcome: Outcome): void {
    const { patch, gesture, selection, notice } = outcome;
    if (patch) {
      if (this.#workbench.project?.readOnly) {
        this.#notice = 'This project is open elsewhere: here it can be looked at, not changed';
        return;
      }
      this.#workbench.ids.drop(patch.added.map(({ id }) => id));
      void this.#workbench.open?.apply(patch, gesture ?? this.#tool.label);
    }
    if (selection) this.#workbench.select(selection);
    if (patch || notice) this.#notice = notice ?? null;
  }

  /** The zoom changes at every wheel step without being state of ours, so it is read when it is needed. */
  #currentContext(): ToolContext | null {
    const context = this.#context;
    return context && { ...context, scale: this.#view.scale(), freeIds: this.#workbench.ids.free };
  }
}
