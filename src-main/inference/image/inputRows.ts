/** Rows of a model's input from rows of an image: mixed, turned grey, scaled, and laid out. */
import { GREY_WEIGHTS } from './levels';
import type { RgbImage } from './rgbImage';
import type { FloatImage } from './resample';

/** For each output position the two source positions and the weight of the second. */
export interface Taps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly weight: Float32Array;
}

/** Half-pixel centres: source = (i + 0.5) * from / to - 0.5, not below 0, the second tap not beyond the end. */
export function makeTaps(from: number, to: number): Taps {
  const first = new Int32Array(to);
  const second = new Int32Array(to);
  const weight = new Float32Array(to);
  const step = from / to;
  for (let i = 0; i < to; i++) {
    const position = Math.max(0, (i + 0.5) * step - 0.5);
    const whole = Math.min(Math.floor(position), from - 1);
    first[i] = whole;
    second[i] = Math.min(whole + 1, from - 1);
    weight[i] = position - whole;
  }
  return { first, second, weight };
}

/**
 * Where a row gets less than half as wide only two of its columns an output position are read: which, and the taps counted in them.
 * Either way the second tap of a position lies beside the first one in a row of `mixRows`.
 */
export function columnsRead(columns: Taps, width: number): { columns: Taps; reads: Int32Array | null } {
  const { first, second, weight } = columns;
  if (width <= first.length * 2) return { columns, reads: null };
  const reads = new Int32Array(first.length * 2);
  for (let i = 0; i < first.length; i++) {
    reads[2 * i] = first[i];
    reads[2 * i + 1] = second[i];
  }
  return { columns: { first: first.map((_, i) => 2 * i), second: first.map((_, i) => 2 * i + 1), weight }, reads };
}

/**
 * Row `y` of the resized image, at the image's own width, the last column twice; `reads`: only these columns, as they stand there.
 * Here and in `writeRow` the three samples of a pixel are written at once: loops of one sample take twice the time.
 */
export function mixRows(
  { data, width }: RgbImage | FloatImage,
  rows: Taps,
  y: number,
  reads: Int32Array | null,
  out: Float32Array,
): void {
  const a = rows.first[y] * width * 3;
  const b = rows.second[y] * width * 3;
  const weight = rows.weight[y];
  const count = reads ? reads.length : width;
  for (let k = 0, i = 0; k < count; k++, i += 3) {
    const column = reads ? reads[k] : k;
    const above = a + 3 * column;
    const below = b + 3 * column;
    const red = data[above];
    const green = data[above + 1];
    const blue = data[above + 2];
    out[i] = red + (data[below] - red) * weight;
    out[i + 1] = green + (data[below + 1] - green) * weight;
    out[i + 2] = blue + (data[below + 2] - blue) * weight;
  }
  if (!reads) out.copyWithin(3 * width, 3 * width - 3, 3 * width);
}

/** One output row, all three channels; `from` says which of `row` they are. They lie `apart` in `out`, their samples every `step`. */
export function writeRow(
  row: Float32Array,
  from: readonly number[],
  { first, weight }: Taps,
  gain: readonly number[],
  bias: readonly number[],
  out: Float32Array,
  start: number,
  apart: number,
  step: number,
): void {
  const [a, b, c] = from;
  const [gainA, gainB, gainC] = gain;
  const [biasA, biasB, biasC] = bias;
  for (let x = 0, to = start; x < first.length; x++, to += step) {
    const at = first[x] * 3;
    const share = weight[x];
    const one = row[at + a];
    const two = row[at + b];
    const three = row[at + c];
    out[to] = (one + (row[at + 3 + a] - one) * share) * gainA + biasA;
    out[to + apart] = (two + (row[at + 3 + b] - two) * share) * gainB + biasB;
    out[to + 2 * apart] = (three + (row[at + 3 + c] - three) * share) * gainC + biasC;
  }
}

/** The first channel of one output row. */
export function writeOne(
  row: Float32Array,
  { first, weight }: Taps,
  gain: number,
  bias: number,
  out: Float32Array,
  start: number,
  step: number,
): void {
  for (let x = 0, to = start; x < first.length; x++, to += step) {
    const left = row[first[x] * 3];
    out[to] = (left + (row[first[x] * 3 + 3] - left) * weight[x]) * gain + bias;
  }
}

/** One output row whose samples, from `at` on, stay whole numbers; its channels are `apart` in `out`, all written at once. */
export function lookUpRow(
  samples: Uint8Array,
  at: number,
  width: number,
  from: readonly number[],
  tables: readonly Float32Array[],
  out: Float32Array,
  start: number,
  apart: number,
  step: number,
): void {
  const [a, b, c] = from;
  const [first, second, third] = tables;
  for (let x = 0, i = at, to = start; x < width; x++, i += 3, to += step) {
    out[to] = first[samples[i + a]];
    out[to + apart] = second[samples[i + b]];
    out[to + 2 * apart] = third[samples[i + c]];
  }
}

/** The grey of one output row whose samples, from `at` on, stay whole numbers; rounded as `turnGrey` does. */
export function writeGrey(
  samples: Uint8Array,
  at: number,
  gain: number,
  bias: number,
  out: Float32Array,
  start: number,
  end: number,
  step: number,
): void {
  const [r, g, b] = GREY_WEIGHTS;
  for (let i = at, to = start; to < end; i += 3, to += step) {
    out[to] = Math.fround(r * samples[i] + g * samples[i + 1] + b * samples[i + 2]) * gain + bias;
  }
}

/** Grey takes the place of red. */
export function turnGrey(row: Float32Array): Float32Array {
  const [r, g, b] = GREY_WEIGHTS;
  for (let i = 0; i < row.length; i += 3) row[i] = r * row[i] + g * row[i + 1] + b * row[i + 2];
  return row;
}
