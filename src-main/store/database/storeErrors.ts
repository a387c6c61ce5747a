/** What SQLite throws, as sentences a person can act on. */
import { AppError } from '@shared/errors/appError';

const sentences: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  SQLITE_FULL: ['The disk is full: nothing was changed', 'free some space and try again'],
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
  // Extended codes (SQLITE_IOERR_FSYNC) say more than anyone can use.
  const key = Object.keys(sentences).find((candidate) => code === candidate || code.startsWith(`${candidate}_`));
  if (!key) return error;
  const [message, hint] = sentences[key];
  return new AppError('bad-input', message, { place: { file }, hint, cause: error });
}
