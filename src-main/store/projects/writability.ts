/** Why a project's file cannot be written where it lies, and the sentences of what follows. */
import { AppError } from '@shared/errors/appError';
import type { ReadOnlyReason } from '@shared/project/types';
import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { isWritableFolder } from './location';

/** What keeps the file from being written, whoever has it open. */
export type Obstacle = Exclude<ReadOnlyReason, 'open-elsewhere' | 'damaged'>;

/**
 * null where it can be written. A second name (hard link) is one: SQLite keeps log and lock beside the name that was opened, so
 * that a program which opens the other one would write into the same file unseen.
 */
export function obstacleTo(file: string): Obstacle | null {
  try {
    accessSync(file, constants.W_OK);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS' ? 'read-only-disk' : 'not-writable';
  }
  if (!isWritableFolder(dirname(file))) return 'read-only-folder';
  return statSync(file).nlink > 1 ? 'second-name' : null;
}

const sentences: Readonly<Record<ReadOnlyReason, readonly [fault: string, hint: string]>> = {
  'open-elsewhere': ['is open for writing elsewhere', 'close the other window or run that has it open'],
  'not-writable': ['cannot be written: its permissions are read-only', 'change them, or copy the project elsewhere'],
  'read-only-folder': [
    'cannot be written: its folder is read-only, and a log is kept beside it',
    'change the permissions of the folder, or copy the project elsewhere',
  ],
  'read-only-disk': ['is on a read-only disk', 'copy the project to a disk that can be written'],
  'second-name': [
    'has a second name (a hard link): written under one it would be damaged under the other',
    'copy the project to a file of its own',
  ],
  damaged: ['is damaged', 'open it in the window and save what can be read, or restore a backup'],
};

/** The error for a project that may not be changed here. */
export function readOnlyError(file: string, reason: ReadOnlyReason): AppError {
  const [fault, hint] = sentences[reason];
  return new AppError('read-only', `${file} ${fault}`, { place: { file }, hint });
}
