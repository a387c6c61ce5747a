/** Puts right the masks whose size says [width, height] of their image instead of [height, width]. */
import type { Annotation } from '@shared/document/types';
import { withSegmentation } from '@shared/document/segmentation';
import { annotationColumns, annotationFromRow, type AnnotationRow } from '../records/annotations';
import type { Sqlite } from '../database/database';
import { imageSize } from '../records/images';
import type { ImagePatches } from '../history/projectLog';

/** A patch for each image that has such masks. The runs stay as they are: they sum up the same either way. */
export function swappedMasks(db: Sqlite): ImagePatches {
  const updates = new Map<number, (readonly [Annotation, Annotation])[]>();
  const sizes = new Map<number, readonly [number, number]>();
  const rows = db.rows<AnnotationRow>(
    `SELECT ${annotationColumns} FROM annotations
     WHERE deleted = 0 AND image_id IS NOT NULL AND coalesce(data, baseline, source) LIKE '%"counts"%' ORDER BY seq`,
  );
  for (const row of rows) {
    const imageId = row[2]!;
    const size = sizes.get(imageId) ?? imageSize(db, imageId);
    sizes.set(imageId, size);
    const from = annotationFromRow(row, size);
    const { segmentation } = from;
    if (segmentation?.kind !== 'rle' || size[0] === size[1]) continue;
    if (segmentation.size[0] !== size[1] || segmentation.size[1] !== size[0]) continue;
    const to = withSegmentation(from, { ...segmentation, size: [size[0], size[1]] }, size);
    updates.set(imageId, [...(updates.get(imageId) ?? []), [from, to]]);
  }
  return new Map([...updates].map(([imageId, updated]) => [imageId, { added: [], updated, removed: [] }]));
}
