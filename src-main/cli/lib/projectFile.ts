/** Tells a project from a dataset by the file's first bytes. */
import { fileError } from '../../files/fileErrors';
import { isSqlite, readHead } from '../../files/fileKind';

export async function isProjectFile(file: string): Promise<boolean> {
  try {
    return isSqlite(await readHead(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') return false;
    throw fileError(error, file);
  }
}
