/** Writing one picture of many: which failures are that picture's own, so that the others go on. */
import { AppError, type AppErrorData, toErrorData } from '@shared/errors/appError';
import type { RgbImage } from '../../render/canvas';
import type { RgbaImage } from '../../render/cutout';
import { writePng } from '../../render/png';

/** A picture could not be written for a reason that lies in its name alone. */
class PictureError extends AppError {}

/** What the file system says of one name; a full or read-only disk meets every picture. */
const ofTheName = new Set(['ENAMETOOLONG', 'EISDIR', 'ENOTDIR', 'EILSEQ', 'EINVAL', 'ENOTEMPTY', 'EEXIST']);

export async function writePicture(path: string, image: RgbImage | RgbaImage): Promise<void> {
  try {
    await writePng(path, image);
  } catch (error) {
    const code = (causeOf(error) as NodeJS.ErrnoException | null)?.code;
    if (code === undefined || !ofTheName.has(code)) throw error;
    const { message, hint } = toErrorData(error);
    throw new PictureError('bad-input', message, { place: { file: path }, hint, cause: error });
  }
}

/** Whether the error is about a picture that was to be written, and about no other. */
export function isPictureError(error: unknown): error is AppError {
  return error instanceof PictureError;
}

/** The failure of one image or its picture as data; throws what would meet the others too. */
export function pictureFailure(error: unknown): AppErrorData {
  const data = toErrorData(error);
  const { code } = (causeOf(error) ?? {}) as NodeJS.ErrnoException;
  const meetsAll = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EROFS' || code === 'EACCES' || code === 'EPERM';
  if (data.code !== 'bad-input' || (meetsAll && !isPictureError(error))) throw error;
  return data;
}

const causeOf = (error: unknown): unknown => (error instanceof AppError ? error.cause : error);
