/** Tells a project from a dataset by the file's first bytes. */
import { open } from 'node:fs/promises';
import { fileError } from '../files/fileErrors';

export async function isSqlite(file: string): Promise<boolean> {
  const magic = 'SQLite format 3\0';
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0);
      return buffer.toString('latin1', 0, bytesRead) === magic;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(error, file);
  }
}
