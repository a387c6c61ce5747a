/** The window around the editor without its pixels: key handling, lists and menus as the panels have them, a canvas of no size. */
import type { Annotation } from '@shared/document/types';
import type { ProjectSummary } from '@shared/project/types';
import { createLabelCommands } from '../../../../src-renderer/keyboard/labelCommands';
import { createObjectCommands } from '../../../../src-renderer/keyboard/objectCommands';
import { KeyMap } from '../../../../src-renderer/keyboard/keyMap.svelte';
import { Typing } from '../../../../src-renderer/keyboard/typing';
import { createCommands } from '../../../../src-renderer/keyboard/windowCommands';
import { handleKey } from '../../../../src-renderer/keyboard/windowKeys';
import { clickRow, walkRows, type ListSelection } from '../../../../src-renderer/panels/annotations/listSelection';
import { Dialogs } from '../../../../src-renderer/session/dialogs.svelte';
import { ObjectPanels } from '../../../../src-renderer/session/objectPanels.svelte';
import { Review } from '../../../../src-renderer/session/review.svelte';
import { ShapeTrial } from '../../../../src-renderer/session/shapeTrial.svelte';
import { ViewSettings } from '../../../../src-renderer/session/view.svelte';
import { EditorDesk, MemoryStore } from '../session/desk';
import { answerAsEngine } from './engine';

export const CATEGORIES = ['cat', 'dog', 'bird'].map((name, at) => ({
  id: at + 1,
  name,
  supercategory: null,
  color: null,
  hotkey: null,
  position: at,
}));

/** An element by the role it has. */
const element = (role: string) => ({
  closest: (selector: string) => (selector.includes(`role="${role}"`) ? {} : null),
});
const PLACES = { canvas: element('application'), list: element('listbox') };

export class WindowDesk {
  readonly desk: EditorDesk;
  readonly #parts;
  #focus: keyof typeof PLACES = 'canvas';

  private constructor(desk: EditorDesk) {
    this.desk = desk;
    const { workbench, editor } = desk;
    const trial = new ShapeTrial(editor, workbench);
    const operations = { history: { undo: 0, redo: 0 }, addAll: () => Promise.resolve(false) } as never;
    const panels = new ObjectPanels();
    const review = new Review(workbench);
    const commands = [
      ...createCommands({
        dialogs: undefined as never,
        workbench,
        editor,
        review,
        view: new ViewSettings(),
        canvas: () => undefined,
        files: {} as never,
        exporting: {} as never,
      }),
      ...createObjectCommands({ workbench, editor, operations, panels, trial }),
      ...createLabelCommands({ workbench, editor, operations, panels, trial, underPointer: () => null }),
    ];
    const keyMap = new KeyMap(commands);
    this.#parts = {
      workbench,
      editor,
      review,
      trial,
      dialogs: new Dialogs(),
      keyMap,
      typing: new Typing(),
      toCanvas: () => undefined,
    };
  }

  static async open(
    annotations: readonly Annotation[],
    project: Partial<ProjectSummary> = { categories: CATEGORIES },
  ): Promise<WindowDesk> {
    const store = new MemoryStore();
    store.put(7, annotations);
    answerAsEngine(store);
    const desk = new WindowDesk(await EditorDesk.open(store, project));
    await desk.desk.settled();
    return desk;
  }

  get store(): MemoryStore {
    return this.desk.store;
  }

  focus(place: keyof typeof PLACES): void {
    this.#focus = place;
  }

  get isOnCanvas(): boolean {
    return this.#focus === 'canvas';
  }

  /** A key as the window hears it; where a list has the focus, after the list. */
  press(key: string, { shift = false, ctrl = false } = {}): void {
    if (this.#focus === 'list' && this.#walk(key, shift)) return;
    const event = {
      key: shift && key.length === 1 ? key.toUpperCase() : key,
      code: key,
      shiftKey: shift,
      ctrlKey: ctrl,
      altKey: false,
      metaKey: false,
      defaultPrevented: false,
      target: PLACES[this.#focus],
      preventDefault: () => undefined,
    };
    handleKey(this.#parts, event as unknown as KeyboardEvent);
  }

  /** A click, double click or right click on a row of the annotation list. */
  row(at: number, how: 'click' | 'double' | 'right'): void {
    const { ids, before, workbench } = this.#list();
    const id = ids[at % ids.length];
    if (id === undefined) return;
    this.#focus = 'list';
    const plain = { shift: false, ctrl: false };
    if (how === 'right') {
      if (!workbench.selection.ids.has(id)) workbench.selection.set([id]);
    } else workbench.selection.set(clickRow(ids, before, id, plain).selection);
  }

  /** A right click on a row of the category list, which opens a menu. */
  categoryMenu(): void {
    this.#focus = 'list';
  }

  #walk(key: string, shift: boolean): boolean {
    const { ids, before, workbench } = this.#list();
    const walked = walkRows(ids, before, key, { shift, page: 10 });
    if (walked) workbench.selection.set(walked.selection);
    return walked !== null;
  }

  #list() {
    const { workbench } = this.desk;
    const ids = [...(workbench.open?.annotations ?? [])].reverse().map(({ id }) => id);
    const current = ids.find((id) => workbench.selection.ids.has(id)) ?? null;
    const before: ListSelection = { selection: [...workbench.selection.ids], anchor: current, active: current };
    return { ids, before, workbench };
  }
}
