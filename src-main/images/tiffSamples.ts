/** Reads the samples of TIFF files that sharp misreads or refuses: signed, floating-point, 12 and 32 bits, Zstandard. */
import type { UnsupportedKind } from '@shared/images/fault';
import { fromFile, type TypedArray, type TypedArrayWithDimensions } from 'geotiff';
import type { ImageHeader } from './header';
import { imageError } from './imageErrors';
import type { TiffLayout } from './tiffHeader';

/** Row-major, interleaved, as they lie in the file, not turned. */
export interface StoredSamples<T = TypedArray> {
  readonly width: number;
  readonly height: number;
  /** Samples a pixel in `data`. */
  readonly channels: number;
  readonly data: T;
}

const names: Readonly<Record<number, string>> = {
  2: 'CCITT',
  3: 'CCITT',
  4: 'CCITT',
  6: 'JPEG',
  7: 'JPEG',
  33003: 'JPEG 2000',
  33004: 'JPEG 2000',
  33005: 'JPEG 2000',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  50000: 'Zstandard',
  50001: 'WebP',
  50002: 'JPEG XL',
};

/** None, CCITT, LZW, JPEG of two kinds, Deflate, PackBits. libvips takes the tiles of an unknown one for black pixels. */
const sharpCompressions = new Set([1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946]);
/** None, LZW, Deflate, PackBits, Zstandard: in what the reader was compared with tifffile, bit for bit. */
const compressions = new Set([1, 5, 8, 32773, 32946, 50000]);
/** White is zero, black is zero, RGB. */
const photometrics = new Set([0, 1, 2]);

/** Whether sharp reads the file as it is meant. */
export function sharpReads({ tiff }: Pick<ImageHeader, 'tiff'>): boolean {
  if (!tiff) return true;
  const { sampleFormat, bits, compression } = tiff;
  return sampleFormat === 'uint' && (bits <= 8 || bits === 16) && sharpCompressions.has(compression);
}

/** Throws `bad-input` with the reason for a TIFF that no reader knows. */
export function refuseUnreadable(path: string, { tiff }: Pick<ImageHeader, 'tiff'>): void {
  const reason = tiff && !sharpReads({ tiff }) ? whyUnreadable(tiff) : null;
  if (reason === null) return;
  const hint = 'save it as a TIFF with Deflate or LZW compression, or as a PNG';
  throw imageError(path, { code: 'unsupported', ...reason }, { hint });
}

/** null for a TIFF that is read here; `models`: the colour models that the caller understands. */
export function whyUnreadable(
  tiff: TiffLayout,
  models: ReadonlySet<number> = photometrics,
): { readonly what: UnsupportedKind; readonly value?: string | number } | null {
  const { sampleFormat, bits, compression, photometric, predictor, littleEndian } = tiff;
  if (sampleFormat === 'complex') return { what: 'complex' };
  if (sampleFormat === 'float' && ![16, 32, 64].includes(bits)) return { what: 'float-bits', value: bits };
  if (sampleFormat !== 'float' && bits > 32) return { what: 'whole-bits', value: bits };
  if (sampleFormat === 'int' && ![8, 16, 32].includes(bits)) return { what: 'signed-bits', value: bits };
  if (!compressions.has(compression)) {
    return { what: 'compression', value: names[compression] ?? `method ${compression}` };
  }
  if (!models.has(photometric)) return { what: 'colour-model' };
  if (predictor > 1 && bits > 8 && !littleEndian) return { what: 'predictor' };
  return null;
}

/** The first page of a file that was not refused: one channel of a grey one, the first three of others. */
export async function readTiffSamples(path: string, header: ImageHeader): Promise<StoredSamples> {
  const tiff = header.tiff!;
  if (header.suspect) throw imageError(path, { code: 'cut-off', where: 'end' });
  const channels = tiff.samples >= 3 ? 3 : 1;
  const file = await fromFile(path);
  try {
    const image = await file.getImage(0);
    const samples = Array.from({ length: channels }, (_, i) => i);
    const raster = (await image.readRasters({ interleave: true, samples })) as TypedArrayWithDimensions;
    const { width, height } = raster;
    return { width, height, channels, data: tiff.photometric === 0 ? inverted(raster, tiff) : raster };
  } catch (error) {
    throw imageError(path, { code: 'cut-off', where: 'packing' }, { cause: error });
  } finally {
    await file.close();
  }
}

/** Where white is zero, whole numbers are turned around as sharp does; other values mean what they are. */
function inverted(data: TypedArray, { sampleFormat, bits }: TiffLayout): TypedArray {
  if (sampleFormat !== 'uint' || bits > 16) return data;
  const white = 2 ** bits - 1;
  return data.map((value) => white - value) as TypedArray;
}
