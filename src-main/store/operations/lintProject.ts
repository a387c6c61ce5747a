/** What would break training with a project: its records, and its image files. */
import { FindingTally } from '@shared/dataset/lint/tally';
import type { About } from '@shared/dataset/lint/linter';
import type { AnnotationRecord, SourcePlace } from '@shared/dataset/records';
import type { Issue } from '@shared/dataset/finding';
import type { ViewAnnotation, ViewImage } from '@shared/dataset/view';
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { CallContext } from '@shared/errors/work';
import { DatasetLinter } from '@shared/dataset/lint/linter';
import { lintImages } from '../../dataset/lintDataset';
import type { Sqlite } from '../database/database';
import { ProjectView } from '../export/projectView';
import { readAnnotation } from '../records/annotations';
import { getImageFile, imageSize } from '../records/images';

/** Findings name image and annotation; `db`: one state of the project. */
export async function lintProject(
  db: Sqlite,
  file: string,
  imagesFolder: string,
  { signal, progress }: CallContext,
): Promise<FindingTally> {
  const tally = new FindingTally();
  const view = new ProjectView(db);
  const images = [...view.images()];
  const annotations: (readonly [id: number, imageId: number | null])[] = [];
  const names = new Map(images.map(({ id, fileName }) => [id, fileName]));
  const placeOf = (place: number): SourcePlace => {
    const [id, imageId] = annotations[place];
    return { pointer: `${(imageId !== null && names.get(imageId)) || 'no image'}, annotation ${id}` };
  };
  const tell = ({ code, severity, message }: Issue, at: SourcePlace, { image, annotation }: About) => {
    const who = annotation === undefined ? undefined : annotations[annotation];
    const imageId = who?.[1] ?? (image === undefined ? undefined : images[image].id);
    tally.add({ code, severity, message, file, pointer: at.pointer, imageId, annotationId: who?.[0] });
  };
  const linter = new DatasetLinter(tell, {
    placeOf,
    contentOf: (place) => {
      const [id, imageId] = annotations[place];
      return readAnnotation(db, id, imageId === null ? [0, 0] : imageSize(db, imageId)) ?? null;
    },
  });
  for (const image of images) linter.image(imageRecord(image), { pointer: image.fileName });
  for (const { id, name, supercategory } of view.categories())
    linter.category({ id, name, supercategory }, { pointer: name });
  for (const one of view.annotations()) {
    const place = annotations.push([one.id, one.imageId]) - 1;
    linter.annotation(recordOf(one), one.annotation, placeOf(place));
    if (place % 500 !== 0) continue;
    throwIfCancelled(signal);
    progress({ done: place, total: view.annotationCount, text: 'Checking annotations' });
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
  linter.finish();
  const stated = images.map((image) => ({
    ...imageRecord(image),
    imageId: image.id,
    path: getImageFile(db, image.id, imagesFolder).path,
  }));
  for (const finding of await lintImages(stated, imagesFolder, signal)) tally.add(finding);
  return tally;
}

const imageRecord = ({ id, fileName, width, height }: ViewImage) => ({
  id,
  fileName,
  width: width || null,
  height: height || null,
});

const recordOf = ({ id, imageId, categoryId }: ViewAnnotation): AnnotationRecord => ({
  id,
  imageId,
  categoryId,
  maskSize: null,
  content: null,
});
