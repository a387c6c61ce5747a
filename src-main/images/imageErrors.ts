/** Turns what the file system and the decoders throw into one sentence about one image file. */
import { AppError } from '@shared/errors/appError';
import { describeFault, type ImageFault } from '@shared/images/fault';
import { supportedFormats } from './formats';

/** 1 gigapixel: above every camera and most slide scans, below what would exhaust memory (3 GB of RGB). */
export const maxPixels = 1_000_000_000;

interface ImageErrorDetails {
  readonly hint?: string;
  readonly cause?: unknown;
  /** In place of the fault's own, to complete the sentence "PATH ...". */
  readonly words?: string;
}

/** About one image file; what is wrong with it is told apart by its code. */
export class ImageError extends AppError {
  /** Absent where the fault is not the file's own. */
  declare readonly fault?: ImageFault;

  constructor(path: string, fault: ImageFault | string, details: ImageErrorDetails = {}) {
    const words = typeof fault === 'string' ? fault : describeFault(fault);
    const coded = typeof fault === 'string' ? {} : { fault };
    super('bad-input', `${path} ${details.words ?? words}`, { place: { file: path }, ...coded, ...details });
  }
}

/** A `bad-input` error about the image at `path`; words, where the fault is not the file's own, complete the sentence "PATH ...". */
export function imageError(path: string, fault: ImageFault | string, details: ImageErrorDetails = {}): ImageError {
  return new ImageError(path, fault, details);
}

/** What is wrong with the image that could not be read. */
export function faultOf(error: AppError): ImageFault {
  return (error instanceof ImageError ? error.fault : undefined) ?? { code: 'damaged', detail: '' };
}

export const notAnImage = (path: string): AppError =>
  imageError(path, { code: 'not-an-image' }, { hint: `${supportedFormats} can be read` });

/** The error for anything that reading the image at `path` threw. */
export function toImageError(path: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const cause = error;
  switch ((error as NodeJS.ErrnoException | null)?.code) {
    case 'ENOENT':
      return absent(path, cause);
    case 'EACCES':
    case 'EPERM':
      return imageError(path, { code: 'forbidden' }, { cause });
    case 'EISDIR':
      return imageError(path, { code: 'folder' }, { cause });
  }
  if (/input file is missing/i.test(message)) return absent(path, cause);
  if (/exceeds pixel limit/i.test(message)) return tooLarge(path);
  if (/premature end|read error|unable to parse image|truncated|past end|not enough data/i.test(message)) {
    return imageError(path, { code: 'cut-off', where: 'end' }, { cause });
  }
  if (/unsupported image format/i.test(message)) return imageError(path, { code: 'unknown-kind' }, { cause });
  return imageError(path, { code: 'damaged', detail: firstLine(message) }, { cause });
}

/** Who named the path is told that nothing is there; a project misses what was there. */
const absent = (path: string, cause: unknown): AppError =>
  imageError(path, { code: 'missing' }, { words: 'does not exist', cause });

export function tooLarge(path: string): AppError {
  return imageError(path, { code: 'too-large', megapixels: maxPixels / 1e6 }, { hint: 'cut it into tiles first' });
}

function firstLine(message: string): string {
  const line = message.split('\n', 1)[0].replace(/^Input file has corrupt header:\s*/, '');
  return line.replace(/^(VipsJpeg|vipspng|tiff2vips|webp|vips2\w+):\s*/i, '').trim() || 'its header cannot be read';
}
