/** Reads an image's format, stored size, depth and orientation from a few kilobytes of its file, without decoding. */
import type { FileHandle } from 'node:fs/promises';
import { bmpMinimumSize, parseBmpHeader } from './bmp';
import { type ExifOrientation, readExifOrientation, type StoredOrientation } from './exif';
import { type ImageFormat, sniffFormat } from './formats';
import { readTiff, type TiffLayout } from './tiffHeader';

export interface ImageHeader {
  readonly format: ImageFormat;
  /** Pixels as they lie in the file, before any EXIF turn. */
  readonly storedWidth: number;
  readonly storedHeight: number;
  readonly orientation: ExifOrientation;
  /** Browsers read the same orientation from the file and turn the picture so. */
  readonly windowTurnsAlike: boolean;
  /** Samples of more than 8 bits, signed or floating-point ones: 8 bits are made of them by their own range. */
  readonly deep: boolean;
  /** Pictures in the file, of which the first is read; absent: one. */
  readonly pages?: number;
  /** The file lacks its end: it must be decoded before it can be trusted. */
  readonly suspect: boolean;
  readonly tiff?: TiffLayout;
}

/** Whether the window shows the file's own bytes as the engine reads them; else it needs a picture made for it. */
export function windowShowsFile(header: ImageHeader, orientation: 'exif' | 'stored'): boolean {
  if (header.format === 'tiff' || header.deep) return false;
  return header.orientation === 1 || (orientation === 'exif' && header.windowTurnsAlike);
}

/** Random access to a file that is being read front to back in small pieces: one window is kept. */
export class FileBytes {
  #window: Buffer = Buffer.alloc(0);
  #start = 0;

  constructor(
    readonly handle: FileHandle,
    readonly size: number,
    private readonly windowBytes = 16_384,
  ) {}

  /** The bytes `[offset, offset + length)`, fewer at the end of the file; valid until the next call. */
  async read(offset: number, length: number): Promise<Buffer> {
    const inside = offset >= this.#start && offset + length <= this.#start + this.#window.length;
    if (!inside) {
      const wanted = Math.min(Math.max(length, this.windowBytes), Math.max(0, this.size - offset));
      const buffer = Buffer.allocUnsafe(wanted);
      const { bytesRead } = await this.handle.read(buffer, 0, wanted, offset);
      this.#window = buffer.subarray(0, bytesRead);
      this.#start = offset;
    }
    return this.#window.subarray(offset - this.#start, offset - this.#start + length);
  }
}

/**
 * The header, or null where these few bytes do not tell (rare variants of JPEG and WebP): ask the decoder then. Throws an Error, with a clause that completes "FILE is damaged: ...", for a header that is certainly broken.
 */
export async function readHeader(file: FileBytes): Promise<{ format: ImageFormat | null; header: ImageHeader | null }> {
  const format = sniffFormat(await file.read(0, 16));
  switch (format) {
    case 'jpeg':
      return { format, header: await readJpeg(file) };
    case 'png':
      return { format, header: await readPng(file) };
    case 'webp':
      return { format, header: await readWebp(file) };
    case 'bmp': {
      const bmp = parseBmpHeader(await file.read(0, 138));
      return {
        format,
        header: {
          format,
          storedWidth: bmp.width,
          storedHeight: bmp.height,
          orientation: 1,
          windowTurnsAlike: true,
          deep: false,
          suspect: file.size < bmpMinimumSize(bmp),
        },
      };
    }
    case 'tiff':
      return { format, header: await readTiff(file) };
    case null:
      return { format, header: null };
  }
}

/** Walks the marker segments up to the start of scan. Source: ITU-T T.81, B.1. */
async function readJpeg(file: FileBytes): Promise<ImageHeader | null> {
  let found: StoredOrientation | null = null;
  let width = 0;
  let height = 0;
  let bits = 8;
  let offset = 2;
  for (;;) {
    const marker = await file.read(offset, 4);
    if (marker.length < 4) throw new Error('truncated JPEG header');
    if (marker[0] !== 0xff) return null;
    const code = marker[1];
    if (code === 0xff) {
      offset += 1; // fill byte
      continue;
    }
    const length = marker.readUInt16BE(2);
    const isFrame = code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;
    if (isFrame) {
      const frame = await file.read(offset + 4, 5);
      if (frame.length < 5) throw new Error('truncated JPEG header');
      bits = frame[0];
      height = frame.readUInt16BE(1);
      width = frame.readUInt16BE(3);
    } else if (code === 0xe1 && !found) {
      const segment = await file.read(offset + 4, length - 2);
      if (segment.toString('latin1', 0, 6) === 'Exif\0\0') found = readExifOrientation(segment);
    } else if (code === 0xda) {
      break;
    }
    offset += 2 + length;
  }
  // Height 0 means that it comes after the scan (DNL).
  if (width === 0 || height === 0) return null;
  const scan = offset;
  return {
    format: 'jpeg',
    storedWidth: width,
    storedHeight: height,
    orientation: found?.orientation ?? 1,
    windowTurnsAlike: found?.isStandard ?? true,
    deep: bits > 8,
    suspect: !(await endsJpeg(file, scan)),
  };
}

/** Whether an end-of-image marker follows the scan; cameras and phones append data of their own behind it. */
async function endsJpeg(file: FileBytes, scan: number): Promise<boolean> {
  const eoi = Buffer.from([0xff, 0xd9]);
  const step = 65_536;
  for (let end = file.size; end > scan; end -= step - 1) {
    // The first look is short: a healthy file ends with the marker.
    const start = Math.max(scan, end - (end === file.size ? 64 : step));
    if ((await file.read(start, end - start)).includes(eoi)) return true;
    if (end === file.size) end = start + step;
  }
  return false;
}

/**
 * IHDR, then the chunks around the pixels for an eXIf turn: some writers put it behind them. Source: PNG specification,
 * third edition, 5.3 and 11.3.
 */
async function readPng(file: FileBytes): Promise<ImageHeader> {
  const ihdr = Buffer.from(await file.read(8, 25));
  if (ihdr.length < 25 || ihdr.toString('latin1', 4, 8) !== 'IHDR') throw new Error('truncated PNG header');
  const storedWidth = ihdr.readUInt32BE(8);
  const storedHeight = ihdr.readUInt32BE(12);
  if (storedWidth === 0 || storedHeight === 0) throw new Error('PNG without pixels');
  let exif: Buffer | null = null;
  for (let offset = 33; ;) {
    const chunk = await file.read(offset, 8);
    if (chunk.length < 8) throw new Error('truncated PNG header');
    const length = chunk.readUInt32BE(0);
    const type = chunk.toString('latin1', 4, 8);
    if (type === 'IDAT' || type === 'IEND') break;
    if (type === 'eXIf') exif = Buffer.from(await file.read(offset + 8, Math.min(length, maxExifBytes)));
    offset += 12 + length;
  }
  const tail = await file.read(Math.max(0, file.size - tailBytes), tailBytes);
  exif ??= exifBehindPixels(tail);
  return {
    format: 'png',
    storedWidth,
    storedHeight,
    orientation: exif ? readExifOrientation(exif).orientation : 1,
    // Browsers of one year turn a PNG and those of another do not.
    windowTurnsAlike: false,
    deep: ihdr[16] > 8,
    suspect: tail.toString('latin1', tail.length - 8, tail.length - 4) !== 'IEND',
  };
}

const maxExifBytes = 65_536;
/** As much as a fingerprint reads of the file's end. */
const tailBytes = 16_384;

/** An eXIf chunk among the last bytes of a PNG: one from which the chunks lead to the end of the file. */
function exifBehindPixels(tail: Buffer): Buffer | null {
  for (let at = tail.indexOf('eXIf', 4, 'latin1'); at >= 4; at = tail.indexOf('eXIf', at + 4, 'latin1')) {
    let next = at - 4;
    while (next + 12 <= tail.length) next += 12 + tail.readUInt32BE(next);
    if (next === tail.length) return tail.subarray(at + 4, at + 4 + tail.readUInt32BE(at - 4));
  }
  return null;
}

/** Source: WebP container specification; VP8 frame header of RFC 6386, 9.1. */
async function readWebp(file: FileBytes): Promise<ImageHeader | null> {
  const head = Buffer.from(await file.read(0, 30));
  if (head.length < 30) throw new Error('truncated WebP header');
  const suspect = head.readUInt32LE(4) + 8 > file.size;
  const make = (storedWidth: number, storedHeight: number, orientation: ExifOrientation = 1): ImageHeader => ({
    format: 'webp',
    storedWidth,
    storedHeight,
    orientation,
    // As with PNG.
    windowTurnsAlike: false,
    deep: false,
    suspect,
  });
  switch (head.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return make(head.readUInt16LE(26) & 0x3fff, head.readUInt16LE(28) & 0x3fff);
    case 'VP8L': {
      const bits = head.readUInt32LE(21);
      return make((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case 'VP8X': {
      const hasExif = (head[20] & 0x08) !== 0;
      const orientation = hasExif ? await readWebpOrientation(file) : 1;
      return make(head.readUIntLE(24, 3) + 1, head.readUIntLE(27, 3) + 1, orientation);
    }
    default:
      return null;
  }
}

/** The EXIF chunk lies behind the pixels. */
async function readWebpOrientation(file: FileBytes): Promise<ExifOrientation> {
  for (let offset = 12; ;) {
    const chunk = await file.read(offset, 8);
    if (chunk.length < 8) return 1;
    const length = chunk.readUInt32LE(4);
    if (chunk.toString('latin1', 0, 4) === 'EXIF') {
      return readExifOrientation(await file.read(offset + 8, Math.min(length, maxExifBytes))).orientation;
    }
    offset += 8 + length + (length & 1);
  }
}
