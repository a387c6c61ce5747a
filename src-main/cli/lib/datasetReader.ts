/** Reads a dataset of any format for commands that only look at it: as the records of a COCO file, which those commands know. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Issue } from '@shared/dataset/finding';
import type { SourcePlace } from '@shared/dataset/records';
import type { DatasetView } from '@shared/dataset/view';
import type { ParsedAnnotation } from '@shared/formats/coco/parse';
import { cocoFiles, severalFiles } from '@shared/formats/coco/format';
import type { CocoSegmentation } from '@shared/formats/coco/types';
import { segmentationToRle } from '@shared/document/segmentation';
import type { Annotation } from '@shared/document/types';
import type { FormatOptions } from '@shared/formats/format';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { readOptions } from '@shared/formats/options';
import { toCompressed } from '@shared/mask';
import { DatasetFolder } from '../../dataset/datasetFolder';
import type { InputFiles } from '../../files/inputFiles';
import { apartImagesFolder } from '../../dataset/imagesFolder';
import { unpacked } from '../../dataset/unpack';
import { recogniseDataset, type Recognition } from '../../dataset/recognise';
import { type At, type CocoFile, readCocoFile, type ReadCocoOptions } from './cocoReader';
import { type Session, usageError } from './session';

export interface ReadDatasetOptions extends ReadCocoOptions {
  /** What the user said it is. */
  readonly format?: string;
  readonly images?: string;
  /** Takes the files that were read: nothing may be written over them. */
  readonly inputs?: InputFiles;
  /** Of the format's reader. */
  readonly readOptions?: FormatOptions;
}

/** A COCO file as it is; another dataset in its words, with the ids that its records got. */
export async function readDataset(path: string, options: ReadDatasetOptions = {}): Promise<CocoFile> {
  const source = new DatasetFolder(await unpacked(path, options.signal, options.inputs), {
    signal: options.signal,
    imagesFolder: options.images,
  });
  const { format } = await recogniseDataset(source, options.format);
  if (format.id === 'coco') {
    const file = await cocoFileOf(source);
    options.inputs?.add(file);
    return readCocoFile(file, options);
  }
  const dataset = new MemoryDataset(path, format.id, { keepErrors: options.keepErrors });
  await format.read!(source, dataset, readOptions(format, options.readOptions));
  if (options.inputs) await source.addTo(options.inputs);
  return { ...inWordsOfCoco(path, dataset), format: format.title };
}

/** The whole dataset in memory, as the writers of formats take it. */
export async function loadDataset(
  path: string,
  { format: said, images, readOptions: given }: Pick<ReadDatasetOptions, 'format' | 'images' | 'readOptions'>,
  session: Session,
): Promise<{ readonly dataset: MemoryDataset; readonly recognised: Recognition; readonly root: string }> {
  const folder = await unpacked(path, session.signal, session.inputs);
  const isFile = statSync(folder, { throwIfNoEntry: false })?.isFile() === true;
  const imagesFolder = images ?? (isFile ? (apartImagesFolder(folder) ?? undefined) : undefined);
  const source = new DatasetFolder(folder, { signal: session.signal, imagesFolder });
  const recognised = await recogniseDataset(source, said);
  const dataset = new MemoryDataset(path, recognised.format.id);
  await recognised.format.read!(source, dataset, readOptions(recognised.format, given));
  session.inputs.add(path);
  await source.addTo(session.inputs);
  return { dataset, recognised, root: imagesFolder ?? source.root };
}

/** Where the images of a dataset are: as it was said, or in its own folder. Throws `usage` for a file of which nobody has said it. */
export async function imagesFolderOf(
  path: string,
  said: string | undefined,
  command: string,
  session: Session,
): Promise<string> {
  if (said !== undefined) return said;
  const folder = await unpacked(path, session.signal, session.inputs);
  if (statSync(folder, { throwIfNoEntry: false })?.isFile() !== true) return folder;
  throw usageError('a dataset needs --images, the folder of its images, where it is one file', command);
}

/** In a folder the file that makes it COCO. */
async function cocoFileOf(source: DatasetFolder): Promise<string> {
  if (source.entry !== null) return source.path;
  const files = await cocoFiles(source);
  if (files.length > 1) throw severalFiles(source.path, files);
  return files.length === 1 ? source.fullName(files[0]) : source.path;
}

function inWordsOfCoco(file: string, dataset: MemoryDataset): CocoFile {
  return { ...viewInWordsOfCoco(file, dataset.view(dirname(file))), issues: dataset.issues.map(placedIssue) };
}

/** With the file in front of the place where a dataset has several. */
function placedIssue({ issue, at }: { readonly issue: Issue; readonly at: SourcePlace }): Issue {
  if (at.file === undefined || issue.pointer.includes(at.file)) return issue;
  return { ...issue, pointer: issue.pointer === '' ? at.file : `${at.file}: ${issue.pointer}` };
}

/** Without issues of its own. */
function viewInWordsOfCoco(file: string, view: DatasetView): CocoFile {
  const images = [...view.images()];
  const pointers = (kind: string) => (_: unknown, place: number) => `/${kind}/${place}`;
  const sizes = new Map(images.map(({ id, width, height }) => [id, [height, width] as const]));
  return {
    file,
    kind: 'dataset',
    images: images.map(({ id, fileName, width, height }, place) => ({
      id,
      fileName,
      width: width || null,
      height: height || null,
      pointer: pointers('images')(null, place),
    })),
    categories: view.categories().map(({ id, name, supercategory, isThing = null }, place) => ({
      id,
      name,
      supercategory,
      isThing,
      pointer: pointers('categories')(null, place),
    })),
    annotations: [...view.annotations()].map(({ annotation, imageId, categoryId }, place): At<ParsedAnnotation> => {
      const { id, bbox, area, isCrowd, score, extra } = annotation;
      const segmentation = segmentationOf(annotation, sizes.get(imageId ?? 0) ?? [0, 0]);
      const pointer = pointers('annotations')(null, place);
      return { id, imageId, categoryId, segmentation, bbox, area, isCrowd, score, extra, pointer };
    }),
    issues: [],
  };
}

function segmentationOf({ segmentation }: Annotation, size: readonly [number, number]): CocoSegmentation | null {
  if (!segmentation) return null;
  const isPlain = segmentation.kind === 'polygons' && segmentation.parts.every(({ holes }) => holes.length === 0);
  if (isPlain) return segmentation.parts.map(({ outer }) => [...outer]);
  const rle = segmentationToRle(segmentation, size);
  return { size: [rle.size[0], rle.size[1]], counts: toCompressed(rle) };
}
