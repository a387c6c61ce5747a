/** Tells a project from a dataset by the file's first bytes. */
import { open } from 'node:fs/promises';
import { fileError } from '../files/fileErrors';
import { isSqlite, kindBytes } from '../files/fileKind';

export async function isProjectFile(file: string): Promise<boolean> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(kindBytes), 0, kindBytes, 0);
      return isSqlite(buffer.subarray(0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(error, file);
  }
}
