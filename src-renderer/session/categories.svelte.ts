/** The project's categories as the window knows them, and the one that is drawn next. */
import type { Category } from '@shared/document/types';
import type { Engine } from '../api/engine';
import type { Notices } from './notices.svelte';

export class Categories {
  readonly #client: Engine;
  readonly #notices: Notices;
  #list = $state.raw<readonly Category[]>([]);
  #activeId = $state<number | null>(null);
  /** The notice that asks for the first category, where one does. */
  #ask: number | null = null;

  constructor(client: Engine, notices: Notices) {
    this.#client = client;
    this.#notices = notices;
  }

  get list(): readonly Category[] {
    return this.#list;
  }

  /** Category of what is drawn next; the first one until another is picked. */
  get activeId(): number | null {
    const chosen = this.#activeId;
    if (chosen !== null && this.#list.some(({ id }) => id === chosen)) return chosen;
    return this.#list[0]?.id ?? null;
  }

  pick(id: number): void {
    this.#activeId = id;
  }

  /** Takes over the list as the store has it. */
  take(categories: readonly Category[]): void {
    this.#list = categories;
    if (categories.length === 0 || this.#ask === null) return;
    this.#notices.dismiss(this.#ask);
    this.#ask = null;
  }

  /** False where it was refused, which is told. */
  async create(name: string): Promise<boolean> {
    try {
      this.take(await this.#client.call('category.create', { name }));
      const created = this.#list.find((category) => category.name === name);
      if (created) this.pick(created.id);
      return true;
    } catch (error) {
      this.#notices.error(error);
      return false;
    }
  }

  /** Says why nothing can be drawn; where what is missing is a category, it can be named right there. */
  tellBlocked(why: string): void {
    if (this.#list.length > 0) return void this.#notices.show('info', why);
    this.#ask = this.#notices.ask(why, {
      label: 'Name of the first category',
      button: 'Create',
      run: (name) => void this.create(name),
    });
  }
}
