/** Label Studio's code of brush masks: runs of bytes, packed by bits, of a picture's four channels. Source: rle-pack of thi.ng. */
import { MaskError } from '../../mask';

const runSizes = [3, 4, 8, 16] as const;

/** The alpha of each pixel, row-major, > 0 as 1. Throws MaskError for what does not have `pixels` pixels. */
export function decodeBrush(bytes: ArrayLike<number>, pixels: number): Uint8Array {
  let bit = 0;
  const read = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++, bit++) value = value * 2 + (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
    return value;
  };
  const length = read(32);
  if (length !== pixels * 4) throw new MaskError(`the brush mask has ${length / 4} pixels, expected ${pixels}`);
  const wordSize = read(5) + 1;
  const sizes = Array.from({ length: 4 }, () => read(4) + 1);
  const bits = bytes.length * 8;
  const mask = new Uint8Array(pixels);
  for (let at = 0; at < length;) {
    if (bit >= bits) throw new MaskError('the brush mask ends too early');
    const isRun = read(1) === 1;
    const end = Math.min(length, at + 1 + read(sizes[read(2)]));
    if (isRun) {
      // The alpha is the last byte of each four.
      if (read(wordSize) > 0) mask.fill(1, at >> 2, end >> 2);
      at = end;
    } else for (; at < end; at++) if (read(wordSize) > 0 && (at & 3) === 3) mask[at >> 2] = 1;
  }
  return mask;
}

/** Of a row-major mask of 0 and 1. */
export function encodeBrush(mask: Uint8Array): number[] {
  const bytes: number[] = [];
  let filled = 8;
  const write = (value: number, count: number) => {
    for (let i = count - 1; i >= 0; i--) {
      if (filled === 8) {
        bytes.push(0);
        filled = 0;
      }
      if (Math.floor(value / 2 ** i) % 2 === 1) bytes[bytes.length - 1] |= 1 << (7 - filled);
      filled++;
    }
  };
  write(mask.length * 4, 32);
  write(7, 5);
  for (const size of runSizes) write(size - 1, 4);
  for (let at = 0; at < mask.length;) {
    let end = at;
    while (end < mask.length && mask[end] === mask[at]) end++;
    for (let left = (end - at) * 4; left > 0;) {
      const run = Math.min(left, 65536);
      const index = runSizes.findIndex((size) => run <= 2 ** size);
      write(1, 1);
      write(index, 2);
      write(run - 1, runSizes[index]);
      write(mask[at] ? 255 : 0, 8);
      left -= run;
    }
    at = end;
  }
  return bytes;
}
