/** What SQLite throws, as sentences a person can act on. */
import { AppError } from '@shared/errors/appError';
import type { FileLoss } from '@shared/project/types';

const sentences: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  SQLITE_FULL: ['The disk is full: nothing was changed', 'free some space and try again'],
  // A quota, or a file system whose files may not grow: SQLite does not say which.
  SQLITE_IOERR_WRITE: [
    'The disk takes no more of this file: nothing was changed',
    'free some space, or see whether your quota is used up, and try again',
  ],
  SQLITE_IOERR: ['The disk reported an error: nothing was changed', 'check the disk or the network share'],
  SQLITE_READONLY: ['The project file cannot be written', 'change its permissions, or copy the project elsewhere'],
  SQLITE_CANTOPEN: ['The project file cannot be opened', 'check its path and permissions'],
  SQLITE_CORRUPT: ['The project file is damaged', 'restore a copy of it'],
  SQLITE_NOTADB: ['The file is not a Maskwright project', 'choose another file'],
  SQLITE_BUSY: ['The project file is in use by another program', 'close that program and try again'],
};

/** The error for what a store request threw; what is no failure of the database is passed through unchanged. */
export function storeError(error: unknown, file: string | undefined): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  if (error instanceof AppError || typeof code !== 'string') return error;
  // Most extended codes (SQLITE_IOERR_FSYNC) say more than anyone can use.
  const key = Object.keys(sentences).find((candidate) => code === candidate || code.startsWith(`${candidate}_`));
  if (!key) return error;
  const [message, hint] = sentences[key];
  return new AppError('bad-input', message, { place: { file }, hint, cause: error });
}

const losses: Readonly<Record<FileLoss, string>> = {
  deleted: 'was deleted or moved while it was open',
  replaced: 'was replaced by another file while it was open',
  changed: 'was changed by another program while it was open',
};

/** The error for a run whose project is not at its path any more. */
export function lossError(file: string, loss: FileLoss): AppError {
  return new AppError('bad-input', `${file} ${losses[loss]}: what was done since is not in it`, {
    place: { file },
    hint: 'put the file back and run again',
  });
}
