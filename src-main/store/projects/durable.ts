/** What a project file needs to be on disk before anybody is told so. */
import { closeSync, existsSync, fsyncSync, openSync } from 'node:fs';

export function syncFile(path: string): void {
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Makes a rename in the folder durable; some systems cannot open folders, and there it is not needed. */
export function syncFolder(folder: string): void {
  if (!existsSync(folder)) return;
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // Network shares and Windows refuse it.
  }
}
