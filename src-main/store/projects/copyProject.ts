/** Copies an open project whole or not at all into another file, where its images are found as before. */
import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { sweepOnce, temporaryBeside } from '../../files/temporaryName';
import { Sqlite } from '../database/database';
import { setText } from '../database/meta';
import { syncFile, syncFolder } from './durable';
import { toStoredFolder } from './location';

/** Replaces `target`. The open project stays what it is. */
export function copyProject(db: Sqlite, target: string, imagesFolder: string): void {
  const temporary = temporaryBeside(target);
  void sweepOnce(dirname(target));
  try {
    db.copyTo(temporary);
    const copy = new Sqlite(temporary, { mode: 'build' });
    try {
      setText(copy, 'imagesFolder', toStoredFolder(imagesFolder, target));
    } finally {
      copy.close();
    }
    syncFile(temporary);
    for (const suffix of ['-wal', '-shm', '-journal']) rmSync(target + suffix, { force: true });
    renameSync(temporary, target);
    syncFolder(dirname(target));
  } finally {
    rmSync(temporary, { force: true });
  }
}
