/** Reads the first directory of a TIFF file, and counts its pages. Source: TIFF 6.0, sections 2, 4 and 8; BigTIFF. */
import { asOrientation } from './exif';
import type { FileBytes, ImageHeader } from './header';

/** How the samples of a TIFF lie in it, as far as a reader is chosen by it. */
export interface TiffLayout {
  readonly sampleFormat: 'uint' | 'int' | 'float' | 'complex';
  readonly bits: number;
  /** Samples a pixel. */
  readonly samples: number;
  /** 0: white is zero, 1: black is zero, 2: RGB, 3: palette, 5: CMYK, 6: YCbCr ... */
  readonly photometric: number;
  /** The number of the compression; 1: none. */
  readonly compression: number;
  /** 1: none, 2: horizontal differences, 3: floating point. */
  readonly predictor: number;
  readonly littleEndian: boolean;
  /** The value of pixels without data (GDAL), which no scale is made from. */
  readonly noData?: number;
}

const tag = {
  kind: 254,
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  stripOffsets: 273,
  orientation: 274,
  samples: 277,
  stripBytes: 279,
  predictor: 317,
  tileOffsets: 324,
  tileBytes: 325,
  sampleFormat: 339,
  noData: 42113,
} as const;

/** Bytes of a value by its type: BYTE, ASCII, SHORT, LONG, RATIONAL, SBYTE, UNDEFINED, SSHORT, SLONG, ..., LONG8, SLONG8, IFD8. */
const valueBytes: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

/** More values than that of one tag are not looked at. */
const maxValues = 65_536;
/** A stack of more pages is counted to here. */
const maxPages = 100_000;
/** NewSubfileType: a smaller copy of another page, or its mask. */
const notAPage = 0b101;

/**
 * Throws an Error with a clause that completes "FILE is damaged: ...". Pages that are smaller copies or masks of others are
 * not counted.
 */
export async function readTiff(file: FileBytes): Promise<ImageHeader> {
  const reader = await Directories.open(file);
  const first = await reader.read(reader.first);
  const number = async (id: number, fallback: number) => (await reader.values(first.get(id)))[0] ?? fallback;
  const storedWidth = await number(tag.width, 0);
  const storedHeight = await number(tag.height, 0);
  if (storedWidth === 0 || storedHeight === 0) throw new Error('TIFF without pixels');
  const bits = await reader.values(first.get(tag.bits));
  const formats = ['uint', 'uint', 'int', 'float', 'uint', 'complex', 'complex'] as const;
  const noData = Number.parseFloat(await reader.text(first.get(tag.noData)));
  const layout: TiffLayout = {
    sampleFormat: formats[await number(tag.sampleFormat, 1)] ?? 'uint',
    bits: Math.max(1, ...bits),
    samples: await number(tag.samples, 1),
    photometric: await number(tag.photometric, 1),
    compression: await number(tag.compression, 1),
    predictor: await number(tag.predictor, 1),
    littleEndian: reader.little,
    ...(Number.isFinite(noData) ? { noData } : {}),
  };
  const tiled = first.has(tag.tileOffsets);
  const offsets = await reader.values(first.get(tiled ? tag.tileOffsets : tag.stripOffsets));
  const lengths = await reader.values(first.get(tiled ? tag.tileBytes : tag.stripBytes));
  return {
    format: 'tiff',
    storedWidth,
    storedHeight,
    orientation: asOrientation(await number(tag.orientation, 1)),
    windowTurnsAlike: false,
    deep: !(layout.sampleFormat === 'uint' && layout.bits <= 8),
    pages: await reader.countPages(),
    suspect: offsets.some((offset, i) => offset + (lengths[i] ?? 0) > file.size),
    tiff: layout,
  };
}

interface Entry {
  readonly type: number;
  readonly count: number;
  /** Where the value lies in the file. */
  readonly at: number;
}

class Directories {
  private constructor(
    private readonly file: FileBytes,
    readonly little: boolean,
    private readonly big: boolean,
    readonly first: number,
  ) {}

  static async open(file: FileBytes): Promise<Directories> {
    const head = Buffer.from(await file.read(0, 16));
    const little = head[0] === 0x49;
    const big = (little ? head.readUInt16LE(2) : head.readUInt16BE(2)) === 43;
    if (head.length < (big ? 16 : 8)) throw new Error('truncated TIFF header');
    const directories = new Directories(file, little, big, 0);
    const first = big ? directories.#whole(head, 8, 8) : directories.#whole(head, 4, 4);
    return new Directories(file, little, big, first);
  }

  /** The tags of the directory at `offset`. */
  async read(offset: number): Promise<Map<number, Entry>> {
    const { count, entryBytes, start } = await this.#place(offset);
    const tags = new Map<number, Entry>();
    const table = Buffer.from(await this.file.read(start, count * entryBytes));
    if (table.length < count * entryBytes) throw new Error('its TIFF directory is cut off');
    for (let i = 0; i < count; i++) {
      const entry = i * entryBytes;
      const type = this.#whole(table, entry + 2, 2);
      const count = this.#whole(table, entry + 4, this.big ? 8 : 4);
      const valueAt = entry + (this.big ? 12 : 8);
      const inside = count * (valueBytes[type] ?? 1) <= (this.big ? 8 : 4);
      const at = inside ? start + valueAt : this.#whole(table, valueAt, this.big ? 8 : 4);
      tags.set(this.#whole(table, entry, 2), { type, count, at });
    }
    return tags;
  }

  /** Whole numbers of a tag; empty where it is absent or of another kind. */
  async values(entry: Entry | undefined): Promise<number[]> {
    const bytes = entry && valueBytes[entry.type];
    if (!entry || !bytes || entry.type === 2 || entry.type === 5 || entry.type === 11 || entry.type === 12) return [];
    const count = Math.min(entry.count, maxValues);
    const data = Buffer.from(await this.file.read(entry.at, count * bytes));
    return Array.from({ length: Math.floor(data.length / bytes) }, (_, i) => this.#whole(data, i * bytes, bytes));
  }

  async text(entry: Entry | undefined): Promise<string> {
    if (entry?.type !== 2) return '';
    return Buffer.from(await this.file.read(entry.at, Math.min(entry.count, 256))).toString('latin1');
  }

  async countPages(): Promise<number> {
    const seen = new Set<number>();
    let pages = 0;
    for (let offset = this.first; offset !== 0 && !seen.has(offset) && seen.size < maxPages;) {
      seen.add(offset);
      // The first page was read; a broken link behind it is not its fault.
      const tags = await this.read(offset).catch(() => null);
      if (!tags) break;
      const [kind = 0] = await this.values(tags.get(tag.kind));
      if (pages === 0 || (kind & notAPage) === 0) pages++;
      offset = await this.#next(offset);
    }
    return Math.max(1, pages);
  }

  async #next(offset: number): Promise<number> {
    const { count, entryBytes, start } = await this.#place(offset);
    const bytes = this.big ? 8 : 4;
    const link = await this.file.read(start + count * entryBytes, bytes);
    return link.length < bytes ? 0 : this.#whole(link, 0, bytes);
  }

  async #place(offset: number): Promise<{ count: number; entryBytes: number; start: number }> {
    const bytes = this.big ? 8 : 2;
    const head = await this.file.read(offset, bytes);
    if (offset === 0 || head.length < bytes) throw new Error('its TIFF directory is cut off');
    const count = this.#whole(head, 0, bytes);
    if (count > 4096) throw new Error(`a TIFF directory of ${count} entries`);
    return { count, entryBytes: this.big ? 20 : 12, start: offset + bytes };
  }

  #whole(data: Buffer, at: number, bytes: number): number {
    switch (bytes) {
      case 1:
        return data[at];
      case 2:
        return this.little ? data.readUInt16LE(at) : data.readUInt16BE(at);
      case 4:
        return this.little ? data.readUInt32LE(at) : data.readUInt32BE(at);
      default:
        return Number(this.little ? data.readBigUInt64LE(at) : data.readBigUInt64BE(at));
    }
  }
}
