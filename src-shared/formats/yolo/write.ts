/** A dataset -> YOLO label files and their data.yaml. */
import { stringify } from 'yaml';
import type { DatasetView, ViewAnnotation, ViewImage } from '../../dataset/view';
import { inside, losesSigns, uniqueNames } from '../../dataset/outputNames';
import type { Annotation } from '../../document/types';
import { amongOthers } from '../amongOthers';
import type { ImagePlace, OutputFile, WriteContext } from '../format';
import { joinRings } from '../joinRings';
import { asPictureName, isPictureName, stemOf } from '../names';
import { changeOf } from '../ownRecord';
import { boxOf, type HoleStyle, isBeyond, isEmpty, noteLeftBehind, partsOf, ringOfBox, withoutHoles } from '../outline';
import { asList } from '../values';
import { classesOf, type Keypoints, keypointsIn, labelsOf, withClasses } from './dataset';
import { keypointShares, parseLabels, shareOf } from './labels';
import { movedYaml, ownYaml, sameClasses, writtenAgain } from './ownFiles';
import { noSets } from './sets';

export type YoloKind = 'outlines' | 'boxes';

/** What a data.yaml begins with where no line tells that they are boxes. */
export const boxesNote = '# Boxes: class, centre x and y, width, height\n';

export function* writeYolo(
  view: DatasetView,
  kind: YoloKind,
  own: boolean,
  context: WriteContext,
): Generator<OutputFile> {
  const categories = view.categories();
  const yaml = own ? ownYaml(view) : null;
  const isNumbered = keepsNumbers(view);
  const classIndex = new Map(categories.map(({ id }, index) => [id, isNumbered ? id - 1 : index]));
  const keypoints = yaml !== null && kind === 'boxes' ? keypointsIn(yaml.text) : null;
  const hasFourCorners = own && kind === 'outlines' && areTurnedBoxes(view);
  const images = [...view.images()];
  const places = yoloPlaces(view, own);
  let isEmpty = true;
  for (const [place, image] of images.entries()) {
    const { labels, renamed } = places[place];
    if (renamed) context.losses.add('image-renamed', { imageId: image.id });
    if (own && isNumbered && image.untouched && image.text !== null) {
      if (image.text.trim() !== '') isEmpty = false;
      yield { name: labels!, content: image.text };
      continue;
    }
    const records = view.annotationsOf(image.id).map((record) => {
      const source = own && record.text !== null ? record.text : null;
      const index = classIndex.get(record.categoryId) ?? 0;
      // Only of another class: the shares stay as they are spelled.
      if (source !== null && (record.untouched || saysTheSame(record)))
        return { sources: [source], texts: [source.trim().replace(/^\S+/, (said) => numbered(said, index))] };
      const line = lineOf(record, image, kind, { own, keypoints, hasFourCorners }, context);
      return { sources: source === null ? [] : [source], texts: line === null ? [] : [`${index} ${line}`] };
    });
    const source = own ? (image.text ?? '').split(/\r?\n/).filter((line) => line.trim() !== '') : [];
    const lines = amongOthers(source, isNoObject(keypoints), records);
    if (lines.length > 0) isEmpty = false;
    // An image without objects has an empty file, or none as it came.
    if (lines.length === 0 && own && image.text === null) continue;
    yield { name: labels!, content: linesLike(own ? image.text : null, lines) };
  }
  const pictures = places.map(({ picture }) => picture);
  const names = namesOf(categories, classIndex);
  const isSame = yaml !== null && sameClasses(categories, yaml.text);
  const note = kind === 'boxes' && isEmpty ? boxesNote : '';
  if (yaml === null) yield { name: 'data.yaml', content: note + stringify({ ...splitFolders(pictures), names }) };
  else if (images.some(isMoved)) {
    const text = isSame ? yaml.text : withClasses(yaml.text, [...names.values()]);
    const { train, val, test = null } = splitFolders(pictures);
    yield { name: 'data.yaml', content: movedYaml(text, { ...noSets, train, val, test }) };
  } else yield* writtenAgain(yaml, isSame ? null : [...names.values()], { pictures, leftOut: view.leftOut });
}

/** With the ends that the lines of the file had. */
function linesLike(text: string | null, lines: readonly string[]): string {
  const end = text?.includes('\r\n') ? '\r\n' : '\n';
  const isOpen = text !== null && text !== '' && !text.endsWith('\n');
  return lines.map((line) => line.trim()).join(end) + (isOpen || lines.length === 0 ? '' : end);
}

const isMoved = ({ split }: ViewImage) => split !== undefined;

const numbered = (said: string, index: number) => (Number(said) === index ? said : String(index));

/** Lines that the reader leaves out. */
const isNoObject = (keypoints: Keypoints | null) => (line: string) =>
  parseLabels(line, [1, 1], [], keypoints).length === 0;

/** Whether all lines that came have four corners, as those of oriented boxes (OBB) do. */
function areTurnedBoxes(view: DatasetView): boolean {
  let count = 0;
  for (const { text } of view.annotations()) {
    if (text === null) continue;
    if (text.trim().split(/\s+/).length !== 9) return false;
    count++;
  }
  return count > 0;
}

/** Where each image goes, and its labels; a dataset that stays YOLO stays where it is, unless it is split. */
export function yoloPlaces(view: DatasetView, own: boolean): ImagePlace[] {
  const images = [...view.images()];
  const stays = own && ownYaml(view) !== null;
  const wanted = wantedNames(images, stays);
  const isFixed = (place: number) => stays && !isMoved(images[place]) && images[place].text !== null;
  return uniqueNames(wanted, { byStem: true, isFixed }).map((picture, place) => ({
    picture,
    labels: labelsOf(picture),
    renamed: picture !== wanted[place] || !isPictureName(images[place].fileName) || losesSigns(images[place].fileName),
  }));
}

/** Below `images/SPLIT/`; what stood before a folder `images` is left out as long as that makes no two names one. */
function wantedNames(images: readonly ViewImage[], stays: boolean): string[] {
  const names = images.map((image) => {
    const name = inside(image.fileName);
    if (stays && !isMoved(image)) return { short: name, long: name };
    const parts = asPictureName(name).split('/');
    const base = parts.pop()!;
    const at = parts.lastIndexOf('images');
    const before = parts.slice(0, Math.max(0, at)).filter((part) => part !== 'images');
    const after = parts.slice(at + 1);
    const own = takeSplit(after, 0) ?? (at < 0 ? null : takeSplit(before, before.length - 1));
    const place = (folders: readonly string[]) => ['images', image.split ?? own ?? 'train', ...folders, base].join('/');
    return { short: place(after), long: place([...before, ...after]) };
  });
  const key = (name: string) => stemOf(name).toLowerCase();
  const count = new Map<string, number>();
  for (const { short } of names) count.set(key(short), (count.get(key(short)) ?? 0) + 1);
  return names.map(({ short, long }) => (count.get(key(short)) === 1 ? short : long));
}

/** Takes the folder out that says what an image is of, where there is one at the place. */
function takeSplit(folders: string[], at: number): string | null {
  if (!/^(train|val|valid|test)$/.test(folders[at] ?? '')) return null;
  const [split] = folders.splice(at, 1);
  return split === 'valid' ? 'val' : split;
}

/** Whether the numbers of its classes stay what they are: nobody minds new ones, but one that is gone leaves no gap. */
function keepsNumbers(view: DatasetView): boolean {
  if (view.textFormat !== 'yolo' && view.textFormat !== 'yolo-seg') return false;
  const ids = new Set(view.categories().map(({ id }) => id));
  const yaml = ownYaml(view);
  if (yaml !== null && [...classesOf(yaml.text, yaml.name).keys()].some((index) => !ids.has(index + 1))) return false;
  return [...ids].every((id) => Number.isInteger(id) && id >= 1 && id <= mostClasses);
}

/** Each number up to the last wants a name; more of them are no classes. */
const mostClasses = 10_000;

/** A name for every number up to the last. */
function namesOf(
  categories: ReturnType<DatasetView['categories']>,
  classIndex: ReadonlyMap<number, number>,
): Map<number, string> {
  const names = new Map(categories.map(({ id, name }) => [classIndex.get(id)!, name]));
  const count = Math.max(-1, ...names.keys()) + 1;
  return new Map(Array.from({ length: count }, (_, index) => [index, names.get(index) ?? `class ${index}`]));
}

function saysTheSame(record: ViewAnnotation): boolean {
  const change = changeOf(record);
  if (!change || change.redrawn || Object.keys(change.extra).length > 0) return false;
  return record.annotation.score === record.baseline!.score;
}

function splitFolders(pictures: readonly string[]): { train: string; val: string; test?: string } {
  const splits = [...new Set(pictures.map((picture) => picture.split('/')[1]))];
  const has = (split: string) =>
    splits.includes(split) ? split : splits.includes('train') ? 'train' : (splits[0] ?? 'train');
  const test = splits.includes('test') ? { test: 'images/test' } : {};
  return { train: `images/${has('train')}`, val: `images/${has('val')}`, ...test };
}

/** What follows the class; null where nothing can be said. */
function lineOf(
  { annotation, text }: ViewAnnotation,
  image: ViewImage,
  kind: YoloKind,
  {
    own,
    keypoints,
    hasFourCorners,
  }: { readonly own: boolean; readonly keypoints: Keypoints | null; readonly hasFourCorners: boolean },
  { losses, options }: WriteContext,
): string | null {
  const { width, height } = image;
  const of = { imageId: annotation.imageId, annotationId: annotation.id };
  if (width === 0 || height === 0) {
    losses.add('size-unknown', of);
    return null;
  }
  if (isEmpty(annotation, [height, width]) || isBeyond(annotation, [height, width])) {
    losses.add('empty', of);
    return null;
  }
  // The number of what came in a line is none that was ever stated.
  const id = own && text !== null;
  noteLeftBehind(annotation, losses, { extra: keypoints ? ['keypoints', 'num_keypoints'] : [], id });
  if (kind === 'boxes') {
    if (annotation.segmentation) losses.add('mask-as-box', of);
    const box = boxLine(annotation, image, losses);
    if (keypoints && asList(annotation.extra.keypoints).length !== 3 * keypoints.count) losses.add('no-keypoints', of);
    // Lines of one dataset of poses are all of one length.
    return keypoints ? `${box} ${keypointShares(annotation.extra, width, height, keypoints)}` : box;
  }
  const parts = partsOf(annotation);
  if (!parts) losses.add('box-as-polygon', of);
  const rings = parts
    ? withoutHoles(annotation, parts, [height, width], options.holes as HoleStyle, losses)
    : [ringOfBox(boxOf(annotation))];
  if (rings.length > 1) losses.add('parts-joined', of);
  const ring = rings.length > 1 ? joinRings(rings) : rings[0];
  if (hasFourCorners && ring.length !== 8) losses.add('other-corners', of);
  return normalised(ring, image, of, losses);
}

function boxLine(
  annotation: Annotation,
  { width, height, id: imageId }: ViewImage,
  losses: WriteContext['losses'],
): string {
  const of = { imageId, annotationId: annotation.id };
  const [x, y, w, h] = boxOf(annotation);
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  const [right, bottom] = [Math.min(width, x + w), Math.min(height, y + h)];
  if (left !== x || top !== y || right !== x + w || bottom !== y + h) losses.add('outside', of);
  const values = [
    [(left + right) / 2, width],
    [(top + bottom) / 2, height],
    [Math.max(0, right - left), width],
    [Math.max(0, bottom - top), height],
  ] as const;
  const shares = values.map(([value, side]) => shareOf(value, side));
  if (values.some(([value, side], i) => isRounded(value, shares[i], side))) losses.add('rounded', of);
  return shares.join(' ');
}

function normalised(
  ring: readonly number[],
  { width, height }: ViewImage,
  of: { imageId: number; annotationId: number },
  losses: WriteContext['losses'],
): string {
  let outside = false;
  let rounded = false;
  const text = ring.map((value, i) => {
    const side = i % 2 === 0 ? width : height;
    const cut = Math.min(side, Math.max(0, value));
    if (cut !== value) outside = true;
    const said = shareOf(cut, side);
    if (isRounded(cut, said, side)) rounded = true;
    return String(said);
  });
  if (outside) losses.add('outside', of);
  if (rounded) losses.add('rounded', of);
  return text.join(' ');
}

const isRounded = (value: number, share: number, side: number) => Math.abs(share * side - value) > 1e-9;
