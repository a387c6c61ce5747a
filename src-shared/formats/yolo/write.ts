/** A dataset -> YOLO label files and their data.yaml. */
import { stringify } from 'yaml';
import type { DatasetView, ViewAnnotation, ViewImage } from '../../dataset/view';
import { endingOf, inside, outputStems } from '../../dataset/outputNames';
import type { Annotation } from '../../document/types';
import type { OutputFile, WriteContext } from '../format';
import {
  boxOf,
  type HoleStyle,
  isEmpty,
  joinRings,
  noteLeftBehind,
  partsOf,
  ringOfBox,
  withoutHoles,
} from '../outline';
import { classesOf, labelsOf } from './dataset';
import { share } from './labels';

export type YoloKind = 'outlines' | 'boxes';

export function* writeYolo(
  view: DatasetView,
  kind: YoloKind,
  own: boolean,
  context: WriteContext,
): Generator<OutputFile> {
  const yaml = own ? (view.parts().find(([key]) => key === 'yaml')?.[1] ?? null) : null;
  const categories = view.categories();
  const classIndex = new Map(categories.map(({ id }, index) => [id, own && yaml !== null ? id - 1 : index]));
  const keepsYaml = yaml !== null && sameClasses(categories, yaml);
  if (!keepsYaml) categories.forEach(({ id }, index) => classIndex.set(id, index));
  const images = [...view.images()];
  const stems = outputStems(images.map(({ fileName }) => fileName));
  for (const [place, image] of images.entries()) {
    const { fileName, split } = image;
    const moved = !keepsYaml || split !== undefined;
    const name = moved ? labelsOf(`${placeStem(stems[place], split)}.txt`) : labelsOf(inside(fileName));
    if (keepsYaml && image.untouched && image.text !== null) {
      yield { name, content: image.text };
      continue;
    }
    const lines = view.annotationsOf(image.id).flatMap((record) => {
      if (keepsYaml && record.untouched && record.text !== null) return [record.text.trim()];
      const line = lineOf(record, image, kind, context);
      return line === null ? [] : [`${classIndex.get(record.categoryId) ?? 0} ${line}`];
    });
    // An image without objects has an empty file, or none as it came.
    if (lines.length === 0 && keepsYaml && image.text === null) continue;
    yield { name, content: lines.map((line) => `${line}\n`).join('') };
  }
  yield { name: 'data.yaml', content: keepsYaml ? yaml : yamlOf(view, images) };
}

/** Where the image goes that has these labels. */
export function placeYoloImage(fileName: string, split: string | undefined): string {
  const name = inside(fileName);
  return `${placeStem(name.slice(0, name.length - endingOf(name).length), split)}${endingOf(name)}`;
}

/** Below `images/SPLIT/`; a dataset that has its images there already is not nested again. */
function placeStem(stem: string, split: string | undefined): string {
  const below = stem.replace(/^(.*\/)?images\//, '');
  const own = ownSplit(below);
  if (split === undefined && own !== null) return `images/${own}/${below.slice(below.indexOf('/') + 1)}`;
  return `images/${split ?? 'train'}/${below}`;
}

/** The split that the folders of an image say it is of. */
function ownSplit(below: string): string | null {
  const folder = /^(train|val|valid|test)\//.exec(below)?.[1];
  return folder === undefined ? null : folder === 'valid' ? 'val' : folder;
}

function sameClasses(categories: ReturnType<DatasetView['categories']>, yaml: string): boolean {
  const classes = classesOf(yaml, 'data.yaml');
  return categories.length === classes.size && categories.every(({ id, name }) => classes.get(id - 1) === name);
}

function yamlOf(view: DatasetView, images: readonly ViewImage[]): string {
  const splits = [...new Set(images.map(({ fileName, split }) => placeYoloImage(fileName, split).split('/')[1]))];
  const has = (split: string) =>
    splits.includes(split) ? split : splits.includes('train') ? 'train' : (splits[0] ?? 'train');
  const names = new Map(view.categories().map(({ name }, index) => [index, name]));
  const test = splits.includes('test') ? { test: 'images/test' } : {};
  return stringify({ train: `images/${has('train')}`, val: `images/${has('val')}`, ...test, names });
}

/** What follows the class; null where nothing can be said. */
function lineOf(
  { annotation }: ViewAnnotation,
  image: ViewImage,
  kind: YoloKind,
  { losses, options }: WriteContext,
): string | null {
  const { id, imageId } = annotation;
  const { width, height } = image;
  const of = { imageId, annotationId: id };
  if (width === 0 || height === 0) {
    losses.add('size-unknown', of);
    return null;
  }
  if (isEmpty(annotation, [height, width])) {
    losses.add('empty', of);
    return null;
  }
  noteLeftBehind(annotation, losses);
  if (kind === 'boxes') {
    if (annotation.segmentation) losses.add('mask-as-box', of);
    return boxLine(annotation, image, losses);
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
  if (values.some(([value, side]) => isRounded(value, side))) losses.add('rounded', of);
  return values.map(([value, side]) => share(value, side)).join(' ');
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
    if (isRounded(cut, side)) rounded = true;
    return share(cut, side);
  });
  if (outside) losses.add('outside', of);
  if (rounded) losses.add('rounded', of);
  return text.join(' ');
}

const isRounded = (value: number, side: number) => Math.abs(Number(share(value, side)) * side - value) > 1e-9;
