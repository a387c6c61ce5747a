/** Opens files that hold pictures, and nothing else: a named pipe or a device would never answer, or never end. */
import type { FileHandle } from 'node:fs/promises';
import { openUnless } from '../files/openPlain';
import { imageError } from './imageErrors';

/** Throws `bad-input` for what is no regular file; what the file system throws comes as it is. */
export function openRegular(path: string): Promise<FileHandle> {
  return openUnless(path, (found) => {
    if (found.isDirectory()) return imageError(path, { code: 'folder' });
    return found.isFile() ? null : imageError(path, { code: 'pipe' });
  });
}
