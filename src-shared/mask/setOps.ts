/** Pixel-wise set operations between masks of one size, run by run. */
import { MaskError } from './error';
import type { Rle } from './rle';
import { Scratch } from './scratch';

/** Truth tables, bit (2 * a + b) is the result for pixels a and b. */
const UNION = 0b1110;
const INTERSECTION = 0b1000;
const DIFFERENCE = 0b0100;
const EXCLUSIVE = 0b0110;

const buffer = new Scratch();

/** How `merge` combines: intersection where `intersect` is true, otherwise union. */
export interface MergeOptions {
  readonly intersect?: boolean;
}

/**
 * Union (or intersection) of one or more masks. A single mask comes back as it is, zero runs included; otherwise the
 * result is canonical. Source: maskApi.c rleMerge; combined pairwise as a tree, so n masks cost O(runs * log n).
 * @throws MaskError for an empty list, masks of different sizes, or runs that do not sum to height * width.
 */
export function merge(rles: readonly Rle[], options: MergeOptions = {}): Rle {
  if (rles.length === 0) throw new MaskError('merge got no masks when at least one was expected');
  if (rles.length === 1) return { size: rles[0].size, counts: rles[0].counts.slice() };
  const table = options.intersect ? INTERSECTION : UNION;
  let level = rles;
  while (level.length > 1) {
    const next: Rle[] = [];
    for (let i = 0; i + 1 < level.length; i += 2) next.push(combine(level[i], level[i + 1], table));
    if (level.length % 2 === 1) next.push(level[level.length - 1]);
    level = next;
  }
  return level[0];
}

/** Pixels of `a` that are not in `b`. O(runs). @throws MaskError as `merge`. */
export function subtract(a: Rle, b: Rle): Rle {
  return combine(a, b, DIFFERENCE);
}

/** Pixels in exactly one of `a` and `b`; `xor(xor(a, b), b)` is `a`. O(runs). @throws MaskError as `merge`. */
export function xor(a: Rle, b: Rle): Rle {
  return combine(a, b, EXCLUSIVE);
}

/** Pixels that are not in `rle`, canonical. O(runs). */
export function invert(rle: Rle): Rle {
  const [h, w] = rle.size;
  return combine({ size: rle.size, counts: Uint32Array.of(0, h * w) }, rle, DIFFERENCE);
}

function combine(a: Rle, b: Rle, table: number): Rle {
  const [h, w] = a.size;
  if (b.size[0] !== h || b.size[1] !== w) {
    throw new MaskError(`Masks of one size were expected, got [${h}, ${w}] and [${b.size[0]}, ${b.size[1]}]`);
  }
  const total = h * w;
  const runsA = a.counts;
  const runsB = b.counts;
  const lengthA = runsA.length;
  const lengthB = runsB.length;
  const out = buffer.get(lengthA + lengthB + 1);
  let n = 0;
  let nextA = 1;
  let nextB = 1;
  // Ends of the current runs. `| 0` keeps them 32-bit integers (positions stay below 2^31), not doubles.
  let endA = lengthA > 0 ? runsA[0] | 0 : 0;
  let endB = lengthB > 0 ? runsB[0] | 0 : 0;
  let inA = 0;
  let inB = 0;
  let value = 0;
  let last = 0;
  // Written out three times because a shared function for the change doubles the time. Where a change falls on the
  // previous one (a zero run in the input), both vanish.
  for (;;) {
    if (endA < endB) {
      // While b stays as it is, the result follows a (or its inverse), or does not change at all.
      if (nextA >= lengthA) break;
      const follows = ((table >> (2 + inB)) & 1) !== ((table >> inB) & 1);
      while (endA < endB && nextA < lengthA) {
        if (follows) {
          value ^= 1;
          if (endA === last && n > 0) last = (last - out[--n]) | 0;
          else {
            out[n++] = endA - last;
            last = endA;
          }
        }
        inA ^= 1;
        endA = (endA + runsA[nextA++]) | 0;
      }
    } else if (endB < endA) {
      if (nextB >= lengthB) break;
      const follows = ((table >> (2 * inA + 1)) & 1) !== ((table >> (2 * inA)) & 1);
      while (endB < endA && nextB < lengthB) {
        if (follows) {
          value ^= 1;
          if (endB === last && n > 0) last = (last - out[--n]) | 0;
          else {
            out[n++] = endB - last;
            last = endB;
          }
        }
        inB ^= 1;
        endB = (endB + runsB[nextB++]) | 0;
      }
    } else {
      if (endA >= total || nextA >= lengthA || nextB >= lengthB) break;
      inA ^= 1;
      inB ^= 1;
      if (((table >> (2 * inA + inB)) & 1) !== value) {
        value ^= 1;
        if (endA === last && n > 0) last = (last - out[--n]) | 0;
        else {
          out[n++] = endA - last;
          last = endA;
        }
      }
      endA = (endA + runsA[nextA++]) | 0;
      endB = (endB + runsB[nextB++]) | 0;
    }
  }
  if (endA !== total || endB !== total) throw badSum(a, b);
  if (last < total || n === 0) out[n++] = total - last;
  return { size: [h, w], counts: out.slice(0, n) };
}

function badSum(a: Rle, b: Rle): MaskError {
  const [h, w] = a.size;
  const sums = [a, b].map((rle) => rle.counts.reduce((sum, run) => sum + run, 0));
  return new MaskError(`The masks' runs sum to ${sums[0]} and ${sums[1]} when ${h * w} (${h} x ${w}) was expected`);
}
