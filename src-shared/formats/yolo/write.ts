/** A dataset -> YOLO label files and their data.yaml. */
import { parseDocument, stringify } from 'yaml';
import type { DatasetView, ViewAnnotation, ViewImage } from '../../dataset/view';
import { inside, uniqueNames } from '../../dataset/outputNames';
import type { Annotation } from '../../document/types';
import type { ImagePlace, OutputFile, WriteContext } from '../format';
import { joinRings } from '../joinRings';
import { asPictureName, isPictureName, stemOf } from '../names';
import { changeOf } from '../ownRecord';
import { boxOf, type HoleStyle, isBeyond, isEmpty, noteLeftBehind, partsOf, ringOfBox, withoutHoles } from '../outline';
import { classesOf, type Keypoints, keypointsIn, labelsOf } from './dataset';
import { keypointShares, shareOf } from './labels';

export type YoloKind = 'outlines' | 'boxes';

export function* writeYolo(
  view: DatasetView,
  kind: YoloKind,
  own: boolean,
  context: WriteContext,
): Generator<OutputFile> {
  const categories = view.categories();
  const isNumbered = keepsNumbers(view);
  const keepsClasses = own && isNumbered;
  const yaml = keepsClasses ? yamlTextOf(view) : null;
  const classIndex = new Map(categories.map(({ id }, index) => [id, isNumbered ? id - 1 : index]));
  const keypoints = yaml !== null && kind === 'boxes' ? keypointsIn(yaml) : null;
  const images = [...view.images()];
  const places = yoloPlaces(view, own);
  for (const [place, image] of images.entries()) {
    const { labels, renamed } = places[place];
    if (renamed) context.losses.add('image-renamed', { imageId: image.id });
    if (keepsClasses && image.untouched && image.text !== null) {
      yield { name: labels!, content: image.text };
      continue;
    }
    const lines = view.annotationsOf(image.id).flatMap((record) => {
      if (keepsClasses && record.untouched && record.text !== null) return [record.text.trim()];
      const index = classIndex.get(record.categoryId) ?? 0;
      // Only of another class: the shares stay as they are spelled.
      if (keepsClasses && saysTheSame(record)) return [record.text!.trim().replace(/^\S+/, () => String(index))];
      const line = lineOf(record, image, kind, keypoints, context);
      return line === null ? [] : [`${index} ${line}`];
    });
    // An image without objects has an empty file, or none as it came.
    if (lines.length === 0 && keepsClasses && image.text === null) continue;
    yield { name: labels!, content: lines.map((line) => `${line}\n`).join('') };
  }
  const pictures = places.map(({ picture }) => picture);
  if (yaml === null) yield { name: 'data.yaml', content: yamlOf(namesOf(categories, classIndex), pictures) };
  else yield { name: 'data.yaml', content: images.some(isMoved) ? movedYaml(yaml, pictures) : yaml };
}

const isMoved = ({ split }: ViewImage) => split !== undefined;

const yamlTextOf = (view: DatasetView) => view.parts().find(([key]) => key === 'yaml')?.[1] ?? null;

/** Where each image goes, and its labels; a dataset that stays YOLO with its classes stays where it is, unless it is split. */
export function yoloPlaces(view: DatasetView, own: boolean): ImagePlace[] {
  const images = [...view.images()];
  const yaml = own ? yamlTextOf(view) : null;
  const stays = yaml !== null && sameClasses(view.categories(), yaml);
  const wanted = wantedNames(images, stays);
  const isFixed = (place: number) => stays && !isMoved(images[place]) && images[place].text !== null;
  return uniqueNames(wanted, { byStem: true, isFixed }).map((picture, place) => ({
    picture,
    labels: labelsOf(picture),
    renamed: picture !== wanted[place] || !isPictureName(images[place].fileName),
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

function sameClasses(categories: ReturnType<DatasetView['categories']>, yaml: string): boolean {
  const classes = classesOf(yaml, 'data.yaml');
  return categories.length === classes.size && categories.every(({ id, name }) => classes.get(id - 1) === name);
}

/** Whether the numbers of its classes stay what they are: those of a data.yaml that is right, or without one any. */
function keepsNumbers(view: DatasetView): boolean {
  if (view.textFormat !== 'yolo' && view.textFormat !== 'yolo-seg') return false;
  const yaml = yamlTextOf(view);
  if (yaml !== null) return sameClasses(view.categories(), yaml);
  return view.categories().every(({ id }) => Number.isInteger(id) && id >= 1 && id <= mostClasses);
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

function yamlOf(names: ReadonlyMap<number, string>, pictures: readonly string[]): string {
  return stringify({ ...splitFolders(pictures), names });
}

function saysTheSame(record: ViewAnnotation): boolean {
  const change = changeOf(record);
  if (!change || change.redrawn || Object.keys(change.extra).length > 0) return false;
  return record.annotation.score === record.baseline!.score;
}

/** With other folders, and everything else as it was. */
function movedYaml(yaml: string, pictures: readonly string[]): string {
  const document = parseDocument(yaml);
  const { train, val, test } = splitFolders(pictures);
  for (const [key, folder] of Object.entries({ path: null, train, val, test: test ?? null })) {
    if (folder === null) document.delete(key);
    else document.set(key, folder);
  }
  return document.toString();
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
  { annotation }: ViewAnnotation,
  image: ViewImage,
  kind: YoloKind,
  keypoints: Keypoints | null,
  { losses, options }: WriteContext,
): string | null {
  const { id, imageId } = annotation;
  const { width, height } = image;
  const of = { imageId, annotationId: id };
  if (width === 0 || height === 0) {
    losses.add('size-unknown', of);
    return null;
  }
  if (isEmpty(annotation, [height, width]) || isBeyond(annotation, [height, width])) {
    losses.add('empty', of);
    return null;
  }
  noteLeftBehind(annotation, losses, { extra: keypoints ? ['keypoints', 'num_keypoints'] : [] });
  if (kind === 'boxes') {
    if (annotation.segmentation) losses.add('mask-as-box', of);
    const box = boxLine(annotation, image, losses);
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
