/** Opens a file that a person named: a named pipe without a writer would keep the thread that opens it for good, and the program with it. */
import { AppError } from '@shared/errors/appError';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** For reading; a pipe is opened at once, whoever writes to it. Windows has neither the flag nor such files. */
const readAtOnce = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Throws `bad-input` for a pipe or a device; what the file system throws comes as it is. */
export function openPlain(path: string): Promise<FileHandle> {
  return openUnless(path, (found) => {
    // Reading a folder fails by itself.
    if (found.isFile() || found.isDirectory()) return null;
    return new AppError('bad-input', `${path} is a pipe or a device, not a file`, {
      place: { file: path },
      hint: 'save what it gives to a file first',
    });
  });
}

/** Throws what `refusal` says of what lies there; what the file system throws comes as it is. */
export async function openUnless(path: string, refusal: (found: Stats) => AppError | null): Promise<FileHandle> {
  const handle = await open(path, readAtOnce);
  try {
    const error = refusal(await handle.stat());
    if (error) throw error;
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** All of a file as text, as `openPlain` opens it. */
export async function readPlainText(path: string): Promise<string> {
  const handle = await openPlain(path);
  try {
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}
