/** Pictures of numbers as PNG files, row by row without a filter: what maps and masks pack best with. */
import { zlibSync } from 'fflate';

let packed: (bytes: Uint8Array) => Uint8Array = (bytes) => zlibSync(bytes);

/** What runs on Node has a packer of its own, which takes a sixth of the time: a zlib stream. Returns how it was packed before. */
export function packWith(faster: typeof packed): typeof packed {
  const before = packed;
  packed = faster;
  return before;
}

/** A zlib stream of the bytes. */
export const deflate = (bytes: Uint8Array): Uint8Array => packed(bytes);

export interface PngPicture {
  readonly width: number;
  readonly height: number;
  /** Row-major; of 16 bits a channel in the order of the machine. */
  readonly data: Uint8Array | Uint16Array;
  readonly channels: 1 | 3;
  /** At most 256 colours of an 8-bit picture of one channel. */
  readonly palette?: readonly (readonly number[])[];
}

export function encodePng({ width, height, data, channels, palette }: PngPicture): Uint8Array {
  const isWide = data instanceof Uint16Array;
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([isWide ? 16 : 8, palette ? 3 : channels === 3 ? 2 : 0], 8);
  const chunks = [
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', Uint8Array.from(palette.flatMap(([r, g, b]) => [r, g, b])))] : []),
    chunk('IDAT', packed(rowsOf(data, width * channels, height))),
    chunk('IEND', new Uint8Array()),
  ];
  const file = new Uint8Array(8 + chunks.reduce((sum, { length }) => sum + length, 0));
  file.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  let at = 8;
  for (const part of chunks) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** Each row behind a zero, which says that nothing was done to it. */
function rowsOf(data: Uint8Array | Uint16Array, length: number, height: number): Uint8Array {
  const isWide = data instanceof Uint16Array;
  const step = 1 + length * (isWide ? 2 : 1);
  const rows = new Uint8Array(step * height);
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * length, (y + 1) * length);
    if (!isWide) rows.set(row, y * step + 1);
    else {
      for (let i = 0, at = y * step + 1; i < length; i++) {
        rows[at++] = row[i] >> 8;
        rows[at++] = row[i];
      }
    }
  }
  return rows;
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = name.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crcOf(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** CRC-32 as the PNG specification has it, annex D. */
const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let crc = n;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
