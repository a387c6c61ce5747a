/** Opens files that hold pictures, and nothing else: a named pipe or a device would never answer, or never end. */
import { type FileHandle, open } from 'node:fs/promises';
import { readAtOnce } from '../files/openPlain';
import { imageError } from './imageErrors';

/** Throws `bad-input` for what is no regular file; what the file system throws comes as it is. */
export async function openRegular(path: string): Promise<FileHandle> {
  const handle = await open(path, readAtOnce);
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
