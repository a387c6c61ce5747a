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
    this.set4(this.#length / 4, [a, b, c, d]);
  }

  set4(index: number, values: readonly number[]): void {
    while ((index + 1) * 4 > this.#values.length) {
      const larger = new Float32Array(this.#values.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values.set(values, index * 4);
    this.#length = Math.max(this.#length, (index + 1) * 4);
  }

  get4(index: number): Float32Array {
    return this.#values.subarray(index * 4, index * 4 + 4);
  }
}
