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
  return { ...one, bytes: one.bytes.map((byte, i) => byte | other.bytes[i]) };
}

/** How many bits of a byte are set. */
export const BITS_SET = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0;
  for (let rest = byte; rest > 0; rest >>= 1) count += rest & 1;
  return count;
});
