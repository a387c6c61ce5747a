/**
 * Which file a write-ahead log belongs to. SQLite plays any log into the file it lies beside: a backup put in the place of a
 * project that was killed would get some pages of what came after it, and be neither. So each log begins with a mark of its own
 * and that of the log before, which went into the file: a file that has neither of the two is another one.
 */
import { randomUUID } from 'node:crypto';
import { Sqlite } from './database';
import { getText, setText } from './meta';

const key = 'log';

/** Marks each log that the writer begins, as part of its first change. */
export function markLogs(db: Sqlite): void {
  db.onNewLog = () => setText(db, key, [randomUUID(), ...marksIn(db)].slice(0, 2).join(' '));
}

/** `withLog`: the file with the log played in; `alone`: without it. */
export function isForeignLog(withLog: Sqlite, alone: Sqlite): boolean {
  const [inFile] = marksIn(alone);
  const inLog = marksIn(withLog);
  // A project of an earlier program has no marks, and its first log none before its own.
  return inFile === undefined ? inLog.length > 1 : !inLog.includes(inFile);
}

function marksIn(db: Sqlite): string[] {
  return (getText(db, key) ?? '').split(' ').filter((mark) => mark !== '');
}
