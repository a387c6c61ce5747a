/** Turns an RGB image into a model's input tensor: resize, colour order, normalisation, layout, padding. */
import type { ModelTransform } from '@shared/geometry/coords';
import { workError } from '@shared/errors/workFault';
import type { ModelInput } from '../catalog/imageInput';
import { GREY_WEIGHTS, percentileLevels } from './levels';
import { type FloatImage, resampleAntialiased } from './resample';

export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** RGB8, row-major, `height * width * 3`. */
  readonly data: Uint8Array;
}

/** Where the image lies in the input: its resized size, the padded size, and the way back. */
export interface InputFrame {
  readonly imageWidth: number;
  readonly imageHeight: number;
  /** Size of the resized image's part of the input; where it lies, `transform` says. */
  readonly contentWidth: number;
  readonly contentHeight: number;
  readonly inputWidth: number;
  readonly inputHeight: number;
  readonly transform: ModelTransform;
  /** Set when a limit made the scale smaller than the model asks for. */
  readonly limitedFrom?: number;
}

/** Of a model's input: 768 MB of numbers, and a network needs many times more for what it makes of them. */
const mostPixels = 64_000_000;

/**
 * The input's geometry for an image of `width` x `height`: sides are rounded to whole pixels, then padded. Throws `bad-input`
 * where it would be larger than memory is promised for.
 */
export function planInput(width: number, height: number, input: ModelInput): InputFrame {
  const { resize, padTo } = input;
  const wanted = wantedScale(width, height, resize);
  const maxSide = resize.mode === 'scale' || resize.mode === 'shortestSide' ? resize.maxSide : undefined;
  const scale = maxSide === undefined ? wanted : Math.min(wanted, maxSide / Math.max(width, height));
  const stretched = resize.mode === 'fixed' && !resize.keepAspect;
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const contentWidth = stretched ? resize.width : side(width);
  const contentHeight = stretched ? resize.height : side(height);
  const padded = (length: number) => Math.ceil(length / padTo) * padTo;
  const inputWidth = resize.mode === 'fixed' ? resize.width : padded(contentWidth);
  const inputHeight = resize.mode === 'fixed' ? resize.height : padded(contentHeight);
  if (inputWidth * inputHeight > mostPixels) {
    const fault = {
      code: 'model-input',
      image: [width, height],
      input: [inputWidth, inputHeight],
      megapixels: mostPixels / 1e6,
    } as const;
    throw workError('bad-input', fault);
  }
  const isCentred = resize.mode === 'fixed' && resize.keepAspect && resize.centred;
  return {
    imageWidth: width,
    imageHeight: height,
    contentWidth,
    contentHeight,
    inputWidth,
    inputHeight,
    transform: {
      scaleX: contentWidth / width,
      scaleY: contentHeight / height,
      // Ultralytics' rounding: an odd pixel of padding goes to the right and to the bottom.
      offsetX: isCentred ? Math.floor((inputWidth - contentWidth) / 2) : 0,
      offsetY: isCentred ? Math.floor((inputHeight - contentHeight) / 2) : 0,
    },
    ...(scale < wanted ? { limitedFrom: wanted } : {}),
  };
}

/** Where the whole input, padding included, lies over the image: `[x1, y1, x2, y2]`, image pixels. */
export function inputCorners({ inputWidth, inputHeight, transform }: InputFrame) {
  const { scaleX, scaleY, offsetX, offsetY } = transform;
  return [
    -offsetX / scaleX,
    -offsetY / scaleY,
    (inputWidth - offsetX) / scaleX,
    (inputHeight - offsetY) / scaleY,
  ] as const;
}

function wantedScale(width: number, height: number, resize: ModelInput['resize']): number {
  switch (resize.mode) {
    case 'none':
      return 1;
    case 'scale':
      return resize.scale;
    case 'shortestSide':
      return resize.side / Math.min(width, height);
    case 'longestSide':
      return resize.side / Math.max(width, height);
    case 'fixed':
      return Math.min(resize.width / width, resize.height / height);
  }
}

/**
 * The input tensor's values, a new Float32Array, and its shape: `[1,C,H,W]` (NCHW), `[1,H,W,C]` (NHWC), `[C,H,W]` (CHW) or
 * `[H,W,C]` (HWC) with H, W of `frame.inputHeight`, `inputWidth`; C is 3, of grey inputs 1, or 2 where zeros stand beside.
 * A sample is `(range0 + (v - black) / (white - black) * (range1 - range0) - mean) / std`, by channel in the order of
 * `input.colour`; black and white are 0 and 255, the greatest resized sample or percentiles where the input says so.
 * Resampling is bilinear at pixel centres with edges repeated: `F.interpolate(mode='bilinear', align_corners=False)` of
 * PyTorch, with `antialias=True` where `input.interpolation` says so. The image may come scaled down already, not below its
 * size in the input. `into`: what another input was built in, nobody's any more, to be used again where it has the size.
 * O(input + image rows read).
 */
export function buildInput(
  image: RgbImage,
  input: ModelInput,
  frame: InputFrame,
  into?: Float32Array | null,
): { data: Float32Array; dims: number[] } {
  const { inputWidth, inputHeight, contentWidth, contentHeight, transform } = frame;
  const planar = input.layout === 'NCHW' || input.layout === 'CHW';
  const plane = inputWidth * inputHeight;
  const isGrey = input.colour === 'grey' || input.colour === 'grey and zeros';
  // The tensor's channel c reads the image's channel from[c].
  const from = isGrey ? [0] : input.colour === 'RGB' ? [0, 1, 2] : [2, 1, 0];
  const channels = input.colour === 'grey and zeros' ? 2 : from.length;
  const used = into?.length === plane * channels ? into : null;
  const data = used ?? new Float32Array(plane * channels);
  const isPadded = inputWidth > contentWidth || inputHeight > contentHeight;
  // What no sample is written to.
  const ground = isPadded ? input.padValue : 0;
  const isCovered = !isPadded && channels === from.length;
  if (!isCovered && (used || ground !== 0)) data.fill(ground);

  const source: RgbImage | FloatImage =
    input.interpolation === 'antialiased' ? resampleAntialiased(image, contentWidth, contentHeight) : image;
  const { columns, reads } = columnsRead(makeTaps(source.width, contentWidth), source.width);
  const rows = makeTaps(source.height, contentHeight);
  // Its last column is there twice, so that each has one after it.
  const row = new Float32Array((reads ? reads.length : source.width + 1) * 3);
  // Mixing bytes comes to no more than they are; what was resampled may be off by its rounding.
  const most = source.data instanceof Uint8Array ? 255 : Infinity;
  const white = input.white === '255' ? 255 : Math.max(1, greatestSample(source, rows, reads, row, columns, most));
  const levels = input.percentiles
    ? percentileLevels(image, input.percentiles, isGrey)
    : from.map(() => ({ black: 0, white }));
  const [low, high] = input.range;
  const scale = from.map((channel) => (high - low) / (levels[channel].white - levels[channel].black));
  const gain = scale.map((one, c) => one / input.std[c]);
  const bias = scale.map((one, c) => (low - levels[from[c]].black * one - input.mean[c]) / input.std[c]);
  const step = planar ? 1 : channels;
  // What stays as large has 256 values a channel.
  const isResized = source.width !== contentWidth || source.height !== contentHeight;
  const samples = !isResized && source.data instanceof Uint8Array ? source.data : null;
  const tables = samples && gain.map((one, c) => Float32Array.from({ length: 256 }, (_, v) => v * one + bias[c]));
  for (let y = 0; y < contentHeight; y++) {
    const at = (y + transform.offsetY) * inputWidth + transform.offsetX;
    const start = planar ? at : at * channels;
    const apart = planar ? plane : 1;
    const end = start + contentWidth * step;
    if (samples && isGrey) writeGrey(samples, y * contentWidth * 3, gain[0], bias[0], data, start, end, step);
    else if (tables) lookUpRow(samples, y * contentWidth * 3, contentWidth, from, tables, data, start, apart, step);
    else {
      mixRows(source, rows, y, reads, row);
      if (isGrey) writeOne(turnGrey(row), columns, gain[0], bias[0], data, start, step);
      else writeRow(row, from, columns, gain, bias, data, start, apart, step);
    }
  }
  const dims = planar ? [channels, inputHeight, inputWidth] : [inputHeight, inputWidth, channels];
  return { data, dims: input.layout.startsWith('N') ? [1, ...dims] : dims };
}

/** One output row whose samples, from `at` on, stay whole numbers; its channels are `apart` in `out`, all written at once. */
function lookUpRow(
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
function writeGrey(
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
function turnGrey(row: Float32Array): Float32Array {
  const [r, g, b] = GREY_WEIGHTS;
  for (let i = 0; i < row.length; i += 3) row[i] = r * row[i] + g * row[i + 1] + b * row[i + 2];
  return row;
}

/** The greatest sample of the resized image, 0..255; the first one of at least `most`, which none is above, is as good. */
function greatestSample(
  source: RgbImage | FloatImage,
  rows: Taps,
  reads: Int32Array | null,
  row: Float32Array,
  { first, weight }: Taps,
  most: number,
): number {
  let greatest = 0;
  for (let y = 0; y < rows.first.length && greatest < most; y++) {
    mixRows(source, rows, y, reads, row);
    for (let x = 0; x < first.length; x++) {
      for (let at = first[x] * 3, end = at + 3; at < end; at++) {
        const value = row[at] + (row[at + 3] - row[at]) * weight[x];
        if (value > greatest) greatest = value;
      }
    }
  }
  return Math.fround(greatest);
}

/** For each output position the two source positions and the weight of the second. */
interface Taps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly weight: Float32Array;
}

/** Half-pixel centres: source = (i + 0.5) * from / to - 0.5, not below 0, the second tap not beyond the end. */
function makeTaps(from: number, to: number): Taps {
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
function columnsRead(columns: Taps, width: number): { columns: Taps; reads: Int32Array | null } {
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
function mixRows(
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
function writeRow(
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
function writeOne(
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
