/** The image files that a command copies along with a dataset. */
import { join } from 'node:path';
import type { ImageRecord } from '@shared/dataset/records';
import type { WriteJob } from '../../dataset/writeDataset';
import { findDatasetImages } from './datasetImage';
import { locateImages } from '../../dataset/imageFinder';
import type { Session } from './session';

/** `folder`: where they are. */
export async function imagesJob(
  images: readonly ImageRecord[],
  folder: string,
  how: 'copy' | 'link',
  session: Session,
): Promise<NonNullable<WriteJob['images']>> {
  const found = await findDatasetImages(folder, images, session);
  const paths = new Map(images.map(({ fileName }, place) => [fileName, found.paths[place]]));
  const fileOf = ({ fileName }: { fileName: string }) => {
    const path = paths.get(fileName);
    return path ? { path, root: folder } : null;
  };
  return { how, fileOf };
}

/** Where each picture is, as far as it can be found; nobody is told of those that cannot. */
export async function picturesOf(
  images: readonly Pick<ImageRecord, 'fileName'>[],
  folder: string,
  session: Session,
): Promise<NonNullable<WriteJob['pictureOf']>> {
  const fileNames = images.map(({ fileName }) => fileName);
  const { names } = await locateImages(folder, fileNames, session.signal);
  const paths = new Map<string, string | null>();
  names.forEach((name, place) => paths.set(fileNames[place], name === null ? null : join(folder, name)));
  return ({ fileName }) => paths.get(fileName) ?? null;
}
