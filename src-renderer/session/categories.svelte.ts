/** The project's categories as the window knows them, and the one that is drawn next. */
import type { Annotation, Category } from '@shared/document/types';
import type { Engine } from '../api/engine';
import type { Notices } from './notices.svelte';

interface Asked {
  readonly why: string;
  readonly promise: Promise<boolean>;
  readonly resolve: (isThere: boolean) => void;
  notice: number | null;
}

function asking(why: string): Asked {
  let resolve!: Asked['resolve'];
  const promise = new Promise<boolean>((settle) => (resolve = settle));
  return { why, promise, resolve, notice: null };
}

export class Categories {
  readonly #client: Engine;
  readonly #notices: Notices;
  readonly #onPick: (id: number) => void;
  #list = $state.raw<readonly Category[]>([]);
  #activeId = $state<number | null>(null);
  /** What waits for the first category, and the notice that asks for it. */
  #asked: Asked | null = null;

  constructor(client: Engine, notices: Notices, onPick: (id: number) => void = () => undefined) {
    this.#client = client;
    this.#notices = notices;
    this.#onPick = onPick;
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
    this.#onPick(id);
  }

  /** The categories of a project that was just opened; `activeId`: the one that was drawn with last, where that is known. */
  show(categories: readonly Category[], activeId: number | null): void {
    this.#activeId = activeId;
    this.take(categories);
  }

  /** Of what is like these: their category where they have one in common, else the one that is drawn next. */
  nameOfLike(examples: readonly Pick<Annotation, 'categoryId'>[]): string {
    const ids = new Set(examples.map(({ categoryId }) => categoryId));
    const wanted = ids.size === 1 ? [...ids][0] : this.activeId;
    return this.#list.find(({ id }) => id === wanted)?.name ?? 'object';
  }

  /** Takes over the list as the store has it. */
  take(categories: readonly Category[]): void {
    this.#list = categories;
    if (categories.length > 0) this.#settle(true);
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

  /**
   * Asks for the first category by its name, with the sentence that says what for; true as soon as there is one, however it
   * came, false where that was given up.
   */
  async ensure(why: string): Promise<boolean> {
    if (this.#list.length > 0) return true;
    this.#asked ??= asking(why);
    this.askAgain();
    return this.#asked.promise;
  }

  /** The field has the keyboard again; false where nothing is asked. */
  askAgain(): boolean {
    const asked = this.#asked;
    if (!asked) return false;
    asked.notice = null;
    asked.notice = this.#notices.ask(asked.why, {
      label: 'Name of the first category',
      button: 'Create',
      run: (name) => void this.create(name).then((isThere) => isThere || this.askAgain()),
      // Not where it was asked again in its place.
      onUnanswered: () => asked.notice !== null && this.giveUp(),
    });
    return true;
  }

  /** Nobody waits for a category any more. */
  giveUp(): void {
    this.#settle(false);
  }

  #settle(isThere: boolean): void {
    const asked = this.#asked;
    if (!asked) return;
    this.#asked = null;
    if (asked.notice !== null) this.#notices.dismiss(asked.notice);
    asked.resolve(isThere);
  }
}
