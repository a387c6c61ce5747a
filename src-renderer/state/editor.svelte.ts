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
  type ToolState,
  type ToolStep,
} from '../tools/tool';
import type { Answer, ToolAction } from '../tools/ask';
import type { Preview } from '../tools/preview';
import type { ToolAsks } from './toolAsks.svelte';
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
  readonly #asks: ToolAsks;
  #tool = $state.raw<Tool>() as Tool;
  #state = $state.raw<Tool['initial']>() as Tool['initial'];
  #settings = $state.raw<ToolSettings>(DEFAULT_TOOL_SETTINGS);
  #notice = $state<string | null>(null);
  #last: Tool;

  /** The first tool is the one to start with, and to come back to. */
  constructor(tools: readonly Tool[], workbench: Workbench, view: EditorView, asks: ToolAsks) {
    this.tools = tools;
    this.#workbench = workbench;
    this.#view = view;
    this.#asks = asks;
    this.#tool = this.#last = tools[0];
    this.#state = tools[0].initial;
  }

  get tool(): Tool {
    return this.#tool;
  }
  get settings(): ToolSettings {
    return this.#settings;
  }
  /** What the active tool is in the middle of: its panel shows it. */
  get state(): ToolState {
    return this.#state;
  }
  /** True while the active tool waits for the engine. */
  get waiting(): boolean {
    return this.#asks.waiting;
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
      models: this.#workbench.models,
      scale: 1,
      hit: (point) => this.#view.hitTest(point).find((id) => !locked.has(id)) ?? null,
    };
  });

  get preview(): Preview {
    const context = this.#currentContext();
    // Handles that cannot be dragged are not shown.
    return context && !this.#workbench.readOnlyWhy ? this.#tool.preview(this.#state, context) : [];
  }

  /** The cursor and the sentence of the status bar: what just happened, else what the tool does next. */
  get hint(): ToolHint {
    const context = this.#currentContext();
    const isUsable = context && !this.#workbench.readOnlyWhy;
    const hint = isUsable ? this.#tool.hint(this.#state, context) : { cursor: 'default', text: '' };
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
    this.warm();
  }

  /** Has the open image's pixels read ahead where the active tool is going to ask about them. */
  warm(): void {
    const imageId = this.#workbench.open?.image.id;
    if (this.#tool.answer && imageId !== undefined) this.#asks.warm(imageId);
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
    this.#asks.cancel();
    this.dispatch({ type: 'cancel' });
  }

  /**
   * Feeds one event to the tool; false when the tool had no use for it, so that its key is free for the window. In a
   * read-only project the tool rests, and what would change something is refused with the reason.
   */
  dispatch(event: ToolEvent): boolean {
    const context = this.#currentContext();
    if (!context) return false;
    const before = this.#state;
    const step = this.#tool.reduce(before, event, context);
    if (this.#workbench.readOnlyWhy) return step.patch !== undefined && this.#workbench.refuseChange();
    // What happened stays readable while the pointer merely moves on.
    if (event.type === 'down' || event.type === 'key') this.#notice = null;
    this.#take(step);
    return !isUnhandled(before, step);
  }

  /** A press in the active tool's panel. */
  act(action: ToolAction): void {
    const context = this.#currentContext();
    if (!context || !this.#tool.act) return;
    this.#notice = null;
    this.#take(this.#tool.act(this.#state, action, context));
  }

  #deliver(tool: Tool, imageId: number, answer: Answer): void {
    const context = this.#currentContext();
    // The tool or the image it was asked for is not the one at hand any more.
    if (!context || tool !== this.#tool || context.snapshot.imageId !== imageId || !tool.answer) return;
    this.#take(tool.answer(this.#state, answer, context));
  }

  #take(step: ToolStep): void {
    this.#state = step.state;
    this.absorb(step);
  }

  /** Runs a command on the selection; ids for as many new annotations as are selected or copied are there when it runs. */
  async command(work: (context: ToolContext) => Outcome): Promise<void> {
    if (!this.#workbench.readOnlyWhy) {
      await this.#workbench.ids.ensure(this.#workbench.selection.size + this.#workbench.clipboard.length);
    }
    const context = this.#currentContext();
    if (!context) return;
    this.cancel();
    this.absorb(work(context));
  }

  /** Carries out what a tool or a command asks for. */
  absorb(outcome: Outcome): void {
    const { patch, gesture, selection, notice, isBlocked } = outcome;
    if (patch) {
      if (this.#workbench.refuseChange()) return;
      this.#workbench.ids.drop(patch.added.map(({ id }) => id));
      void this.#workbench.open?.apply(patch, gesture ?? this.#tool.label);
    }
    if (outcome.settings) this.#settings = { ...this.#settings, ...outcome.settings };
    if (selection) this.#workbench.select(selection);
    if (patch || notice) this.#notice = notice ?? null;
    if (notice && isBlocked) this.#workbench.notices.show('info', notice);
    this.#send(outcome);
  }

  #send({ asks = [], idsNeeded }: Outcome): void {
    const tool = this.#tool;
    const imageId = this.#workbench.open?.image.id;
    if (imageId === undefined) return;
    for (const ask of asks) void this.#asks.ask(ask, imageId, (answer) => this.#deliver(tool, imageId, answer));
    if (idsNeeded) {
      const ready = () => tool === this.#tool && this.dispatch({ type: 'context' });
      this.#workbench.ids.ensure(idsNeeded).then(ready, (error) => this.#workbench.notices.error(error));
    }
  }

  /** The zoom changes at every wheel step without being state of ours, so it is read when it is needed. */
  #currentContext(): ToolContext | null {
    const context = this.#context;
    return context && { ...context, scale: this.#view.scale(), freeIds: this.#workbench.ids.free };
  }
}
