/** Ids for new annotations, reserved ahead so that a gesture never waits for one. */

const blockSize = 128;
const refillBelow = 64;

export class IdPool {
  readonly #reserve: (count: number) => Promise<{ first: number }>;
  #free: readonly number[] = [];
  #refill: Promise<void> | null = null;

  /** `reserve` hands out that many consecutive unused ids. */
  constructor(reserve: (count: number) => Promise<{ first: number }>) {
    this.#reserve = reserve;
  }

  /** Oldest first; take from the front, then {@link drop} what was used. */
  get free(): readonly number[] {
    return this.#free;
  }

  /** Resolves when at least `count` ids are free. */
  async ensure(count: number): Promise<void> {
    while (this.#free.length < count) {
      this.#refill ??= this.#fetch(Math.max(blockSize, count)).finally(() => (this.#refill = null));
      await this.#refill;
    }
  }

  /** Takes used ids out of the pool and refills it in the background. */
  drop(ids: Iterable<number>): void {
    const used = new Set(ids);
    this.#free = this.#free.filter((id) => !used.has(id));
    // A failed refill shows when a gesture finds the pool empty and asks again.
    if (this.#free.length < refillBelow) this.ensure(refillBelow).catch(() => undefined);
  }

  async #fetch(count: number): Promise<void> {
    const { first } = await this.#reserve(count);
    this.#free = [...this.#free, ...Array.from({ length: count }, (_, at) => first + at)];
  }
}
