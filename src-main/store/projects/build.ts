/** Makes a new project file whole or not at all: filled under another name, synced, renamed. */
import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { sweepOnce, temporaryBeside } from '../../files/temporaryName';
import { Sqlite, type SqlValue } from '../database/database';
import { createIndexes, createTables } from '../database/schema';
import { syncFile, syncFolder } from './durable';

/**
 * Creates `file` (replacing an old one) from what `fill` writes; on any error nothing of it stays. The caller holds the
 * writer's lock. `fill` may take its time: nobody else sees the file yet.
 */
export async function buildProject<T>(file: string, fill: (db: Sqlite) => Promise<T>): Promise<T> {
  const temporary = temporaryBeside(file);
  rmSync(temporary, { force: true });
  await sweepOnce(dirname(file));
  let db: Sqlite | null = null;
  try {
    db = new Sqlite(temporary, { mode: 'build' });
    createTables(db);
    db.exec('BEGIN');
    const result = await fill(db);
    db.exec('COMMIT');
    createIndexes(db);
    db.close();
    db = null;
    syncFile(temporary);
    // What a killed process left of an old file's log must not be played into the new one.
    for (const suffix of ['-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
    renameSync(temporary, file);
    syncFolder(dirname(file));
    return result;
  } finally {
    db?.close();
    rmSync(temporary, { force: true });
  }
}

/** Inserts many rows into a table, several a statement: half the time of one by one. */
export class BulkInsert {
  readonly #db: Sqlite;
  readonly #head: string;
  readonly #row: string;
  readonly #width: number;
  readonly #values: SqlValue[] = [];

  constructor(db: Sqlite, table: string, columns: readonly string[]) {
    this.#db = db;
    this.#head = `INSERT INTO ${table} (${columns.join(', ')}) VALUES `;
    this.#row = `(${columns.map(() => '?').join(', ')})`;
    this.#width = columns.length;
  }

  add(...row: readonly SqlValue[]): void {
    this.#values.push(...row);
    if (this.#values.length === this.#width * rowsAtOnce) this.#write(rowsAtOnce);
  }

  /** Must be called after the last row. */
  flush(): void {
    const rows = this.#values.length / this.#width;
    if (rows > 0) this.#write(rows);
  }

  #write(rows: number): void {
    this.#db.run(this.#head + new Array(rows).fill(this.#row).join(', '), ...this.#values);
    this.#values.length = 0;
  }
}

const rowsAtOnce = 16;
