/** Opens files that hold pictures, and nothing else: a named pipe or a device would never answer, or never end. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { imageError } from './imageErrors';

/** Throws `bad-input` for what is no regular file; what the file system throws comes as it is. */
export async function openRegular(path: string): Promise<FileHandle> {
  // A pipe without a writer would keep the thread that opens it for good.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await handle.stat();
    if (stats.isDirectory()) throw imageError(path, { code: 'folder' });
    if (!stats.isFile()) throw imageError(path, { code: 'pipe' });
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}
