/** Turns an RGB image into a model's input tensor: resize, colour order, normalisation, layout, padding. */
import type { ModelTransform } from '@shared/geometry/coords';
import { workError } from '@shared/errors/workFault';
import type { ModelInput } from '../catalog/imageInput';
import {
  columnsRead,
  lookUpRow,
  makeTaps,
  mixRows,
  type Taps,
  turnGrey,
  writeGrey,
  writeOne,
  writeRow,
} from './inputRows';
import { percentileLevels } from './levels';
import { type FloatImage, resampleAntialiased } from './resample';
import type { RgbImage } from './rgbImage';

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
