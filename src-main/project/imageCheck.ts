/** Compares an image file with what the dataset says of it: which way up it is meant, and whether it can be shown. */
import type { Finding, ImageSource } from '@shared/ipc/contract';
import { AppError } from '@shared/ipc/errors';
import { probeImage, type ProbedImage } from '../images';
import type { Sqlite } from './database';
import { getImageFile } from './images';

/** What the dataset says; null where it does not. */
export interface StatedSize {
  readonly width: number | null;
  readonly height: number | null;
}

export interface ImageCheck {
  readonly width: number;
  readonly height: number;
  readonly orientation: ImageSource['orientation'];
  readonly problem: string | null;
  /** Something the user should know, though the image can be shown. */
  readonly warning: string | null;
}

/** The frame in which the dataset's coordinates are meant: the upright one unless only the stored one has its size. */
export function compareWithFile(stated: StatedSize, file: ProbedImage): ImageCheck {
  const { width = null, height = null } = stated;
  if (width === null || height === null || (width === file.width && height === file.height)) {
    return { width: file.width, height: file.height, orientation: 'exif', problem: null, warning: null };
  }
  if (width === file.storedWidth && height === file.storedHeight) {
    const warning = `${file.fileName} is annotated as it lies in the file (${width} x ${height}), not upright: it is shown that way`;
    return { width, height, orientation: 'stored', problem: null, warning };
  }
  const problem = `the file is ${file.width} x ${file.height} pixels, the dataset says ${width} x ${height}`;
  return { width, height, orientation: 'exif', problem, warning: `${file.fileName}: ${problem}` };
}

export const missingProblem = 'the image file is missing';

/**
 * Looks at an image's file when that has not been done or the last look found a problem, and writes what it found to its
 * row unless `readOnly`. Returns the findings.
 */
export async function ensureChecked(
  db: Sqlite,
  imageId: number,
  imagesFolder: string,
  readOnly: boolean,
): Promise<Finding[]> {
  const file = getImageFile(db, imageId, imagesFolder);
  if (readOnly || (file.checked && file.problem === null)) return [];
  const stated = file.width > 0 ? file : { width: null, height: null };
  let probed: ProbedImage;
  try {
    probed = await probeImage(file.path, file.fileName);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.message !== file.problem) {
      db.run('UPDATE images SET problem = ?, checked = 1 WHERE id = ?', error.message, imageId);
    }
    return [{ severity: 'error', message: error.message, file: file.path }];
  }
  const check = compareWithFile(stated, probed);
  writeCheck(db, imageId, check, probed);
  return check.warning ? [{ severity: 'warning', message: check.warning, file: file.path }] : [];
}

function writeCheck(db: Sqlite, imageId: number, check: ImageCheck, probed: ProbedImage): void {
  db.run(
    `UPDATE images SET width = ?, height = ?, orientation = ?, problem = ?, media_type = ?, byte_size = ?, mtime_ms = ?,
       checked = 1 WHERE id = ?`,
    check.width,
    check.height,
    check.orientation,
    check.problem,
    probed.mediaType,
    probed.size,
    probed.mtimeMs,
    imageId,
  );
}
