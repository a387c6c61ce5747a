/** Masks and maps as PNG files: what formats keep inside their texts or beside them. */
import { vocRgb } from '../../document/palette';
import { decode } from 'fast-png';
import { Unzlib } from 'fflate';
import { MaskError } from '../../mask';
import { encodePng } from './encodePng';

export { deflate } from './encodePng';

/** Larger pictures are refused by their header, before anything is unpacked. */
export const maxMapPixels = 200_000_000;

export interface MapPicture {
  readonly width: number;
  readonly height: number;
  /** One value a pixel: of a grey picture its brightness, of one with a palette the index, of a colour one R + 256 G + 65536 B. */
  readonly values: Uint32Array;
  readonly palette: readonly (readonly number[])[] | null;
  /** The values are colours. */
  readonly isColour: boolean;
  /** Bits a channel. */
  readonly depth: number;
}

/** The most pixels that a mask of an image may have which does not fill it; some tools write a little over the border. */
export const mostOfMask = ([height, width]: readonly [number, number]): number =>
  Math.min(maxMapPixels, Math.max(1e6, 4 * height * width));

/** Throws MaskError for what is no PNG, or one of more pixels than `most`. */
export function readMap(bytes: Uint8Array, most = maxMapPixels): MapPicture {
  const [width, height] = sizeOf(bytes, most);
  let png: ReturnType<typeof decode>;
  try {
    png = decode(bytes);
  } catch (error) {
    // What the decoder says is for programmers: a checksum, or nothing at all.
    throw new MaskError('the PNG is damaged', { cause: error });
  }
  const { channels, depth, data, palette = null } = png;
  const values = new Uint32Array(width * height);
  if (channels === 1 || channels === 2) {
    if (depth < 8) unpackBits(data, width, height, depth, values);
    else for (let i = 0; i < values.length; i++) values[i] = data[i * channels];
  } else {
    const shift = depth === 16 ? 8 : 0;
    for (let i = 0, at = 0; i < values.length; i++, at += channels) {
      // What is transparent is nothing, whatever colour it would have.
      if (channels === 4 && data[at + 3] === 0) continue;
      values[i] = (data[at] >> shift) | ((data[at + 1] >> shift) << 8) | ((data[at + 2] >> shift) << 16);
    }
  }
  return { width, height, values, palette, isColour: channels > 2, depth };
}

function unpackBits(data: ArrayLike<number>, width: number, height: number, depth: number, out: Uint32Array): void {
  const row = Math.ceil((width * depth) / 8);
  const most = (1 << depth) - 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      out[y * width + x] = (data[y * row + (bit >> 3)] >> (8 - depth - (bit & 7))) & most;
    }
  }
}

/** By the file's first bytes. */
function sizeOf(bytes: Uint8Array, most: number): [width: number, height: number] {
  const isPng = bytes.length > 24 && bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[12] === 0x49;
  if (!isPng) throw new MaskError('it is no PNG');
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  if (width === 0 || height === 0 || width * height > most) {
    throw new MaskError(`the PNG says it is ${width} x ${height} pixels`);
  }
  return [width, height];
}

/** A binary mask, row-major, as an 8-bit grey PNG of 0 and 255 (or `on`). */
export function writeMaskPng(bitmap: Uint8Array, width: number, height: number, on = 255): Uint8Array {
  if (on === 1) return writeGreyPng(bitmap, width, height);
  const values = new Uint8Array(bitmap.length);
  // A third of the time that the whole takes goes into `map` on a large picture.
  for (let i = 0; i < values.length; i++) if (bitmap[i]) values[i] = on;
  return writeGreyPng(values, width, height);
}

/** A class or instance map, one byte a pixel, with a palette. */
export function writeIndexedPng(
  values: Uint8Array,
  width: number,
  height: number,
  palette: readonly (readonly number[])[],
): Uint8Array {
  return encodePng({ width, height, data: values, channels: 1, palette });
}

/** A map of values up to 255, 8-bit grey. */
export function writeGreyPng(values: Uint8Array, width: number, height: number): Uint8Array {
  return encodePng({ width, height, data: values, channels: 1 });
}

/** A map of values up to 65535, 16-bit grey. */
export function writeGrey16Png(values: Uint16Array, width: number, height: number): Uint8Array {
  return encodePng({ width, height, data: values, channels: 1 });
}

/** A map of values up to 2^24 - 1 as colours: R + 256 G + 65536 B. */
export function writeColorPng(values: Uint32Array, width: number, height: number): Uint8Array {
  const data = new Uint8Array(3 * values.length);
  for (let i = 0, at = 0; i < values.length; i++, at += 3) {
    data[at] = values[i];
    data[at + 1] = values[i] >> 8;
    data[at + 2] = values[i] >> 16;
  }
  return encodePng({ width, height, data, channels: 3 });
}

export interface MapKind {
  readonly kind: 'palette' | 'grey' | 'color';
  /** Bits a channel. */
  readonly depth: number;
}

/** By the first bytes of a PNG; null for what is none. */
export function pngKind(head: Uint8Array): MapKind | null {
  if (head.length < 26 || head[0] !== 0x89 || head[1] !== 0x50 || head[12] !== 0x49) return null;
  const kind = head[25] === 3 ? 'palette' : head[25] === 0 || head[25] === 4 ? 'grey' : 'color';
  return { kind, depth: head[24] };
}

/** The palette of PASCAL VOC's label maps. */
export const vocPalette = (): number[][] => Array.from({ length: 256 }, (_, index) => vocRgb(index));

/** Throws MaskError where more than `limit` bytes come out, or it is no zlib stream. */
export function inflate(bytes: Uint8Array, limit = 64_000_000): Uint8Array {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const stream = new Unzlib((piece) => {
    length += piece.length;
    if (length > limit) throw new MaskError(`the packed data is larger than ${limit / 1e6} MB`);
    pieces.push(piece);
  });
  try {
    // In small steps, so that a bomb is noticed before it has unfolded.
    for (let at = 0; at < bytes.length; at += 4096)
      stream.push(bytes.subarray(at, at + 4096), at + 4096 >= bytes.length);
  } catch (error) {
    throw error instanceof MaskError ? error : new MaskError('the packed data is damaged');
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const codes = new Uint8Array(128).fill(255);
[...alphabet].forEach((letter, code) => (codes[letter.charCodeAt(0)] = code));

export function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const bits = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    pieces.push(
      alphabet[bits >> 18] +
        alphabet[(bits >> 12) & 63] +
        (i + 1 < bytes.length ? alphabet[(bits >> 6) & 63] : '=') +
        (i + 2 < bytes.length ? alphabet[bits & 63] : '='),
    );
  }
  return pieces.join('');
}

/** Throws MaskError for other letters. */
export function fromBase64(text: string): Uint8Array {
  const clean = text.replace(/[\s=]/g, '');
  const bytes = new Uint8Array(Math.floor((clean.length * 3) / 4));
  let bits = 0;
  let count = 0;
  let at = 0;
  for (let i = 0; i < clean.length; i++) {
    const code = codes[clean.charCodeAt(i) & 127];
    if (code === 255 || clean.charCodeAt(i) > 127) throw new MaskError('it is no base64 text');
    bits = (bits << 6) | code;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes[at++] = (bits >> count) & 255;
    }
  }
  return bytes;
}
