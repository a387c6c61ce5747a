/** Brings what is drawn on images to the size that their files have now, so that it lies on the picture as before. */
import { AppError } from '@shared/errors/appError';
import { withRecordSize } from '@shared/dataset/recordSize';
import { rescaled } from '@shared/document/rescale';
import type { Annotation } from '@shared/document/types';
import { readAnnotations, writePatch } from '../records/annotations';
import { getImage, imageSize } from '../records/images';
import type { Sqlite, SqlValue } from '../database/database';
import { historyOf } from '../history/logTable';
import type { Touched } from './categoryOperations';

type Size = readonly [height: number, width: number];

/** A step of the project's log. */
export interface RescaledImages {
  readonly kind: 'rescale';
  readonly images: readonly RescaledImage[];
}

/** What an image had before, to the letter: neither resampled masks nor what was logged in the old frame can be scaled back. */
interface RescaledImage {
  readonly imageId: number;
  readonly to: Size;
  readonly image: Rows;
  /** Of its annotations: their ids, and what differed from their source text. */
  readonly annotations: readonly (readonly [id: number, data: string | null])[];
  readonly apart: Readonly<Record<string, Rows>>;
}

interface Rows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly SqlValue[])[];
}

/** What is in the image's old frame and does not come along: its undo, its waiting proposals, unfinished work. */
const leftBehind = ['log', 'history', 'proposals', 'drafts'];

/** Inside a transaction. `to`: the size of each image now. */
export function rescaleImages(
  db: Sqlite,
  images: readonly (readonly [imageId: number, to: Size])[],
): { readonly step: RescaledImages | null; readonly touched: Touched } {
  let annotations = 0;
  const done = images.map(([imageId, to]): RescaledImage => {
    const from = imageSize(db, imageId);
    const kept = keep(db, imageId, to);
    const updated = readAnnotations(db, imageId, from).map((annotation): readonly [Annotation, Annotation] => {
      annotations++;
      return [annotation, rescaled(annotation, from, to)];
    });
    for (const table of leftBehind) db.run(`DELETE FROM ${table} WHERE image_id = ?`, imageId);
    const source = db.value<string | null>('SELECT source FROM images WHERE id = ?', imageId) ?? null;
    db.run(
      `UPDATE images SET width = ?, height = ?, orientation = 'exif', problem = NULL, checked = 0, proposal_count = 0, unlabelled = NULL,
       source = ? WHERE id = ?`,
      to[1],
      to[0],
      source && withRecordSize(source, from, to),
      imageId,
    );
    writePatch(db, imageId, { added: [], updated, removed: [] }, to);
    return kept;
  });
  const resized = done.map(({ imageId }) => imageId);
  return {
    step: done.length > 0 ? { kind: 'rescale', images: done } : null,
    touched: { annotations, images: resized, resized },
  };
}

/** Throws `bad-input` where something was drawn since: what it was drawn on would be another frame. */
export function takeBackRescale(db: Sqlite, { images }: RescaledImages): Touched {
  let annotations = 0;
  for (const { imageId, image, annotations: before, apart } of images) {
    requireUntouched(db, imageId);
    for (const table of leftBehind) db.run(`DELETE FROM ${table} WHERE image_id = ?`, imageId);
    for (const [table, rows] of Object.entries(apart)) insertRows(db, table, rows);
    const set = image.columns.map((column) => `${column} = ?`).join(', ');
    db.run(`UPDATE images SET ${set} WHERE id = ?`, ...image.rows[0], imageId);
    for (const [id, data] of before) db.run('UPDATE annotations SET data = ? WHERE id = ?', data, id);
    annotations += before.length;
  }
  const resized = images.map(({ imageId }) => imageId);
  return { annotations, images: resized, resized };
}

/** As `rescaleImages`, for the images of a step that was taken back. */
export function rescaleAgain(db: Sqlite, { images }: RescaledImages): ReturnType<typeof rescaleImages> {
  return rescaleImages(
    db,
    images.map(({ imageId, to }) => [imageId, to]),
  );
}

const imageColumns = [
  ...['width', 'height', 'orientation', 'problem', 'checked', 'byte_size', 'mtime_ms', 'fingerprint'],
  ...['proposal_count', 'unlabelled', 'source'],
];

function keep(db: Sqlite, imageId: number, to: Size): RescaledImage {
  const rowsOf = (table: string): Rows => {
    const all = db.rows<readonly [number, string]>(`PRAGMA table_info(${table})`).map(([, name]) => name);
    // A row of the log is known by its image and step: another one may have its number by then.
    const columns = all.filter((name) => table !== 'log' || name !== 'id');
    return { columns, rows: db.rows(`SELECT ${columns.join(', ')} FROM ${table} WHERE image_id = ?`, imageId) };
  };
  return {
    imageId,
    to,
    image: {
      columns: imageColumns,
      rows: db.rows(`SELECT ${imageColumns.join(', ')} FROM images WHERE id = ?`, imageId),
    },
    annotations: db.rows('SELECT id, data FROM annotations WHERE image_id = ? AND deleted = 0', imageId),
    apart: Object.fromEntries(leftBehind.map((table) => [table, rowsOf(table)])),
  };
}

function insertRows(db: Sqlite, table: string, { columns, rows }: Rows): void {
  const marks = columns.map(() => '?').join(', ');
  for (const row of rows) db.run(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${marks})`, ...row);
}

function requireUntouched(db: Sqlite, imageId: number): void {
  const hasDraft = db.value('SELECT 1 FROM drafts WHERE image_id = ? LIMIT 1', imageId) !== undefined;
  if (historyOf(db, imageId).undo === 0 && !hasDraft) return;
  throw new AppError('bad-input', `${getImage(db, imageId).fileName} was worked on since its annotations were scaled`, {
    hint: 'undo that on the image first',
  });
}
