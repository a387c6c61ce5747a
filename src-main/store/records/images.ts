/** The images table: rows as the window sees them, and what is needed to find an image's file. */
import type { ImageRow } from '@shared/project/types';
import { faultFromSentence, type ImageFault } from '@shared/images/fault';
import type { ImageSource } from '@shared/images/source';
import type { ReviewStatus } from '@shared/document/types';
import { AppError } from '@shared/errors/appError';
import { dirname, isAbsolute, join } from 'node:path';
import type { Sqlite } from '../database/database';
import { parseKept, parseTexts } from '../database/meta';

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
  reason: string | null,
  tags: string | null,
  unlabelled: number | null,
];

const listed =
  'id, file_name, width, height, orientation, status, annotation_count, proposal_count, problem, reason, tags, unlabelled';

/** A fault as the column keeps it: JSON with its code first, one text for one fault. */
export const problemColumn = (fault: ImageFault | null): string | null => fault && JSON.stringify(fault);

const readProblem = (column: string | null): ImageFault | null =>
  column === null ? null : (readCoded(column) ?? faultFromSentence(column));

function readCoded(column: string): ImageFault | null {
  const fault = parseKept(column) as { readonly code?: unknown } | null;
  return typeof fault?.code === 'string' ? (fault as ImageFault) : null;
}

/** What the column holds of an image whose file is not where it was. */
export const missingColumn = problemColumn({ code: 'missing' })!;

/** Images in the order of the file or folder they came from; all, or `count` of them from place `from` on. */
export function listImages(db: Sqlite, from = 0, count = -1): ImageRow[] {
  return db.rows<ListedRow>(`SELECT ${listed} FROM images ORDER BY seq LIMIT ? OFFSET ?`, count, from).map(toImageRow);
}

/** Ids of the images that have an annotation of the category: read from an index alone. */
export function imagesWithCategory(db: Sqlite, categoryId: number): number[] {
  return db
    .rows<readonly [number]>(
      'SELECT DISTINCT image_id FROM annotations WHERE deleted = 0 AND category_id = ? AND image_id IS NOT NULL',
      categoryId,
    )
    .map(([id]) => id);
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
  /** The images folder, or the folder that the user named for an image that was relinked elsewhere. */
  readonly root: string;
  readonly fileName: string;
  readonly width: number;
  readonly height: number;
  readonly orientation: ImageSource['orientation'];
  readonly mediaType: string | null;
  readonly problem: ImageFault | null;
  /** Whether the file itself has been looked at. */
  readonly checked: boolean;
  /** It is not the file that was annotated. */
  readonly changed?: boolean;
  /** Of the file that was looked at; absent where it could not be read, or was not looked at. */
  readonly stamp?: string;
}

export function getImageFile(db: Sqlite, imageId: number, imagesFolder: string): ImageFile {
  const row = db.row<
    readonly [string | null, string, number, number, ImageSource['orientation'], string | null, string | null, number]
  >(
    `SELECT path, file_name, width, height, orientation, media_type, problem, checked
     FROM images WHERE id = ?`,
    imageId,
  );
  if (!row) throw unknownImage(imageId);
  const [path, fileName, width, height, orientation, mediaType, problem, checked] = row;
  return {
    path: imagePath(imagesFolder, path, fileName),
    root: imageRoot(imagesFolder, path),
    fileName,
    width,
    height,
    orientation,
    mediaType,
    problem: readProblem(problem),
    checked: checked === 1,
  };
}

/**
 * Where an image's file should be. `path` is ours: below the images folder, or absolute for one that was relinked elsewhere.
 * A file name comes from a dataset and is never followed out of the folder as an absolute path.
 */
export function imagePath(imagesFolder: string, path: string | null, fileName: string): string {
  return path !== null && isAbsolute(path) ? path : join(imagesFolder, path ?? fileName);
}

/** The folder that an image's file must lie in: the images folder, or its own where it was relinked elsewhere. */
function imageRoot(imagesFolder: string, path: string | null): string {
  return path !== null && isAbsolute(path) ? dirname(path) : imagesFolder;
}

/** The file of each image as far as it is there to be copied; null where it is missing. */
export function imageFilesOf(
  db: Sqlite,
  imagesFolder: string,
): (image: { readonly id: number }) => Pick<ImageFile, 'path' | 'root'> | null {
  return ({ id }) => {
    const row = db.row<readonly [string | null, string, string | null]>(
      'SELECT path, file_name, problem FROM images WHERE id = ?',
      id,
    );
    if (!row || row[2] === missingColumn) return null;
    return { path: imagePath(imagesFolder, row[0], row[1]), root: imageRoot(imagesFolder, row[0]) };
  };
}

/** The files of images that are shown as they lie in them, or that nobody has looked at yet; null for the others. */
export function framesToLookUp(db: Sqlite, imagesFolder: string): (image: { readonly id: number }) => string | null {
  const rows = db.rows<readonly [number, string | null, string]>(
    "SELECT id, path, file_name FROM images WHERE (orientation = 'stored' OR checked = 0) AND problem IS NOT ?",
    missingColumn,
  );
  const paths = new Map(rows.map(([id, path, fileName]) => [id, imagePath(imagesFolder, path, fileName)]));
  return ({ id }) => paths.get(id) ?? null;
}

/** Whoever edits a new image has begun with it; call it inside the edit's transaction. True where it was new. */
export function noteEdited(db: Sqlite, imageId: number): boolean {
  const isNew = getImage(db, imageId).status === 'new';
  if (isNew) db.run("UPDATE images SET status = 'in-progress' WHERE id = ?", imageId);
  return isNew;
}

/** The edit that began with the image is taken back: it is new again. */
export function noteUnedited(db: Sqlite, imageId: number): void {
  db.run("UPDATE images SET status = 'new' WHERE id = ? AND status = 'in-progress'", imageId);
}

function toImageRow(row: ListedRow): ImageRow {
  const tags = parseTexts(row[10]);
  return {
    id: row[0],
    fileName: row[1],
    width: row[2],
    height: row[3],
    orientation: row[4],
    status: row[5],
    annotationCount: row[6],
    proposalCount: row[7],
    problem: readProblem(row[8]),
    missing: row[8] === missingColumn,
    reason: row[9],
    ...(tags === null ? {} : { tags }),
    ...(row[11] === null ? {} : { unlabelled: row[11] }),
  };
}

/** Tags as the column keeps them: none is NULL. */
export function tagsColumn(tags: readonly string[]): string | null {
  return tags.length > 0 ? JSON.stringify(tags) : null;
}

export function setTags(db: Sqlite, imageId: number, tags: readonly string[]): void {
  db.run('UPDATE images SET tags = ? WHERE id = ?', tagsColumn(tags), imageId);
}

function unknownImage(imageId: number): AppError {
  return new AppError('bad-input', `The project has no image with id ${imageId}`);
}
