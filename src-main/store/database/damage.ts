/** Whether a database is whole: what SQLite finds, and which part of the project it is in. */
import { closeSync, constants, copyFileSync, existsSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileError } from '../../files/fileErrors';
import { temporaryBeside, temporaryIn } from '../../files/temporaryName';
import { Sqlite, type SqlValue } from './database';
import { isForeignLog } from './logMark';

/** What a user calls the tables. */
const parts: Readonly<Record<string, string>> = {
  annotations: 'the annotations',
  images: 'the list of images',
  categories: 'the categories',
  log: 'the undo history',
  history: 'the undo history',
  proposals: 'the proposals',
  drafts: 'unfinished work',
  meta: 'the project’s own facts',
  parts: 'the rest of the imported file',
  settings: 'the project’s settings',
};

export interface Damage {
  /** Completes "The project file is damaged: ...". */
  readonly part: string;
  /** As SQLite says it, for the log and for diagnostics. */
  readonly fault: string;
  /** What is read instead of it, to be removed when it is closed; null: the file itself is whole, and is read without the log. */
  readonly copy: string | null;
}

/** Whether the program that wrote the file last had no time to close it. */
export function wasLeftOpen(file: string): boolean {
  return ['-wal', '-journal'].some((suffix) => (statSync(file + suffix, { throwIfNoEntry: false })?.size ?? 0) > 0);
}

/** Whether the file is shorter than it says itself; where a log lies beside it, that may be as it should. */
export function isCutShort(file: string): boolean {
  const head = Buffer.alloc(100);
  const handle = openSync(file, 'r');
  try {
    if (readSync(handle, head, 0, 100, 0) < 100) return false;
  } finally {
    closeSync(handle);
  }
  const pageSize = head.readUInt16BE(16) === 1 ? 65_536 : head.readUInt16BE(16);
  return head.readUInt32BE(28) * pageSize > statSync(file).size;
}

/** The first fault, or null. Reads the whole file: seconds for a large one. `full` compares indexes with their tables too. */
export function firstFault(db: Sqlite, full: boolean): string | null {
  try {
    const found = String(db.pragma(full ? 'integrity_check(1)' : 'quick_check(1)'));
    return found === 'ok' ? null : found;
  } catch (error) {
    const { code } = error as { code?: string };
    if (!code?.startsWith('SQLITE_')) throw error;
    return (error as Error).message;
  }
}

/**
 * What is wrong with a file that was left open, or is cut short; null where it is whole. Closing a connection plays the log
 * into the file, and what is played there cannot be taken back: it is a copy that is looked at.
 */
export function findDamage(file: string): Damage | null {
  const copy = copyForReading(file);
  const withLog = look(copy, 'inspect');
  if (!withLog) {
    const isForeign = wasLeftOpen(file) && hasForeignLog(file, copy);
    removeCopy(copy);
    return isForeign ? { part: foreignLog, fault: 'the log has the mark of another file', copy: null } : null;
  }
  if (wasLeftOpen(file) && look(file, 'frozen') === null) {
    removeCopy(copy);
    return { part: foreignLog, fault: withLog.fault, copy: null };
  }
  return { ...withLog, copy };
}

const foreignLog = 'the log beside it (-wal) belongs to another file';

/** Of a file that is whole with its log: whether it would be another one's changes that are played in. */
function hasForeignLog(file: string, copy: string): boolean {
  let alone: Sqlite | null = null;
  let withLog: Sqlite | null = null;
  try {
    alone = new Sqlite(file, { mode: 'frozen' });
    withLog = new Sqlite(copy, { mode: 'inspect' });
    return isForeignLog(withLog, alone);
  } catch {
    // Without its log it cannot be read at all: it is its own.
    return false;
  } finally {
    alone?.close();
    withLog?.close();
  }
}

/** The file with its log, to be removed after use; beside it, or where that cannot be written among the system's temporary files. */
export function copyForReading(file: string): string {
  try {
    return copyTo(file, temporaryBeside(file));
  } catch {
    return copyTo(file, temporaryIn(tmpdir()));
  }
}

function copyTo(file: string, copy: string): string {
  try {
    for (const suffix of ['', '-wal', '-journal']) {
      if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix, constants.COPYFILE_FICLONE);
    }
  } catch (error) {
    removeCopy(copy);
    throw fileError(error, copy);
  }
  return copy;
}

export function removeCopy(copy: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(copy + suffix, { force: true });
}

function look(file: string, mode: 'inspect' | 'frozen'): Pick<Damage, 'part' | 'fault'> | null {
  let db: Sqlite | null = null;
  try {
    db = new Sqlite(file, { mode });
    const fault = firstFault(db, false);
    return fault === null ? null : { fault, part: partOf(db, fault) };
  } catch (error) {
    return { fault: (error as Error).message, part: 'it cannot be read' };
  } finally {
    db?.close();
  }
}

/** The parts whose rows cannot be read, else those that the fault names. */
function partOf(db: Sqlite, fault: string): string {
  const unreadable = Object.keys(parts).filter((table) => !isReadable(db, table));
  const named = unreadable.length > 0 ? unreadable : tablesIn(db, fault);
  const words = [...new Set(named.map((table) => parts[table] ?? table))];
  if (words.length === 0) return 'some of its pages cannot be read';
  return `${words.join(' and ')} cannot be read in full`;
}

function isReadable(db: Sqlite, table: string): boolean {
  try {
    for (const row of db.iterate<readonly SqlValue[]>(`SELECT * FROM ${table}`)) void row;
    return true;
  } catch (error) {
    // A file of an older version may lack a table.
    return (error as Error).message.includes('no such table');
  }
}

function tablesIn(db: Sqlite, fault: string): string[] {
  const tree = /[Tt]ree (?:page )?(\d+)/.exec(fault)?.[1];
  const index = /index (\w+)/.exec(fault)?.[1];
  try {
    return db
      .rows<readonly [string]>(
        'SELECT tbl_name FROM sqlite_schema WHERE rootpage = ? OR name = ?',
        Number(tree ?? -1),
        index ?? '',
      )
      .map(([table]) => table);
  } catch {
    return [];
  }
}
