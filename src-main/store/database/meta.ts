/** The project's own facts: names, paths, counts and the next unused ids, each a row of the meta table. */
import type { Sqlite } from './database';

interface TextMeta {
  name: string;
  /** Absolute, or relative to the project file's folder. */
  imagesFolder: string;
  /** Absolute path of the imported file or folder. */
  importSource: string;
  /** Id of its format; absent: COCO. */
  importFormat: string;
  /** JSON list of `[category id, name]` as they came; absent: COCO, whose annotations name their category by id. */
  importedCategories: string;
  /** What the imported file was then, see `fileStamp`. */
  importStamp: string;
  /** JSON list of the files that the stamp is of. */
  importFiles: string;
  /** JSON list of files below the imported folder that were read together, each a part of a split; absent: it was read as a whole. */
  importParts: string;
  /** JSON list of the parts of a split that its images are in; absent: in none. */
  splits: string;
  lastExport: string;
  /** Id of its format; absent: COCO. */
  lastExportFormat: string;
  /** JSON of how the last export was made, see `ExportSettings`. */
  lastExportSettings: string;
  /** JSON object: what each file was when an export wrote it, by its absolute path; see `stampOfFile`. */
  exportStamps: string;
  /** JSON list of absolute paths this project was exported to. */
  exports: string;
  /** JSON list of `[category id, id of the category that took its annotations or null]`. */
  goneCategories: string;
  /** Marks of the write-ahead log that was begun last, and of the one before; see logMark.ts. */
  log: string;
}

interface NumberMeta {
  imageCount: number;
  annotationCount: number;
  nextAnnotationId: number;
  nextImageId: number;
  nextCategoryId: number;
}

export function getText(db: Sqlite, key: keyof TextMeta): string | null {
  return db.value<string>('SELECT value FROM meta WHERE key = ?', key) ?? null;
}

export function setText(db: Sqlite, key: keyof TextMeta, value: string): void {
  db.run('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', key, value);
}

/** What the row holds; null: nothing, or nothing that can be read. */
export function getJson(db: Sqlite, key: keyof TextMeta): unknown {
  return parseKept(getText(db, key));
}

/** JSON that a project keeps: the file may be from anywhere. */
export function parseKept(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

export function getNumber(db: Sqlite, key: keyof NumberMeta): number {
  return Number(db.value<string>('SELECT value FROM meta WHERE key = ?', key) ?? 0);
}

export function setNumber(db: Sqlite, key: keyof NumberMeta, value: number): void {
  db.run('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', key, String(value));
}

/** Takes `count` unused ids in a row and returns the first; ids once taken are never given again. */
export function takeIds(db: Sqlite, key: 'nextAnnotationId' | 'nextImageId' | 'nextCategoryId', count: number): number {
  const first = Math.max(1, getNumber(db, key));
  setNumber(db, key, first + count);
  return first;
}
