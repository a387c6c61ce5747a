/** Decodes image files to pixels: every supported format, bit depth and colour space, EXIF applied at most once. */
import { open, readFile, stat } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import type { ImageSource } from '../../src-shared/ipc/contract';
import { type AbortSignalLike, throwIfCancelled } from '../../src-shared/ipc/errors';
import { decodeBmp } from './bmp';
import { sniffFormat } from './formats';
import { imageError, maxPixels, notAnImage, toImageError, tooLarge } from './imageErrors';
import { ownBytes } from './ownBytes';

// libvips caches by path: a file that changed on disk would keep its old pixels.
sharp.cache(false);

export interface DecodeOptions {
  /** Looked at before and after the decoding itself, which cannot be interrupted. */
  readonly signal?: AbortSignalLike;
}

/** Row-major, interleaved channels, top row first; `data` belongs to the caller. */
export interface DecodedImage<T extends Uint8Array | Uint16Array = Uint8Array> {
  readonly width: number;
  readonly height: number;
  readonly data: T;
}

/**
 * Pixels as RGB8, `data` of `height * width * 3`.
 * Grey and palette images become RGB, CMYK is converted, alpha is dropped (colours under it stay as stored); embedded
 * colour profiles are ignored, as training pipelines do. 16-bit samples are scaled over their full range (v * 255 / 65535),
 * floating-point and 32-bit samples from their own minimum..maximum. Of a multi-page TIFF the first page is read.
 * Throws `bad-input` naming the file for what cannot be decoded to the last row.
 */
export async function decodeRgb(source: ImageSource, options: DecodeOptions = {}): Promise<DecodedImage> {
  return decode8(source, 3, options);
}

/** As `decodeRgb` with the image's own alpha (255 where it has none, not premultiplied), `height * width * 4`. */
export async function decodeRgba(source: ImageSource, options: DecodeOptions = {}): Promise<DecodedImage> {
  return decode8(source, 4, options);
}

/**
 * Samples at 16 bits as RGB, `height * width * 3`, for display windows: 16-bit files exactly as stored, 8-bit ones times
 * 257, floating-point and 32-bit ones from their own minimum..maximum. Alpha is dropped. Errors as `decodeRgb`.
 */
export async function decode16(source: ImageSource, options: DecodeOptions = {}): Promise<DecodedImage<Uint16Array>> {
  throwIfCancelled(options.signal);
  try {
    const bmp = await readBmp(source.path);
    const { depth } = bmp ? { depth: 'uchar' } : await sharp(source.path, readOptions).metadata();
    if (depth === 'uchar') {
      const { width, height, data } = await decode8(source, 3, options);
      return { width, height, data: Uint16Array.from(data, (value) => value * 257) };
    }
    const deep = await readDeep(source, depth, 3);
    throwIfCancelled(options.signal);
    const data = new Uint16Array(deep.width * deep.height * 3);
    spread(deep, data, 3, 65535);
    return { width: deep.width, height: deep.height, data };
  } catch (error) {
    throw await explain(source.path, error);
  }
}

export const readOptions = { failOn: 'error', limitInputPixels: maxPixels, ignoreIcc: true } as const;

/** A sharp pipeline on the file, turned upright where the source says so. */
export function openFile(source: ImageSource): Sharp {
  const image = sharp(source.path, readOptions);
  return source.orientation === 'exif' ? image.autoOrient() : image;
}

/**
 * A sharp pipeline whose pixels are 8-bit RGB or RGBA in the source's orientation, for resizing and re-encoding. Errors
 * of the file itself may only come when the pipeline runs: pass them through `explain`.
 */
export async function openPixels(source: ImageSource): Promise<Sharp> {
  const bmp = await readBmp(source.path);
  if (bmp) return sharp(bmp.data, { raw: { width: bmp.width, height: bmp.height, channels: 4 } });
  const { depth } = await sharp(source.path, readOptions).metadata();
  if (depth === 'uchar') return openFile(source).toColourspace('srgb');
  const { width, height, data } = await decode8(source, 3, {});
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** What went wrong with the file at `path`, given what a pipeline on it threw. */
export async function explain(path: string, error: unknown): Promise<Error> {
  try {
    const file = await stat(path);
    if (file.isDirectory()) return imageError(path, 'is a folder, not an image');
    if (file.size === 0) return imageError(path, 'is empty (0 bytes)');
    if (/unsupported image format/i.test(String(error)) && !sniffFormat(await readFile(path))) return notAnImage(path);
  } catch (statError) {
    return toImageError(path, statError);
  }
  return toImageError(path, error);
}

async function decode8(source: ImageSource, channels: 3 | 4, options: DecodeOptions): Promise<DecodedImage> {
  throwIfCancelled(options.signal);
  try {
    const image = (await readBmp(source.path)) ?? (await decodeWithSharp(source, channels));
    throwIfCancelled(options.signal);
    const { width, height } = image;
    const expected = width * height * channels;
    const data = channels === 3 && image.data.length > expected ? dropAlpha(image.data) : image.data;
    if (data.length !== expected) throw new Error(`got ${data.length} bytes of pixels, expected ${expected}`);
    return { width, height, data };
  } catch (error) {
    throw await explain(source.path, error);
  }
}

async function decodeWithSharp(source: ImageSource, channels: 3 | 4): Promise<DecodedImage> {
  const { depth } = await sharp(source.path, readOptions).metadata();
  if (depth !== 'uchar') return decodeDeep(source, channels, depth);
  const rgb = openFile(source).toColourspace('srgb');
  const pipeline = channels === 3 ? rgb.removeAlpha() : rgb.ensureAlpha();
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { width, height, data: repack(ownBytes(data), info.channels, channels) };
}

/** Files with extra bands (multispectral TIFF) keep their first three. */
function repack(data: Uint8Array, stored: number, channels: 3 | 4): Uint8Array {
  if (stored === channels) return data;
  const pixels = data.length / stored;
  const out = new Uint8Array(pixels * channels).fill(255);
  for (let p = 0; p < pixels; p++) {
    for (let c = 0; c < 3; c++) out[p * channels + c] = data[p * stored + (stored >= 3 ? c : 0)];
  }
  return out;
}

/** Samples of more than 8 bits as stored, and the values that become black and white. */
interface DeepImage {
  readonly width: number;
  readonly height: number;
  /** Samples a pixel. */
  readonly stored: number;
  readonly samples: Uint16Array | Float32Array;
  readonly low: number;
  readonly high: number;
}

async function decodeDeep(source: ImageSource, channels: 3 | 4, depth: string): Promise<DecodedImage> {
  const deep = await readDeep(source, depth, channels);
  const { width, height, stored, samples } = deep;
  const data = new Uint8Array(width * height * channels).fill(255);
  spread(deep, data, channels, 255);
  if (channels === 4 && stored === 4 && depth === 'ushort') {
    for (let p = 3; p < data.length; p += 4) data[p] = Math.round(samples[p] / 257);
  }
  return { width, height, data };
}

async function readDeep(source: ImageSource, depth: string, channels: 3 | 4): Promise<DeepImage> {
  const sixteen = depth === 'ushort';
  // Without toColourspace libvips hands floating-point values through as they are.
  const file = sixteen ? openFile(source).toColourspace('rgb16') : openFile(source);
  const pipeline = channels === 3 ? file.removeAlpha() : file;
  const { data, info } = await pipeline
    .raw({ depth: sixteen ? 'ushort' : 'float' })
    .toBuffer({ resolveWithObject: true });
  const samples = sixteen
    ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
    : new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  const [low, high] = sixteen ? [0, 65535] : range(samples);
  return { width: info.width, height: info.height, stored: info.channels, samples, low, high };
}

/** Writes three channels of `out`, `low`..`high` scaled to 0..`white` and rounded. */
function spread(image: DeepImage, out: Uint8Array | Uint16Array, channels: 3 | 4, white: number): void {
  const { stored, samples, low, high } = image;
  const scale = high > low ? white / (high - low) : 0;
  const pixels = image.width * image.height;
  for (let p = 0; p < pixels; p++) {
    for (let c = 0; c < 3; c++) {
      out[p * channels + c] = Math.round((samples[p * stored + (stored >= 3 ? c : 0)] - low) * scale);
    }
  }
}

/** Least and greatest finite sample. */
function range(samples: Float32Array | Uint16Array): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of samples) {
    if (value < low && value > -Infinity) low = value;
    if (value > high && value < Infinity) high = value;
  }
  return low <= high ? [low, high] : [0, 0];
}

/** The file as RGBA if it is a BMP (sharp reads none), else null. */
export async function readBmp(path: string): Promise<DecodedImage | null> {
  const handle = await open(path);
  try {
    const magic = Buffer.alloc(16);
    await handle.read(magic, 0, 16, 0);
    if (sniffFormat(magic) !== 'bmp') return null;
    const bmp = decodeBmp(await handle.readFile());
    if (bmp.width * bmp.height > maxPixels) throw tooLarge(path);
    return bmp;
  } finally {
    await handle.close();
  }
}

function dropAlpha(rgba: Uint8Array): Uint8Array {
  const pixels = rgba.length / 4;
  const out = new Uint8Array(pixels * 3);
  for (let p = 0; p < pixels; p++) {
    out[3 * p] = rgba[4 * p];
    out[3 * p + 1] = rgba[4 * p + 1];
    out[3 * p + 2] = rgba[4 * p + 2];
  }
  return out;
}

/** The same bytes without Buffer's methods. */
