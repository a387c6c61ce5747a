/** Row-major bitmaps to masks and back, whole images or regions. */
import { MaskError } from './error';
import { emptyMask, pixelCount, type Box, type Rle } from './rle';
import { Scratch } from './scratch';

const changes = new Scratch();
const columns = new Scratch();
const positions = new Scratch();

/**
 * The mask of a row-major bitmap of `h` rows and `w` columns, one byte a pixel, any non-zero byte foreground.
 * Canonical runs. Source: maskApi.c rleEncode, which wants the bitmap column-major; here each pixel is compared with
 * the one above it, four at a time, and only the places that differ are sorted by column. O(h * w / 4 + runs).
 * @throws MaskError where the bitmap's length is not h * w.
 */
export function encode(bitmap: Uint8Array, h: number, w: number): Rle {
  const total = pixelCount(h, w);
  if (bitmap.length !== total) {
    throw new MaskError(`Bitmap has ${bitmap.length} bytes when ${total} (${h} x ${w}) was expected`);
  }
  if (total === 0) return emptyMask(h, w);
  const found = findVerticalChanges(bitmap, w);

  // Counting sort by column. columnEnd[x] first holds the number of changes in column x, then where its next one goes.
  const columnEnd = columns.get(w + 1);
  columnEnd.fill(0, 0, w + 1);
  for (let i = 0; i < found.length; i++) columnEnd[found[i] % w]++;
  const lastRow = total - w;
  let n = 0;
  let above = 0;
  const starts = positions.get(found.length + w);
  for (let x = 0; x < w; x++) {
    // The pixel before (x, 0) in column-major order is the last one of column x - 1.
    const first = bitmap[x] === 0 ? 0 : 1;
    const inColumn = columnEnd[x];
    if (first !== above) starts[n++] = x * h;
    columnEnd[x] = n;
    n += inColumn;
    above = bitmap[lastRow + x] === 0 ? 0 : 1;
  }
  for (let i = 0; i < found.length; i++) {
    const y = (found[i] / w) | 0;
    const x = found[i] - y * w;
    starts[columnEnd[x]++] = x * h + y;
  }

  const counts = new Uint32Array(n + 1);
  let last = 0;
  for (let i = 0; i < n; i++) {
    counts[i] = starts[i] - last;
    last = starts[i];
  }
  counts[n] = total - last;
  return { size: [h, w], counts };
}

/** Indices (row-major, ascending) of the pixels from row 1 on whose value is not that of the pixel above. */
function findVerticalChanges(bitmap: Uint8Array, w: number): Uint32Array {
  const total = bitmap.length;
  // Words need an aligned start; a view that has none is copied once (a plain memcpy).
  const bytes = bitmap.byteOffset % 4 === 0 ? bitmap : bitmap.slice();
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, total >> 2);
  let out = changes.get(8 * w + 64);
  let n = 0;
  const compareBytes = (from: number, to: number): void => {
    for (let i = from; i < to; i++) {
      if ((bytes[i] === 0) !== (bytes[i - w] === 0)) out[n++] = i;
    }
  };

  const firstWord = Math.min((w + 3) >> 2, words.length);
  compareBytes(w, Math.min(firstWord * 4, total));
  const offset = (4 - (w & 3)) & 3;
  const wordsBack = (w + offset) >> 2;
  // The word above starts `offset` bytes into words[k - wordsBack]; little-endian, as every platform of Electron is.
  const low = offset * 8;
  const high = 32 - low;
  const chunk = 1 << 12;
  for (let from = firstWord; from < words.length; from += chunk) {
    const to = Math.min(from + chunk, words.length);
    out = changes.grow(out, n + 4 * chunk + 8);
    if (offset === 0) {
      for (let k = from; k < to; k++) {
        if (words[k] !== words[k - wordsBack]) compareBytes(4 * k, 4 * k + 4);
      }
    } else {
      let lower = words[from - wordsBack];
      for (let k = from; k < to; k++) {
        const upper = words[k - wordsBack + 1];
        if (words[k] !== ((lower >>> low) | (upper << high))) compareBytes(4 * k, 4 * k + 4);
        lower = upper;
      }
    }
  }
  compareBytes(Math.max(w, words.length * 4), total);
  return out.subarray(0, n);
}

/**
 * The mask as a new row-major bitmap of height * width bytes, 1 = foreground.
 * Source: maskApi.c rleDecode, which writes column-major. O(h * w / 4 + runs).
 * @throws MaskError where the runs do not sum to height * width.
 */
export function decode(rle: Rle): Uint8Array {
  return decodeRegion(rle, [0, 0, rle.size[1], rle.size[0]]);
}

/**
 * The part of the mask under the region [x, y, width, height] (whole image pixels) as a new row-major bitmap of
 * width * height bytes, 1 = foreground. The region may reach outside the image: there it is 0.
 * Memory and time follow the region, not the image: O(runs + region / 4).
 * @throws MaskError for a region that is not in whole pixels, or runs that do not sum to height * width.
 */
export function decodeRegion(rle: Rle, region: Box): Uint8Array {
  const [left, top, width, height] = checkRegion(region);
  const [h, w] = rle.size;
  const { counts } = rle;
  const out = new Uint8Array(width * height);
  const xEnd = Math.min(left + width, w);
  const yEnd = Math.min(top + height, h);
  const regionStart = left * h;
  const regionEnd = xEnd * h;
  // Rows that hold a change; the sweep below needs no others.
  let firstRow = height;
  let lastRow = -1;
  // Foreground from row y0 to y1 of column x becomes a mark at each end; one sweep down the rows turns marks to pixels.
  const mark = (x: number, y0: number, y1: number): void => {
    const row0 = (y0 > top ? y0 : top) - top;
    const row1 = (y1 < yEnd ? y1 : yEnd) - top;
    if (row0 >= row1) return;
    out[row0 * width + x] ^= 1;
    if (row0 < firstRow) firstRow = row0;
    if (row1 < height) {
      out[row1 * width + x] ^= 1;
      if (row1 > lastRow) lastRow = row1;
    } else lastRow = height - 1;
  };
  let end = 0;
  for (let i = 1; i < counts.length; i += 2) {
    const start = end + counts[i - 1];
    end = start + counts[i];
    if (start === end || end <= regionStart || start >= regionEnd) continue;
    let x = (start / h) | 0;
    let y = start - x * h;
    let rest = end - start;
    if (x < left) {
      x = left;
      y = 0;
      rest = end - regionStart;
    }
    for (; rest > 0 && x < xEnd; x++) {
      const yStop = y + rest < h ? y + rest : h;
      mark(x - left, y, yStop);
      rest -= yStop - y;
      y = 0;
    }
  }
  if (counts.length % 2 === 1) end += counts[counts.length - 1];
  if (end !== h * w) throw new MaskError(`The mask's runs sum to ${end} when ${h * w} (${h} x ${w}) was expected`);
  sweepDown(out, width, firstRow, lastRow);
  return out;
}

/** Replaces every row from firstRow + 1 to lastRow by its exclusive-or with the (already replaced) row above. */
function sweepDown(bytes: Uint8Array, width: number, firstRow: number, lastRow: number): void {
  const from = (firstRow + 1) * width;
  const to = (lastRow + 1) * width;
  if (to <= from) return;
  if (width < 4) {
    for (let i = from; i < to; i++) bytes[i] ^= bytes[i - width];
    return;
  }
  const words = new Int32Array(bytes.buffer, 0, bytes.length >> 2);
  const firstWord = (from + 3) >> 2;
  const endWord = to >> 2;
  const headEnd = Math.min(firstWord * 4, to);
  for (let i = from; i < headEnd; i++) bytes[i] ^= bytes[i - width];
  const offset = (4 - (width & 3)) & 3;
  const wordsBack = (width + offset) >> 2;
  if (offset === 0) {
    for (let k = firstWord; k < endWord; k++) words[k] ^= words[k - wordsBack];
  } else {
    const low = offset * 8;
    const high = 32 - low;
    for (let k = firstWord; k < endWord; k++) {
      words[k] ^= (words[k - wordsBack] >>> low) | (words[k - wordsBack + 1] << high);
    }
  }
  for (let i = Math.max(headEnd, endWord * 4); i < to; i++) bytes[i] ^= bytes[i - width];
}

/**
 * The mask of `size` [height, width] whose pixels under the region [x, y, width, height] are those of the row-major
 * `bitmap` (width * height bytes, non-zero = foreground) and background elsewhere; what reaches outside the image is
 * dropped. O(region / 4 + runs), whatever the size of the image.
 * @throws MaskError for a region that is not in whole pixels or a bitmap of another length.
 */
export function encodeRegion(bitmap: Uint8Array, region: Box, size: readonly [number, number]): Rle {
  const [left, top, width, height] = checkRegion(region);
  const [h, w] = size;
  const total = pixelCount(h, w);
  const { counts } = encode(bitmap, height, width);
  const yEnd = Math.min(top + height, h);
  const out = positions.get(counts.length + 2 * width);
  let n = 0;
  let end = 0;
  for (let i = 1; i < counts.length; i += 2) {
    const start = end + counts[i - 1];
    end = start + counts[i];
    let column = (start / height) | 0;
    let y = start - column * height;
    for (let rest = end - start; rest > 0; column++) {
      const yStop = Math.min(y + rest, height);
      const x = column + left;
      const y0 = Math.max(y + top, 0);
      const y1 = Math.min(yStop + top, yEnd);
      rest -= yStop - y;
      y = 0;
      if (x < 0 || x >= w || y0 >= y1) continue;
      if (n > 0 && out[n - 1] === x * h + y0) n--;
      else out[n++] = x * h + y0;
      out[n++] = x * h + y1;
    }
  }
  const full = new Uint32Array(n + 1);
  let last = 0;
  for (let i = 0; i < n; i++) {
    full[i] = out[i] - last;
    last = out[i];
  }
  full[n] = total - last;
  return { size: [h, w], counts: n > 0 && last === total ? full.slice(0, n) : full };
}

function checkRegion(region: Box): Box {
  const [x, y, width, height] = region;
  if (![x, y, width, height].every(Number.isInteger) || width < 0 || height < 0) {
    throw new MaskError(`Region is [${region.join(', ')}] when [x, y, width, height] in whole pixels was expected`);
  }
  pixelCount(height, width);
  return region;
}
