/** What the user has to say before a dataset is taken in: asked in a dialog, one question at a time. */
import type { FormatOptions } from '@shared/formats/format';
import type { FormatChoice } from '@shared/project/types';
import type { Dialogs } from './dialogs.svelte';

export interface ImportQuestion {
  /** File or folder. */
  readonly path: string;
  /** Of the format. */
  readonly title: string;
  /** Completes "because ..."; null: the user said so. */
  readonly why: string | null;
  readonly options: readonly FormatChoice[];
}

export class ImportChoice {
  readonly #dialogs: Dialogs;
  #question = $state.raw<ImportQuestion | null>(null);
  #settle: ((options: FormatOptions | null) => void) | null = null;

  constructor(dialogs: Dialogs) {
    this.#dialogs = dialogs;
  }

  get question(): ImportQuestion | null {
    return this.#question;
  }

  /** What the user chose; null where they gave it up, or were asked something else. */
  ask(question: ImportQuestion): Promise<FormatOptions | null> {
    this.answer(null);
    this.#question = question;
    this.#dialogs.show('import');
    return new Promise((settle) => (this.#settle = settle));
  }

  /** A second answer does nothing. */
  answer(options: FormatOptions | null): void {
    const settle = this.#settle;
    if (!settle) return;
    this.#settle = this.#question = null;
    if (this.#dialogs.open === 'import') this.#dialogs.close();
    settle(options);
  }
}
