/** Failures of the file system as sentences that name the path and what to do. */
import { AppError } from '@shared/errors/appError';

const sentences: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  ENOENT: ['does not exist', 'check the path'],
  ENOTDIR: ['leads through a file that is not a folder', 'check the path'],
  EISDIR: ['is a folder, not a file', 'give the path of a file'],
  EEXIST: ['exists already', 'choose another path'],
  EACCES: ['is not accessible with your permissions', 'change its permissions or choose another path'],
  EPERM: ['is not accessible with your permissions', 'change its permissions or choose another path'],
  EROFS: ['is on a read-only disk', 'choose another path'],
  ENOSPC: ['cannot be written because the disk is full', 'free some space and try again'],
  EDQUOT: ['cannot be written because your disk quota is used up', 'free some space and try again'],
  ENAMETOOLONG: ['has a name that is too long', 'choose a shorter one'],
  EMFILE: ['cannot be opened because too many files are open', 'close other programs and try again'],
};

/** The error for a failed access to `path`; what is no file-system error is passed through unchanged. */
export function fileError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const sentence = typeof code === 'string' ? sentences[code] : undefined;
  if (!sentence) return error;
  const [message, hint] = sentence;
  return new AppError('bad-input', `${path} ${message}`, { place: { file: path }, hint, cause: error });
}
