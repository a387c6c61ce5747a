/** The image files that a command copies along with a dataset. */
import type { ImageRecord } from '@shared/dataset/records';
import type { WriteJob } from '../../dataset/writeDataset';
import { findDatasetImages } from './datasetImage';
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
