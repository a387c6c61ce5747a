/** Turns what the file system and the decoders throw into one sentence about one image file. */
import { AppError } from '@shared/errors/appError';
import { supportedFormats } from './formats';

/** 1 gigapixel: above every camera and most slide scans, below what would exhaust memory (3 GB of RGB). */
export const maxPixels = 1_000_000_000;

/** A `bad-input` error about the image at `path`; `fault` completes the sentence "PATH ...". */
export function imageError(path: string, fault: string, details: { hint?: string; cause?: unknown } = {}): AppError {
  return new AppError('bad-input', `${path} ${fault}`, { place: { file: path }, ...details });
}

export const notAnImage = (path: string): AppError =>
  imageError(path, 'is not an image of a known format', { hint: `${supportedFormats} can be read` });

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
      return imageError(path, 'cannot be read: permission denied', { cause });
    case 'EISDIR':
      return imageError(path, 'is a folder, not an image', { cause });
  }
  if (/input file is missing/i.test(message)) return imageError(path, 'does not exist', { cause });
  if (/exceeds pixel limit/i.test(message)) return tooLarge(path);
  if (/premature end|read error|unable to parse image|truncated|past end|not enough data/i.test(message)) {
    return imageError(path, 'is cut off or damaged: its image data end too early', { cause });
  }
  if (/unsupported image format/i.test(message)) return imageError(path, 'is damaged or of an unknown kind', { cause });
  return imageError(path, `is damaged: ${firstLine(message)}`, { cause });
}

export function tooLarge(path: string): AppError {
  return imageError(path, `has more than ${maxPixels / 1e6} megapixels`, { hint: 'cut it into tiles first' });
}

function firstLine(message: string): string {
  const line = message.split('\n', 1)[0].replace(/^Input file has corrupt header:\s*/, '');
  return line.replace(/^(VipsJpeg|vipspng|tiff2vips|webp|vips2\w+):\s*/i, '').trim() || 'its header cannot be read';
}
