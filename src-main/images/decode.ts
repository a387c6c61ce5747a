/** Decodes image files to pixels: every supported format, bit depth and colour space, turned upright at most once. */
import { readFile, stat } from 'node:fs/promises';
import sharp, { type Sharp } from 'sharp';
import type { ImageSource } from '@shared/images/source';
import { type AbortSignalLike, throwIfCancelled } from '@shared/errors/cancellation';
import { decodeBmp } from './bmp';
import { isSpecial, ownRange, readDeep, readOptions, spread, spreadAlpha, type ValueRange } from './deep';
import { turnPipeline } from './exif';
import { sniffFormat } from './formats';
import type { ImageHeader } from './header';
import { imageError, notAnImage, toImageError } from './imageErrors';
import { inspect, turnOf } from './inspect';
import { promiseMemory } from './limits';
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
  /** The file's own values that became black and white, where it holds other ones than 8 bits. */
  readonly scaledFrom?: ValueRange;
}

/** What is said with every result that was computed from an image's 8 bits, where the file holds more. */
export function scalingNotes({ scaledFrom }: Pick<DecodedImage, 'scaledFrom'>): string[] {
  return scaledFrom ? ['More than 8 bits: the lowest value became 0 and the highest 255'] : [];
}

export interface SixteenBits extends DecodedImage<Uint16Array> {
  /** Least and greatest of the file's own values. */
  readonly range: ValueRange;
  /** 0 and 65535 stand for that range; else the values are the file's own. */
  readonly isScaled: boolean;
}

/**
 * Pixels as RGB8, `data` of `height * width * 3`.
 * Grey and palette images become RGB, CMYK is converted, alpha is dropped (colours under it stay as stored); embedded
 * colour profiles are ignored, as training pipelines do. Samples of more than 8 bits, signed and floating-point ones are
 * scaled from the image's own range (see `ownRange`). Of a multi-page TIFF the first page is read.
 * Throws `bad-input` naming the file for what cannot be decoded to the last row, or would take more memory than an image may.
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
 * 257, all others from the image's own range. Alpha is dropped. Errors as `decodeRgb`.
 */
export async function decode16(source: ImageSource, options: DecodeOptions = {}): Promise<SixteenBits> {
  throwIfCancelled(options.signal);
  try {
    const header = await inspect(source.path);
    if (!header.deep) {
      const { width, height, data } = await decode8(source, 3, options);
      return { width, height, data: Uint16Array.from(data, (value) => value * 257), range: [0, 255], isScaled: false };
    }
    promiseMemory(source.path, pixelsOf(header), deepBytes(header) + 6);
    const deep = await readDeep(source, header);
    throwIfCancelled(options.signal);
    const { width, height } = deep;
    const data = new Uint16Array(width * height * 3);
    const range = ownRange(deep, header);
    const isScaled = !(deep.data instanceof Uint16Array);
    spread(deep, isScaled ? range : [0, 65535], data, 3, 65535);
    return { width, height, data, range, isScaled };
  } catch (error) {
    throw await explain(source.path, error);
  }
}

/**
 * A sharp pipeline whose pixels are 8-bit RGB or RGBA as they lie in the file, and the turn that is still to be done, for
 * resizing and re-encoding. Errors of the file itself may only come when the pipeline runs: pass them through `explain`.
 */
export async function openPixels(source: ImageSource): Promise<{ image: Sharp; turn: ReturnType<typeof turnOf> }> {
  const header = await inspect(source.path);
  const turn = turnOf(source, header);
  if (header.format === 'bmp' || isSpecial(header)) {
    // Read whole; else libvips goes through the file row by row.
    const { width, height, data } = await decode8({ ...source, orientation: 'stored' }, 4, {});
    return { image: sharp(data, { raw: { width, height, channels: 4 } }), turn };
  }
  return { image: sharp(source.path, readOptions).toColourspace('srgb'), turn };
}

/** What went wrong with the file at `path`, given what a pipeline on it threw. */
export async function explain(path: string, error: unknown): Promise<Error> {
  try {
    const file = await stat(path);
    if (file.isDirectory()) return imageError(path, { code: 'folder' });
    if (file.size === 0) return imageError(path, { code: 'empty' });
    if (/unsupported image format/i.test(String(error)) && !sniffFormat(await readFile(path))) return notAnImage(path);
  } catch (statError) {
    return toImageError(path, statError);
  }
  return toImageError(path, error);
}

const pixelsOf = ({ storedWidth, storedHeight }: ImageHeader) => storedWidth * storedHeight;

/** Bytes a pixel of a deep picture's samples, and of the copy that turning or picking channels makes. */
function deepBytes({ tiff }: ImageHeader): number {
  const samples = Math.min(4, tiff?.samples ?? 4);
  return 2 * samples * Math.ceil((tiff?.bits ?? 16) / 8);
}

async function decode8(source: ImageSource, channels: 3 | 4, options: DecodeOptions): Promise<DecodedImage> {
  throwIfCancelled(options.signal);
  try {
    const header = await inspect(source.path);
    const special = isSpecial(header);
    // What is handed on, and what it is made from.
    promiseMemory(source.path, pixelsOf(header), channels + (special ? deepBytes(header) : channels));
    const image = special ? await scaleDeep(source, header, channels) : await decodePlain(source, header, channels);
    throwIfCancelled(options.signal);
    const { width, height } = image;
    const expected = width * height * channels;
    const data = channels === 3 && image.data.length > expected ? dropAlpha(image.data) : image.data;
    if (data.length !== expected) throw new Error(`got ${data.length} bytes of pixels, expected ${expected}`);
    return { ...image, data };
  } catch (error) {
    throw await explain(source.path, error);
  }
}

async function decodePlain(source: ImageSource, header: ImageHeader, channels: 3 | 4): Promise<DecodedImage> {
  if (header.format === 'bmp') return readBmp(source.path);
  const file = turnPipeline(sharp(source.path, readOptions), turnOf(source, header)).toColourspace('srgb');
  const pipeline = channels === 3 ? file.removeAlpha() : file.ensureAlpha();
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  return { width, height, data: repack(ownBytes(data), info.channels, channels) };
}

async function scaleDeep(source: ImageSource, header: ImageHeader, channels: 3 | 4): Promise<DecodedImage> {
  const deep = await readDeep(source, header);
  const { width, height } = deep;
  const range = ownRange(deep, header);
  const data = new Uint8Array(width * height * channels);
  spread(deep, range, data, channels, 255);
  if (channels === 4) spreadAlpha(deep, data);
  return { width, height, data, ...(header.deep ? { scaledFrom: range } : {}) };
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

/** The file as RGBA if it is a BMP (sharp reads none). */
async function readBmp(path: string): Promise<DecodedImage> {
  const { width, height, data } = decodeBmp(await readFile(path));
  return { width, height, data };
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
