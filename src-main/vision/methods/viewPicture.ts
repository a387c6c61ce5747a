/** A region of the image at bounded size, for previews: blocks of whole pixels, averaged. */
import type { Box } from '@shared/geometry/box';
import type { Rle } from '@shared/mask';
import { decodeRegion, encode } from '@shared/mask';
import type { RgbaImage } from '../opencv/image';
import { workScope } from './workScope';

/** Pixels of a preview's picture at most. */
export const VIEW_PIXELS = 1_000_000;

/** Pixel (c, r) is the mean of the image pixels of its block: `factor` square at box x + c * factor, y + r * factor, cut at the image's edge. */
export interface ViewPicture extends RgbaImage {
  /** Region covered: starts on multiples of `factor`. */
  readonly box: Box;
  /** Region asked for; results are cut to it. */
  readonly asked: Box;
  /** Image pixels a side of a block; 1 = the region itself. */
  readonly factor: number;
}

/** The region under a box, a mask's bounds or the whole image, with the least factor that keeps it within VIEW_PIXELS. */
export function viewOf(image: RgbaImage, box?: Box, within?: Rle): ViewPicture {
  const asked = workScope(image, box, within).bounds;
  const factor = Math.max(1, Math.ceil(Math.sqrt((asked[2] * asked[3]) / VIEW_PIXELS)));
  return shrinkToView(image, asked, factor);
}

/** O(pixels of the region). The data lies in shared memory, so that later steps get it without a copy. */
export function shrinkToView(image: RgbaImage, asked: Box, factor: number): ViewPicture {
  const left = Math.floor(asked[0] / factor) * factor;
  const top = Math.floor(asked[1] / factor) * factor;
  const right = Math.min(image.width, Math.ceil((asked[0] + asked[2]) / factor) * factor);
  const bottom = Math.min(image.height, Math.ceil((asked[1] + asked[3]) / factor) * factor);
  const width = Math.ceil((right - left) / factor);
  const height = Math.ceil((bottom - top) / factor);
  const data = new Uint8Array(new SharedArrayBuffer(width * height * 4));
  const picture: ViewPicture = { width, height, data, box: [left, top, right - left, bottom - top], asked, factor };
  // Whole blocks at once where they are small; the rest, and large ones, line by line.
  const [columns, rows] = factor <= LARGEST_AT_ONCE ? wholeBlocks(picture) : [0, 0];
  if (columns * rows > 0) averageWhole(wordsOf(image.data), image.width, picture, columns, rows);
  const sums = new Uint32Array(width * 4);
  const words = wordsOf(image.data);
  for (let row = 0; row < height; row++) {
    const first = row < rows ? columns : 0;
    if (first === width) continue;
    const from = top + row * factor;
    const to = Math.min(bottom, from + factor);
    const start = left + first * factor;
    sums.fill(0);
    for (let y = from; y < to; y++) addLine(sums, words, y * image.width + start, right - start, factor);
    for (let i = first; i < width; i++) {
      const count = (to - from) * Math.min(factor, right - left - i * factor);
      const out = (row * width + i) * 4;
      for (let c = 0; c < 3; c++) data[out + c] = sums[(i - first) * 4 + c] / count + 0.5;
      data[out + 3] = 255;
    }
  }
  return picture;
}

/** Blocks whose pixels' reds and blues, 16 bits each, can be added in one word. */
const LARGEST_AT_ONCE = 16;

/** How many blocks of a row, and rows of blocks, are not cut at the image's edge. */
function wholeBlocks({ box, factor }: ViewPicture): [columns: number, rows: number] {
  return [Math.floor(box[2] / factor), Math.floor(box[3] / factor)];
}

/** Writes the means of the whole blocks. The sums of a block stay in two numbers until it is done. */
function averageWhole(
  words: Uint32Array,
  imageWidth: number,
  { box: [left, top], width, factor, data }: ViewPicture,
  columns: number,
  rows: number,
): void {
  const count = factor * factor;
  const mean = Uint8Array.from({ length: 255 * count + 1 }, (_, sum) => sum / count + 0.5);
  const target = new Uint32Array(data.buffer);
  for (let row = 0; row < rows; row++) {
    const line = (top + row * factor) * imageWidth + left;
    for (let column = 0; column < columns; column++) {
      const start = line + column * factor;
      let redBlue = 0;
      let green = 0;
      for (let y = 0, from = start; y < factor; y++, from += imageWidth) {
        for (let p = from, end = from + factor; p < end; p++) {
          const word = words[p];
          redBlue = (redBlue + (word & 0xff00ff)) | 0;
          green += (word >>> 8) & 0xff;
        }
      }
      target[row * width + column] =
        mean[redBlue & 0xffff] | (mean[green] << 8) | (mean[redBlue >>> 16] << 16) | 0xff000000;
    }
  }
}

/** The pixels as words of red, green, blue, alpha from the lowest byte on; copied only where they are not aligned. */
function wordsOf(data: Uint8Array): Uint32Array {
  const { buffer, byteOffset, length } = data;
  return byteOffset % 4 === 0
    ? new Uint32Array(buffer, byteOffset, length >> 2)
    : new Uint32Array(data.slice().buffer, 0, length >> 2);
}

/** Red and blue are added in one go, 16 bits each: that holds so many pixels. */
const MOST_AT_ONCE = 256;

/** Adds each block's pixels of one line to its sums; `start` and `pixels` count words. */
function addLine(sums: Uint32Array, words: Uint32Array, start: number, pixels: number, factor: number): void {
  const end = start + pixels;
  for (let p = start, o = 0; p < end; o += 4) {
    const blockEnd = Math.min(end, p + factor);
    while (p < blockEnd) {
      const stop = Math.min(blockEnd, p + MOST_AT_ONCE);
      let redBlue = 0;
      let green = 0;
      for (; p < stop; p++) {
        const word = words[p];
        redBlue = (redBlue + (word & 0xff00ff)) | 0;
        green += (word >>> 8) & 0xff;
      }
      sums[o] += redBlue & 0xffff;
      sums[o + 1] += green;
      sums[o + 2] += redBlue >>> 16;
    }
  }
}

/** The part of an image's mask that the picture shows, at the picture's size: each block has its central pixel's value. */
export function maskToView({ box, factor, width, height }: ViewPicture, mask: Rle): Rle {
  const full = decodeRegion(mask, box);
  if (factor === 1) return encode(full, height, width);
  const bitmap = new Uint8Array(width * height);
  const middle = factor >> 1;
  for (let y = 0; y < height; y++) {
    const line = Math.min(box[3] - 1, y * factor + middle) * box[2];
    for (let x = 0; x < width; x++) bitmap[y * width + x] = full[line + Math.min(box[2] - 1, x * factor + middle)];
  }
  return encode(bitmap, height, width);
}

/** A mask of the picture as one of the image: each pixel becomes its block, cut to the region asked for. O(runs * factor). */
export function maskFromView({ asked, box, factor }: ViewPicture, mask: Rle, size: readonly [number, number]): Rle {
  const [h, w] = size;
  const [rows] = mask.size;
  const top = asked[1];
  const bottom = asked[1] + asked[3];
  const counts: number[] = [];
  // Where the last run written ended; runs of a column repeat for each image column under it.
  let written = 0;
  const put = (start: number, end: number): void => {
    if (counts.length > 0 && start === written) counts[counts.length - 1] += end - start;
    else counts.push(start - written, end - start);
    written = end;
  };
  const column: number[] = [];
  const flush = (c: number): void => {
    const first = Math.max(asked[0], box[0] + c * factor);
    const last = Math.min(asked[0] + asked[2], box[0] + (c + 1) * factor);
    for (let x = first; x < last; x++) {
      for (let i = 0; i < column.length; i += 2) {
        const y0 = Math.max(top, box[1] + column[i] * factor);
        const y1 = Math.min(bottom, box[1] + column[i + 1] * factor);
        if (y0 < y1) put(x * h + y0, x * h + y1);
      }
    }
    column.length = 0;
  };
  let current = 0;
  for (let i = 1, end = 0; i < mask.counts.length; i += 2) {
    let start = end + mask.counts[i - 1];
    end = start + mask.counts[i];
    while (start < end) {
      const c = Math.floor(start / rows);
      if (c !== current) {
        flush(current);
        current = c;
      }
      const stop = Math.min(end, (c + 1) * rows);
      column.push(start - c * rows, stop - c * rows);
      start = stop;
    }
  }
  flush(current);
  counts.push(h * w - written);
  return { size: [h, w], counts: Uint32Array.from(counts) };
}
