/** The project's own facts (names, paths, counts, the next unused ids) and its settings: each a row of its table. */
import { AppError } from '@shared/errors/appError';
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

/** What the row holds of a list of texts; null: nothing, or no list. */
export function getTexts(db: Sqlite, key: keyof TextMeta): string[] | null {
  return parseTexts(getText(db, key));
}

/** The texts of a kept JSON list; null: none is kept, or nothing that is a list. */
export function parseTexts(text: string | null): string[] | null {
  const list = parseKept(text);
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : null;
}

/** JSON that a project keeps: the file may be from anywhere. */
export function parseKept(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

/** What the project keeps under a key of its settings; null: nothing, or nothing that can be read. */
export function getSetting(db: Sqlite, key: string): unknown {
  return parseKept(db.value<string>('SELECT value FROM settings WHERE key = ?', key) ?? null);
}

export function setSetting(db: Sqlite, key: string, value: object): void {
  db.run('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)', key, JSON.stringify(value));
}

/** Kept JSON that nothing can stand in for. Throws a sentence where it is none; `what` begins it. */
export function parseNeeded(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('bad-input', `${what} is damaged in the project file`, {
      hint: 'restore a copy of the project',
      cause,
    });
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
