/** The annotations table: a row is the source text it came with, or what became of it; both read as an Annotation. */
import type { AnnotationContent } from '@shared/dataset/records';
import { annotationFromCoco, annotationFromContent, parseAnnotation } from '@shared/formats/coco';
import { AppError } from '@shared/errors/appError';
import { deepEqual } from '@shared/document/equal';
import { comparePainters } from '@shared/document/patch';
import type { Annotation, Patch } from '@shared/document/types';
import type { Sqlite } from '../database/database';
import { maxCountedId } from '@shared/dataset/ids';
import { getNumber, parseNeeded, setNumber } from '../database/meta';

/** The columns an annotation is read from. */
export type AnnotationRow = readonly [
  seq: number,
  id: number,
  imageId: number | null,
  categoryId: number,
  source: string | null,
  data: string | null,
  /** What the source text says, where the category has been changed since. */
  sourceCategoryId: number | null,
  /** What the source text says, where the text is no COCO record. */
  baseline: string | null,
];

export const annotationColumns = 'seq, id, image_id, category_id, source, data, source_category_id, baseline';

/** The column `deleted`: 0 here, 1 removed by a gesture, and this: gone with its category, to come back with it. */
export const goneWithCategory = 2;

type Size = readonly [height: number, width: number];

/** The annotation of a row; `size` is its image's. A merge of categories changes the column alone where there is no `data`. */
export function annotationFromRow(row: AnnotationRow, size: Size): Annotation {
  const [, , , categoryId, , data] = row;
  if (data !== null) return parseNeeded(data, `Annotation ${row[1]}`) as Annotation;
  const baseline = baselineOfRow(row, size);
  return baseline.categoryId === categoryId ? baseline : { ...baseline, categoryId };
}

/** Whether the row says nothing but its source text. */
export function isUntouched([, , , categoryId, source, data, sourceCategoryId]: AnnotationRow): boolean {
  return source !== null && data === null && (sourceCategoryId ?? categoryId) === categoryId;
}

/** What the row's source text says, in the project's ids. The painter's order of a file is the order of its records. */
export function baselineOfRow(row: AnnotationRow, size: Size): Annotation {
  const [seq, id, imageId, categoryId, source, , sourceCategoryId, content] = row;
  const identity = { id, imageId: imageId ?? 0, categoryId: sourceCategoryId ?? categoryId, zOrder: seq };
  if (content !== null)
    return annotationFromContent(parseNeeded(content, `Annotation ${id}`) as AnnotationContent, identity, size);
  const record = parseAnnotation({ json: parseNeeded(source!, `Annotation ${id}`), text: source!, pointer: '' }, []);
  // The import has checked it; only another program's hand in the file can get here.
  if (!record) throw new AppError('bad-input', `The source text of annotation ${id} is damaged in the project file`);
  return annotationFromCoco(record, identity, size);
}

/** The annotations of an image in painter's order. */
export function readAnnotations(db: Sqlite, imageId: number, size: Size): Annotation[] {
  return db
    .rows<AnnotationRow>(`SELECT ${annotationColumns} FROM annotations WHERE image_id = ? AND deleted = 0`, imageId)
    .map((row) => annotationFromRow(row, size))
    .sort(comparePainters);
}

/** One annotation that is not removed. */
export function readAnnotation(db: Sqlite, id: number, size: Size): Annotation | undefined {
  const row = db.row<AnnotationRow>(`SELECT ${annotationColumns} FROM annotations WHERE id = ? AND deleted = 0`, id);
  return row && annotationFromRow(row, size);
}

/** The image of an annotation that is not removed; undefined: it is on none, or is not there. */
export function imageOfAnnotation(db: Sqlite, id: number): number | undefined {
  const where = 'id = ? AND deleted = 0 AND image_id IS NOT NULL';
  return db.row<readonly [number]>(`SELECT image_id FROM annotations WHERE ${where}`, id)?.[0];
}

/** One annotation that went with its category. */
export function readGoneAnnotation(db: Sqlite, id: number, size: Size): Annotation | undefined {
  const row = db.row<AnnotationRow>(
    `SELECT ${annotationColumns} FROM annotations WHERE id = ? AND deleted = ${goneWithCategory}`,
    id,
  );
  return row && annotationFromRow(row, size);
}

/** Writes, or (null) drops, an annotation whose category is gone: it is nowhere to be seen until the category is back. */
export function writeGoneAnnotation(db: Sqlite, id: number, annotation: Annotation | null, size: Size): void {
  if (!annotation) return removeRow(db, id);
  writeRow(db, annotation, size);
  db.run('UPDATE annotations SET deleted = ? WHERE id = ?', goneWithCategory, id);
}

/** Writes a patch of one image to the rows and the counts; call it inside a transaction. The patch must fit. */
export function writePatch(db: Sqlite, imageId: number, patch: Patch, size: Size): void {
  for (const annotation of patch.removed) removeRow(db, annotation.id);
  for (const [, to] of patch.updated) writeRow(db, to, size);
  for (const annotation of patch.added) writeRow(db, annotation, size);
  const isReshaped = patch.updated.some(([from, to]) => !deepEqual(from.segmentation, to.segmentation));
  if (isReshaped || patch.added.length + patch.removed.length > 0) {
    db.run('UPDATE images SET unlabelled = NULL WHERE id = ? AND unlabelled IS NOT NULL', imageId);
  }
  const growth = patch.added.length - patch.removed.length;
  if (growth !== 0) {
    db.run('UPDATE images SET annotation_count = annotation_count + ? WHERE id = ?', growth, imageId);
    setNumber(db, 'annotationCount', getNumber(db, 'annotationCount') + growth);
  }
  const used = patch.added.reduce((max, { id }) => (id > max && id <= maxCountedId ? id : max), 0);
  if (used >= getNumber(db, 'nextAnnotationId')) setNumber(db, 'nextAnnotationId', used + 1);
}

function removeRow(db: Sqlite, id: number): void {
  const source = db.value<string | null>('SELECT source FROM annotations WHERE id = ?', id);
  if (source === null) db.run('DELETE FROM annotations WHERE id = ?', id);
  else db.run('UPDATE annotations SET deleted = 1 WHERE id = ?', id);
}

/** An annotation that says again what its source text says is untouched again, and leaves as that text. */
function writeRow(db: Sqlite, annotation: Annotation, size: Size): void {
  const { id, imageId, categoryId } = annotation;
  const row = db.row<AnnotationRow>(`SELECT ${annotationColumns} FROM annotations WHERE id = ?`, id);
  if (!row) {
    db.run(
      'INSERT INTO annotations (id, image_id, category_id, data) VALUES (?, ?, ?, ?)',
      id,
      imageId,
      categoryId,
      JSON.stringify(annotation),
    );
    return;
  }
  const untouched = row[4] !== null && deepEqual(annotation, baselineOfRow(row, size));
  db.run(
    `UPDATE annotations SET
       source_category_id = CASE WHEN source IS NULL THEN NULL ELSE coalesce(source_category_id, category_id) END,
       category_id = ?, data = ?, deleted = 0
     WHERE id = ?`,
    categoryId,
    untouched ? null : JSON.stringify(annotation),
    id,
  );
}
