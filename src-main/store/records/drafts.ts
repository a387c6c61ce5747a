/** Drafts: what tools were in the middle of when their image was left or the program ended. Nothing else reads them. */
import type { StoredDraft } from '@shared/project/types';
import type { Sqlite } from '../database/database';
import { getImage } from './images';

/** The drafts of an image, latest first. */
export function listDrafts(db: Sqlite, imageId: number): StoredDraft[] {
  return db
    .rows<readonly [string, string, string]>(
      'SELECT key, tool, data FROM drafts WHERE image_id = ? ORDER BY at_ms DESC, rowid DESC',
      imageId,
    )
    .map(([key, tool, data]) => ({ key, tool, data }));
}

/** Keeps a draft, in place of the one of its key. */
export function putDraft(db: Sqlite, imageId: number, { key, tool, data }: StoredDraft): void {
  getImage(db, imageId);
  db.run(
    'INSERT OR REPLACE INTO drafts (key, image_id, tool, data, at_ms) VALUES (?, ?, ?, ?, ?)',
    key,
    imageId,
    tool,
    data,
    Date.now(),
  );
}

/** One that is not there is dropped already. */
export function dropDraft(db: Sqlite, key: string): void {
  db.run('DELETE FROM drafts WHERE key = ?', key);
}
