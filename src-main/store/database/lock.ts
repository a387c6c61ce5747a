/** The lock of a project's one writer: held by the operating system, so that it ends with the process, however that ends. */
import { rmSync, statSync } from 'node:fs';
import { Sqlite } from './database';

/** A held lock; `release` may be called once. */
export interface WriterLock {
  /** The lock's file stays (removing it races with whoever opens it next) unless there is no project for it. */
  release(options?: { readonly removeFile: boolean }): void;
  /** Whether its file has gone from beside the project, or is another's: it keeps nobody out any more. */
  isLost(): boolean;
}

/**
 * Takes the writer's lock of a project file, or null when another window or run has it. An exclusive SQLite transaction on
 * a file of its own is a portable OS lock: a killed process loses it at once, and nothing stale stays behind. Throws what
 * the file system throws when the folder cannot be written.
 */
export function acquireWriterLock(projectFile: string): WriterLock | null {
  const lockFile = `${projectFile}.lock`;
  let connection: Sqlite | null = null;
  try {
    connection = new Sqlite(lockFile, { mode: 'lock' });
    connection.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    connection?.close();
    if ((error as { code?: string }).code === 'SQLITE_BUSY') return null;
    throw error;
  }
  const held = connection;
  const own = identityOf(lockFile);
  return {
    isLost: () => identityOf(lockFile) !== own,
    release(options) {
      if (options?.removeFile) rmSync(lockFile, { force: true });
      held.exec('ROLLBACK');
      held.close();
    },
  };
}

function identityOf(file: string): string | null {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.dev}:${found.ino}` : null;
}
