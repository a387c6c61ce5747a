/** The ids of a file's images or categories, and the project's own ids for them. */
import { lookUp, maxCountedId } from './ids';
import type { IdRef } from './records';

/**
 * Records are known by their place. The first one with an id is what others mean by it; a record without a usable id of its
 * own gets a fresh one.
 */
export class IdMap {
  readonly #lowest: number;
  readonly #places = new Map<IdRef, number>();
  readonly #refs: (IdRef | null)[] = [];
  #max = 0;

  /** Ids below `lowest` are not taken over. */
  constructor(lowest: number) {
    this.#lowest = lowest;
  }

  /** Adds the next record; false when an earlier one has its id. */
  add(ref: IdRef | null): boolean {
    const taken = ref !== null && this.#places.has(ref);
    if (ref !== null && !taken) {
      this.#places.set(ref, this.#refs.length);
      if (this.isOwn(ref)) this.count(ref);
    }
    this.#refs.push(taken ? null : ref);
    return !taken;
  }

  /** Whether a record has the id in this very spelling. */
  has(ref: IdRef): boolean {
    return this.#places.has(ref);
  }

  /** Place of the record that an id means, which may spell it the other way (7 and "7"); call it after all records are there. */
  find(ref: IdRef): number | undefined {
    return lookUp(this.#places, ref);
  }

  /** Whether an id of the file serves as the project's id as it is. */
  isOwn(ref: IdRef): ref is number {
    return typeof ref === 'number' && ref >= this.#lowest;
  }

  /** Keeps fresh ids above an id that is in use without a record. */
  count(id: number): void {
    if (id > this.#max && id <= maxCountedId) this.#max = id;
  }

  /** The first id that nothing uses; call it after all records are there. */
  takeFresh(): number {
    return ++this.#max;
  }

  /** The project's id of each record, by place. */
  settle(): number[] {
    return this.#refs.map((ref) => (ref !== null && this.isOwn(ref) ? ref : this.takeFresh()));
  }
}
