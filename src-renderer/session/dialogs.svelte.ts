/** Which dialog of the window is open: at most one. */

export type DialogName =
  | ('keys' | 'settings' | 'relink' | 'reject' | 'import' | 'export' | 'export-changes')
  | ('model' | 'catalogue' | 'problems' | 'about');

export class Dialogs {
  #open = $state<DialogName | null>(null);

  get open(): DialogName | null {
    return this.#open;
  }

  show(name: DialogName): void {
    this.#open = name;
  }

  close(): void {
    this.#open = null;
  }
}
