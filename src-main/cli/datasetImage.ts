/** Finds the file of a dataset's image and the frame in which the dataset describes it. */
import { basename, join, resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import type { ParsedImage } from '@shared/coco/parse';
import type { ImageSource } from '@shared/ipc/contract';
import { AppError } from '@shared/ipc/errors';
import { probeImage } from '../images';

/**
 * The image under `folder` by its file_name, or by the last part of it. A dataset whose size is that of the unturned pixels
 * keeps them unturned. Throws `bad-input` when the file is missing, damaged or of another size.
 */
export async function findDatasetImage(folder: string, image: ParsedImage): Promise<ImageSource> {
  const { fileName, width, height } = image;
  const candidates = [join(folder, fileName), join(folder, basename(fileName.replace(/\\/g, '/')))];
  const path = await firstExisting(candidates.map((candidate) => resolve(candidate)));
  if (!path) throw new AppError('bad-input', `${fileName} is not in ${folder}`, { place: { file: fileName } });
  const probed = await probeImage(path);
  const isSize = (w: number, h: number) => width === null || height === null || (width === w && height === h);
  if (isSize(probed.width, probed.height)) return { path, orientation: 'exif' };
  if (isSize(probed.storedWidth, probed.storedHeight)) return { path, orientation: 'stored' };
  throw new AppError(
    'bad-input',
    `${path} has ${probed.width} x ${probed.height} pixels when the dataset says ${width} x ${height}`,
    { place: { file: path } },
  );
}

async function firstExisting(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    try {
      await stat(path);
      return path;
    } catch {
      // Try the next one.
    }
  }
  return null;
}
