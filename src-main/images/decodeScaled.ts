/** Reads large JPEGs no larger than they are needed: most of the work of decoding them is saved. */
import sharp from 'sharp';
import type { ImageSource } from '@shared/images/source';
import { throwIfCancelled } from '@shared/errors/cancellation';
import { type DecodedImage, type DecodeOptions, explain } from './decode';
import { isSpecial, readOptions } from './deep';
import { swapsSides, turnPipeline } from './exif';
import type { ImageHeader } from './header';
import { inspect, turnOf } from './inspect';
import { promiseMemory } from './limits';
import { ownBytes } from './ownBytes';

/** What an image of this size, upright, may be scaled down to; null where its own pixels are wanted. */
export type SizeFor = (width: number, height: number) => readonly [width: number, height: number] | null;

export interface ScaledImage {
  readonly image: DecodedImage;
  /** Of the image itself, upright. */
  readonly width: number;
  readonly height: number;
}

/** From here on the decoder itself gives half the size or less. */
const WORTH_IT = 3;

/**
 * A JPEG three times as large as `sizeFor` says, or more, as `decodeRgb` gives it but at that size: each pixel is a weighted mean
 * of what it covers. Null for every other image. Errors as `decodeRgb`.
 */
export async function decodeScaled(
  source: ImageSource,
  sizeFor: SizeFor,
  { signal }: DecodeOptions = {},
): Promise<ScaledImage | null> {
  throwIfCancelled(signal);
  const scaled = await readScaled(source, sizeFor).catch(async (error: unknown) => {
    throw await explain(source.path, error);
  });
  throwIfCancelled(signal);
  return scaled;
}

async function readScaled(source: ImageSource, sizeFor: SizeFor): Promise<ScaledImage | null> {
  const header = await inspect(source.path);
  const turn = turnOf(source, header);
  const upright = <T>(across: T, down: T): [T, T] => (swapsSides(turn) ? [down, across] : [across, down]);
  const [width, height] = upright(header.storedWidth, header.storedHeight);
  const wanted = sizeFor(width, height);
  if (!wanted || !isWorthIt(header, width / wanted[0], height / wanted[1])) return null;
  promiseMemory(source.path, wanted[0] * wanted[1], 6);
  const [across, down] = upright(...wanted);
  // Scaled before it is turned: only so it is scaled by the decoder.
  const small = sharp(source.path, readOptions).resize(across, down, { fit: 'fill', kernel: 'linear' });
  const { data, info } = await turnPipeline(small, turn)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width !== wanted[0] || info.height !== wanted[1] || info.channels !== 3) {
    throw new Error(`got ${info.width} x ${info.height} x ${info.channels}, expected ${wanted.join(' x ')} x 3`);
  }
  return { image: { width: info.width, height: info.height, data: ownBytes(data) }, width, height };
}

function isWorthIt(header: ImageHeader, ...shrinks: readonly number[]): boolean {
  return header.format === 'jpeg' && !isSpecial(header) && Math.min(...shrinks) >= WORTH_IT;
}
