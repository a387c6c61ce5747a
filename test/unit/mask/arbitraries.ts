/** Small random masks and polygons for property tests. */
import fc from 'fast-check';
import { encode, type Rle } from '@shared/mask';

export interface Bitmap {
  readonly h: number;
  readonly w: number;
  /** Row-major, 0 or 1. */
  readonly pixels: Uint8Array;
}

const pixel = fc.integer({ min: 0, max: 1 });

/** Bitmaps of 1..13 x 1..13 pixels (odd widths reach the code that joins unaligned words), dense noise or blocks. */
export const bitmaps: fc.Arbitrary<Bitmap> = fc
  .tuple(fc.integer({ min: 1, max: 13 }), fc.integer({ min: 1, max: 13 }))
  .chain(([h, w]) => bitmapsOf(h, w));

export function bitmapsOf(h: number, w: number): fc.Arbitrary<Bitmap> {
  const noise = fc.array(pixel, { minLength: h * w, maxLength: h * w }).map((values) => Uint8Array.from(values));
  const block = fc
    .tuple(fc.nat(h - 1), fc.nat(h), fc.nat(w - 1), fc.nat(w), fc.boolean())
    .map(([y0, height, x0, width, inverse]) => {
      const pixels = new Uint8Array(h * w).fill(inverse ? 1 : 0);
      for (let y = y0; y < Math.min(h, y0 + height); y++) {
        for (let x = x0; x < Math.min(w, x0 + width); x++) pixels[y * w + x] = inverse ? 0 : 1;
      }
      return pixels;
    });
  return fc.oneof(noise, block).map((pixels) => ({ h, w, pixels }));
}

export const masks: fc.Arbitrary<Rle> = bitmaps.map(({ h, w, pixels }) => encode(pixels, h, w));

/** `count` masks of one size. */
export function masksOfOneSize(count: number): fc.Arbitrary<Rle[]> {
  return fc
    .tuple(fc.integer({ min: 1, max: 13 }), fc.integer({ min: 1, max: 13 }))
    .chain(([h, w]) => fc.tuple(...Array.from({ length: count }, () => bitmapsOf(h, w))))
    .map((list) => list.map(({ h, w, pixels }) => encode(pixels, h, w)));
}

/** The same mask with zero runs in between: legal input that no encoder writes. */
export function withZeroRuns(rle: Rle, at: number): Rle {
  const counts = [...rle.counts];
  const i = at % counts.length;
  const first = Math.floor(counts[i] / 2);
  counts.splice(i, 1, first, 0, counts[i] - first);
  return { size: rle.size, counts: Uint32Array.from(counts) };
}
