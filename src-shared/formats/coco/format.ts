/** COCO as one of the formats: what it is called, how it is known, and its reader and writer. */
import { AppError } from '../../errors/appError';
import { throwIfCancelled } from '../../errors/cancellation';
import type { SegmentationStyle } from '../../document/types';
import type { DatasetFormat, DatasetSource } from '../format';
import { headKeys, isJsonName } from '../json/head';
import { splitFiles } from '../splitFiles';
import { panopticFolder } from './panopticFile';
import { cocoHandler } from './read';
import { CocoScanner } from './scan';
import { scanChunks } from './scanFile';
import { writeCoco } from './write';

const segmentationStyles = [
  { value: 'as-authored', title: 'As drawn' },
  { value: 'polygons', title: 'Polygons where there are no holes' },
  { value: 'rle', title: 'RLE masks, all compressed' },
] as const satisfies readonly { value: SegmentationStyle; title: string }[];

export const cocoFormat: DatasetFormat = {
  id: 'coco',
  title: 'COCO',
  about: 'One JSON file with images, annotations and categories: what most trainers of masks read.',
  textsHoldMasks: true,
  keepsImageNames: 'path',
  extensions: ['json'],
  target: 'file',
  numbersCategories: true,
  statesNumbers: true,
  statesRecords: true,
  options: [{ name: 'masks', title: 'Masks', choices: segmentationStyles, default: 'as-authored' }],
  losses: ['void-border', 'holes-as-rle', 'inexact-as-rle', 'crowd-stays-rle', 'no-image', 'mask-misfit'],
  async recognise(source) {
    const file = await datasetFile(source);
    return file === null ? null : `${file} has a list of images`;
  },
  async read(source, sink) {
    const file = source.entry ?? onlyFile(source.path, await cocoFiles(source));
    const name = source.fullName(file);
    await scanChunks(name, source.chunks(file), cocoHandler(name, sink), source);
  },
  write: (view, { options, losses, fileName }) => [
    { name: fileName, content: writeCoco(view, options.masks as SegmentationStyle, losses) },
  ],
};

/** Throws `bad-input` where there is none, or more than one. */
function onlyFile(path: string, files: readonly string[]): string {
  if (files.length > 1) throw severalFiles(path, files);
  if (files.length === 0) {
    throw new AppError('bad-input', `${path} has no COCO file`, {
      place: { file: path },
      hint: 'name the JSON file itself',
    });
  }
  return files[0];
}

/** The file itself where one was given; in a folder the only one that is COCO. */
async function datasetFile(source: DatasetSource): Promise<string | null> {
  const found = await cocoFiles(source);
  return found.length === 1 ? found[0] : null;
}

/** All that are COCO: of several the user has to say which is meant. A folder of many JSON files, few of them COCO, is another format's. */
export async function cocoFiles(source: DatasetSource): Promise<readonly string[]> {
  const names =
    source.entry === null
      ? (await source.names()).filter((name) => isJsonName(name) && !isRoboflow(name))
      : [source.entry];
  const found: string[] = [];
  for (const [place, name] of names.entries()) {
    if (place >= manyFiles && 2 * found.length < place) return [];
    const head = await source.head(name);
    if ((await isCocoFile(source, name, head)) && (await panopticFolder(source, name, head)) === null) found.push(name);
  }
  return found;
}

/** Of more than these most must be COCO. */
const manyFiles = 20;

/** What to say of a folder that has several of them. */
export function severalFiles(path: string, files: readonly string[]): AppError {
  const names = files.length > 4 ? `${files.slice(0, 3).join(', ')} and ${files.length - 3} more` : files.join(', ');
  return new AppError('bad-input', `${path} has ${files.length} COCO files: ${names}`, {
    place: { file: path },
    hint: `name one of them, such as ${path}/${files[0]}`,
    remedy: splitFiles(files).length > 0 ? 'choose-split' : 'choose-file',
  });
}

/** A folder of those is Roboflow's, which counts ids anew in each. */
const isRoboflow = (name: string) => /(^|\/)_annotations\.coco\.json$/.test(name);

/** Also where its list of images comes after more than what was looked at. */
export async function isCocoFile(source: DatasetSource, name: string, head: string): Promise<boolean> {
  return isCoco(head) || (mayGoOn(head) && (await listsImages(source, name)));
}

/** What COCO files say before their lists, or one key of any name. */
const beforeLists = new Set(['info', 'dataset', 'licenses', 'categories']);

function mayGoOn(head: string): boolean {
  const keys = headKeys(head);
  if (!keys || keys.size === 0) return false;
  return [...keys.keys()].every((key) => beforeLists.has(key)) || (keys.size === 1 && [...keys.values()][0] === '{');
}

async function listsImages(source: DatasetSource, name: string): Promise<boolean> {
  let [isFound, isForeign] = [false, false];
  const scanner = new CocoScanner(
    {
      part: (key) => void (isForeign ||= key === 'label_classes'),
      list: (list) => void (isFound ||= list === 'images'),
      record: () => undefined,
    },
    { decodeAscii: source.decodeAscii },
  );
  try {
    for await (const chunk of source.chunks(name)) {
      scanner.push(chunk);
      if (isFound || isForeign || scanner.offset > mostBeforeLists) break;
    }
  } catch {
    // What is no JSON is no such file either.
    throwIfCancelled(source.signal);
  }
  return isFound && !isForeign;
}

/** Bytes: what comes before the images is short beside them, and another format's file is not read whole to be told apart. */
const mostBeforeLists = 32 << 20;

/** A large file's first 64 KB may end inside the first of its lists. */
function isCoco(head: string): boolean {
  const keys = headKeys(head);
  if (keys === null) return false;
  // One image's own file is another format's.
  const isOfOne = keys.has('image') || keys.has('item');
  // Hasty's projects have images of their own kind.
  if (keys.has('label_classes')) return false;
  return keys.has('images') || (keys.get('annotations') === '[' && !isOfOne);
}
