/** The files of a dataset's images in a folder, each in the frame in which the dataset describes it. */
import { join } from 'node:path';
import type { ParsedImage } from '@shared/formats/coco/parse';
import type { ImageSource } from '@shared/images/source';
import { AppError } from '@shared/errors/appError';
import { locateImages } from '../../dataset/imageFinder';
import { checkFolder } from '../../files/outputs';
import { aboutPages, probeImage } from '../../images';
import { describeFinding } from './findings';
import type { Session } from './session';

type Described = Pick<ParsedImage, 'fileName' | 'width' | 'height'>;

export interface DatasetImages {
  /** Absolute; null where no file was found. One for each image. */
  readonly paths: readonly (string | null)[];
  /** Throws `bad-input` where there is no file, or one that is damaged or of another size than the dataset says. */
  source(place: number): Promise<ImageSource>;
}

/** Looks for all the files, tells what was found by more than its name, and registers them as inputs of the run. */
export async function findDatasetImages(
  folder: string,
  images: readonly Described[],
  session: Session,
): Promise<DatasetImages> {
  await checkFolder(folder);
  const fileNames = images.map(({ fileName }) => fileName);
  const { names, findings } = await locateImages(folder, fileNames, session.signal);
  for (const finding of findings) session.warn(describeFinding(finding));
  const paths = names.map((name) => name && join(folder, name));
  for (const path of paths) if (path !== null) session.inputs.add(path);
  return {
    paths,
    source: (place) => {
      const path = paths[place];
      if (path === null) throw new AppError('bad-input', `${fileNames[place]} is not in ${folder}`);
      return inItsFrame(path, images[place], session);
    },
  };
}

/** A dataset whose size is that of the unturned pixels keeps them unturned. */
async function inItsFrame(path: string, { width, height }: Described, session: Session): Promise<ImageSource> {
  const probed = await probeImage(path);
  for (const { message } of aboutPages(probed)) session.warn(message);
  const isSize = (w: number, h: number) => width === null || height === null || (width === w && height === h);
  if (isSize(probed.width, probed.height)) return { path, orientation: 'exif' };
  if (isSize(probed.storedWidth, probed.storedHeight)) return { path, orientation: 'stored' };
  throw new AppError(
    'bad-input',
    `${path} is ${probed.width} x ${probed.height} pixels, but the dataset says ${width} x ${height}`,
    { place: { file: path } },
  );
}
