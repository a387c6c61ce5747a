/** The tables of a project file, how to recognise one, and how older ones are brought up to date. */
import { statSync } from 'node:fs';
import { readImageTags } from '@shared/formats/coco/imageTags';
import { parseCategory } from '@shared/formats/coco/parse';
import { AppError } from '@shared/errors/appError';
import { faultFromSentence } from '@shared/images/fault';
import type { Sqlite } from './database';

/** 'MskW' in the SQLite header: tells a project from any other database. */
const applicationId = 0x4d736b57;

const currentVersion = 10;

/**
 * Tables. Rows are kept in the order of the file they came from by `seq`; `source` is a record's text as it came, in the form
 * of the format it was imported from (meta `importFormat`), and `data`
 * (JSON of an Annotation) is there only where the annotation differs from what that text says.
 */
const tables = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
-- Texts of the imported file that are no record's, in order; raw is NULL for the lists of records.
CREATE TABLE parts (seq INTEGER PRIMARY KEY, key TEXT NOT NULL, raw TEXT);
CREATE TABLE images (
  seq INTEGER PRIMARY KEY,
  id INTEGER,
  -- JSON text of the id in the file, where it differs from id.
  source_id TEXT,
  file_name TEXT NOT NULL,
  -- Where the file lies below the images folder, where that is not file_name.
  path TEXT,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  orientation TEXT NOT NULL DEFAULT 'exif',
  media_type TEXT,
  byte_size INTEGER,
  mtime_ms REAL,
  -- Of the file's content (images/fingerprint.ts): knows a moved or renamed file again.
  fingerprint TEXT,
  -- 1 once the image file itself has been looked at.
  checked INTEGER NOT NULL DEFAULT 0,
  -- JSON of an ImageFault: why the image cannot be shown; NULL: it can.
  problem TEXT,
  status TEXT NOT NULL DEFAULT 'new',
  -- Why it was rejected.
  reason TEXT,
  annotation_count INTEGER NOT NULL DEFAULT 0,
  proposal_count INTEGER NOT NULL DEFAULT 0,
  -- Pixels that no annotation has; NULL: not counted since its masks changed.
  unlabelled INTEGER,
  -- JSON list of words; NULL: none.
  tags TEXT,
  -- train, val or test, as the dataset had it; NULL: in none of them.
  split TEXT,
  source TEXT
);
CREATE TABLE categories (
  seq INTEGER PRIMARY KEY,
  id INTEGER NOT NULL,
  source_id TEXT,
  name TEXT NOT NULL,
  supercategory TEXT,
  color TEXT,
  hotkey TEXT,
  -- Place in the list as the user ordered it; NULL: after those, in the order of the file.
  place INTEGER,
  -- JSON of its AttributeTemplates; NULL: none.
  attributes TEXT,
  -- 0: stuff; NULL: nobody has said.
  is_thing INTEGER,
  source TEXT
);
CREATE TABLE annotations (
  seq INTEGER PRIMARY KEY,
  id INTEGER,
  -- NULL: the record names no image of the dataset.
  image_id INTEGER,
  category_id INTEGER NOT NULL,
  -- What source says, once category_id has been changed.
  source_category_id INTEGER,
  -- 1: removed, kept so that undo brings back the very record that came; 2: gone with its category.
  deleted INTEGER NOT NULL DEFAULT 0,
  source TEXT,
  -- What source says, as JSON of an AnnotationContent; NULL: source is a COCO record, which says it itself.
  baseline TEXT,
  data TEXT
);
-- One row a gesture; image_id -1 is the project's own stack (operations that span images).
CREATE TABLE log (
  id INTEGER PRIMARY KEY,
  image_id INTEGER NOT NULL,
  step INTEGER NOT NULL,
  gesture TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  patch TEXT NOT NULL
);
-- Steps that can be undone and redone; a scope without steps has no row.
CREATE TABLE history (image_id INTEGER PRIMARY KEY, undo INTEGER NOT NULL, redo INTEGER NOT NULL);
CREATE TABLE proposals (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  image_id INTEGER NOT NULL,
  -- Tool and model: a new run replaces the rows of the same maker.
  maker TEXT NOT NULL,
  -- The annotation it became, and whether that holds: 1 = out of sight, 0 again when the acceptance is undone.
  accepted_as INTEGER,
  taken INTEGER NOT NULL DEFAULT 0,
  category_name TEXT NOT NULL,
  height INTEGER NOT NULL,
  width INTEGER NOT NULL,
  counts TEXT NOT NULL,
  bbox TEXT NOT NULL,
  area REAL NOT NULL,
  score REAL NOT NULL,
  provenance TEXT NOT NULL
);
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
`;

/** What a tool was in the middle of on an image: not part of the document, not of its undo. `key` is the window's own. */
const draftTable = `
CREATE TABLE drafts (
  key TEXT PRIMARY KEY,
  image_id INTEGER NOT NULL,
  tool TEXT NOT NULL,
  -- JSON of the tool's own making.
  data TEXT NOT NULL,
  at_ms INTEGER NOT NULL
);
`;

/** Built after a bulk import: sorting once is cheaper than keeping order during it. */
const indexes = `
CREATE UNIQUE INDEX images_id ON images (id);
CREATE UNIQUE INDEX categories_id ON categories (id);
CREATE UNIQUE INDEX annotations_id ON annotations (id);
CREATE INDEX annotations_image ON annotations (image_id, category_id) WHERE deleted = 0;
CREATE INDEX annotations_edited ON annotations (image_id) WHERE data IS NOT NULL;
CREATE UNIQUE INDEX log_step ON log (image_id, step);
CREATE INDEX proposals_image ON proposals (image_id);
`;

const draftIndex = 'CREATE INDEX drafts_image ON drafts (image_id);';

/** One function a version: `migrations[n]` brings version n to n + 1, inside one transaction with all others. */
const migrations: Readonly<Record<number, (db: Sqlite) => void>> = {
  1: (db) => db.exec('ALTER TABLE images ADD COLUMN fingerprint TEXT; ALTER TABLE images ADD COLUMN reason TEXT;'),
  2: (db) => {
    db.exec('ALTER TABLE proposals ADD COLUMN accepted_as INTEGER');
    db.exec('ALTER TABLE proposals ADD COLUMN taken INTEGER NOT NULL DEFAULT 0');
  },
  3: (db) => db.exec(draftTable + draftIndex),
  4: (db) => {
    db.exec('ALTER TABLE images ADD COLUMN tags TEXT');
    db.exec('ALTER TABLE categories ADD COLUMN place INTEGER; ALTER TABLE categories ADD COLUMN attributes TEXT');
    tagsFromSources(db);
  },
  5: (db) => db.exec('ALTER TABLE annotations ADD COLUMN baseline TEXT'),
  6: (db) => {
    db.exec('ALTER TABLE categories ADD COLUMN is_thing INTEGER');
    thingsFromSources(db);
  },
  7: (db) => {
    const rows = db.rows<readonly [number, string]>('SELECT seq, problem FROM images WHERE problem IS NOT NULL');
    for (const [seq, problem] of rows) {
      db.run('UPDATE images SET problem = ? WHERE seq = ?', JSON.stringify(faultFromSentence(problem)), seq);
    }
  },
  8: (db) => db.exec('ALTER TABLE images ADD COLUMN unlabelled INTEGER'),
  9: (db) => db.exec('ALTER TABLE images ADD COLUMN split TEXT'),
};

/** What the records of an imported file call the images' tags was carried along unread before. */
function tagsFromSources(db: Sqlite): void {
  const rows = db.rows<readonly [number, string]>(`SELECT seq, source FROM images WHERE source LIKE '%tags"%'`);
  for (const [seq, source] of rows) {
    const tags = readImageTags(source);
    if (tags.length > 0) db.run('UPDATE images SET tags = ? WHERE seq = ?', JSON.stringify(tags), seq);
  }
}

/** As above, for what they call things and stuff. */
function thingsFromSources(db: Sqlite): void {
  const rows = db.rows<readonly [number, string]>(`SELECT seq, source FROM categories WHERE source LIKE '%"isthing"%'`);
  for (const [seq, text] of rows) {
    const isThing = parseCategory({ json: JSON.parse(text), text, pointer: '' }, [])?.isThing ?? null;
    if (isThing !== null) db.run('UPDATE categories SET is_thing = ? WHERE seq = ?', Number(isThing), seq);
  }
}

/** Makes the tables of an empty database; `createIndexes` must follow. */
export function createTables(db: Sqlite): void {
  db.exec(tables + draftTable);
  db.exec(`PRAGMA application_id=${applicationId}`);
  db.exec(`PRAGMA user_version=${currentVersion}`);
}

export function createIndexes(db: Sqlite): void {
  db.exec(indexes + draftIndex);
}

/** The cause where the file is no project of ours, or is none any more. */
export class NoProject extends Error {}

/** The schema version of a project file; throws `bad-input` for what is no project of ours or comes from a newer program. */
export function schemaVersion(db: Sqlite): number {
  const fail = (fault: string, hint?: string, cause?: NoProject) =>
    new AppError('bad-input', `${db.file} ${fault}`, { place: { file: db.file }, hint, cause });
  let version: number;
  try {
    if (statSync(db.file).size === 0) throw fail('is empty (0 bytes)', 'restore a copy of it', new NoProject());
    if (db.pragma('application_id') !== applicationId)
      throw fail('is not a Maskwright project', undefined, new NoProject());
    version = Number(db.pragma('user_version'));
  } catch (error) {
    if ((error as { code?: string }).code !== 'SQLITE_NOTADB') throw error;
    throw fail('is not a Maskwright project', undefined, new NoProject());
  }
  if (version > currentVersion) throw fail('was written by a newer Maskwright', 'update this one');
  return version;
}

/** Whether the project is of an older version. */
export function isOutdated(db: Sqlite): boolean {
  return schemaVersion(db) < currentVersion;
}

/** Brings an older project up to date, in one transaction. One that is open for reading only is refused. */
export function migrate(db: Sqlite, readOnly: boolean): void {
  const version = schemaVersion(db);
  if (version === currentVersion) return;
  if (readOnly) {
    throw new AppError('read-only', `${db.file} is of an older version and has to be brought up to date`, {
      place: { file: db.file },
      hint: 'open it once where it can be written',
    });
  }
  db.transaction(() => {
    for (let from = version; from < currentVersion; from++) migrations[from](db);
    db.exec(`PRAGMA user_version=${currentVersion}`);
  });
}
