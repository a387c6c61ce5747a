/** A bitmap of one bit a pixel: what a large region costs to send and to look at, an eighth of one with a byte a pixel. */

/** Plain data, so that it crosses between processes. Pixel (x, y) is bit `x & 7` of byte `y * stride + (x >> 3)`. */
export interface BitPlane {
  readonly width: number;
  readonly height: number;
  /** Bytes a row; the bits beyond `width` are 0. */
  readonly stride: number;
  readonly bytes: Uint8Array;
}

/** All 0. */
export function bitPlane(width: number, height: number): BitPlane {
  const stride = (width + 7) >> 3;
  return { width, height, stride, bytes: new Uint8Array(stride * height) };
}

/** Whether the pixel is set; it must lie in the plane. */
export function bitAt({ stride, bytes }: BitPlane, x: number, y: number): boolean {
  return ((bytes[y * stride + (x >> 3)] >> (x & 7)) & 1) === 1;
}

export function setBit({ stride, bytes }: BitPlane, x: number, y: number, on: boolean): void {
  const at = y * stride + (x >> 3);
  if (on) bytes[at] |= 1 << (x & 7);
  else bytes[at] &= ~(1 << (x & 7));
}

/** Pixels set in either of two planes of one size. */
export function unionOf(one: BitPlane, other: BitPlane): BitPlane {
  const bytes = one.bytes.slice();
  for (let i = 0; i < bytes.length; i++) bytes[i] |= other.bytes[i];
  return { ...one, bytes };
}

/** The smallest box `[x, y, width, height]` with all pixels that are set; null where none is. O(bytes). */
export function boxOfBits({ stride, height, bytes }: BitPlane): [number, number, number, number] | null {
  let [left, top, right, bottom] = [Infinity, Infinity, 0, 0];
  for (let y = 0; y < height; y++) {
    const start = y * stride;
    let first = start;
    let last = start + stride - 1;
    while (first <= last && bytes[first] === 0) first++;
    if (first > last) continue;
    while (bytes[last] === 0) last--;
    if (top === Infinity) top = y;
    bottom = y + 1;
    // The lowest bit of the first byte, and the highest of the last.
    left = Math.min(left, (first - start) * 8 + (31 - Math.clz32(bytes[first] & -bytes[first])));
    right = Math.max(right, (last - start) * 8 + (32 - Math.clz32(bytes[last])));
  }
  return top === Infinity ? null : [left, top, right - left, bottom - top];
}

/** The pixels of a box of the plane as one byte each, row-major: 0 or 1. O(bytes + pixels set). */
export function bitsToBytes({ stride, bytes }: BitPlane, [left, top, width, height]: readonly number[]): Uint8Array {
  const out = new Uint8Array(width * height);
  const firstByte = left >> 3;
  const lastByte = (left + width - 1) >> 3;
  for (let row = 0; row < height; row++) {
    for (let i = firstByte; i <= lastByte; i++) {
      const byte = bytes[(top + row) * stride + i];
      if (byte === 0) continue;
      const first = i * 8 - left;
      const end = Math.min(8, width - first);
      for (let bit = Math.max(0, -first); bit < end; bit++) out[row * width + first + bit] = (byte >> bit) & 1;
    }
  }
  return out;
}

/** How many bits of a byte are set. */
export const BITS_SET = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0;
  for (let rest = byte; rest > 0; rest >>= 1) count += rest & 1;
  return count;
});
