/** Saves what can be read of a damaged project as a new one; the damaged file stays as it is. */
import { counted } from '@shared/errors/counted';
import { buildProject } from './build';
import { toStoredFolder } from './location';
import type { Sqlite, SqlValue } from '../database/database';
import { getNumber, setNumber, setText } from '../database/meta';

type Row = readonly SqlValue[];

const rowsAtOnce = 500;

/** What the parts have as their key, in the order they are worth; what is drawn before what can be made again. */
const tables: readonly (readonly [table: string, key: string])[] = [
  ['meta', 'key'],
  ['parts', 'seq'],
  ['images', 'seq'],
  ['categories', 'seq'],
  ['annotations', 'seq'],
  ['log', 'id'],
  ['history', 'image_id'],
  ['proposals', 'id'],
  ['drafts', 'key'],
  ['settings', 'key'],
];

/** What is of no use where a part of it, or of what it is about, is missing. */
const history = ['log', 'history'];

export interface Salvaged {
  readonly annotations: number;
  readonly images: number;
  /** Tables that could not be read to their end. */
  readonly incomplete: readonly string[];
}

/** How much of the damaged project that is; `stated`: the annotations it says it has. */
export function describeSalvage({ annotations, images, incomplete }: Salvaged, stated: number): string {
  const isAll = annotations >= stated && !['annotations', 'images'].some((table) => incomplete.includes(table));
  const on = counted(images, 'image');
  const what = isAll
    ? `All ${counted(annotations, 'annotation')} on ${on} were saved`
    : `${annotations.toLocaleString('en')} of ${counted(stated, 'annotation')} on ${on} could be saved`;
  if (incomplete.length === 0) return what;
  const isHistory = incomplete.every((table) => history.includes(table));
  return `${what}; ${isHistory ? 'the undo history was damaged and starts anew' : 'what was in the damaged part is missing'}`;
}

/** Writes `target` whole or not at all. `imagesFolder`: absolute. */
export async function salvageProject(
  db: Sqlite,
  target: string,
  imagesFolder: string,
  name: string,
): Promise<Salvaged> {
  return buildProject(target, async (copy) => {
    const incomplete = tables.filter(([table, key]) => !copyTable(db, copy, table, key)).map(([table]) => table);
    if (['annotations', 'images', ...history].some((table) => incomplete.includes(table))) {
      // A step that says less than what happened would undo something else.
      for (const table of history) copy.run(`DELETE FROM ${table}`);
    }
    for (const table of ['images', 'categories', 'annotations']) {
      copy.run(`DELETE FROM ${table} WHERE seq NOT IN (SELECT min(seq) FROM ${table} GROUP BY coalesce(id, -seq))`);
    }
    setText(copy, 'name', name);
    setText(copy, 'imagesFolder', toStoredFolder(imagesFolder, target));
    ensureParts(copy);
    return { ...recount(copy), incomplete };
  });
}

/** All rows that can be read, from both ends towards the damage; whether that is all of them. */
function copyTable(db: Sqlite, copy: Sqlite, table: string, key: string): boolean {
  const columns = columnsOf(copy, table).filter((column) => columnsOf(db, table).includes(column));
  if (columns.length === 0) return false;
  const insert = `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
  const take = (direction: 'ASC' | 'DESC'): boolean => {
    const onward = direction === 'ASC' ? '>' : '<';
    const select = `SELECT ${key}, ${columns.join(', ')} FROM ${table}`;
    let last: SqlValue = null;
    let count = rowsAtOnce;
    for (;;) {
      try {
        const from: SqlValue[] = last === null ? [] : [last];
        const where: string = last === null ? '' : `WHERE ${key} ${onward} ?`;
        const rows: Row[] = db.rows<Row>(`${select} ${where} ORDER BY ${key} ${direction} LIMIT ${count}`, ...from);
        for (const [at, ...row] of rows) {
          copy.run(insert, ...row);
          last = at;
        }
        if (rows.length < count) return true;
      } catch {
        // What is damaged in these rows may be the last of them.
        if (count === 1) return false;
        count = 1;
      }
    }
  };
  return take('ASC') || (take('DESC'), false);
}

function columnsOf(db: Sqlite, table: string): string[] {
  try {
    return db.rows<readonly [number, string]>(`PRAGMA table_info(${table})`).map(([, column]) => column);
  } catch {
    return [];
  }
}

/** Without its frame a dataset could not be exported. */
function ensureParts(copy: Sqlite): void {
  for (const kind of ['images', 'annotations', 'categories']) {
    if (copy.value('SELECT 1 FROM parts WHERE key = ?', kind) === undefined) {
      copy.run('INSERT INTO parts (key, raw) VALUES (?, NULL)', kind);
    }
  }
}

/** Counts and the next ids follow from what is there. */
function recount(copy: Sqlite): Pick<Salvaged, 'annotations' | 'images'> {
  const count = (sql: string) => copy.value<number>(sql) ?? 0;
  const annotations = count('SELECT count(*) FROM annotations WHERE deleted = 0');
  const images = count('SELECT count(*) FROM images');
  setNumber(copy, 'annotationCount', annotations);
  setNumber(copy, 'imageCount', images);
  for (const [name, table] of [
    ['nextAnnotationId', 'annotations'],
    ['nextImageId', 'images'],
    ['nextCategoryId', 'categories'],
  ] as const) {
    setNumber(copy, name, Math.max(getNumber(copy, name), count(`SELECT coalesce(max(id), 0) FROM ${table}`) + 1));
  }
  countInto(copy, 'annotation_count', 'SELECT image_id, count(*) FROM annotations WHERE deleted = 0 GROUP BY image_id');
  countInto(copy, 'proposal_count', 'SELECT image_id, count(*) FROM proposals WHERE taken = 0 GROUP BY image_id');
  return { annotations, images };
}

/** The project's own indexes are not there yet. */
function countInto(copy: Sqlite, column: string, query: string): void {
  copy.exec('CREATE TEMP TABLE counted (image_id INTEGER PRIMARY KEY, n INTEGER)');
  copy.exec(`INSERT OR IGNORE INTO counted ${query}`);
  copy.exec(`UPDATE images SET ${column} = coalesce((SELECT n FROM counted WHERE image_id = images.id), 0)`);
  copy.exec('DROP TABLE counted');
}
