/** A seeded monkey at the window: plays every drawing tool's steps, and between them does what is none of the tool's business. */
import { expect } from 'vitest';
import { randomFrom } from '@shared/dataset/random';
import type { Annotation } from '@shared/document/types';
import { polygonAnnotation, rect, rectRing, rleAnnotation } from '../tools/script';
import { CATEGORIES, WindowDesk } from './window';

type Step = readonly ['down' | 'move' | 'up', number, number] | readonly ['key', string];

export interface Play {
  readonly tool: string;
  /** What the user has selected before. */
  readonly selected?: number;
  readonly steps: readonly Step[];
}

const click = (x: number, y: number): Step[] => [
  ['down', x, y],
  ['up', x, y],
];
const drag = (...[from, ...way]: readonly (readonly [number, number])[]): Step[] => [
  ['down', ...from],
  ...way.map(([x, y]): Step => ['move', x, y]),
  ['up', ...way[way.length - 1]],
];
const box = drag([20, 20], [26, 25], [32, 30]);
const ENTER: Step = ['key', 'Enter'];

export const PLAYS: readonly Play[] = [
  { tool: 'box', steps: box },
  { tool: 'polygon', steps: [...click(20, 20), ...click(32, 20), ...click(32, 30), ...click(20, 30), ENTER] },
  { tool: 'brush', steps: drag([20, 24], [24, 26], [30, 24]) },
  { tool: 'lassoAdd', steps: drag([20, 20], [32, 20], [32, 30], [20, 30]) },
  { tool: 'fill', steps: click(30, 24) },
  { tool: 'eraser', selected: 1, steps: drag([4, 4], [6, 4], [8, 4]) },
  { tool: 'lassoCut', selected: 1, steps: drag([3, 3], [8, 3], [8, 7], [3, 7]) },
  { tool: 'split', selected: 1, steps: drag([7, 0], [7, 8], [7, 14]) },
  ...['grabcut', 'watershed', 'threshold', 'components', 'kmeans', 'bakeoff'].map((tool) => ({
    tool,
    steps: [...box, ENTER],
  })),
  { tool: 'smart-select', steps: [...click(24, 24), ...click(28, 26), ENTER] },
  { tool: 'smart-select', steps: [...box, ENTER] },
  { tool: 'wand', steps: [...click(24, 24), ENTER] },
  { tool: 'scissors', steps: [...click(20, 20), ...click(32, 20), ...click(32, 30), ENTER] },
  { tool: 'superpixels', steps: [...drag([10, 4], [20, 10], [34, 20]), ...click(12, 6), ENTER] },
];

/** On the image before anything is drawn. */
const BEFORE: readonly Annotation[] = [
  polygonAnnotation(1, [{ outer: rectRing(2, 2, 10, 8), holes: [] }], { categoryId: 1 }),
  rleAnnotation(2, rect(50, 36, 10, 8), { categoryId: 2 }),
  polygonAnnotation(3, [{ outer: rectRing(52, 34, 6, 12), holes: [] }], { categoryId: 1 }),
];

const KEYS = [
  ...'0123456789'.repeat(3),
  ...'abcdefghijklmnopqrstuvwxyz',
  ...['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown', 'Delete'],
];

const MOST_STARTS = 40;

export interface Session {
  readonly actions: number;
  /** What was changed, told and taken back, by name. */
  readonly told: readonly string[];
}

/** Plays one tool to its end with noise, and checks every change on the way; throws what an assertion throws. */
export async function session(play: Play, seed: number): Promise<Session> {
  const wanted = await resultOf(play);
  const monkey = new Monkey(await WindowDesk.open(BEFORE), play, seed);
  await monkey.play();
  expect(monkey.drawn(), `${play.tool}, seed ${seed}: ${monkey.trace}`).toEqual(wanted(monkey.drawnWith));
  return { actions: monkey.actions, told: monkey.told };
}

/** What the tool makes of its steps undisturbed, for a category of what is drawn next. */
async function resultOf(play: Play): Promise<(categoryId: number) => unknown> {
  const monkey = new Monkey(await WindowDesk.open(BEFORE), play, 0);
  await monkey.begin();
  for (const step of play.steps) await monkey.step(step);
  const plain = monkey.drawn();
  expect(plain, `${play.tool} draws something`).not.toEqual(drawnOf(BEFORE));
  const isNew = (annotation: { id: number }) => annotation.id < 0;
  return (categoryId) =>
    plain.map((annotation) =>
      isNew(annotation) && play.tool !== 'split' ? { ...annotation, categoryId } : annotation,
    );
}

/** New annotations by their order, old ones by their ids. */
function drawnOf(annotations: readonly Annotation[]) {
  const known = new Set(BEFORE.map(({ id }) => id));
  let fresh = 0;
  return annotations.map((annotation) => (known.has(annotation.id) ? annotation : { ...annotation, id: --fresh }));
}

class Monkey {
  readonly #window: WindowDesk;
  readonly #play: Play;
  readonly #random: () => number;
  /** The button is down. */
  #isHeld = false;
  actions = 0;
  readonly told: string[] = [];
  readonly #trace: string[] = [];
  /** By the rule: what the latest digit picked, whatever became of the selection. */
  nextCategory = 1;
  /** What that was when the tool ended. */
  drawnWith = 1;

  constructor(window: WindowDesk, play: Play, seed: number) {
    this.#window = window;
    this.#play = play;
    this.#random = randomFrom(seed);
  }

  get trace(): string {
    return this.#trace.slice(-40).join(' ');
  }

  get #desk() {
    return this.#window.desk;
  }

  drawn() {
    return drawnOf(this.#window.store.opened(7).snapshot.annotations);
  }

  /** The tool at rest, on the image, with what the user has selected. */
  async begin(): Promise<void> {
    const { workbench, editor } = this.#desk;
    if (workbench.open?.image.id !== 7) await this.#desk.openImage(7);
    this.#window.focus('canvas');
    if (this.#isHeld) this.#desk.pointer('cancel', 0, 0);
    this.#isHeld = false;
    workbench.selection.hide([]);
    if (editor.tool.id !== this.#play.tool) editor.choose(this.#play.tool);
    await this.#desk.settled();
    for (let left = 9; left > 0 && !editor.idle; left--) this.#window.press('Escape');
    editor.set({ brushDiameter: 4 });
    workbench.selection.set(this.#play.selected ? [this.#play.selected] : []);
    await workbench.labelRules.set({ oneOwner: false });
    await this.#desk.settled();
  }

  async step(step: Step): Promise<void> {
    this.#isHeld = step[0] === 'down' || step[0] === 'move';
    if (step[0] === 'key') this.#window.press(step[1]);
    else this.#desk.pointer(...step);
    this.#trace.push(step.join(','));
    await this.#desk.settled();
  }

  async play(): Promise<void> {
    const { steps } = this.#play;
    for (let starts = 0; starts < MOST_STARTS; starts++) {
      await this.begin();
      let at = 0;
      let isDrawn = false;
      while (at < steps.length && (isDrawn || (await this.#noise()))) {
        const was = this.#documents().get(7);
        await this.step(steps[at++]);
        // Drawn: what is left of the steps only lets go of the button.
        if (!isDrawn && this.#documents().get(7) !== was) [isDrawn, this.drawnWith] = [true, this.nextCategory];
      }
      if (at < steps.length) continue;
      // What was just drawn stays selected: nothing of this is about it.
      await this.#noise();
      return;
    }
    throw new Error(`${this.#play.tool} was never left alone for long enough: ${this.trace}`);
  }

  /** A few actions; false where the tool's work was, by right, put aside or left, so that it begins again. */
  async #noise(): Promise<boolean> {
    const { editor, workbench } = this.#desk;
    const count = Math.floor(this.#random() * 4);
    const before = { state: editor.state, selection: workbench.selection.ids, by: workbench.selection.byTool };
    for (let i = 0; i < count; i++) {
      const docs = this.#documents();
      const mayChange = await this.#act();
      await this.#desk.settled();
      await this.#checkDocuments(docs, mayChange);
      const isThere = editor.tool.id === this.#play.tool && workbench.open?.image.id === 7;
      if (!isThere) return false;
      if (editor.state.kind !== before.state.kind || (editor.state !== before.state && editor.state.kind !== 'idle')) {
        // Watershed has keys of its own for the label of the next scribble.
        expect(this.#play.tool, `lost its work: ${this.trace}`).toBe('watershed');
        return false;
      }
    }
    // A selection that the noise made is the user's, as is the rule it turned on: the tool would go by it, and says so.
    workbench.selection.set(before.selection, before.by);
    await workbench.labelRules.set({ oneOwner: false });
    workbench.selection.hide([]);
    this.#window.focus('canvas');
    return true;
  }

  /** One action; what of the document it may change at all. */
  async #act(): Promise<'told' | 'nothing'> {
    this.actions++;
    const { editor, workbench } = this.#desk;
    const pick = this.#random();
    const at = Math.floor(this.#random() * 5);
    if (pick < 0.2) {
      const how = (['click', 'double', 'right'] as const)[at % 3];
      this.#trace.push(`row ${how} ${at}`);
      this.#window.row(at, how);
      if (how === 'double') this.#window.row(at, 'click');
      return 'nothing';
    }
    if (pick < 0.25) {
      this.#trace.push('category menu');
      this.#window.categoryMenu();
      return 'nothing';
    }
    const key = KEYS[Math.floor(this.#random() * KEYS.length)];
    const shift = /[a-z]/.test(key) && this.#random() < 0.3;
    this.#trace.push(shift ? `Shift+${key}` : key);
    const isDigit = /^[0-9]$/.test(key);
    // Its own keys reach a tool on the canvas only.
    const isLabel =
      isDigit && this.#window.isOnCanvas && editor.tool.id === 'watershed' && editor.state.kind === 'working';
    // In the middle of a drag no key means anything but to the tool.
    if (isDigit && !isLabel && !this.#isHeld && CATEGORIES.some(({ id }) => id === Number(key)))
      this.nextCategory = Number(key);
    const isUsers = workbench.selection.ids.size > 0 && workbench.selection.byTool === null;
    const isDrawing = editor.tool.id !== 'select';
    this.#window.press(key, { shift });
    return isDigit && isDrawing && !(isUsers && editor.idle) ? 'nothing' : 'told';
  }

  #documents(): Map<number, readonly Annotation[]> {
    return new Map([7, 8].map((id) => [id, this.#window.store.opened(id).snapshot.annotations]));
  }

  /** Nothing changed, or what did was told and one undo takes it back. */
  async #checkDocuments(before: Map<number, readonly Annotation[]>, mayChange: 'told' | 'nothing'): Promise<void> {
    const { workbench, editor } = this.#desk;
    for (const [id, annotations] of this.#documents()) {
      const was = before.get(id)!;
      if (annotations === was) continue;
      expect(mayChange, `${this.#play.tool}: changed unasked: ${this.trace}`).toBe('told');
      const notice = workbench.notices.list.find(({ action }) => action?.label === 'Undo');
      const said = notice?.text ?? (/(.*) \(Ctrl\+Z takes it back\)/.exec(editor.hint.text)?.[1] || null);
      expect(said, `${this.#play.tool}: changed and did not say so: ${this.trace}`).not.toBeNull();
      this.told.push(said!);
      expect(workbench.open?.image.id, `changed another image: ${this.trace}`).toBe(id);
      if (notice) {
        workbench.notices.dismiss(notice.id);
        notice.action!.run();
      } else await workbench.open!.undo();
      await this.#desk.settled();
      const now = this.#window.store.opened(id).snapshot.annotations;
      expect(now, `${this.#play.tool}: undo of “${said}”: ${this.trace}`).toEqual(was);
    }
  }
}
