/** Makes folders, and says why where that cannot be. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError } from './fileErrors';

/** With those above it; what is there already is fine. Throws `bad-input` with a sentence. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw fileError(await reasonOf(error, path), path);
  }
}

/** Of a folder on a read-only disk Node says that it does not exist, where it is to make those above it too. */
async function reasonOf(error: unknown, path: string): Promise<unknown> {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return error;
  const above = dirname(path);
  const isThere = await stat(above).then(
    () => true,
    () => above === path,
  );
  if (!isThere) return reasonOf(error, above);
  return mkdir(path).then(
    () => error,
    (reason: unknown) => reason,
  );
}
