/** The order of records in an export: the file's own, with the painter's order of reordered images put into their places. */
import type { Sqlite } from '../database/database';

/**
 * COCO has no painter's order but the order of records. An image whose annotations were reordered keeps its places in the
 * file and fills them anew: the map says which row (by `seq`) is written in whose place. Only images with edited
 * annotations are looked at.
 */
export function reorderedSlots(db: Sqlite): Map<number, number> {
  const slots = new Map<number, number>();
  const images = db.rows<readonly [number]>(
    'SELECT DISTINCT image_id FROM annotations WHERE data IS NOT NULL AND image_id IS NOT NULL',
  );
  for (const [imageId] of images) {
    const rows = db.rows<readonly [seq: number, zOrder: number, id: number]>(
      `SELECT seq, coalesce(json_extract(data, '$.zOrder'), seq), id FROM annotations
       WHERE image_id = ? AND deleted = 0 ORDER BY seq`,
      imageId,
    );
    const painted = [...rows].sort((a, b) => a[1] - b[1] || a[2] - b[2]);
    rows.forEach(([seq], place) => {
      if (painted[place][0] !== seq) slots.set(seq, painted[place][0]);
    });
  }
  return slots;
}
