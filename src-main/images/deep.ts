/** Pictures of more than 8 bits: their samples as they are, and the one rule by which 8 or 16 bits are made of them. */
import sharp, { type Sharp } from 'sharp';
import type { ImageSource } from '@shared/images/source';
import type { SampleArray } from '@shared/measure/types';
import { turnPipeline, turnPixels } from './exif';
import type { ImageHeader } from './header';
import { maxPixels } from './imageErrors';
import { turnOf } from './inspect';
import { readTiffSamples, sharpReads } from './tiffSamples';

/** Samples in their own units, turned as the source says. */
export interface DeepImage {
  readonly width: number;
  readonly height: number;
  /** Samples a pixel: 1, 3, or 4 where the last is alpha. */
  readonly channels: number;
  readonly data: SampleArray;
}

/** Values that become black and white. */
export type ValueRange = readonly [low: number, high: number];

export const readOptions = { failOn: 'error', limitInputPixels: maxPixels, ignoreIcc: true } as const;

/** Whether the samples come from here rather than from a plain 8-bit pipeline. */
export const isSpecial = (header: ImageHeader): boolean => header.deep || !sharpReads(header);

export async function readDeep(source: ImageSource, header: ImageHeader): Promise<DeepImage> {
  const turn = turnOf(source, header);
  if (sharpReads(header)) return readSixteen(turnPipeline(sharp(source.path, readOptions), turn));
  const { channels, ...pixels } = await readTiffSamples(source.path, header);
  return { ...turnPixels(pixels, turn), channels };
}

/** 16 bits as they lie in the file; CMYK becomes RGB. */
async function readSixteen(file: Sharp): Promise<DeepImage> {
  const { space, hasAlpha } = await file.metadata();
  const grey = space === 'grey16' || space === 'b-w';
  const { data, info } = await file
    .toColourspace(grey ? 'grey16' : 'rgb16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true });
  const samples = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
  const { width, height, channels: stored } = info;
  if (samples.length !== width * height * stored) throw new Error(`got ${samples.length} samples`);
  const colours = grey || stored < 3 ? 1 : 3;
  // Alpha stays behind colours alone: grey with alpha is rare, and its alpha is all or nothing.
  const channels = colours === 3 && hasAlpha ? 4 : colours;
  return { width, height, channels, data: keepBands(samples, stored, channels) };
}

/** The first `kept` of `stored` interleaved bands. */
export function keepBands<T extends SampleArray>(data: T, stored: number, kept: number): T {
  if (stored === kept) return data;
  const pixels = data.length / stored;
  const out = new (data.constructor as new (length: number) => T)(pixels * kept);
  for (let p = 0; p < pixels; p++) {
    for (let c = 0; c < kept; c++) out[p * kept + c] = data[p * stored + c];
  }
  return out;
}

/**
 * The values that become black and white: of 8 bits all there are, else the image's own least and greatest one over all
 * channels, as ImageJ and napari show a picture that they open. Values that are not finite, alpha and the file's "no data"
 * are not looked at.
 */
export function ownRange({ channels, data }: DeepImage, header: ImageHeader): ValueRange {
  if (!header.deep) return [0, 2 ** (header.tiff?.bits ?? 8) - 1];
  const noData = header.tiff?.noData;
  const colours = channels === 4 ? 3 : channels;
  let low = Infinity;
  let high = -Infinity;
  for (let p = 0; p < data.length; p += channels) {
    for (let c = 0; c < colours; c++) {
      const value = data[p + c];
      if (value === noData) continue;
      if (value < low && value > -Infinity) low = value;
      if (value > high && value < Infinity) high = value;
    }
  }
  return low <= high ? [low, high] : [0, 0];
}

/**
 * Writes three channels of `out`, which has 3 or 4 a pixel: `range` becomes 0..`white`, rounded, what lies outside is black or
 * white, what is no number black.
 */
export function spread(
  { channels, data }: DeepImage,
  [low, high]: ValueRange,
  out: Uint8Array | Uint16Array,
  outChannels: 3 | 4,
  white: number,
): void {
  const span = high > low ? high - low : Infinity;
  const colours = channels >= 3;
  for (let from = 0, to = 0; from < data.length; from += channels, to += outChannels) {
    for (let c = 0; c < 3; c++) {
      const value = ((data[colours ? from + c : from] - low) / span) * white;
      out[to + c] = value > 0 ? (value < white ? Math.round(value) : white) : 0;
    }
  }
}

/** Alpha of `image` as 8 bits into the last channel of RGBA; 255 where it has none. */
export function spreadAlpha({ channels, data }: DeepImage, rgba: Uint8Array): void {
  for (let p = 3, from = channels - 1; p < rgba.length; p += 4, from += channels) {
    rgba[p] = channels === 4 ? Math.round(data[from] / 257) : 255;
  }
}
