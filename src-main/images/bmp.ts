/** BMP decoding: uncompressed 1 to 32 bits, bit fields, RLE4 and RLE8, either row order. */

export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  /** Byte offset of the pixel rows. */
  readonly pixels: number;
  readonly palette: { readonly offset: number; readonly count: number; readonly entryBytes: 3 | 4 };
  /** Bit masks of red, green, blue, alpha (0: no alpha) for 16 and 32 bits. */
  readonly masks: readonly [red: number, green: number, blue: number, alpha: number];
  readonly rowBytes: number;
}

const rgb = 0;
const rle8 = 1;
const rle4 = 2;
const bitFields = 3;
const alphaBitFields = 6;

/**
 * Parses the file and info headers. `bytes` needs the first 138 bytes at most (all there are, for a smaller file).
 * Throws an Error with a clause that completes "FILE is damaged: ...".
 * Source: Microsoft, "Bitmap Storage" (BITMAPCOREHEADER, BITMAPINFOHEADER, BITMAPV4HEADER, BITMAPV5HEADER).
 */
export function parseBmpHeader(bytes: Uint8Array): BmpHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 26 || view.getUint16(0) !== 0x424d) throw new Error('truncated BMP header');
  const pixels = view.getUint32(10, true);
  const headerSize = view.getUint32(14, true);
  const core = headerSize === 12;
  if (!core && (headerSize < 40 || bytes.length < 54)) throw new Error(`unknown BMP header of ${headerSize} bytes`);
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = core ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(core ? 24 : 28, true);
  const compression = core ? rgb : view.getUint32(30, true);
  const height = Math.abs(signedHeight);
  if (width <= 0 || height === 0) throw new Error(`BMP of ${width} x ${height} pixels`);
  if (![1, 2, 4, 8, 16, 24, 32].includes(bits)) throw new Error(`BMP of ${bits} bits a pixel`);
  const known =
    compression === rgb ||
    (compression === rle8 && bits === 8) ||
    (compression === rle4 && bits === 4) ||
    ((compression === bitFields || compression === alphaBitFields) && (bits === 16 || bits === 32));
  if (!known) throw new Error(`BMP with compression ${compression} at ${bits} bits`);

  const fields = compression === bitFields || compression === alphaBitFields;
  const fieldBytes = fields && headerSize === 40 ? (compression === alphaBitFields ? 16 : 12) : 0;
  const used = core ? 0 : view.getUint32(46, true);
  const count = bits <= 8 ? Math.min(used || 1 << bits, 1 << bits) : 0;
  let masks: BmpHeader['masks'] = bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0];
  if (fields) {
    if (bytes.length < 66) throw new Error('truncated BMP header');
    const hasAlpha = (headerSize >= 56 || compression === alphaBitFields) && bytes.length >= 70;
    const mask = (i: number) => view.getUint32(54 + 4 * i, true);
    masks = [mask(0), mask(1), mask(2), hasAlpha ? mask(3) : 0];
  }
  return {
    width,
    height,
    topDown: signedHeight < 0,
    bits,
    compression,
    pixels,
    palette: { offset: 14 + headerSize + fieldBytes, count, entryBytes: core ? 3 : 4 },
    masks,
    rowBytes: Math.ceil((width * bits) / 32) * 4,
  };
}

/** Bytes that the file must have; compressed rows have no fixed length. */
export function bmpMinimumSize(header: BmpHeader): number {
  const packed = header.compression === rle8 || header.compression === rle4;
  return header.pixels + (packed ? 0 : header.rowBytes * header.height);
}

/** Decodes a whole BMP file to RGBA8, row-major, top row first; a new array. Throws an Error as `parseBmpHeader` does. */
export function decodeBmp(file: Uint8Array): { width: number; height: number; data: Uint8Array; hasAlpha: boolean } {
  const header = parseBmpHeader(file);
  if (file.length < bmpMinimumSize(header)) throw new Error('truncated BMP pixels');
  const { width, height } = header;
  const data = new Uint8Array(width * height * 4);
  if (header.bits <= 8) writePalette(file, header, data);
  else if (header.bits === 24) write24(file, header, data);
  else writeMasked(file, header, data);
  return { width, height, data, hasAlpha: header.masks[3] !== 0 };
}

/** The image row that the file's row `fileRow` holds. */
const imageRow = (header: BmpHeader, fileRow: number) => (header.topDown ? fileRow : header.height - 1 - fileRow);

function writePalette(file: Uint8Array, header: BmpHeader, out: Uint8Array): void {
  const { width, height, palette } = header;
  const indices = header.compression === rgb ? unpackIndices(file, header) : unpackRle(file, header);
  const colours = new Uint8Array(256 * 3);
  for (let i = 0; i < palette.count; i++) {
    const entry = palette.offset + i * palette.entryBytes;
    colours[3 * i] = file[entry + 2];
    colours[3 * i + 1] = file[entry + 1];
    colours[3 * i + 2] = file[entry];
  }
  for (let p = 0; p < width * height; p++) {
    const colour = 3 * indices[p];
    out[4 * p] = colours[colour];
    out[4 * p + 1] = colours[colour + 1];
    out[4 * p + 2] = colours[colour + 2];
    out[4 * p + 3] = 255;
  }
}

function unpackIndices(file: Uint8Array, header: BmpHeader): Uint8Array {
  const { width, height, bits, rowBytes, pixels } = header;
  const out = new Uint8Array(width * height);
  const mask = (1 << bits) - 1;
  for (let row = 0; row < height; row++) {
    const source = pixels + row * rowBytes;
    const target = imageRow(header, row) * width;
    for (let x = 0; x < width; x++) {
      const bit = x * bits;
      out[target + x] = (file[source + (bit >> 3)] >> (8 - bits - (bit & 7))) & mask;
    }
  }
  return out;
}

/** Pixels that the runs skip keep index 0, as other readers do. */
function unpackRle(file: Uint8Array, header: BmpHeader): Uint8Array {
  const { width, height, bits } = header;
  const out = new Uint8Array(width * height);
  let at = header.pixels;
  let x = 0;
  let row = 0;
  const put = (index: number) => {
    if (x < width && row < height) out[imageRow(header, row) * width + x] = index;
    x++;
  };
  while (row < height) {
    if (at + 2 > file.length) throw new Error('truncated BMP pixels');
    const count = file[at++];
    const value = file[at++];
    if (count > 0) {
      for (let i = 0; i < count; i++) put(bits === 8 ? value : i & 1 ? value & 15 : value >> 4);
    } else if (value === 0) {
      x = 0;
      row++;
    } else if (value === 1) {
      break;
    } else if (value === 2) {
      x += file[at++];
      row += file[at++];
    } else {
      const bytes = bits === 8 ? value : (value + 1) >> 1;
      if (at + bytes > file.length) throw new Error('truncated BMP pixels');
      for (let i = 0; i < value; i++) {
        put(bits === 8 ? file[at + i] : i & 1 ? file[at + (i >> 1)] & 15 : file[at + (i >> 1)] >> 4);
      }
      at += bytes + (bytes & 1);
    }
  }
  return out;
}

function write24(file: Uint8Array, header: BmpHeader, out: Uint8Array): void {
  const { width, height, rowBytes, pixels } = header;
  for (let row = 0; row < height; row++) {
    let source = pixels + row * rowBytes;
    let target = imageRow(header, row) * width * 4;
    for (let x = 0; x < width; x++, source += 3, target += 4) {
      out[target] = file[source + 2];
      out[target + 1] = file[source + 1];
      out[target + 2] = file[source];
      out[target + 3] = 255;
    }
  }
}

function writeMasked(file: Uint8Array, header: BmpHeader, out: Uint8Array): void {
  const { width, height, rowBytes, pixels } = header;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const channels = header.masks.map((mask) => {
    const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
    return { shift, max: mask >>> shift };
  });
  const wide = header.bits === 32;
  for (let row = 0; row < height; row++) {
    const source = pixels + row * rowBytes;
    let target = imageRow(header, row) * width * 4;
    for (let x = 0; x < width; x++, target += 4) {
      const pixel = wide ? view.getUint32(source + 4 * x, true) : view.getUint16(source + 2 * x, true);
      for (let c = 0; c < 4; c++) {
        const { shift, max } = channels[c];
        // Full range: the channel's largest value becomes 255. `>>> shift & max` stays unsigned after `>>> 0`.
        out[target + c] = max === 0 ? (c === 3 ? 255 : 0) : Math.round((((pixel >>> shift) & max) >>> 0) * (255 / max));
      }
    }
  }
}
