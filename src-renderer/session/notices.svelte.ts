/** Sentences for the user: errors stay until dismissed, the rest goes by itself. */
import { visibleText } from '@shared/errors/visibleText';
import { AppError, describeError } from '@shared/errors/appError';

export interface Notice {
  readonly id: number;
  readonly kind: 'error' | 'warning' | 'info';
  readonly text: string;
  readonly details: readonly string[];
  /** What the user can do about it, e.g. undo it. */
  readonly action?: NoticeAction;
  /** What was written: its path, which is shown shortened, and where it lies on a click. */
  readonly file?: string;
  /** What the user can type in it. */
  readonly field?: NoticeField;
  /** About the program, as a model that cannot be used: it stays when an image or a project is left. */
  readonly isOfProgram?: true;
}

export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

/** A field with a button: what is typed is run, and the notice goes. */
export interface NoticeField {
  readonly label: string;
  readonly button: string;
  readonly run: (text: string) => void;
  /** It went without an answer. */
  readonly onUnanswered: () => void;
}

const infoMs = 6000;
/** Time to read and to reach the button. */
const actionMs = 15_000;
const maxShown = 4;

/**
 * While the pointer is on them none goes by itself: those below would move under it. Nor, while a dialog covers them, do those
 * that offer to do something.
 */
type Holder = 'pointer' | 'dialog';

export class Notices {
  #next = 1;
  readonly #heldBy = new Set<Holder>();
  readonly #expired = new Set<number>();
  readonly #said = new Set<string>();
  #list = $state.raw<readonly Notice[]>([]);

  get list(): readonly Notice[] {
    return this.#list;
  }

  show(
    kind: Notice['kind'],
    text: string,
    details: readonly string[] = [],
    action?: NoticeAction,
    file?: string,
  ): number {
    const id = this.#next++;
    const notice = { id, kind, text: visibleText(text), details: details.map(visibleText), action, file };
    this.#put(notice);
    if (kind === 'info') setTimeout(() => this.#expire(id), action || file ? actionMs : infoMs);
    return id;
  }

  /** What is wrong with the program's own files, whatever project is open. */
  warnOfProgram(text: string, details: readonly string[], action: NoticeAction): number {
    const id = this.#next++;
    const said = { text: visibleText(text), details: details.map(visibleText) };
    this.#put({ id, kind: 'warning', ...said, action, isOfProgram: true });
    return id;
  }

  /** Warnings that hold for all that comes after them: none is said again. */
  warnOnce(texts: readonly string[]): void {
    for (const text of texts) {
      if (this.#said.has(text)) continue;
      this.#said.add(text);
      this.show('warning', text);
    }
  }

  /** A sentence with a field below it; it stays until it is answered or dismissed. */
  ask(text: string, field: NoticeField): number {
    const id = this.#next++;
    this.#put({ id, kind: 'info', text, details: [], field });
    return id;
  }

  /** Runs what was typed in the notice's field. */
  answer({ id, field }: Notice, text: string): void {
    this.#list = this.#list.filter((notice) => notice.id !== id);
    field?.run(text);
  }

  /** Those that offer to do something go: what it was about is left. */
  dismissActions(): void {
    this.#keep(this.#list.filter(({ action, field, isOfProgram }) => isOfProgram || (!action && !field)));
  }

  /** What was said of a project goes with it; why something failed stays. */
  dismissProject(): void {
    this.#keep(
      this.#list.filter(
        ({ kind, action, field, isOfProgram }) => isOfProgram || (kind === 'error' && !action && !field),
      ),
    );
  }

  /** Shows any thrown value; the user's own cancellations are silent. */
  error(error: unknown): void {
    if (error instanceof AppError) {
      if (error.code !== 'cancelled') this.show('error', describeError(error));
      return;
    }
    console.error(error);
    this.show('error', error instanceof Error ? error.message : String(error));
  }

  /** See {@link Holder}; what waited for a dialog to close has its time after it. */
  hold(by: Holder, isHeld: boolean): void {
    if (isHeld) this.#heldBy.add(by);
    else this.#heldBy.delete(by);
    const ids = [...this.#expired].filter((id) => !this.#isHeld(id));
    for (const id of ids) {
      this.#expired.delete(id);
      if (by === 'dialog') setTimeout(() => this.#expire(id), actionMs);
      else this.dismiss(id);
    }
  }

  #isHeld(id: number): boolean {
    const notice = this.#list.find((one) => one.id === id);
    return this.#heldBy.has('pointer') || (this.#heldBy.has('dialog') && Boolean(notice?.action ?? notice?.file));
  }

  #expire(id: number): void {
    if (this.#isHeld(id)) this.#expired.add(id);
    else this.dismiss(id);
  }

  dismiss(id: number): void {
    this.#keep(this.#list.filter((notice) => notice.id !== id));
  }

  /** In place of one that says the same. A question is not pushed out by sentences. */
  #put(notice: Notice): void {
    const list = [...this.#list.filter(({ text }) => text !== notice.text), notice];
    const surplus = list.length - maxShown;
    const oldest = list.filter(({ field }) => !field).slice(0, Math.max(0, surplus));
    this.#keep(list.filter((each) => !oldest.includes(each)));
  }

  #keep(list: readonly Notice[]): void {
    const gone = this.#list.filter((notice) => !list.includes(notice));
    this.#list = list;
    for (const { field } of gone) field?.onUnanswered();
  }
}
