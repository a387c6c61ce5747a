/** Values on their way into the processor's cache. */

/** Values in a line of the cache. */
const line = 16;

/** Reads a value of each line of the cache, before all are compared: the processor waits for many lines at once, but for few between comparisons. */
export function warm(values: Float32Array, from: number, end: number): number {
  let sum = 0;
  for (let at = from; at < end; at += line) sum += values[at];
  return sum;
}
