/** The images of a project or a COCO file with their objects, one after the other, as `measure` needs them. */
import { resolve } from 'node:path';
import { segmentationFromCoco } from '@shared/formats/coco';
import { idText, lookUp } from '@shared/dataset/ids';
import type { ParsedAnnotation } from '@shared/formats/coco/parse';
import type { ImageRow } from '@shared/project/types';
import type { ImageSource } from '@shared/images/source';
import type { StoreRequests } from '@shared/ipc/store';
import { describeError, toErrorData } from '@shared/errors/appError';
import type { Client } from '@shared/ipc/rpc';
import type { MeasureObject } from '@shared/measure';
import type { MeasureRequest } from '../../vision/measure/measureImage';
import { checkMaskSize } from './cocoMask';
import type { At, CocoFile } from './cocoReader';
import { readDataset } from './datasetReader';
import { findDatasetImages } from './datasetImage';
import { openStore } from './engine';
import { tellReadings } from './findings';
import { projectImagePaths } from './projectImages';
import { positionsById } from './recordIds';
import type { Session } from './session';
import { counted } from '@shared/errors/counted';

/** An image, and how to find what is to be measured in it. */
export interface MeasureTask {
  readonly image: string;
  load(): Promise<LoadedTask>;
}

export interface LoadedTask {
  readonly request: MeasureRequest;
  /** Why the image's pixels cannot be had. */
  readonly problem: string | null;
}

/**
 * In the order of the project, which is read as it is where it is held elsewhere. `images`: look there and not where the
 * project does.
 */
export async function projectTasks(file: string, images: string | undefined, session: Session): Promise<MeasureTask[]> {
  const store = openStore(session, 'read-only');
  const { project } = await store.call('project.open', { file: resolve(file) }, { signal: session.signal });
  const categories = new Map(project.categories.map(({ id, name }) => [id, name]));
  const rows = await store.call('image.list', {});
  const find = images === undefined ? storeSource(store) : await folderSource(images, rows, session);
  if (images === undefined) session.inputs.addAll(projectImagePaths(file));
  return rows.map(({ id, fileName }, place) => ({
    image: fileName,
    load: async () => {
      const { image, snapshot } = await store.call('image.open', { imageId: id });
      const objects = snapshot.annotations.map((annotation): MeasureObject => ({
        id: annotation.id,
        categoryName: categories.get(annotation.categoryId) ?? '',
        segmentation: annotation.segmentation,
        bbox: annotation.bbox,
      }));
      return load(fileName, statedSize(image.width, image.height), objects, () => find(image, place));
    },
  }));
}

function storeSource(store: Client<StoreRequests>) {
  return async ({ id }: ImageRow): Promise<ImageSource> => {
    const { path, orientation } = await store.call('image.source', { imageId: id });
    return { path, orientation };
  };
}

async function folderSource(folder: string, rows: readonly ImageRow[], session: Session) {
  const images = rows.map(({ fileName, width, height }) => ({
    fileName,
    width: width || null,
    height: height || null,
  }));
  const files = await findDatasetImages(folder, images, session);
  return (_: ImageRow, place: number): Promise<ImageSource> => files.source(place);
}

/** In the order of the file. Throws `bad-input` with the place of what is wrong with the file. */
export async function cocoTasks(
  file: string,
  format: string | undefined,
  images: string,
  session: Session,
): Promise<MeasureTask[]> {
  const dataset = await readDataset(file, { format, signal: session.signal, images, inputs: session.inputs });
  tellReadings(dataset, session);
  const perImage = groupByImage(dataset, session);
  const files = await findDatasetImages(images, dataset.images, session);
  const categoryOf = positionsById(dataset.categories);
  return dataset.images.map((image, position) => {
    const { fileName, width, height } = image;
    const size = statedSize(width, height);
    const objects = () =>
      perImage[position].map((record): MeasureObject => {
        const category = lookUp(categoryOf, record.categoryId);
        return {
          id: record.id === null ? '' : typeof record.id === 'number' ? record.id : idText(record.id),
          categoryName: category === undefined ? '' : dataset.categories[category].name,
          segmentation: record.segmentation && segmentationFromCoco(record.segmentation),
          bbox: record.bbox ?? undefined,
        };
      });
    return {
      image: fileName,
      load: () => load(fileName, size, objects(), () => files.source(position)),
    };
  });
}

/** The annotations of each image, in file order; masks must have its size. */
function groupByImage({ file, images, annotations }: CocoFile, session: Session): At<ParsedAnnotation>[][] {
  const imageOf = positionsById(images);
  const perImage = images.map((): At<ParsedAnnotation>[] => []);
  let stray = 0;
  for (const annotation of annotations) {
    const position = lookUp(imageOf, annotation.imageId);
    if (position === undefined) {
      stray++;
      continue;
    }
    const { height, width } = images[position];
    const { segmentation, pointer } = annotation;
    if (segmentation && !Array.isArray(segmentation) && height !== null && width !== null) {
      checkMaskSize(segmentation.size, [height, width], { file, pointer });
    }
    perImage[position].push(annotation);
  }
  if (stray > 0) session.warn(`${counted(stray, 'annotation')} left out: the file does not have their image`);
  return perImage;
}

async function load(
  image: string,
  size: MeasureRequest['size'],
  objects: readonly MeasureObject[],
  find: () => Promise<ImageSource>,
): Promise<LoadedTask> {
  try {
    return { request: { image, size, objects, source: await find() }, problem: null };
  } catch (error) {
    const data = toErrorData(error);
    if (data.code !== 'bad-input') throw error;
    return { request: { image, size, objects, source: null }, problem: describeError(data) };
  }
}

function statedSize(width: number | null, height: number | null): readonly [height: number, width: number] | null {
  return width && height ? [height, width] : null;
}
