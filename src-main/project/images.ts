/** The images table: rows as the window sees them, and what is needed to find an image's file. */
import type { ImageRow, ImageSource } from '@shared/ipc/contract';
import type { ReviewStatus } from '@shared/document/types';
import { AppError } from '@shared/ipc/errors';
import { join } from 'node:path';
import type { Sqlite } from './database';

type ListedRow = readonly [
  id: number,
  fileName: string,
  width: number,
  height: number,
  orientation: ImageSource['orientation'],
  status: ReviewStatus,
  annotationCount: number,
  proposalCount: number,
  problem: string | null,
];

const listed = 'id, file_name, width, height, orientation, status, annotation_count, proposal_count, problem';

/** All images in the order of the file or folder they came from. */
export function listImages(db: Sqlite): ImageRow[] {
  return db.rows<ListedRow>(`SELECT ${listed} FROM images ORDER BY seq`).map(toImageRow);
}

/** Throws `bad-input` for an id the project does not have. */
export function getImage(db: Sqlite, imageId: number): ImageRow {
  const row = db.row<ListedRow>(`SELECT ${listed} FROM images WHERE id = ?`, imageId);
  if (!row) throw unknownImage(imageId);
  return toImageRow(row);
}

/** `[height, width]` of an image. */
export function imageSize(db: Sqlite, imageId: number): [number, number] {
  const row = db.row<readonly [number, number]>('SELECT height, width FROM images WHERE id = ?', imageId);
  if (!row) throw unknownImage(imageId);
  return [row[0], row[1]];
}

/** Where an image's file is and what is known of it. */
export interface ImageFile {
  /** Absolute path. */
  readonly path: string;
  readonly fileName: string;
  readonly width: number;
  readonly height: number;
  readonly orientation: ImageSource['orientation'];
  readonly mediaType: string | null;
  readonly problem: string | null;
  /** Whether the file itself has been looked at. */
  readonly checked: boolean;
}

export function getImageFile(db: Sqlite, imageId: number, imagesFolder: string): ImageFile {
  const row = db.row<
    readonly [string, string, number, number, ImageSource['orientation'], string | null, string | null, number]
  >(
    `SELECT coalesce(path, file_name), file_name, width, height, orientation, media_type, problem, checked
     FROM images WHERE id = ?`,
    imageId,
  );
  if (!row) throw unknownImage(imageId);
  const [path, fileName, width, height, orientation, mediaType, problem, checked] = row;
  return {
    path: join(imagesFolder, path),
    fileName,
    width,
    height,
    orientation,
    mediaType,
    problem,
    checked: checked === 1,
  };
}

export function setStatus(db: Sqlite, imageId: number, status: ReviewStatus): void {
  getImage(db, imageId);
  db.run('UPDATE images SET status = ? WHERE id = ?', status, imageId);
}

/** JSON text of the image's id as its file spells it. */
export function imageIdText(db: Sqlite, imageId: number): string {
  return db.value<string>('SELECT source_id FROM images WHERE id = ?', imageId) ?? String(imageId);
}

function toImageRow(row: ListedRow): ImageRow {
  return {
    id: row[0],
    fileName: row[1],
    width: row[2],
    height: row[3],
    orientation: row[4],
    status: row[5],
    annotationCount: row[6],
    proposalCount: row[7],
    problem: row[8],
  };
}

function unknownImage(imageId: number): AppError {
  return new AppError('bad-input', `The project has no image with id ${imageId}`);
}
