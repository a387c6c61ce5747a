/** COCO's textual forms of a mask: the compressed counts string and the uncompressed list of runs. */
import { MaskError } from './error';
import { fromCounts, pixelCount, type Rle } from './rle';
import { Scratch } from './scratch';

const FIRST_CODE = 48;
const MORE = 0x20;
const SIGN = 0x10;
const GROUP_BITS = 5;
/** Where the last group may start: seven groups hold every run below 2^31 and every difference of two. */
const LAST_SHIFT = 30;
const CHUNK = 8192;

const codes = new Scratch();
const runs = new Scratch();

/**
 * The `counts` string of COCO's compressed RLE: every run (from the fourth on, its difference to the run two before) as
 * groups of five bits, low group first, 0x20 = more follow, 0x10 of the last = sign, plus 48 to be printable.
 * Source: maskApi.c rleToString. O(runs).
 */
export function toCompressed(rle: Rle): string {
  const { counts } = rle;
  const out = codes.get(counts.length * 7);
  let n = 0;
  for (let i = 0; i < counts.length; i++) {
    let x = (i > 2 ? counts[i] - counts[i - 2] : counts[i]) | 0;
    for (; x < -16 || x > 15; x >>= GROUP_BITS) out[n++] = ((x & 0x1f) | MORE) + FIRST_CODE;
    out[n++] = (x & 0x1f) + FIRST_CODE;
  }
  if (n <= CHUNK) return String.fromCharCode.apply(null, out.subarray(0, n) as unknown as number[]);
  const parts: string[] = [];
  for (let i = 0; i < n; i += CHUNK) {
    parts.push(String.fromCharCode.apply(null, out.subarray(i, Math.min(i + CHUNK, n)) as unknown as number[]));
  }
  return parts.join('');
}

/**
 * The mask of a compressed counts string; `size` is [height, width]. Source: maskApi.c rleFrString. O(characters).
 * @throws MaskError for a character outside '0'..'o', a string that ends inside a number, a negative run, or runs that
 * do not sum to height * width.
 */
export function fromCompressed(counts: string, size: readonly [number, number]): Rle {
  const total = pixelCount(size[0], size[1]);
  const { length } = counts;
  const out = runs.get(length);
  let n = 0;
  let rest = total;
  for (let p = 0; p < length;) {
    const start = p;
    let code = counts.charCodeAt(p++) - FIRST_CODE;
    let seen = code;
    let x = (code << 27) >> 27;
    if ((code & MORE) !== 0) {
      x = code & 0x1f;
      let shift = GROUP_BITS;
      for (; (code & MORE) !== 0 && p < length && shift <= LAST_SHIFT; shift += GROUP_BITS) {
        code = counts.charCodeAt(p++) - FIRST_CODE;
        seen |= code;
        x |= (code & 0x1f) << shift;
      }
      if ((code & MORE) !== 0) throw badNumber(counts, start, p);
      if (shift <= LAST_SHIFT) {
        if ((code & SIGN) !== 0) x |= -1 << shift;
      } else if ((code & 0x1f) > 1 && (code & 0x1f) < 30) {
        // The group at bit 30 holds the two top bits of a 32-bit number; its other bits must repeat the sign.
        throw badNumber(counts, start, p);
      }
    }
    // Negative or above 63 in any group sets a bit outside the six.
    if ((seen & ~0x3f) !== 0) throw badNumber(counts, start, p);
    if (n > 2) x = (x + out[n - 2]) | 0;
    if (x < 0) throw new MaskError(`Run ${n} of the compressed mask is ${x} when a number >= 0 was expected`);
    rest = (rest - x) | 0;
    if (rest < 0) break;
    out[n++] = x;
  }
  if (rest !== 0) {
    const sum = rest < 0 ? `more than ${total}` : `${total - rest}`;
    throw new MaskError(
      `The compressed mask's runs sum to ${sum} when ${total} (${size[0]} x ${size[1]}) was expected`,
    );
  }
  return { size: [size[0], size[1]], counts: out.slice(0, n) };
}

function badNumber(counts: string, start: number, end: number): MaskError {
  for (let i = start; i < end; i++) {
    if (counts[i] < '0' || counts[i] > 'o') {
      return new MaskError(
        `Compressed mask has ${JSON.stringify(counts[i])} at character ${i} when one of '0' to 'o' was expected`,
      );
    }
  }
  return end === counts.length && ((counts.charCodeAt(end - 1) - FIRST_CODE) & MORE) !== 0
    ? new MaskError(`Compressed mask ends inside the number that starts at character ${start}`)
    : new MaskError(`The number at character ${start} of the compressed mask does not fit 32 bits`);
}

/**
 * The mask of COCO's uncompressed RLE (a list of runs, kept as they are, zero runs included).
 * Source: _mask.pyx frUncompressedRLE. O(runs).
 * @throws MaskError where a run is not a whole number >= 0 or the runs do not sum to height * width.
 */
export function fromUncompressed(counts: ArrayLike<number>, size: readonly [number, number]): Rle {
  return fromCounts(counts, size);
}
