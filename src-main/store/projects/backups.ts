/** Rolling copies of a project in the user's data folder: made at opening after a day's work and before a migration. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ProjectBackup } from '@shared/project/types';
import { sweepOnce, temporaryBeside } from '../../files/temporaryName';
import type { Sqlite } from '../database/database';
import { syncFile, syncFolder } from './durable';
import { projectExtension } from './location';

export interface BackupLimits {
  /** Newest of one project that are kept. */
  readonly count: number;
  /** Of all projects together; the oldest go first, and a project above half of it has none. */
  readonly bytes: number;
}

const limits: BackupLimits = { count: 5, bytes: 4 * 2 ** 30 };

/** What was done since is a day's work. */
const dayMs = 20 * 3600 * 1000;

const backupsIn = (userDataFolder: string) => join(userDataFolder, 'backups');

/** One folder a project, whatever projects of its name there are elsewhere. */
function folderOf(file: string, userDataFolder: string): string {
  const key = createHash('sha256').update(file).digest('hex').slice(0, 12);
  return join(backupsIn(userDataFolder), `${basename(file, projectExtension).slice(0, 40)}-${key}`);
}

/** Latest first. */
export function listBackups(file: string, userDataFolder: string): ProjectBackup[] {
  return filesIn(folderOf(file, userDataFolder));
}

/** Whether the newest copy is older than a day's work, and the project was written to since. */
export function isBackupDue(db: Sqlite, userDataFolder: string, nowMs = Date.now()): boolean {
  const [newest] = listBackups(db.file, userDataFolder);
  if (!newest) return db.value('SELECT 1 FROM log LIMIT 1') !== undefined;
  return nowMs - newest.atMs > dayMs && statSync(db.file).mtimeMs > newest.atMs;
}

/** Copies what is committed. A copy that cannot be made never keeps a project from being opened: false then. */
export function makeBackup(db: Sqlite, userDataFolder: string, { count, bytes }: BackupLimits = limits): boolean {
  const folder = folderOf(db.file, userDataFolder);
  const at = new Date().toISOString().slice(0, 23).replace(/[:T.]/g, '-');
  let temporary: string | null = null;
  try {
    if (statSync(db.file).size > bytes / 2) return false;
    mkdirSync(folder, { recursive: true });
    const target = join(folder, `${at}${projectExtension}`);
    temporary = temporaryBeside(target);
    void sweepOnce(folder);
    db.copyTo(temporary);
    syncFile(temporary);
    renameSync(temporary, target);
    syncFolder(folder);
    prune(folder, userDataFolder, { count, bytes });
    return true;
  } catch {
    if (temporary) rmSync(temporary, { force: true });
    return false;
  }
}

function prune(folder: string, userDataFolder: string, { count, bytes }: BackupLimits): void {
  for (const { path } of filesIn(folder).slice(count)) rmSync(path, { force: true });
  const all = readdirSync(backupsIn(userDataFolder)).flatMap((name) => filesIn(join(backupsIn(userDataFolder), name)));
  let total = 0;
  for (const { path, bytes: size } of all.sort((a, b) => b.atMs - a.atMs)) {
    total += size;
    if (total > bytes) rmSync(path, { force: true });
  }
}

function filesIn(folder: string): ProjectBackup[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(projectExtension))
    .flatMap((name) => {
      const path = join(folder, name);
      // Another window may have removed it a moment ago.
      const found = statSync(path, { throwIfNoEntry: false });
      return found?.isFile() ? [{ path, atMs: found.mtimeMs, bytes: found.size }] : [];
    })
    .sort((a, b) => b.atMs - a.atMs);
}
