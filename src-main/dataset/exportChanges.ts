/** What an export would change in the dataset that lies at its target: both sides as a reader of the format sees them. */
import { basename, dirname } from 'node:path';
import { stat } from 'node:fs/promises';
import { completeView } from '@shared/dataset/completeView';
import { type DatasetDiff, diffSteps } from '@shared/dataset/diff';
import { type Beside, type Compared, type NotCompared, overviewOf } from '@shared/dataset/diffWords';
import { joinDiffs } from '@shared/dataset/joinDiffs';
import { LossReport } from '@shared/dataset/losses';
import { inside } from '@shared/dataset/outputNames';
import { ofSplit } from '@shared/dataset/selectView';
import type { DatasetView } from '@shared/dataset/view';
import { AppError } from '@shared/errors/appError';
import { throwIfCancelled } from '@shared/errors/cancellation';
import type { CallContext } from '@shared/errors/work';
import type { DatasetFormat, DatasetSource, FormatOptions, PictureSize } from '@shared/formats/format';
import { MemoryDataset } from '@shared/formats/memoryDataset';
import { baseOf } from '@shared/formats/names';
import { formatOptions, readOptions } from '@shared/formats/options';
import { formats } from '@shared/formats/registry';
import { writeFiles } from '@shared/formats/writeFiles';
import type { ExportChanges } from '@shared/project/types';
import { DatasetFolder, stampOfFile } from './datasetFolder';
import { ExportFolder } from './exportFolder';
import { outgoingView, partsOf, splitPath } from './outgoing';
import { staleParts } from './staleParts';
import { checkSplitTargets, checkWrite, type WriteJob } from './writeDataset';
import { WrittenFiles } from './writtenFiles';

/** As many of a kind are named. */
const named = 10;

/** Above these a comparison would take longer than anybody waits, and more memory than there is. */
const mostAnnotations = 300_000;
const mostBytes = 200_000_000;

/** Formats that round write what is the same a little differently from others; one with itself is compared to the pixel. */
const sameAcrossFormats = 0.99;

export type ChangesJob = WriteJob & {
  /** Nothing is written afterwards: what would be in the way is told now. */
  readonly isDryRun?: boolean;
  /** Where the pictures of the dataset are. */
  readonly imagesFolder: string;
  /** Of more annotations nothing is compared. */
  readonly most?: number;
  /** What each file was when an export wrote it, by its path; of a format that is one file. Absent: nobody knows. */
  readonly lastWritten?: ReadonlyMap<string, string>;
};

/** null: there is nothing at the target that would be replaced, and nothing of an earlier export beside it. */
export async function exportChanges(
  given: DatasetView,
  job: ChangesJob,
  context: CallContext,
): Promise<ExportChanges | null> {
  const checked = job.isDryRun ? await checkWrite(given, job, context) : null;
  const there = (await stat(job.path).catch(() => null)) !== null;
  if (!there && (job.format.target === 'folder' || job.format.splits === true)) return null;
  const view = checked ?? (await outgoingView(given, job, new LossReport(), context)).view;
  const parts = partsOf(job.format, view);
  // What would be refused is not shown first.
  if (parts[0] !== undefined && job.format.target === 'file')
    await checkSplitTargets(
      parts.map((split) => splitPath(job.format, job.path, split!)),
      job,
    );
  const targets = await targetsOf(view, job, context);
  const written = new Set<string>();
  const found = await compared(targets, { ...job, written }, context);
  // A folder is read again as it is: its names are what an export of all in one writes.
  const isKnown = written.size > 0 && parts[0] === undefined;
  const names = isKnown ? written : found?.changes ? writtenNames(view, job) : null;
  const beside = await besideOf(view, targets, job, names, context);
  if (!found) return beside.stays ? { format: null, changes: null, why: 'nothing-there', ...beside } : null;
  return { ...found, ...beside };
}

/** Names of the files of what is read as it will be are noted in `written`. */
async function compared(targets: readonly Target[], job: ComparedJob, context: CallContext): Promise<Compared | null> {
  const { most = mostAnnotations } = job;
  const diffs: DatasetDiff[] = [];
  let format: DatasetFormat | null = null;
  for (const { path, part, places, state } of targets) {
    if (state === null) continue;
    if ('why' in state) return state;
    format = state.format;
    if (job.format.target === 'folder' && format.id !== job.format.id && !(await replacesAny(part, state, job)))
      return { format: format.title, changes: null, why: 'other-format', mixes: format.target === 'folder' };
    if (part.annotationCount > Math.min(most, mostAnnotations))
      return { format: format.title, changes: null, why: 'too-large' };
    const before = await readThere(state, places);
    if ('why' in before) return before;
    diffs.push(await changesOf(state, before, part, { ...job, path, places }, context));
  }
  return format && { format: format.title, changes: overviewOf(joinDiffs(diffs), named), why: null };
}

/** Below the folder of the export. */
function writtenNames(view: DatasetView, { format, options }: ChangesJob): ReadonlySet<string> {
  const names = new Set<string>();
  for (const split of format.target === 'folder' ? partsOf(format, view) : []) {
    const part = split === undefined ? view : ofSplit(view, split);
    const folder = split === undefined ? '' : `${split}/`;
    for (const { name } of filesOf(part, format, options, '')) names.add(folder + name);
  }
  return names;
}

/** Of what lies beside what is compared only what there is is told. */
async function besideOf(
  view: DatasetView,
  targets: readonly Target[],
  { format, path, inputs, lastWritten }: ChangesJob,
  written: ReadonlySet<string> | null,
  { signal }: CallContext,
): Promise<Beside> {
  const beside = { goes: [] as string[], stays: [] as string[], changedSince: [] as string[] };
  if (format.target === 'folder') {
    // Of one part the folder has been walked already.
    const source = targets.find((target) => target.path === path)?.state;
    const names = source && 'source' in source ? await source.source.names() : undefined;
    const folder = await ExportFolder.look(path, format.id, signal, names);
    Object.assign(beside, await folder.foresee(written, inputs));
  } else {
    beside.stays = await staleParts(format, path, partsOf(format, view), inputs);
    // Where nothing is known of any file, it is of an export of before that was noted.
    for (const { path: file } of lastWritten && lastWritten.size > 0 ? targets : []) {
      const found = await stat(file).catch(() => null);
      if (found && stampOfFile(found) !== lastWritten!.get(file)) beside.changedSince.push(basename(file));
    }
  }
  return Object.fromEntries(Object.entries(beside).filter(([, list]) => list.length > 0));
}

type ComparedJob = ChangesJob & { readonly written: Set<string> };

/** What is written apart, where to, and what is there. */
interface Target {
  readonly path: string;
  readonly part: DatasetView;
  readonly places: Places;
  readonly state: There | NotCompared | null;
}

/** All of it in one where a folder's parts go beside an export of the whole, which they replace. */
async function targetsOf(view: DatasetView, job: ChangesJob, context: CallContext): Promise<readonly Target[]> {
  const { format, path } = job;
  const target = async (at: string, part: DatasetView): Promise<Target> => {
    const places = placesOf(part, format);
    return { path: at, part, places, state: await stateOf(at, { ...job, places }, context) };
  };
  const targets: Target[] = [];
  for (const split of partsOf(format, view)) {
    if (split === undefined) return [await target(path, view)];
    targets.push(await target(splitPath(format, path, split), ofSplit(view, split)));
  }
  if (format.target === 'file' || targets.some(({ state }) => state)) return targets;
  return [await target(path, view)];
}

interface There {
  readonly format: DatasetFormat;
  readonly source: DatasetFolder;
  /** The pictures lie in the dataset's own folder. */
  readonly hasPictures: boolean;
}

type PartJob = ComparedJob & { readonly places: Places };

/** What is there now; null: nothing. */
async function stateOf(
  path: string,
  { format, imagesFolder, places }: Pick<PartJob, 'format' | 'imagesFolder' | 'places'>,
  { signal, progress: onProgress }: CallContext,
): Promise<There | NotCompared | null> {
  const found = await stat(path).catch(() => null);
  if (!found) return null;
  if (found.size > mostBytes && !found.isDirectory()) return { format: null, changes: null, why: 'too-large' };
  const own = new DatasetFolder(path, { signal, onProgress });
  const names = found.isDirectory() ? new Set(await own.names()) : null;
  if (names?.size === 0) return null;
  const hasPictures = names !== null && places.names.some((name) => names.has(name));
  const listed = names ? [...names] : undefined;
  const source = hasPictures ? own : new DatasetFolder(path, { signal, onProgress, imagesFolder, names: listed });
  const recognised = (await formats.recognise(source)).map((one) => one.format);
  const its = recognised.find(({ id }) => id === format.id) ?? recognised[0];
  return its ? { format: its, source, hasPictures } : { format: null, changes: null, why: 'no-dataset' };
}

/** Whether a file that would be written is there: datasets of two formats may lie side by side, and two may share their files. */
async function replacesAny(view: DatasetView, { source }: There, { format, options }: ChangesJob): Promise<boolean> {
  const names = new Set(await source.names());
  for (const { name } of filesOf(view, format, options, '')) if (names.has(name)) return true;
  return false;
}

interface ReadThere {
  readonly view: DatasetView;
  readonly sizeOf: SizeOf;
}

/** What is there as its format reads it, or that it cannot be. */
async function readThere({ format, source }: There, places: Places): Promise<ReadThere | NotCompared> {
  const sizeOf = async (name: string) => places.get(name) ?? (await source.imageSize(name)) ?? places.near(name);
  try {
    return { view: await viewOf(withSizes(source, sizeOf), format, source.path), sizeOf };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'bad-input') throw error;
    return { format: format.title, changes: null, why: 'unreadable', message: error.message };
  }
}

async function changesOf(
  there: There,
  { view: before, sizeOf }: ReadThere,
  view: DatasetView,
  job: PartJob,
  context: CallContext,
) {
  const { format } = job;
  const isSame = there.format.id === format.id;
  const after = isSame ? await asRead(view, job, there, sizeOf) : view;
  const steps = diffSteps(before, after, {
    sameIou: isSame ? 1 : sameAcrossFormats,
    textsHoldMasks: format.textsHoldMasks,
    statesNumbers: format.statesNumbers,
    categoryNumbers: format.categoryNumbers,
    statesRecords: format.statesRecords,
  });
  for (let last = Date.now(); ;) {
    const step = steps.next();
    if (step.done) return step.value;
    const [done, total] = step.value;
    if (Date.now() - last < 20) continue;
    context.progress({ done, total, text: 'Comparing with what is there' });
    await new Promise<void>((resolve) => void setImmediate(resolve));
    throwIfCancelled(context.signal);
    last = Date.now();
  }
}

/** What would be written, read again: a format that rounds or leaves out does so on both sides. */
async function asRead(
  view: DatasetView,
  { format, options, path, places, written }: PartJob,
  there: There,
  sizeOf: SizeOf,
): Promise<DatasetView> {
  const fileName = basename(path);
  const files = filesOf(view, format, options, fileName);
  const isFile = format.target === 'file';
  const source = new WrittenFiles(isFile ? dirname(path) : path, isFile ? renamed(files, fileName) : files, {
    entry: isFile ? fileName : null,
    listed: there.hasPictures ? places.names : [],
    pictures: there.hasPictures ? places.names : await there.source.pictures(),
    sizeOf,
    signal: there.source.signal,
  });
  for (const name of source.written) written.add(name);
  try {
    return await viewOf(source, format, path);
  } catch (error) {
    // Of a dataset without images some formats write nothing that they would know again.
    if (view.imageCount > 0 || !(error instanceof AppError) || error.code !== 'bad-input') throw error;
    return view;
  }
}

/** The files that the export would write. */
function filesOf(view: DatasetView, format: DatasetFormat, options: FormatOptions, fileName: string) {
  const losses = new LossReport();
  const context = { options: formatOptions(format, options), losses, fileName };
  return writeFiles(format, completeView(view, losses, format), context);
}

/** A dataset as its format reads it, whatever is wrong in it. */
async function viewOf(source: DatasetSource, format: DatasetFormat, path: string): Promise<DatasetView> {
  const read = new MemoryDataset(path, format.id, { keepErrors: true });
  await format.read!(source, read, readOptions(format, undefined));
  return read.view(basename(path));
}

/** The only one, under the name that was chosen for it. */
function* renamed<T extends { readonly name: string }>(files: Iterable<T>, name: string): Generator<T> {
  for (const file of files) yield { ...file, name };
}

type SizeOf = (name: string) => Promise<PictureSize | null>;

/** Where the pictures of the images go, and their sizes. */
interface Places {
  readonly names: readonly string[];
  get(name: string): PictureSize | null;
  /** The same by the end of the name. */
  near(name: string): PictureSize | null;
}

function placesOf(view: DatasetView, format: DatasetFormat): Places {
  const images = [...view.images()];
  const names = format.placeImages?.(view).map(({ picture }) => picture) ?? images.map((one) => inside(one.fileName));
  const sizes = new Map<string, PictureSize>();
  const byBase = new Map<string, PictureSize>();
  for (const [place, { width, height }] of images.entries()) {
    if (width <= 0) continue;
    sizes.set(names[place], { width, height });
    byBase.set(baseOf(names[place]), { width, height });
  }
  const near = (name: string) => byBase.get(baseOf(name)) ?? null;
  return { names, get: (name) => sizes.get(name) ?? null, near };
}

/** The same files, with sizes for images whose pictures lie elsewhere. */
const withSizes = (source: DatasetSource, imageSize: SizeOf): DatasetSource => ({
  path: source.path,
  entry: source.entry,
  signal: source.signal,
  decodeAscii: source.decodeAscii,
  names: () => source.names(),
  head: (name) => source.head(name),
  text: (name) => source.text(name),
  bytes: (name) => source.bytes(name),
  headBytes: (name) => source.headBytes(name),
  tiffMapKind: (name) => source.tiffMapKind(name),
  tiffMap: (name) => source.tiffMap(name),
  chunks: (name) => source.chunks(name),
  fullName: (name) => source.fullName(name),
  imageSize,
  pictures: () => source.pictures(),
});
