/** Finds the files of imported images, looks at them, and writes the image rows. */
import type { Finding } from '@shared/dataset/finding';
import type { ImageFault } from '@shared/images/fault';
import type { CallContext } from '@shared/errors/work';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { locateImages } from '../../dataset/imageFinder';
import { probeFiles, type ProbedImage } from '../../images';
import { BulkInsert } from '../projects/build';
import type { Sqlite } from '../database/database';
import type { SettledImage } from './datasetReader';
import type { FindingList } from './findings';
import { compareWithFile, type StatedSize } from '../../images/compareWithFile';
import { missingColumn, problemColumn, tagsColumn } from '../records/images';

/** More images than this are looked at when they are opened, so that a large dataset opens at once. */
const probedAtImport = 2000;

/** Writes the rows, each with the file that `locateImages` finds for it; `ownFiles` of the dataset are the last to be taken for one. */
export async function writeImages(
  db: Sqlite,
  images: readonly SettledImage[],
  { imagesFolder, ownFiles }: { readonly imagesFolder: string; readonly ownFiles: ReadonlySet<string> },
  findings: FindingList,
  context: CallContext,
): Promise<void> {
  const folderExists = existsSync(imagesFolder);
  if (!folderExists) {
    findings.add({
      severity: 'warning',
      code: 'folder-missing',
      message: `The images folder ${imagesFolder} does not exist`,
      file: imagesFolder,
    });
  }
  const located = folderExists
    ? await locateImages(
        imagesFolder,
        images.map(({ fileName }) => fileName),
        context.signal,
        ownFiles,
      )
    : { names: images.map(() => null), findings: [] };
  // One by one: there may be more than a call takes arguments.
  for (const finding of located.findings) findings.add(finding);
  const paths = located.names;
  if (folderExists) {
    images.forEach(({ fileName }, place) => {
      if (paths[place] === null) findings.add(missing(join(imagesFolder, fileName)));
    });
  }
  const { probed, faults } = await probeSome(images, paths, imagesFolder, findings, context);

  const columns = ['id', 'source_id', 'file_name', 'path', 'width', 'height', 'orientation', 'media_type', 'byte_size'];
  const rows = new BulkInsert(db, 'images', [
    ...columns,
    ...['mtime_ms', 'fingerprint', 'checked', 'problem', 'annotation_count', 'source', 'tags', 'split'],
  ]);
  images.forEach((image, place) => {
    const { id, newId, fileName, width, height, annotations, tags = [], split = null, text } = image;
    const path = paths[place];
    const file = probed.get(place);
    const check = file && compareWithFile(image, file);
    if (file && check?.warning) {
      const code = check.problem === null ? 'image-unturned' : 'image-size';
      findings.add({ severity: 'warning', code, message: check.warning, file: file.path });
    }
    const fault = path === null ? missingColumn : problemColumn(faults.get(place) ?? null);
    rows.add(
      newId,
      id === newId || id === null ? null : String(id),
      fileName,
      path === fileName ? null : path,
      check?.width ?? width ?? 0,
      check?.height ?? height ?? 0,
      check?.orientation ?? 'exif',
      file?.mediaType ?? null,
      file?.size ?? null,
      file?.mtimeMs ?? null,
      file?.fingerprint ?? null,
      file ? 1 : 0,
      check?.problem ? problemColumn(check.problem) : fault,
      annotations,
      text,
      tagsColumn(tags),
      split,
    );
  });
  rows.flush();
}

/** Looks at the files of the first images, and at all whose record gives no size. */
async function probeSome(
  images: readonly StatedSize[],
  paths: readonly (string | null)[],
  imagesFolder: string,
  findings: FindingList,
  context: CallContext,
): Promise<{ readonly probed: ReadonlyMap<number, ProbedImage>; readonly faults: ReadonlyMap<number, ImageFault> }> {
  /** Two records may name one file. */
  const places = new Map<string, number[]>();
  const files: { path: string; fileName: string }[] = [];
  images.forEach(({ width, height }, place) => {
    const fileName = paths[place];
    if (fileName === null || (files.length >= probedAtImport && width !== null && height !== null)) return;
    const path = join(imagesFolder, fileName);
    const known = places.get(path);
    if (known) known.push(place);
    else {
      places.set(path, [place]);
      files.push({ path, fileName });
    }
  });
  const onProgress = (progress: { done: number; total: number }) =>
    context.progress({ ...progress, text: 'Reading images' });
  const result = await probeFiles(files, { onProgress, signal: context.signal });
  for (const finding of result.findings) findings.add(finding);
  const probed = new Map(result.images.flatMap((image) => places.get(image.path)!.map((place) => [place, image])));
  const faults = new Map(
    [...result.faults].flatMap(([path, fault]) => (places.get(path) ?? []).map((place) => [place, fault])),
  );
  return { probed, faults };
}

function missing(file: string): Finding {
  return { severity: 'warning', code: 'image-missing', message: `${file} is missing`, file };
}
