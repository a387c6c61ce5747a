/** Runs the active tool: feeds it events, draws its preview, commits its patches, keeps what it is in the middle of. */
import type { Patch } from '@shared/document/types';
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
import type { StoredDraft } from '@shared/project/types';
import type { Answer, ToolAction } from '../tools/ask';
import { keysMeanSelection, selectorOf } from '../tools/target';
import type { Preview } from '../tools/preview';
import { AcceptedFirst } from './acceptedFirst';
import { applyGesture, joinedInto, settlePatch } from './applyGesture';
import { type Cause, causeOf, DraftInHand } from './draftInHand';
import { DraftOffers } from './draftOffers';
import { EditorContext, type EditorView } from './editorContext.svelte';
import { HeavyWork } from './heavyWork';
import { Said } from './said.svelte';
import { ToldChange } from './toldChange';
import type { ToolAsks } from './toolAsks.svelte';
import { WaitingSteps, type Work } from './waitingSteps';
import { joined } from './wording';
import type { Workbench } from './workbench.svelte';

export class Editor {
  readonly tools: readonly Tool[];
  readonly #workbench: Workbench;
  readonly #context: EditorContext;
  readonly #asks: ToolAsks;
  readonly #heavy: HeavyWork;
  readonly #offers: DraftOffers;
  readonly #told: ToldChange;
  #tool = $state.raw<Tool>() as Tool;
  #state = $state.raw<Tool['initial']>() as Tool['initial'];
  #settings = $state.raw<ToolSettings>(DEFAULT_TOOL_SETTINGS);
  readonly #said = new Said();
  #last: Tool;
  readonly #waiting: WaitingSteps;
  readonly #accepted: AcceptedFirst;
  readonly #inHand = new DraftInHand();
  #isHeld = false;

  /** The first tool is the one to start with, and to come back to. */
  constructor(tools: readonly Tool[], workbench: Workbench, view: EditorView, asks: ToolAsks) {
    this.tools = tools;
    this.#workbench = workbench;
    this.#context = new EditorContext(workbench, view, () => this.#settings);
    this.#asks = asks;
    workbench.accepted = () => asks.accepted(() => this.#state);
    this.#tool = this.#last = tools[0];
    this.#state = tools[0].initial;
    this.#offers = new DraftOffers(tools, workbench);
    this.#told = new ToldChange(workbench, this);
    this.#waiting = new WaitingSteps(workbench, {
      attempt: (work, cause) => void this.#attempt(work, cause),
      // A drag has nothing to hold on to without the button; a polygon waits for another Enter.
      giveUp: () => this.rest(),
      drop: () => void this.#attempt((state, context) => this.#tool.reduce(state, { type: 'cancel' }, context), 'user'),
    });
    this.#accepted = new AcceptedFirst(asks, { state: () => this.#state, feed: (event) => void this.#feed(event) });
    this.#heavy = new HeavyWork(workbench, {
      context: () => this.#context.now(),
      say: (sentence) => this.#said.say(sentence),
      absorb: (...what) => this.#absorb(...what),
      noteChange: () => this.noteChange(),
    });
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
  /** The annotation in whose place the preview is shown. */
  get remade(): number | null {
    return this.#tool.remade?.(this.#state) ?? null;
  }
  /** True while the active tool waits for the engine. */
  get waiting(): boolean {
    return this.#asks.waiting;
  }
  /** A button is down on the canvas: a drag that no key may end but the tool's own. */
  get isHeld(): boolean {
    return this.#isHeld;
  }
  /** True while the model of the active tool looks at the image, before it can answer. */
  get looking(): boolean {
    return this.#tool.looksAhead !== undefined && this.#asks.looking;
  }
  /** The one new annotation that the latest gesture has drawn, until another one begins. */
  get drawn(): number | null {
    return this.#said.drawn;
  }
  forgetDrawn(): void {
    this.#said.forgetDrawn();
  }
  get idle(): boolean {
    return this.#state.kind === 'idle';
  }
  /** True where a digit gives the selection a category, and Backspace deletes it. */
  get keysMeanSelection(): boolean {
    return keysMeanSelection(this.#context.selected, this.#tool.id, this.#state);
  }

  get preview(): Preview {
    const context = this.#context.now();
    // Handles that cannot be dragged are not shown.
    return context && !this.#workbench.readOnlyWhy ? this.#tool.preview(this.#state, context) : [];
  }

  /** The cursor and the sentence of the status bar: what just happened, else what the tool does next. */
  get hint(): ToolHint {
    const context = this.#context.now();
    if (!context || this.#workbench.readOnlyWhy) return this.#said.before({ cursor: 'default', text: '' });
    const hint = this.#tool.hint(this.#state, context);
    if (!this.#tool.looksAhead) return this.#said.before(hint);
    const told = { ...hint, text: this.#asks.told(hint.text) };
    return this.#asks.looking ? told : this.#said.before(told);
  }

  choose(id: string): void {
    const tool = this.tools.find((candidate) => candidate.id === id);
    if (!tool || this.#accepted.holdsChoice(() => this.choose(id))) return;
    if (tool === this.#tool || this.#waiting.leadsBack()) return;
    this.cancel();
    if (this.#tool !== this.tools[0]) this.#last = this.#tool;
    this.#tool = tool;
    this.#state = tool.initial;
    this.#said.forget();
    this.warm();
    // What was left for another tool a moment ago is where it was; what lies here for longer is offered.
    const left = this.#workbench.open?.drafts.offered.find((draft) => draft.tool === id && draft.isParked);
    if (left) this.resume(left.key);
  }

  /** Goes on with a draft of the open image; what is in hand is put aside. */
  resume(key: string): void {
    const begin = () => {
      if (this.#waiting.leadsBack()) return null;
      this.cancel();
      return this.#context.now();
    };
    this.#offers.resume(key, begin, ({ drafts, draft, tool, step, data }) => {
      if (tool !== this.#tool && this.#tool !== this.tools[0]) this.#last = this.#tool;
      this.#tool = tool;
      this.#state = step.state;
      this.#inHand.take(drafts, draft, data);
      this.#said.forget();
      this.#absorb(step, tool.id);
      this.warm();
    });
  }

  /** Throws a draft away; the notice brings it back. */
  discard(key: string, what: string): void {
    this.#offers.discard(key, what);
  }

  /** Has the open image's pixels read ahead where the active tool is going to ask about them. */
  warm(): void {
    const imageId = this.#workbench.open?.image.id;
    if (this.#tool.answer && imageId !== undefined) this.#asks.warm(imageId, this.#tool.looksAhead ?? 'pixels');
  }

  /** The view moved: what is in sight may be seen finer now, unless something is in hand. */
  noteView(): void {
    const seen = this.#workbench.open?.image.id;
    const isSeen = () => this.#workbench.open?.image.id === seen;
    if (seen !== undefined) this.#asks.follow(seen, () => this.#tool.looksAhead === 'prompts' && this.idle && isSeen());
  }

  /** Back to the tool used before, as labellers do between selecting and drawing. */
  chooseLast(): void {
    this.choose(this.#last.id);
  }

  set(settings: Partial<ToolSettings>): void {
    this.#settings = { ...this.#settings, ...settings };
    this.dispatch({ type: 'context' });
  }

  /** Ends what is in progress: another tool, another image. What can be gone on with is put aside, the rest is dropped. */
  cancel(): void {
    this.#asks.cancel();
    this.#waiting.clear();
    this.#said.forgetDrawn();
    this.dispatch({ type: 'cancel' });
    this.#inHand.park();
  }

  /** Something else is about to change the document: a drag ends, what can be gone on with stays in hand. */
  rest(): void {
    if (this.#inHand.isEmpty && !this.#waiting.leadsBack()) this.cancel();
  }

  /** Something else has changed the document: what is in hand, or told with an Undo, may be about an annotation that is gone. */
  noteChange(): void {
    this.#told.noteChange();
    if (!this.#inHand.isEmpty) this.dispatch({ type: 'context' });
  }

  /**
   * Feeds one event to the tool; false when the tool had no use for it, so that its key is free for the window. In a
   * read-only project the tool rests, and what would change something is refused with the reason.
   */
  dispatch(event: ToolEvent): boolean {
    const context = this.#context.now();
    if (event.type === 'down') this.#isHeld = true;
    if (event.type === 'up' || event.type === 'cancel') this.#isHeld = false;
    if (!context) return false;
    if (this.#workbench.readOnlyWhy) {
      return this.#tool.reduce(this.#state, event, context).patch !== undefined && this.#workbench.refuseChange();
    }
    return this.#accepted.holds(event) || this.#feed(event);
  }

  #feed(event: ToolEvent): boolean {
    const isOfUse = this.#waiting.answerAsked(event);
    if (isOfUse !== null) return isOfUse;
    const made: ToolStep[] = [];
    const isHandled = this.#attempt((state, now) => {
      // What happened stays readable while the pointer merely moves on.
      if (event.type === 'down' || event.type === 'key') this.#said.forget();
      const step = this.#tool.reduce(state, event, now);
      made.push(step);
      return step;
    }, causeOf(event));
    if (event.type === 'key' && made.length > 0) this.#sayUndo(made[0]);
    return isHandled;
  }

  /** What something reads of the active tool's state; null without an image. */
  look<T>(read: (state: ToolState, context: ToolContext, toolId: string) => T): T | null {
    const context = this.#context.now();
    return context && read(this.#state, context, this.#tool.id);
  }

  /** Says in the status bar why a key did nothing, or what it did, until something else happens. */
  say(sentence: string): void {
    this.#said.say(sentence);
  }

  /** A press in the active tool's panel. */
  act(action: ToolAction): void {
    if (!this.#tool.act) return;
    this.#said.forget();
    this.#attempt((state, context) => this.#tool.act!(state, action, context), 'user');
  }

  /**
   * Makes a step. One that lacks ids or the first category is made again when they are there, and what comes meanwhile waits
   * its turn: nothing has to be drawn twice. False when the step had no use for what caused it.
   */
  #attempt(work: Work, cause: Cause): boolean {
    if (this.#waiting.follow(work, cause)) return true;
    const context = this.#context.now();
    if (!context) return false;
    const before = this.#state;
    const step = work(before, context);
    if (step.isBlocked || step.idsNeeded) {
      void this.#waiting.hold(work, cause, step);
      return true;
    }
    this.#state = step.state;
    this.#absorb(step, this.#tool.id);
    const { open } = this.#workbench;
    const dropped = open && this.#inHand.keep(this.#tool, step.state, open.drafts, cause);
    if (dropped) this.#offers.tellDropped(dropped);
    return !isUnhandled(before, step);
  }

  /**
   * Runs a command on what is selected now, with as many ids for new annotations as it asks for. What a tool is in the middle
   * of goes on, unless the command took away what it is about.
   */
  async command(work: (context: ToolContext) => Outcome): Promise<void> {
    const context = this.#context.now();
    if (!context) return;
    const { open, readOnlyWhy } = this.#workbench;
    const { selection, selectedByTool } = context;
    let outcome = work(context);
    while ((outcome.isBlocked || outcome.idsNeeded) && !readOnlyWhy) {
      if (!(await this.#waiting.ready(outcome))) return;
      const now = this.#context.now();
      if (!now || open !== this.#workbench.open) return;
      // It was meant for what was selected when it was given.
      outcome = work({ ...now, selection, selectedByTool });
    }
    const applied = this.#absorb(outcome, null);
    this.dispatch({ type: 'context' });
    if (applied && !this.#told.tell(applied)) this.#sayUndo(outcome);
  }

  /** What a key or a menu did, and that it can be taken back; a sentence of the outcome's own says neither. */
  #sayUndo({ patch, gesture }: Outcome): void {
    if (patch) this.#said.sayDone(gesture ?? this.#tool.label);
  }

  /**
   * Carries out what a step of a tool asks for; `toolId`: null for a command. `finished`: the draft that the patch ends, where
   * it was let go of before. Gives back what was applied.
   */
  #absorb(outcome: Outcome, toolId: string | null, finished?: StoredDraft): Patch | null {
    const { gesture } = outcome;
    const settled = outcome.patch && settlePatch(this.#workbench, outcome.patch);
    const patch = settled?.patch ?? null;
    const notice = joined(outcome.notice, settled?.notice, toolId === null ? joinedInto(settled) : undefined);
    const selection = outcome.selection && [...new Set(outcome.selection.map((id) => settled?.into.get(id) ?? id))];
    if (settled && this.#workbench.refuseChange()) return null;
    if (patch) {
      const draft = finished ?? this.#inHand.finishedBy(this.#tool, this.#state);
      applyGesture(this.#workbench, patch, gesture ?? this.#tool.label, draft);
    }
    if (outcome.settings) this.#settings = { ...this.#settings, ...outcome.settings };
    const made = { patch: patch ?? undefined, selection };
    if (selection) this.#workbench.selection.set(selection, selectorOf(toolId, made, this.#context.selected));
    if (patch || notice) this.#said.forget();
    if (notice) this.#said.say(notice);
    if (patch && toolId !== null) this.#said.noteDrawn(patch);
    if (outcome.heavy) {
      void this.#heavy.run(outcome.heavy, toolId, this.#inHand.finishedBy(this.#tool, this.#state));
    }
    this.#send(outcome);
    return patch;
  }

  #send({ asks = [] }: Outcome): void {
    const tool = this.#tool;
    const imageId = this.#workbench.open?.image.id;
    if (imageId === undefined) return;
    const deliver = (answer: Answer) => {
      // The tool or the image it was asked for may not be the one at hand any more.
      if (tool !== this.#tool || this.#workbench.open?.image.id !== imageId || !tool.answer) return;
      this.#attempt((state, context) => tool.answer!(state, answer, context), 'user');
    };
    for (const ask of asks) void this.#asks.ask(ask, imageId, deliver);
  }
}
