/** Opens the database of a project file: looked at first, copied before it is migrated; of a damaged one what can be read. */
import { AppError } from '@shared/errors/appError';
import type { CallContext } from '@shared/errors/work';
import type { ProjectBackup } from '@shared/project/types';
import { existsSync, statSync } from 'node:fs';
import { copyForReading, type Damage, findDamage, isCutShort, removeCopy, wasLeftOpen } from '../database/damage';
import { Sqlite } from '../database/database';
import { markLogs } from '../database/logMark';
import { isOutdated, migrate, NoProject, schemaVersion } from '../database/schema';
import { listCategories } from '../records/categories';
import { isBackupDue, listBackups, makeBackup } from './backups';
import { readPlace } from './projectSettings';

/** What is wrong with a file that was not closed properly; throws where a run came to write. Takes seconds for a large one. */
export function checkFile(
  file: string,
  { whenLocked, progress }: { whenLocked: 'read-only' | 'refuse'; progress?: CallContext['progress'] },
): Damage | null {
  if (!wasLeftOpen(file) && !isCutShort(file)) return null;
  progress?.({ done: 0, total: 1, text: 'Checking the project file' });
  const damage = findDamage(file);
  if (damage && whenLocked === 'refuse') {
    if (damage.copy) removeCopy(damage.copy);
    throw damagedError(file, damage);
  }
  return damage;
}

/** Where not even the project's own facts can be read there is nothing to show. */
export function openDamaged(file: string, damage: Damage): Sqlite {
  const { copy } = damage;
  const db = new Sqlite(copy ?? file, { mode: copy === null ? 'frozen' : 'inspect' });
  try {
    schemaVersion(db);
    listCategories(db);
    readPlace(db);
    db.value('SELECT count(*) FROM meta');
    db.value('SELECT id FROM images LIMIT 1');
    return db;
  } catch (cause) {
    db.close();
    if (copy) removeCopy(copy);
    throw new Unreadable(file, cause);
  }
}

/** So little of the project is left that there is nothing to show. */
class Unreadable extends AppError {
  constructor(file: string, cause: unknown, copy?: ProjectBackup) {
    super('bad-input', `${file} is damaged: too little of it can be read to open it`, {
      place: { file },
      hint: copy
        ? `open its copy of ${new Date(copy.atMs).toISOString().slice(0, 16).replace('T', ', ')} UTC, which stays as it is: ${copy.path}`
        : 'no copy of it was made yet: restore a backup of your own',
      ...(copy && { remedy: 'copy' }),
      cause,
    });
  }
}

/** A file of which copies were made is a project, whatever is left of it: the newest of them is named. */
export function withCopies(error: unknown, file: string, userDataFolder: string | undefined): unknown {
  const isLost = error instanceof Unreadable || (error instanceof AppError && error.cause instanceof NoProject);
  const [newest] = isLost && userDataFolder ? listBackups(file, userDataFolder) : [];
  return newest ? new Unreadable(file, error, newest) : error;
}

export function damagedError(file: string, { part }: Damage): AppError {
  return new AppError('bad-input', `${file} is damaged: ${part}`, {
    place: { file },
    hint: 'open it in the window and save what can be read, or restore a backup',
  });
}

export function checkIsFile(file: string): void {
  if (existsSync(file) && statSync(file).isFile()) return;
  throw new AppError('bad-input', `${file} ${existsSync(file) ? 'is not a file' : 'does not exist'}`, {
    place: { file },
    hint: 'choose a project file',
  });
}

export function openChecked(file: string, mode: 'write' | 'read' | 'frozen', userDataFolder = ''): Sqlite {
  // Looked at before it is configured: setting WAL would change a database that is not ours.
  // `frozen`, as another connection would keep its lock, and the log, for as long as it is not collected.
  const probe = new Sqlite(file, { mode: 'frozen' });
  try {
    schemaVersion(probe);
  } finally {
    probe.close();
  }
  const db = new Sqlite(file, { mode });
  try {
    if (mode === 'write' && userDataFolder !== '' && (isOutdated(db) || isBackupDue(db, userDataFolder))) {
      makeBackup(db, userDataFolder);
    }
    if (mode === 'write') markLogs(db);
    migrate(db, mode !== 'write');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A file that may not be written; where it has a log, a copy of both, as the log is read too and can be played nowhere else. */
export function openFrozen(file: string): { readonly db: Sqlite; readonly copy: string | null } {
  if (!wasLeftOpen(file)) return { db: openChecked(file, 'frozen'), copy: null };
  const copy = copyForReading(file);
  try {
    return { db: openChecked(copy, 'read'), copy };
  } catch (error) {
    removeCopy(copy);
    if (!(error instanceof AppError)) throw error;
    const { message, place, cause } = error;
    throw error.saying({ message: message.replaceAll(copy, file), place: place && { ...place, file }, cause });
  }
}
