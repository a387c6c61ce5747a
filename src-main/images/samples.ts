/** Decodes image files to the samples they hold, in their own units, for measuring. */
import sharp, { type Metadata } from 'sharp';
import type { ImageSource } from '../../src-shared/ipc/contract';
import { throwIfCancelled } from '../../src-shared/ipc/errors';
import type { PixelSamples } from '../../src-shared/measure/types';
import { type DecodedImage, type DecodeOptions, decodeRgb, explain, openFile, readBmp, readOptions } from './decode';

const gray = ['gray'] as const;
const rgb = ['red', 'green', 'blue'] as const;

/**
 * Samples as stored, turned as the source says: 8 and 16 bits as they are (1-bit files as 0 and 255), floating-point and
 * 32-bit ones unscaled. Greyscale files have one channel, others red, green and blue; CMYK is converted, alpha and further
 * bands are left out. Formats that cannot say that they are grey (BMP, GIF, WebP, HEIF, palettes) have one channel where no
 * pixel has a colour. Throws `bad-input` as `decodeRgb` does. The memory belongs to the caller.
 */
export async function decodeSamples(source: ImageSource, options: DecodeOptions = {}): Promise<PixelSamples> {
  throwIfCancelled(options.signal);
  try {
    const bmp = await readBmp(source.path);
    if (bmp) return withoutColour({ ...bmp, data: bands(bmp.data, 4, 3) });
    const metadata = await sharp(source.path, readOptions).metadata();
    if (isGrey(metadata) || metadata.depth !== 'uchar') return await decodeDeclared(source, metadata);
    const image = await decodeRgb(source, options);
    return hidesGrey(metadata) ? withoutColour(image) : { ...image, channels: rgb };
  } catch (error) {
    throw await explain(source.path, error);
  }
}

const isGrey = ({ space }: Metadata): boolean => space === 'b-w' || space === 'grey16';

/** Formats without greyscale, in which a grey picture is stored as a colour one. */
function hidesGrey({ format, isPalette }: Metadata): boolean {
  return isPalette === true || format === 'gif' || format === 'webp' || format === 'heif';
}

/** An RGB image as greyscale where all pixels are grey. */
function withoutColour({ width, height, data }: DecodedImage): PixelSamples {
  for (let p = 0; p < data.length; p += 3) {
    if (data[p] !== data[p + 1] || data[p] !== data[p + 2]) return { width, height, channels: rgb, data };
  }
  return { width, height, channels: gray, data: bands(data, 3, 1) };
}

/** Whole numbers of 32 bits need doubles to stay exact. */
const wide: readonly (string | undefined)[] = ['uint', 'int', 'double'];

/** Greyscale of any depth, and colours of more than 8 bits. */
async function decodeDeclared(source: ImageSource, metadata: Metadata): Promise<PixelSamples> {
  const file = openFile(source);
  const grey = isGrey(metadata);
  const { depth } = metadata;
  const raw = depth === 'uchar' || depth === 'ushort' ? depth : wide.includes(depth) ? 'double' : 'float';
  if (raw === 'uchar') file.toColourspace('b-w');
  // Without toColourspace libvips hands floating-point values through as they are.
  if (raw === 'ushort') file.toColourspace(grey ? 'grey16' : 'rgb16');
  const { data, info } = await file.removeAlpha().raw({ depth: raw }).toBuffer({ resolveWithObject: true });
  const { width, height, channels: stored } = info;
  const channels = grey || stored < 3 ? gray : rgb;
  const Samples = { uchar: Uint8Array, ushort: Uint16Array, float: Float32Array, double: Float64Array }[raw];
  const samples = new Samples(data.buffer, data.byteOffset, data.byteLength / Samples.BYTES_PER_ELEMENT);
  const expected = width * height * stored;
  if (samples.length !== expected) throw new Error(`got ${samples.length} samples, expected ${expected}`);
  return { width, height, channels, data: bands(samples, stored, channels.length) };
}

/** The first `kept` of `stored` interleaved bands. */
function bands<T extends PixelSamples['data']>(data: T, stored: number, kept: number): T {
  if (stored === kept) return data;
  const pixels = data.length / stored;
  const out = new (data.constructor as new (length: number) => T)(pixels * kept);
  for (let p = 0; p < pixels; p++) {
    for (let c = 0; c < kept; c++) out[p * kept + c] = data[p * stored + c];
  }
  return out;
}
