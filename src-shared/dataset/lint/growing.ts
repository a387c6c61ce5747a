/** Lists of numbers that grow without a number object each. */

export class GrowingInts {
  #values = new Int32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  get(index: number): number {
    return this.#values[index];
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }
}

/** Four numbers an entry, in single precision. */
export class GrowingFloats {
  #values = new Float32Array(4096);
  #length = 0;

  push(a: number, b: number, c: number, d: number): void {
    this.set4(this.#length / 4, a, b, c, d);
  }

  set4(index: number, a: number, b: number, c: number, d: number): void {
    const at = index * 4;
    while (at + 4 > this.#values.length) {
      const larger = new Float32Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    // One by one: a list of four as an argument takes five times as long.
    this.#values[at] = a;
    this.#values[at + 1] = b;
    this.#values[at + 2] = c;
    this.#values[at + 3] = d;
    this.#length = Math.max(this.#length, at + 4);
  }

  /** The first of the four. */
  first(index: number): number {
    return this.#values[index * 4];
  }

  get4(index: number): Float32Array {
    return this.#values.subarray(index * 4, index * 4 + 4);
  }
}
