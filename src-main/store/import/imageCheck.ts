/** Looks at image files again: whether they are still what they were when they were annotated. */
import type { SizeGiver } from '@shared/images/fault';
import { AppError } from '@shared/errors/appError';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { faultOf, probeImage, type ProbedImage } from '../../images';
import { compareWithFile } from '../../images/compareWithFile';
import type { Sqlite } from '../database/database';
import { getImageFile, type ImageFile, problemColumn } from '../records/images';

/**
 * The image as its file is now. The file is looked at when that has not been done yet, when the last look found a problem, and
 * when its size or time is another than it was; what is found is written to the image's row unless `readOnly`. A file that has
 * changed under its annotations is `changed`, and what was known of it stays, until the user keeps it.
 */
export async function lookAtImage(
  db: Sqlite,
  imageId: number,
  imagesFolder: string,
  readOnly: boolean,
): Promise<ImageFile> {
  const file = getImageFile(db, imageId, imagesFolder);
  const known = file.checked && file.problem === null ? readStamp(db, imageId) : null;
  if (known && (await isAsKnown(file.path, known))) return { ...file, stamp: stampOf(known) };
  const { found, probed } = await findOut(file, sizeGiver(db, imageId));
  const isOther =
    known !== null && probed !== null && known.fingerprint !== null && known.fingerprint !== probed.fingerprint;
  const changed = isOther && known.isAnnotated;
  if (!readOnly) writeLook(db, imageId, found, changed ? null : probed);
  const looked = probed ? { ...found, stamp: stampOf(probed) } : found;
  return changed ? { ...looked, changed } : looked;
}

const stampOf = ({ size, mtimeMs }: Pick<KnownFile, 'size' | 'mtimeMs'>) => `${size} ${mtimeMs}`;

/** Takes the file as it is now for the one that was annotated, where it can be shown. */
export async function keepFile(db: Sqlite, imageId: number, imagesFolder: string): Promise<ImageFile> {
  const file = getImageFile(db, imageId, imagesFolder);
  const { found, probed } = await findOut(file, sizeGiver(db, imageId) ?? 'file');
  writeLook(db, imageId, found, found.problem === null ? probed : null);
  return found;
}

/** What a file was when it was looked at last. */
interface KnownFile {
  readonly size: number | null;
  readonly mtimeMs: number | null;
  readonly fingerprint: string | null;
  /** Something was drawn on it, or came with a dataset. */
  readonly isAnnotated: boolean;
}

function readStamp(db: Sqlite, imageId: number): KnownFile {
  const [size, mtimeMs, fingerprint, annotations] = db.row<
    readonly [number | null, number | null, string | null, number]
  >('SELECT byte_size, mtime_ms, fingerprint, annotation_count FROM images WHERE id = ?', imageId)!;
  const isLogged = db.value('SELECT 1 FROM log WHERE image_id = ? LIMIT 1', imageId) !== undefined;
  return { size, mtimeMs, fingerprint, isAnnotated: annotations > 0 || isLogged };
}

async function isAsKnown(path: string, { size, mtimeMs }: KnownFile): Promise<boolean> {
  try {
    const found = await stat(path);
    return found.size === size && mtimeMs !== null && Math.abs(found.mtimeMs - mtimeMs) < 1;
  } catch {
    return false;
  }
}

/** Whose word its size is where it means something: a dataset's, or the file's of when something was laid on it; null: it means nothing. */
function sizeGiver(db: Sqlite, imageId: number): 'dataset' | SizeGiver | null {
  const isFromDataset = db.value<number>(
    `SELECT source IS NOT NULL FROM images WHERE id = ?1 AND (source IS NOT NULL OR annotation_count > 0 OR proposal_count > 0
     OR EXISTS (SELECT 1 FROM log WHERE image_id = ?1) OR EXISTS (SELECT 1 FROM drafts WHERE image_id = ?1))`,
    imageId,
  );
  if (isFromDataset === undefined) return null;
  return isFromDataset === 1 ? 'dataset' : 'file';
}

const noSize = { width: null, height: null };

/** `probed`: null where the file could not be read. */
async function findOut(
  file: ImageFile,
  giver: 'dataset' | SizeGiver | null,
): Promise<{ readonly found: ImageFile; readonly probed: ProbedImage | null }> {
  try {
    const probed = await probeImage(file.path, file.fileName);
    const isGiven = file.width > 0 && giver !== null;
    const { width: w, height: h } = file;
    const stated = isGiven ? { width: w, height: h, ...(giver === 'file' && { by: giver }) } : noSize;
    const { width, height, orientation, problem } = compareWithFile(stated, probed);
    const { mediaType } = probed;
    return { found: { ...file, width, height, orientation, problem, mediaType, checked: true }, probed };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const problem = existsSync(file.path) ? faultOf(error) : ({ code: 'missing' } as const);
    return { found: { ...file, problem, checked: true }, probed: null };
  }
}

function writeLook(db: Sqlite, imageId: number, file: ImageFile, probed: ProbedImage | null): void {
  db.run(
    `UPDATE images SET unlabelled = iif(width IS ?1 AND height IS ?2, unlabelled, NULL),
     width = ?1, height = ?2, orientation = ?3, problem = ?4, media_type = ?5, checked = 1,
     byte_size = coalesce(?6, byte_size), mtime_ms = coalesce(?7, mtime_ms), fingerprint = coalesce(?8, fingerprint)
     WHERE id = ?9`,
    file.width,
    file.height,
    file.orientation,
    problemColumn(file.problem),
    file.mediaType,
    probed?.size ?? null,
    probed?.mtimeMs ?? null,
    probed?.fingerprint ?? null,
    imageId,
  );
}
