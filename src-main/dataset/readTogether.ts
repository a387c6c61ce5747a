/** COCO files that are the parts of one split, read as one dataset in which each image knows its part. */
import { statSync } from 'node:fs';
import { posix } from 'node:path';
import type { DatasetSink, SourcePlace } from '@shared/dataset/records';
import { AppError } from '@shared/errors/appError';
import { counted } from '@shared/errors/counted';
import { type ParsedCategory, type ParsedImage, replaceMembers, type ScannedText } from '@shared/formats/coco';
import { cocoHandler } from '@shared/formats/coco/read';
import { scanChunks } from '@shared/formats/coco/scanFile';
import { type RecordKind, recordKinds } from '@shared/formats/coco/types';
import { splitFiles, splitOfWords } from '@shared/formats/splitFiles';
import type { DatasetFolder } from './datasetFolder';
import { type MergeFile, mergeDatasets, type SourceRecord } from './mergeDatasets';

/** Their records are held until all are read. */
const mostBytes = 300_000_000;

/**
 * Records keep their text, but for ids that two files share, and names of images that are another file in each
 * (train/1.jpg, val/1.jpg): both is told. Throws `bad-input` for files that are no split, for an image that two of them have, and
 * where they are too large to be held.
 */
export async function readTogether(source: DatasetFolder, names: readonly string[], sink: DatasetSink): Promise<void> {
  const [parts, ...others] = splitFiles(names);
  if (!parts || others.length > 0 || parts.files.length !== names.length) {
    throw new AppError('bad-input', `${names.join(', ')} are not the parts of one split`, {
      place: { file: source.path },
      hint: 'open one of them',
    });
  }
  const bytes = names.reduce((sum, name) => sum + statSync(source.fullName(name)).size, 0);
  if (bytes > mostBytes) {
    const size = `${Math.round(bytes / 1e6)} MB`;
    throw new AppError('bad-input', `${parts.name} in ${source.path} is too large to be opened together (${size})`, {
      place: { file: source.path },
      hint: `open one of its files; together they may have ${mostBytes / 1e6} MB`,
    });
  }
  const read: Part[] = [];
  for (const { file, split } of parts.files) read.push({ name: file, split, read: await readPart(source, file, sink) });
  const files = await tellApart(source, read, sink);
  const splitOf = new Map(files.flatMap(({ images }, at) => images.map(({ fileName }) => [fileName, read[at].split])));
  const merged = mergeDatasets(files);
  for (const message of merged.notes) {
    sink.issue({ code: 'duplicate-id', severity: 'warning', pointer: '', message }, { pointer: '' });
  }
  const handler = cocoHandler(source.path, {
    part: (key, raw) => sink.part(key, raw),
    image: (image, text, at) => sink.image({ ...image, split: splitOf.get(image.fileName) ?? null }, text, at),
    category: (category, text, at) => sink.category(category, text, at),
    annotation: (annotation, text, at) => sink.annotation(annotation, text, at),
    // What is wrong was told with the place in its own file.
    issue: () => undefined,
  });
  for (const [key, raw] of merged.parts) {
    if (raw !== null) handler.part!(key, scanned(raw));
    else handler.list!(recordKinds.find((kind) => kind === key) ?? null);
  }
  for (const kind of ['categories', 'images', 'annotations'] as const satisfies readonly RecordKind[])
    merged[kind].forEach((text, index) => handler.record(kind, index, scanned(text)));
}

interface Part {
  readonly name: string;
  readonly split: string;
  readonly read: MergeFile;
}

/** The files with names of images that no two share: where two would be one, each has the folder that it is in. */
async function tellApart(source: DatasetFolder, parts: readonly Part[], sink: DatasetSink): Promise<MergeFile[]> {
  const namedIn = new Map<string, Part[]>();
  for (const part of parts) {
    for (const fileName of new Set(part.read.images.map((image) => image.fileName)))
      namedIn.set(fileName, [...(namedIn.get(fileName) ?? []), part]);
  }
  const shared = [...namedIn].filter(([, several]) => several.length > 1);
  if (shared.length === 0) return parts.map(({ read }) => read);
  const placeOf = await placesOf(source);
  for (const [fileName, several] of shared) {
    const places = new Set(several.map((part) => placeOf(part, fileName)));
    if (places.size === several.length && !places.has(null)) continue;
    throw new AppError('bad-input', `The image ${fileName} is in ${several.map(({ name }) => name).join(' and in ')}`, {
      place: { file: source.path },
      hint: 'open one of them: an image belongs to one part of a split',
    });
  }
  const names = counted(shared.length, 'name');
  const message = `${names} of images, such as ${shared[0][0]}, stood for another file in each part: images have their folder in their name now`;
  sink.issue({ code: 'same-file', severity: 'warning', pointer: '', message }, { pointer: '' });
  return parts.map((part) => ({
    ...part.read,
    images: part.read.images.map((image) => {
      const fileName = placeOf(part, image.fileName) ?? image.fileName;
      if (fileName === image.fileName) return image;
      const text = replaceMembers(image.text, new Map([['file_name', JSON.stringify(fileName)]]));
      return { ...image, fileName, text };
    }),
  }));
}

/** Where an image of a part is: beside the part's file, or the only one whose folders say this part; null where neither. */
async function placesOf(source: DatasetFolder): Promise<(part: Part, fileName: string) => string | null> {
  const named = new Map<string, string[]>();
  for (const name of await source.names()) {
    const base = posix.basename(name);
    named.set(base, [...(named.get(base) ?? []), name]);
  }
  return ({ name: file, split }, fileName) => {
    const found = named.get(posix.basename(fileName)) ?? [];
    const beside = posix.join(posix.dirname(file), fileName);
    if (found.includes(beside)) return beside;
    const inPart = found.filter((name) => `/${name}`.endsWith(`/${fileName}`) && splitOfWords(name) === split);
    return inPart.length === 1 ? inPart[0] : null;
  };
}

const scanned = (text: string): ScannedText => ({ text, offset: 0, line: 1 });

async function readPart(source: DatasetFolder, name: string, sink: DatasetSink): Promise<MergeFile> {
  const file = source.fullName(name);
  const parts = new Map<string, string | null>();
  const images: SourceRecord<ParsedImage>[] = [];
  const categories: SourceRecord<ParsedCategory>[] = [];
  const annotations: MergeFile['annotations'][number][] = [];
  const of = ({ pointer }: SourcePlace, text: string | null) => ({ pointer, text: text ?? '' });
  const handler = cocoHandler(file, {
    part: (key, raw) => void parts.set(key, raw),
    image: (record, text, at) => void images.push({ ...record, ...of(at, text) }),
    category: ({ isThing = null, ...record }, text, at) =>
      void categories.push({ ...record, isThing, ...of(at, text) }),
    annotation: ({ id, imageId, categoryId }, text, at) =>
      void annotations.push({ id, imageId, categoryId, ...of(at, text) }),
    issue: (issue, at) => sink.issue(issue, at),
    ...(sink.mended ? { mended: (code, message, at) => sink.mended!(code, message, at) } : {}),
  });
  await scanChunks(file, source.chunks(name), handler, source);
  return { file, parts, images, categories, annotations };
}
