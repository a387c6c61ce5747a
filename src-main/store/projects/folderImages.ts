/** Takes the images of a folder into a project: new files become rows, missing ones are marked, none is dropped. */
import type { Finding } from '@shared/dataset/finding';
import type { CallContext } from '@shared/errors/work';
import { isPictureName } from '@shared/formats/names';
import { statSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listImageFiles, noImages, probeFiles, type ProbedImage } from '../../images';
import { BulkInsert } from './build';
import type { Sqlite } from '../database/database';
import { imagePath, missingColumn } from '../records/images';
import { getNumber, getText, getTexts, setNumber, takeIds } from '../database/meta';

/** Probed files of a folder; throws `bad-input` when it has no usable image. */
export async function scanNewFolder(
  folder: string,
  context: CallContext,
): Promise<{ readonly images: readonly ProbedImage[]; readonly findings: readonly Finding[] }> {
  const { fileNames, findings } = await listImageFiles(folder, context.signal);
  const probed = await probe(folder, fileNames, context);
  const all = [...findings, ...probed.findings];
  if (probed.images.length === 0) throw noImages(folder, all);
  return { images: probed.images, findings: all };
}

/** Adds rows for probed images; call it inside a transaction. */
export function insertImages(db: Sqlite, images: readonly ProbedImage[]): void {
  if (images.length === 0) return;
  const firstId = takeIds(db, 'nextImageId', images.length);
  const columns = ['id', 'file_name', 'width', 'height', 'media_type', 'byte_size', 'mtime_ms', 'fingerprint'];
  const rows = new BulkInsert(db, 'images', [...columns, 'checked']);
  images.forEach((image, index) => {
    const { fileName, width, height, mediaType, size, mtimeMs, fingerprint } = image;
    rows.add(firstId + index, fileName, width, height, mediaType, size, mtimeMs, fingerprint, 1);
  });
  rows.flush();
  setNumber(db, 'imageCount', getNumber(db, 'imageCount') + images.length);
}

interface KnownImage {
  readonly id: number;
  /** Relative to the folder, or absolute for one that was relinked elsewhere. */
  readonly name: string;
  readonly fingerprint: string | null;
}

/**
 * Brings a project up to what its folder holds now. Only files not known yet are probed; one that has the content of an
 * image whose file is gone is that image, moved or renamed.
 */
export async function takeInFolder(db: Sqlite, folder: string, context: CallContext): Promise<readonly Finding[]> {
  const listing = await listImageFiles(folder, context.signal);
  const rows = db.rows<readonly [number, string | null, string, string | null, string | null]>(
    'SELECT id, path, file_name, problem, fingerprint FROM images',
  );
  const known = new Set(rows.map(([, path, fileName]) => path ?? fileName));
  const isMap = mapsOf(db, folder, known);
  const { images, findings } = await probe(
    folder,
    listing.fileNames.filter((name) => !known.has(name) && !isMap(name)),
    context,
  );
  const present = new Set(listing.fileNames);
  const gone: KnownImage[] = [];
  const back: number[] = [];
  for (const [id, path, fileName, problem, fingerprint] of rows) {
    const name = path ?? fileName;
    // A dataset may name files without an image extension, which the listing passes over.
    const exists = present.has(name) || (await isThere(imagePath(folder, path, fileName)));
    if (!exists) gone.push({ id, name, fingerprint });
    else if (problem === missingColumn) back.push(id);
  }
  const moved = matchByContent(gone, images);
  const movedFiles = new Set(moved.values());
  const alreadyTold = new Set(rows.flatMap(([id, , , problem]) => (problem === missingColumn ? [id] : [])));
  const missing = gone.filter(({ id }) => !moved.has(id) && !alreadyTold.has(id));
  db.transaction(() => {
    insertImages(
      db,
      images.filter((image) => !movedFiles.has(image)),
    );
    for (const [id, { fileName }] of moved) linkImage(db, id, fileName);
    for (const { id } of missing) setMissing(db, id, true);
    for (const id of back) setMissing(db, id, false);
  });
  const told = missing.map(({ name }): Finding => {
    const file = join(folder, name);
    return { severity: 'warning', message: `${file} is missing`, file };
  });
  return [...listing.findings, ...findings, ...told];
}

/**
 * Which names below the folder are pictures of the dataset that the project was made of: those that were read as such, and
 * what lies beside its files in a folder without an image.
 */
function mapsOf(db: Sqlite, folder: string, known: ReadonlySet<string>): (name: string) => boolean {
  const [source, all] = [getText(db, 'importSource'), getTexts(db, 'importFiles')];
  if (source === null || all === null) return () => false;
  const root = statSync(source, { throwIfNoEntry: false })?.isDirectory() ? source : dirname(source);
  const read = new Set(all.filter(isPictureName).map((name) => join(root, name)));
  // A list at the top says nothing of what lies beside it.
  const folders = new Set(all.map((name) => dirname(join(root, name))).filter((one) => one !== root));
  for (const name of known) folders.delete(dirname(join(folder, name)));
  return (name) => read.has(join(folder, name)) || folders.has(dirname(join(folder, name)));
}

/** New files by the id of the image they are; copies of one picture are told apart by nothing, so none is taken. */
function matchByContent(gone: readonly KnownImage[], images: readonly ProbedImage[]): ReadonlyMap<number, ProbedImage> {
  const byContent = new Map<string, ProbedImage | null>();
  for (const image of images) byContent.set(image.fingerprint, byContent.has(image.fingerprint) ? null : image);
  const found = new Map<number, ProbedImage>();
  for (const { id, fingerprint } of gone) {
    const image = fingerprint === null ? null : byContent.get(fingerprint);
    if (!image || fingerprint === null) continue;
    found.set(id, image);
    byContent.set(fingerprint, null);
  }
  return found;
}

/** `path`: below the images folder, or absolute. The file is looked at again when the image is next opened. */
export function linkImage(db: Sqlite, imageId: number, path: string): void {
  db.run('UPDATE images SET path = ?, problem = NULL, checked = 0 WHERE id = ?', path, imageId);
}

/** Whether the image's file is gone from its place; one that is back is looked at again when its image is opened. */
export function setMissing(db: Sqlite, imageId: number, isMissing: boolean): void {
  db.run('UPDATE images SET problem = ?, checked = 0 WHERE id = ?', isMissing ? missingColumn : null, imageId);
}

function probe(folder: string, fileNames: readonly string[], context: CallContext) {
  const files = fileNames.map((fileName) => ({ path: join(folder, fileName), fileName }));
  const onProgress = (progress: { done: number; total: number }) =>
    context.progress({ ...progress, text: 'Reading images' });
  return probeFiles(files, { onProgress, signal: context.signal });
}

export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
