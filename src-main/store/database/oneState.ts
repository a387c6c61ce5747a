/** Reading one state of a database while work on it goes on. */
import { Sqlite } from './database';

/** A second connection sees one snapshot however long the reading takes; a frozen file does not change anyway. */
export async function readOneState<T>(
  file: string,
  mode: 'frozen' | 'read',
  read: (reader: Sqlite) => Promise<T>,
): Promise<T> {
  const reader = new Sqlite(file, { mode });
  try {
    reader.exec('BEGIN');
    const result = await read(reader);
    reader.exec('COMMIT');
    return result;
  } finally {
    reader.close();
  }
}
