/** One SQLite connection with the pragmas this product relies on, prepared statements and transactions. */
import Libsql from 'libsql';
import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { isNetworkPath } from './networkPath';
import type { FileLoss } from '@shared/project/types';
import { OwnFile } from './ownFile';

/** Connections to files that are lost: closing one would remove by name what lies beside the file there now. */
const abandoned: Libsql.Database[] = [];

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** What SQLite stores; booleans are 0 and 1 (a bound boolean ends the process). */
export type SqlValue = string | number | null;

export interface OpenDatabaseOptions {
  /**
   * `write`: WAL (TRUNCATE where shared memory cannot be trusted) and synchronous=FULL, both verified.
   * `read`: refuses every change. `frozen`: for a file in a folder that cannot be written, where WAL's side files cannot
   * be made. `build`: a new file that nobody else sees until it is synced and renamed; fast and unsafe until then.
   * `lock`: holds nothing but a lock, never waits. `inspect`: as `read`, and reads what there is of a file that is cut short;
   * for copies of damaged files.
   */
  readonly mode: 'write' | 'read' | 'frozen' | 'inspect' | 'build' | 'lock';
}

/** How long a lock of another connection is waited for. */
const patienceMs = 5000;

/** From this size on the log is taken into the file. */
const logBytes = 4 * 2 ** 20;

type Statement = Libsql.Statement<unknown[]>;

export class Sqlite {
  readonly file: string;
  readonly #connection: Libsql.Database;
  readonly #statements = new Map<string, Statement>();
  readonly #writes: boolean;
  /** Of a writer. */
  #own: OwnFile | null = null;
  /** In WAL the file itself changes when the log is taken into it, and only then: that is done here, see `#afterChange`. */
  #hasLog = false;
  #takeInAt = logBytes;
  #isNewLog = false;
  #depth = 0;
  /** Called within the first change of each log that is begun. */
  onNewLog: (() => void) | null = null;

  /** The file is created where it does not exist, in every mode: check before. */
  constructor(file: string, { mode }: OpenDatabaseOptions) {
    this.file = file;
    this.#writes = mode === 'write';
    // A URI only where needed: its escaping rules are one more thing that can go wrong with odd file names.
    const name = mode === 'frozen' ? `${pathToFileURL(file).href}?immutable=1` : file;
    // Another connection may hold a lock for the moment of a checkpoint.
    this.#connection = new Libsql(name, { timeout: mode === 'lock' ? 0 : patienceMs });
    try {
      this.#configure(mode);
      if (mode === 'write') this.#own = new OwnFile(file, { isLocal: !isNetworkPath(file) });
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #configure(mode: OpenDatabaseOptions['mode']): void {
    if (mode === 'write') this.#configureDurable();
    else if (mode === 'build') {
      this.pragma('journal_mode=OFF');
      this.pragma('synchronous=OFF');
      this.pragma('cache_size=-65536');
    } else if (mode === 'lock') this.pragma('journal_mode=MEMORY');
    else {
      this.pragma('query_only=ON');
      // Without it SQLite reads nothing of such a file.
      if (mode === 'inspect') this.pragma('writable_schema=ON');
    }
  }

  #configureDurable(): void {
    const wanted = isNetworkPath(this.file) ? 'truncate' : 'wal';
    const got = this.pragma(`journal_mode=${wanted}`);
    // Some file systems refuse WAL without being known as network shares; a rollback journal is as durable.
    if (got !== wanted) this.pragma('journal_mode=truncate');
    this.pragma('synchronous=FULL');
    this.pragma('wal_autocheckpoint=0');
    const journal = this.pragma('journal_mode');
    const synchronous = this.pragma('synchronous');
    if ((journal !== 'wal' && journal !== 'truncate') || synchronous !== 2) {
      throw new Error(`SQLite refused durable settings: journal_mode=${journal}, synchronous=${synchronous}`);
    }
    this.#hasLog = journal === 'wal';
    this.#isNewLog = this.#hasLog && sizeOf(`${this.file}-wal`) === 0;
  }

  /** The first value a PRAGMA answers with; null when it answers nothing. */
  pragma(source: string): SqlValue {
    const statement = this.#connection.prepare(`PRAGMA ${source}`);
    const rows = statement.reader ? (statement.raw().all([]) as SqlValue[][]) : (statement.run([]), []);
    return rows[0]?.[0] ?? null;
  }

  exec(sql: string): void {
    this.#connection.exec(sql);
  }

  run(sql: string, ...values: readonly (SqlValue | undefined)[]): void {
    const isAlone = this.#depth === 0;
    if (isAlone && this.#isNewLog && this.onNewLog) return this.transaction(() => this.run(sql, ...values));
    if (isAlone) this.#settle();
    this.#prepare(sql).run(values as SqlValue[]);
    if (isAlone) this.#afterChange();
  }

  /** What became of the writer's file while it was open; null: it is where it was, and ours. */
  get loss(): FileLoss | null {
    if (!this.#own) return null;
    return this.#depth > 0 ? this.#own.look() : this.#settle();
  }

  /**
   * Between two transactions. Whatever happened to the file, what is open here stays whole: changes go on into the file that
   * was opened, where it still is, and into the log alone where another program has written into it.
   */
  #settle(): FileLoss | null {
    if (!this.#own) return null;
    const loss = this.#own.lookBetween();
    if (loss === null && this.#own.isLogLost()) this.#renewLog();
    return loss;
  }

  /** What the file is now is our own doing, where it is not a log that was written. */
  #afterChange(): void {
    if (!this.#own) return;
    if (!this.#hasLog) return this.#own.note();
    this.#own.noteLog();
    const size = this.#own.logSize;
    if (size < this.#takeInAt || this.#settle() !== null) return;
    this.#emptyLog();
    this.#own.note();
    // A reader may keep the log as it is: it is tried again when it has grown as much again.
    const left = this.#own.logSize;
    this.#takeInAt = left < size ? logBytes : size + logBytes;
    this.#isNewLog = left === 0;
  }

  /** What was in a log that is gone from the folder goes into the file, and a new log is begun. */
  #renewLog(): void {
    try {
      this.pragma('wal_checkpoint(FULL)');
      this.#own!.note();
      this.pragma('journal_mode=DELETE');
      this.#configureDurable();
      this.#own!.forgetLog();
      this.#own!.note();
    } catch {
      // A reader holds it: everything so far is in the file, and it is tried again at the next change.
    }
  }

  /** The first row as a list of its columns. */
  row<T extends readonly SqlValue[]>(sql: string, ...values: readonly SqlValue[]): T | undefined {
    return this.#prepare(sql).get(values as SqlValue[]) as T | undefined;
  }

  /** The first column of the first row. */
  value<T extends SqlValue>(sql: string, ...values: readonly SqlValue[]): T | undefined {
    return this.row<[T]>(sql, ...values)?.[0];
  }

  rows<T extends readonly SqlValue[]>(sql: string, ...values: readonly SqlValue[]): T[] {
    return this.#prepare(sql).all(values as SqlValue[]) as T[];
  }

  /** Rows one by one; the statement is its own, so that the loop may run others. */
  iterate<T extends readonly SqlValue[]>(sql: string, ...values: readonly SqlValue[]): IterableIterator<T> {
    return this.#connection
      .prepare(sql)
      .raw()
      .iterate(values as SqlValue[]) as IterableIterator<T>;
  }

  /** Runs `work` as one transaction: all of it on disk when this returns, or nothing. Nested calls join the outer one. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#settle();
    this.#connection.exec('BEGIN IMMEDIATE');
    this.#depth++;
    try {
      const isNew = this.#isNewLog;
      if (isNew) this.onNewLog?.();
      const result = work();
      this.#connection.exec('COMMIT');
      if (isNew) this.#isNewLog = false;
      this.#afterChange();
      return result;
    } catch (error) {
      // A full disk ends the transaction by itself.
      if (this.#connection.inTransaction) this.#connection.exec('ROLLBACK');
      throw error;
    } finally {
      this.#depth--;
    }
  }

  /** Writes what is committed, without unused space, into a file that does not exist yet; not inside a transaction. */
  copyTo(file: string): void {
    this.#connection.prepare('VACUUM INTO ?').run([file]);
  }

  /**
   * Closes. A writer takes its write-ahead log into the file first, so that one file is left that can be copied; where a
   * reader has the file open that is left to whoever opens it next. A file that is lost is let go as it is.
   */
  close(): void {
    if (this.#own?.lookBetween()) {
      this.#own.setLogAside();
      abandoned.push(this.#connection);
      return;
    }
    try {
      if (this.#writes && this.#connection.open) {
        this.pragma('busy_timeout=0');
        this.pragma('journal_mode=DELETE');
      }
    } catch {
      // Busy, or the disk is gone: what was committed is in the log and safe there.
      this.#emptyLog();
    } finally {
      this.#statements.clear();
      this.#connection.close();
    }
  }

  /** Takes the log into the file, as far as readers let it, without waiting for them. */
  #emptyLog(): void {
    try {
      this.pragma('busy_timeout=0');
      this.pragma('wal_checkpoint(TRUNCATE)');
    } catch {
      // It stays in the log, and is safe there.
    } finally {
      this.pragma(`busy_timeout=${patienceMs}`);
    }
  }

  #prepare(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#connection.prepare(sql) as Statement;
      // raw() is for statements that return rows, and throws on others.
      if (statement.reader) statement.raw();
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
