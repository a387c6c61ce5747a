/** Growable work arrays that survive between calls, so that the mask functions allocate only what they return. */

/** Arrays above this many entries are dropped after use, not kept: one huge image must not pin its work memory. */
const KEEP_ENTRIES = 1 << 20;

/**
 * A reusable Uint32Array. Not re-entrant: a holder must be done with the array before it calls anything else that uses
 * the same scratch. Contents are undefined on entry.
 */
export class Scratch {
  #array = new Uint32Array(1024);

  /** An array of at least `length` entries. */
  get(length: number): Uint32Array {
    if (this.#array.length >= length) return this.#array;
    const grown = new Uint32Array(Math.max(length, this.#array.length * 2));
    if (grown.length <= KEEP_ENTRIES) this.#array = grown;
    return grown;
  }

  /** `array`, or where it is shorter than `length` a longer one that starts with the same values. */
  grow(array: Uint32Array, length: number): Uint32Array {
    if (array.length >= length) return array;
    const longer = this.get(length);
    longer.set(array);
    return longer;
  }
}
