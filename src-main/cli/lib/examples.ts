/** `--similar-to FILE#ID,...`: annotations of one image of a dataset or a project, as examples of what is looked for. */
import { dirname, extname, resolve } from 'node:path';
import { idText, lookUp } from '@shared/dataset/ids';
import { rleToSegmentation } from '@shared/document/segmentation';
import type { RleSegmentation } from '@shared/document/types';
import { AppError } from '@shared/errors/appError';
import type { ImageSource } from '@shared/images/source';
import { InvalidArgumentError } from 'commander';
import { getImageFile, imageSize } from '../../store/records/images';
import { imageOfAnnotation, readAnnotations } from '../../store/records/annotations';
import { listCategories } from '../../store/records/categories';
import { masksOfAnnotations } from '../../store/records/boxes';
import { projectExtension } from '../../store/projects/location';
import { ProjectStore } from '../../store/projects/projectStore';
import { storeError } from '../../store/database/storeErrors';
import { maskOf } from './cocoMask';
import { readCocoFile } from './cocoReader';
import { findDatasetImages } from './datasetImage';
import { positionsById } from './recordIds';
import type { Session } from './session';

/** Where the examples are; ids as the file says them. */
export interface ExamplesPlace {
  readonly file: string;
  readonly ids: readonly string[];
}

export interface Examples {
  readonly source: ImageSource;
  readonly examples: readonly RleSegmentation[];
  /** Of the first one. */
  readonly categoryName: string;
}

/** The file may have a # in its name: the last one counts. */
export function parseExamples(text: string): ExamplesPlace {
  const at = text.lastIndexOf('#');
  const ids = text
    .slice(at + 1)
    .split(',')
    .map((id) => id.trim());
  if (at < 1 || ids.some((id) => id === '')) {
    throw new InvalidArgumentError('Expected a COCO file or a project and ids of annotations, e.g. photos.json#12,15.');
  }
  return { file: text.slice(0, at), ids: [...new Set(ids)] };
}

/** Throws `bad-input` for annotations that are not there, have no mask, or lie on several images. */
export function readExamples(place: ExamplesPlace, session: Session): Promise<Examples> {
  return extname(place.file) === projectExtension ? fromProject(place) : fromCoco(place, session);
}

async function fromProject({ file, ids }: ExamplesPlace): Promise<Examples> {
  try {
    const store = ProjectStore.open(resolve(file), { whenLocked: 'read-only' });
    try {
      const { db, imagesFolder } = store;
      const places = ids.map((id) => ({ imageId: imageOfAnnotation(db, Number(id)) ?? missing(file, id) }));
      const imageId = onlyOne(places, file);
      const size = imageSize(db, imageId);
      const all = readAnnotations(db, imageId, size);
      const found = ids.map((id) => all.find((one) => String(one.id) === id) ?? missing(file, id));
      const examples = masksOfAnnotations(found, size);
      if (examples.length < found.length) throw withoutMask(file);
      const { path, orientation } = getImageFile(db, imageId, imagesFolder);
      const categoryName = listCategories(db).find(({ id }) => id === found[0].categoryId)?.name ?? 'object';
      return { source: { path, orientation }, examples, categoryName };
    } finally {
      store.close();
    }
  } catch (error) {
    throw storeError(error, file);
  }
}

async function fromCoco({ file, ids }: ExamplesPlace, session: Session): Promise<Examples> {
  const { annotations, images, categories } = await readCocoFile(file, { signal: session.signal });
  const found = ids.map(
    (id) => annotations.find((one) => one.id !== null && idText(one.id) === id) ?? missing(file, id),
  );
  const imageId = onlyOne(found, file);
  const position = lookUp(positionsById(images), imageId);
  if (position === undefined) {
    throw new AppError('bad-input', `${file} has no image ${String(imageId)}, on which the examples are`, {
      place: { file },
    });
  }
  const { width, height } = images[position];
  const size = width && height ? ([height, width] as const) : null;
  const examples = found.map(({ segmentation, pointer }) => {
    if (!segmentation) throw withoutMask(file, pointer);
    return rleToSegmentation(maskOf(segmentation, size, { file, pointer }));
  });
  const source = await (await findDatasetImages(dirname(resolve(file)), images, session)).source(position);
  const category = categories.find(({ id }) => String(id) === String(found[0].categoryId));
  return { source, examples, categoryName: category?.name ?? 'object' };
}

function missing(file: string, id: string): never {
  throw new AppError('bad-input', `${file} has no annotation ${id}`, { place: { file } });
}

/** Id of the image that all of them are on. */
function onlyOne<T>(found: readonly { readonly imageId: T }[], file: string): T {
  const [first, ...others] = new Set(found.map(({ imageId }) => imageId));
  if (others.length === 0) return first;
  throw new AppError('bad-input', `The examples of ${file} are on several images`, {
    place: { file },
    hint: 'give annotations of one image',
  });
}

const withoutMask = (file: string, pointer?: string) =>
  new AppError('bad-input', `${file}: an example has no mask`, { place: { file, pointer } });
