/** Writes a dataset in any format to the disk, with its images where that is asked for: each file whole or not at all. */
import { basename, dirname, join, resolve } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { AugmentedCopy } from '@shared/dataset/augment/augmentedView';
import type { AugmentRecipe } from '@shared/dataset/augment/recipe';
import { completeView, proxyOf } from '@shared/dataset/completeView';
import { LossReport } from '@shared/dataset/losses';
import { inside } from '@shared/dataset/outputNames';
import type { DatasetView, ViewImage } from '@shared/dataset/view';
import { ofSplit } from '@shared/dataset/selectView';
import { AppError } from '@shared/errors/appError';
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { CallContext } from '@shared/errors/work';
import type { DatasetFormat, FormatOptions, OutputFile } from '@shared/formats/format';
import { packWith } from '@shared/formats/png/encodePng';
import { writeFiles } from '@shared/formats/writeFiles';
import { formatOptions } from '@shared/formats/options';
import type { ExportPreview, ExportReport } from '@shared/project/types';
import type { InputFiles } from '../files/inputFiles';
import { InsideFolder } from '../files/insideFolder';
import { outputBelow } from '../files/leadsOut';
import { checkOutputFile } from '../files/outputs';
import { belowOneOf } from '../images/pictureFile';
import type { AugmentedDataset } from './augmentDataset';
import { checkMade, placeMade } from './augmentPictures';
import { copiedName } from './copiedName';
import { ExportFolder, type Leftovers } from './exportFolder';
import { type Outgoing, outgoingView, partsOf, splitPath, type Turned } from './outgoing';
import { checkPlace, placeImage, type PicturePlace } from './placeImage';
import { staleParts } from './staleParts';
import { Writes } from './writes';
import { WrittenPlaces } from './writtenPlaces';

// Maps of a large picture take most of an export's time to pack.
packWith((bytes) => deflateSync(bytes));

export interface WriteJob {
  readonly format: DatasetFormat;
  readonly options: FormatOptions;
  /** The file, or the folder, as the format has it. */
  readonly path: string;
  /** Where the images are, and what happens to them; absent: they stay. */
  readonly images?: {
    readonly how: 'copy' | 'link';
    /** null: there is no file. */
    fileOf(image: ViewImage): PicturePlace | null;
    /** Folders that links of pictures may lead out to. */
    readonly linkedFolders?: readonly string[];
  };
  /** Where the picture of an image is whose frame has to be looked up; null: it is known to be upright, or not there. */
  readonly pictureOf?: (image: ViewImage) => string | null;
  /** Files that nothing may be written over. */
  readonly inputs?: InputFiles;
  /** Copies of the images that are added; only with `images`. */
  readonly augment?: AugmentRecipe;
  /** Whether files that are there may be replaced; checked here for those that only a split writes. */
  readonly replaces?: boolean;
  /** What to do where they may not; absent: what the command line offers. */
  readonly ifTaken?: string;
  /** What is written of the dataset, where it is derived already or will be needed again; see `derivedOnce`. */
  readonly outgoing?: (context: CallContext) => Promise<Outgoing & Turned>;
  /** Told of each file of the dataset, pictures left out, once it is in its place. */
  readonly onWritten?: (file: string) => void;
}

/**
 * Files are written by way of temporary ones, and take their places when all of them are on the disk, and the images too: on any
 * error before that, cancellation included, what was there is as it was, and nothing is left behind. Permission to replace the
 * target is the caller's to check. A split that the format has no place for becomes a file or folder of its own each.
 */
export async function writeDataset(given: DatasetView, job: WriteJob, context: CallContext): Promise<ExportReport> {
  const { format, path } = job;
  const losses = new LossReport();
  const outgoing = await prepared(given, job, losses, context);
  const { view, augmented, complete, options, splits, placed, missing, folder, within } = outgoing;
  const counted = countingView(complete, context);
  let notCopied: string[] = [];
  let leftovers: Leftovers = { removed: 0, left: [] };
  const writes = new Writes();
  let [files, isWhole] = [0, false];
  try {
    for (const split of splits) {
      for (const { file, content } of filesOf(counted, job, split, options, losses)) {
        throwIfCancelled(context.signal);
        await within?.check(file);
        await writes.add(file, typeof content === 'function' ? content() : content);
        files++;
      }
    }
    await writes.settled();
    if (job.images) notCopied = missing.concat(await placeImages(placed, job, { folder, writes, augmented }, context));
    throwIfCancelled(context.signal);
    await writes.commit(async (file) => {
      await folder?.note(file, false);
      job.onWritten?.(file);
    });
    if (folder) leftovers = await folder.clean(placed, job.inputs);
    isWhole = true;
  } finally {
    if (!isWhole) await writes.discard();
    await folder?.end(isWhole);
  }
  const left = [...leftovers.left, ...(await staleParts(format, path, splits, job.inputs))];
  return {
    file: path,
    format: format.id,
    files,
    images: view.imageCount,
    annotations: view.annotationCount - losses.leftOut,
    losses: losses.list(),
    ...(splits[0] === undefined ? {} : { parts: splits.map((split) => basename(splitPath(format, path, split!))) }),
    ...(augmented ? { augmented: augmented.tally } : {}),
    ...(notCopied.length > 0 ? { notCopied } : {}),
    ...(leftovers.removed > 0 ? { removed: leftovers.removed } : {}),
    ...(left.length > 0 ? { left } : {}),
  };
}

/** What is written and where to, once it is known that nothing is in its way. */
async function prepared(given: DatasetView, job: WriteJob, losses: LossReport, context: CallContext) {
  const { format, path } = job;
  const { view, augmented } = await outgoingView(given, job, losses, context);
  const complete = completeView(view, losses, format);
  const options = formatOptions(format, job.options);
  const splits = partsOf(format, view);
  const { placed, missing } = placesOf(complete, job, splits, augmented);
  const folder = format.target === 'folder' ? await ExportFolder.look(path, format.id, context.signal) : null;
  if (splits[0] !== undefined && format.target === 'file')
    await checkSplitTargets(
      splits.map((split) => splitPath(format, path, split!)),
      job,
    );
  // What is written is known only once it is made: made twice where it could matter, which is hardly ever.
  if (folder && job.inputs && (await folder.holdsOneOf(job.inputs))) {
    await job.inputs.checkOutputs(outputsOf(countingView(complete, context), job, splits, options, new LossReport()));
  }
  const within = format.target === 'folder' ? new InsideFolder(path) : null;
  for (const { from, to } of placed) {
    await within?.check(to);
    throwIfCancelled(context.signal);
    if (!('path' in from) && !(await folder?.mayMakeAgain(to, job.inputs))) await checkMade(from, to, augmented!.read);
  }
  return { view, augmented, complete, options, splits, placed, missing, folder, within };
}

/** What `writeDataset` would write. Throws where it would, as far as that can be known; nothing is written. */
export async function checkWrite(given: DatasetView, job: WriteJob, context: CallContext): Promise<DatasetView> {
  const { view, complete, options, splits, placed, within } = await prepared(given, job, new LossReport(), context);
  for (const { from, to } of placed) {
    throwIfCancelled(context.signal);
    if ('path' in from) await checkPlace(from, to);
  }
  const files = outputsOf(countingView(complete, context), job, splits, options, new LossReport());
  for (const file of files) await within?.check(file);
  return view;
}

/** The files of one part of a split, or of the whole, and where each goes; no place comes twice. */
function* filesOf(
  view: DatasetView,
  { format, path }: WriteJob,
  split: string | undefined,
  options: FormatOptions,
  losses: LossReport,
): Generator<{ readonly file: string; readonly content: OutputFile['content'] }> {
  const part = split === undefined ? view : ofSplit(view, split);
  const target = split === undefined ? path : splitPath(format, path, split);
  const places = new Set<string>();
  for (const { name, content } of writeFiles(format, part, { options, losses, fileName: basename(target) })) {
    const file = format.target === 'file' ? target : outputBelow(target, name);
    if (places.has(file)) {
      throw new AppError('bad-input', `Two images would both be written to ${file}`, {
        place: { file },
        hint: 'rename one of them',
      });
    }
    places.add(file);
    yield { file, content };
  }
}

function* outputsOf(
  view: DatasetView,
  job: WriteJob,
  splits: readonly (string | undefined)[],
  options: FormatOptions,
  losses: LossReport,
): Generator<string> {
  for (const split of splits) for (const { file } of filesOf(view, job, split, options, losses)) yield file;
}

/** They have other names than the file that the user was asked about. */
export async function checkSplitTargets(
  targets: readonly string[],
  { inputs, replaces = false, ifTaken }: WriteJob,
): Promise<void> {
  for (const target of targets) await checkOutputFile(target, { force: replaces, hint: ifTaken });
  await inputs?.checkOutputs(targets);
}

/** What `writeDataset` would write and could not say; nothing is written. */
export async function previewDataset(
  view: DatasetView,
  { format, options: given }: Pick<WriteJob, 'format' | 'options'>,
  context: CallContext,
): Promise<Omit<ExportPreview, 'parts'>> {
  const losses = new LossReport();
  const complete = completeView(view, losses, format);
  const options = formatOptions(format, given);
  const places = new WrittenPlaces();
  let files = 0;
  for (const split of partsOf(format, view)) {
    const part = split === undefined ? complete : ofSplit(complete, split);
    const target =
      split === undefined
        ? `annotations.${format.extensions[0] ?? ''}`
        : `annotations.${split}.${format.extensions[0] ?? ''}`;
    for (const { name, content } of writeFiles(format, countingView(part, context), {
      options,
      losses,
      fileName: target,
    })) {
      files++;
      places.add(format.target === 'folder' && split !== undefined ? `${split}/${name}` : name);
      // Pieces are run through for what they cannot say; a picture's bytes say nothing of it.
      const inPieces = typeof content === 'object' && !(content instanceof Uint8Array);
      if (inPieces) for (const _ of content) await giveWay();
      await giveWay();
      throwIfCancelled(context.signal);
    }
  }
  return {
    files,
    places: places.list(),
    images: view.imageCount,
    annotations: view.annotationCount - losses.leftOut,
    losses: losses.list(),
  };
}

/** Others have their turn: what is written is computed in one piece, and a project is worked on meanwhile. */
const giveWay = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** A file that is copied along, or a picture that is made, and where to. */
interface Placed {
  readonly from: PicturePlace | AugmentedCopy;
  readonly to: string;
}

/** Before anything is written: two pictures of one name would be one in the end. */
function placesOf(
  view: DatasetView,
  { format, path, images }: WriteJob,
  splits: readonly (string | undefined)[],
  augmented?: AugmentedDataset,
) {
  const placed = new Map<string, Placed>();
  const missing: string[] = [];
  for (const split of images ? splits : []) {
    const part = split === undefined ? view : ofSplit(view, split);
    const root = split === undefined || format.target === 'file' ? folderOfTarget(format, path) : join(path, split);
    const names = format.placeImages?.(part).map(({ picture }) => picture);
    for (const [place, image] of [...part.images()].entries()) {
      const from = augmented?.copies.get(image.id) ?? images!.fileOf(image);
      if (from === null) missing.push(`the file of ${image.fileName} is missing`);
      if (from === null) continue;
      const to = outputBelow(root, copiedName(format, image, names?.[place] ?? inside(image.fileName), from));
      const other = placed.get(to);
      if (other && pictureName(other.from) !== pictureName(from)) {
        const both = `${pictureName(other.from)} and ${pictureName(from)}`;
        throw new AppError('bad-input', `${both} would both be copied to ${to}`, {
          place: { file: to },
          hint: 'rename one of them, or leave the images where they are',
        });
      }
      placed.set(to, { from, to });
    }
  }
  return { placed: [...placed.values()], missing };
}

const pictureName = (from: Placed['from']) =>
  'path' in from ? resolve(from.path) : `a copy of ${from.original.fileName}`;

const folderOfTarget = (format: DatasetFormat, path: string) => (format.target === 'folder' ? path : dirname(path));

/** What was not copied, a sentence each: the rest of an export is none the worse for it. */
async function placeImages(
  placed: readonly Placed[],
  { images, inputs }: WriteJob,
  {
    folder,
    writes,
    augmented,
  }: {
    readonly folder: ExportFolder | null;
    readonly writes: Writes;
    readonly augmented: AugmentedDataset | undefined;
  },
  { signal, progress }: CallContext,
): Promise<string[]> {
  const mayShow = belowOneOf(images?.linkedFolders ?? []);
  const notCopied: string[] = [];
  for (const [done, { from, to }] of placed.entries()) {
    throwIfCancelled(signal);
    const isMade = !('path' in from);
    const isAgain = isMade && ((await folder?.mayMakeAgain(to, inputs)) ?? false);
    writes.expect(to);
    const result = isMade
      ? await placeMade(from, to, augmented!.read, isAgain)
      : await placeImage(from, to, images!.how, mayShow);
    if (result === 'placed' && !isAgain) writes.placed(to);
    if (typeof result === 'object') notCopied.push(result.fault);
    else if (result === 'placed') await folder?.note(to, true, isMade);
    else folder?.keep(to);
    progress({ done: done + 1, total: placed.length, text: 'Copying images' });
  }
  return notCopied;
}

/** The view, with progress and cancellation as its annotations go by. */
function countingView(view: DatasetView, { signal, progress }: CallContext): DatasetView {
  let done = 0;
  const total = view.annotationCount;
  const note = (count: number) => {
    if (Math.floor((done + count) / 1000) !== Math.floor(done / 1000)) {
      throwIfCancelled(signal);
      progress({ done: Math.min(total, done + count), total, text: 'Writing annotations' });
    }
    done += count;
  };
  return {
    ...proxyOf(view),
    annotationsOf(imageId) {
      const annotations = view.annotationsOf(imageId);
      note(annotations.length);
      return annotations;
    },
    *annotations() {
      for (const annotation of view.annotations()) {
        yield annotation;
        note(1);
      }
    },
  };
}
