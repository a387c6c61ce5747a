/** Turns what the file system and the decoders throw into one sentence about one image file. */
import { AppError } from '@shared/errors/appError';
import { describeFault, type ImageFault } from '@shared/images/fault';
import { supportedFormats } from './formats';

/** 1 gigapixel: above every camera and most slide scans, below what would exhaust memory (3 GB of RGB). */
export const maxPixels = 1_000_000_000;

/** About one image file; what is wrong with it is told apart by its code. */
export class ImageError extends AppError {
  /** null where the fault is not the file's own. */
  readonly fault: ImageFault | null;

  constructor(path: string, fault: ImageFault | string, details: { hint?: string; cause?: unknown } = {}) {
    const words = typeof fault === 'string' ? fault : describeFault(fault);
    super('bad-input', `${path} ${words}`, { place: { file: path }, ...details });
    this.fault = typeof fault === 'string' ? null : fault;
  }
}

/** A `bad-input` error about the image at `path`; words, where the fault is not the file's own, complete the sentence "PATH ...". */
export function imageError(
  path: string,
  fault: ImageFault | string,
  details: { hint?: string; cause?: unknown } = {},
): ImageError {
  return new ImageError(path, fault, details);
}

/** What is wrong with the image that could not be read. */
export function faultOf(error: AppError): ImageFault {
  return (error instanceof ImageError ? error.fault : null) ?? { code: 'damaged', detail: '' };
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
      return imageError(path, 'does not exist', { cause });
    case 'EACCES':
    case 'EPERM':
      return imageError(path, { code: 'forbidden' }, { cause });
    case 'EISDIR':
      return imageError(path, { code: 'folder' }, { cause });
  }
  if (/input file is missing/i.test(message)) return imageError(path, 'does not exist', { cause });
  if (/exceeds pixel limit/i.test(message)) return tooLarge(path);
  if (/premature end|read error|unable to parse image|truncated|past end|not enough data/i.test(message)) {
    return imageError(path, { code: 'cut-off', where: 'end' }, { cause });
  }
  if (/unsupported image format/i.test(message)) return imageError(path, { code: 'unknown-kind' }, { cause });
  return imageError(path, { code: 'damaged', detail: firstLine(message) }, { cause });
}

export function tooLarge(path: string): AppError {
  return imageError(path, { code: 'too-large', megapixels: maxPixels / 1e6 }, { hint: 'cut it into tiles first' });
}

function firstLine(message: string): string {
  const line = message.split('\n', 1)[0].replace(/^Input file has corrupt header:\s*/, '');
  return line.replace(/^(VipsJpeg|vipspng|tiff2vips|webp|vips2\w+):\s*/i, '').trim() || 'its header cannot be read';
}
