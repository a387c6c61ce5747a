/** Label maps in TIFF files: each pixel the number that the file has, as ImageJ, StarDist and tifffile write them. */
import { fromFile, type GeoTIFFImage, type TypedArrayWithDimensions } from 'geotiff';
import { AppError } from '@shared/errors/appError';
import { describeFault } from '@shared/images/fault';
import { type MapKind, type MapPicture, maxMapPixels } from '@shared/formats/png/maskPng';
import { FileBytes, type ImageHeader, readHeader } from './header';
import { toImageError } from './imageErrors';
import { promiseMemory } from './limits';
import { openRegular } from './openRegular';
import type { TiffLayout } from './tiffHeader';
import { whyUnreadable } from './tiffSamples';

/** White is zero, black is zero, RGB, palette. */
const models = new Set([0, 1, 2, 3]);

/** Larger numbers do not fit where maps are worked on. */
const mostNumber = 2 ** 31 - 1;

/** What a packed strip may have beyond the pixels that it holds: as much as packing badly adds. */
const packingSlack = 65_536;

type MapHeader = ImageHeader & { readonly tiff: TiffLayout };

/** By its header; null for what is no TIFF. */
export async function tiffMapKind(path: string): Promise<MapKind | null> {
  const header = await headerOf(path).catch(() => null);
  if (!header) return null;
  const { photometric, bits } = header.tiff;
  return { kind: photometric === 3 ? 'palette' : photometric < 2 ? 'grey' : 'color', depth: bits };
}

/** Throws `bad-input` for what is no map of whole numbers, holds several pages, or would take too much memory. */
export async function readTiffMap(path: string): Promise<MapPicture> {
  try {
    const header = await headerOf(path);
    if (!header) throw noMap(path, 'it is no TIFF');
    refuse(path, header);
    const file = await fromFile(path);
    try {
      const image = await file.getImage(0);
      await refuseHidden(path, image, header);
      return await picture(path, image, header.tiff);
    } catch (error) {
      throw error instanceof AppError ? error : noMap(path, 'the TIFF is damaged', { cause: error });
    } finally {
      await file.close();
    }
  } catch (error) {
    throw toImageError(path, error);
  }
}

/** null for what is no TIFF. */
async function headerOf(path: string): Promise<MapHeader | null> {
  const handle = await openRegular(path);
  try {
    const { header } = await readHeader(new FileBytes(handle, (await handle.stat()).size));
    return header?.tiff ? (header as MapHeader) : null;
  } finally {
    await handle.close();
  }
}

/** What the header tells, before anything is unpacked. */
function refuse(path: string, { storedWidth, storedHeight, pages = 1, suspect, tiff }: MapHeader): void {
  const pixels = storedWidth * storedHeight;
  if (pixels > maxMapPixels) throw noMap(path, `the TIFF says it is ${storedWidth} x ${storedHeight} pixels`);
  if (pages > 1) throw severalPages(path, pages);
  const reason = whyUnreadable(tiff, models);
  if (reason !== null) throw noMap(path, `it ${describeFault({ code: 'unsupported', ...reason })}`);
  if (tiff.photometric === 2 ? tiff.bits > 16 || tiff.sampleFormat !== 'uint' : tiff.samples > 1) {
    throw noMap(path, `it has ${tiff.samples} channels of ${tiff.bits} bits, and a map has one number a pixel`);
  }
  if (suspect) throw noMap(path, 'it is cut off: its pixels end too early');
  // The unpacked samples, the numbers made of them, and the runs that are made of those.
  promiseMemory(path, pixels, 2 * tiff.samples * Math.ceil(tiff.bits / 8) + 8);
}

/** What stands behind the header: ImageJ says in words that one directory is a stack; and what unpacks to more than its pixels. */
async function refuseHidden(path: string, image: GeoTIFFImage, { storedWidth, storedHeight, tiff }: MapHeader) {
  const { fileDirectory: directory } = image;
  const text: unknown = directory.hasTag('ImageDescription') ? await directory.loadValue('ImageDescription') : '';
  const said = typeof text === 'string' && text.startsWith('ImageJ=') ? /^images=(\d+)/m.exec(text) : null;
  if (said && Number(said[1]) > 1) throw severalPages(path, Number(said[1]));
  const [width, height] = [image.getTileWidth(), image.getTileHeight()];
  const blockPixels = width * Math.min(height, image.isTiled ? height : storedHeight);
  const sampleBytes = Math.ceil(tiff.bits / 8) * tiff.samples;
  if (image.isTiled && blockPixels > Math.max(4 * storedWidth * storedHeight, 2 ** 24)) {
    throw noMap(path, `its tiles are ${width} x ${height} pixels, and it is ${storedWidth} x ${storedHeight}`);
  }
  const counts: unknown = await directory.loadValue(image.isTiled ? 'TileByteCounts' : 'StripByteCounts');
  const most = 2 * blockPixels * sampleBytes + packingSlack;
  for (const count of Array.from((counts ?? []) as ArrayLike<number>)) {
    if (Number(count) > most) throw noMap(path, 'the TIFF is damaged: a piece of it holds more than its pixels');
  }
}

async function picture(path: string, image: GeoTIFFImage, tiff: TiffLayout): Promise<MapPicture> {
  const isColour = tiff.photometric === 2;
  const samples = isColour ? [0, 1, 2] : [0];
  const raster = (await image.readRasters({ interleave: true, samples })) as TypedArrayWithDimensions;
  const { width, height } = raster;
  const values = isColour ? coloursOf(raster, tiff.bits) : numbersOf(path, raster);
  const table: unknown = tiff.photometric === 3 ? await image.fileDirectory.loadValue('ColorMap') : null;
  return {
    width,
    height,
    values,
    palette: table ? paletteOf(table as ArrayLike<number>) : null,
    isColour,
    depth: tiff.bits,
  };
}

function numbersOf(path: string, raster: TypedArrayWithDimensions): Uint32Array {
  const values = new Uint32Array(raster.length);
  for (let i = 0; i < values.length; i++) {
    const value = raster[i];
    if (!Number.isInteger(value)) throw noMap(path, `it has the number ${value}, and those of a map are whole`);
    if (value < 0) throw noMap(path, `it has the number ${value}, and those of a map are not below 0`);
    if (value > mostNumber)
      throw noMap(path, `it has the number ${value}, and the largest that is read is ${mostNumber}`);
    values[i] = value;
  }
  return values;
}

function coloursOf(raster: TypedArrayWithDimensions, bits: number): Uint32Array {
  const shift = bits > 8 ? 8 : 0;
  const values = new Uint32Array(raster.width * raster.height);
  for (let i = 0, at = 0; i < values.length; i++, at += 3) {
    values[i] = (raster[at] >> shift) | ((raster[at + 1] >> shift) << 8) | ((raster[at + 2] >> shift) << 16);
  }
  return values;
}

/** All red, then all green, then all blue, 16 bits each. */
function paletteOf(table: ArrayLike<number>): number[][] {
  const count = Math.floor(table.length / 3);
  return Array.from({ length: count }, (_, i) => [0, 1, 2].map((channel) => table[channel * count + i] >> 8));
}

const severalPages = (path: string, pages: number) =>
  noMap(path, `it holds ${pages} pages, and a map is one`, { hint: 'save each page as a map of its own image' });

function noMap(
  path: string,
  reason: string,
  more: { readonly hint?: string; readonly cause?: unknown } = {},
): AppError {
  return new AppError('bad-input', `${path} is no label map: ${reason}`, { place: { file: path }, ...more });
}
