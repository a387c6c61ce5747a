/** Takes the images of a folder into a project: new files become rows, missing ones are marked, none is dropped. */
import type { Finding } from '@shared/ipc/contract';
import type { CallContext } from '@shared/ipc/rpc';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { listImageFiles, noImages, probeFiles, type ProbedImage } from '../images';
import { BulkInsert } from './build';
import type { Sqlite } from './database';
import { missingProblem } from './imageCheck';
import { getNumber, setNumber, takeIds } from './meta';

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
  const columns = ['id', 'file_name', 'width', 'height', 'media_type', 'byte_size', 'mtime_ms', 'checked'];
  const rows = new BulkInsert(db, 'images', columns);
  images.forEach((image, index) => {
    const { fileName, width, height, mediaType, size, mtimeMs } = image;
    rows.add(firstId + index, fileName, width, height, mediaType, size, mtimeMs, 1);
  });
  rows.flush();
  setNumber(db, 'imageCount', getNumber(db, 'imageCount') + images.length);
}

/** Brings a project up to what its folder holds now. Only files not known yet are probed. */
export async function takeInFolder(db: Sqlite, folder: string, context: CallContext): Promise<readonly Finding[]> {
  const listing = await listImageFiles(folder, context.signal);
  const known = new Map(
    db.rows<readonly [string, string | null]>('SELECT coalesce(path, file_name), problem FROM images'),
  );
  const { images, findings } = await probe(
    folder,
    listing.fileNames.filter((name) => !known.has(name)),
    context,
  );
  const present = new Set(listing.fileNames);
  const gone: string[] = [];
  const back: string[] = [];
  for (const [name, problem] of known) {
    // A dataset may name files without an image extension, which the listing passes over.
    const exists = present.has(name) || (await isThere(join(folder, name)));
    if (!exists && problem !== missingProblem) gone.push(name);
    if (exists && problem === missingProblem) back.push(name);
  }
  db.transaction(() => {
    insertImages(db, images);
    const mark = (name: string, problem: string | null) =>
      db.run('UPDATE images SET problem = ?, checked = 0 WHERE coalesce(path, file_name) = ?', problem, name);
    for (const name of gone) mark(name, missingProblem);
    for (const name of back) mark(name, null);
  });
  const missing = gone.map((name): Finding => {
    const file = join(folder, name);
    return { severity: 'warning', message: `${file} is missing`, file };
  });
  return [...listing.findings, ...findings, ...missing];
}

function probe(folder: string, fileNames: readonly string[], context: CallContext) {
  const files = fileNames.map((fileName) => ({ path: join(folder, fileName), fileName }));
  const onProgress = (progress: { done: number; total: number }) =>
    context.progress({ ...progress, text: 'Reading images' });
  return probeFiles(files, { onProgress, signal: context.signal });
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
