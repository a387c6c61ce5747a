/** ImageJ and Fiji: ROI sets as ROI Manager saves them, a zip for each image. */
import { zipSync } from 'fflate';
import { inside } from '../../dataset/outputNames';
import type { DatasetView, ViewAnnotation, ViewImage } from '../../dataset/view';
import type { DatasetFormat, WriteContext } from '../format';
import { deepEqual } from '../../document/equal';
import { rleToSegmentation, segmentationToRle } from '../../document/segmentation';
import type { Annotation } from '../../document/types';
import { boxOf, isEmpty, partsOf } from '../outline';
import { changeOf, noteLeft } from '../ownRecord';
import { type StemPlace, stemPlaces } from '../stemPlaces';
import { changedRoi } from './changedRoi';
import { nested } from './nested';
import { type RoiFile, roiOfText, setOfText } from './ownTexts';
import { labelOf, pictureOf, readRois, roiSets, unpackSet } from './read';
import { decodeRoi, encodeRoi, type RoiShape, textsIn, withCategory } from './roi';

export const imagejFormat: DatasetFormat = {
  id: 'imagej',
  title: 'ImageJ ROIs',
  about: 'A zip of ROIs for each image, with holes and parts, as ROI Manager opens and saves them: ImageJ, Fiji.',
  textsHoldMasks: true,
  extensions: ['roi'],
  target: 'folder',
  options: [],
  losses: [
    'void-border',
    ...([
      'tags',
      'image-fields',
      'category-fields',
      'supercategory',
      'unused-category',
      'id',
      'score',
      'crowd',
      'attributes',
      'rounded',
    ] as const),
    ...(['outline-as-mask', 'empty', 'image-renamed', 'no-image-left-out', 'no-category'] as const),
  ],
  async recognise(source) {
    const { zips, rois } = await roiSets(source);
    const [first] = [...rois.values()].flat();
    if (first !== undefined) return `${first} is a ROI of ImageJ`;
    // Archives are large: those are opened that are called after a picture, or as ROI Manager calls them.
    const names = new Set(await source.names());
    const likely = zips.filter((zip) => /rois?(set)?/i.test(zip) || names.has(pictureOf(names, zip)));
    for (const zip of (likely.length === 0 ? zips : likely).slice(0, lookedAt)) {
      // What cannot be read is told by whoever reads it.
      const isSet = await source.bytes(zip).then(
        (bytes) => {
          const set = unpackSet(bytes);
          // An image on which nothing is drawn has a set of none.
          return set !== null && (set.length > 0 || names.has(pictureOf(names, zip)));
        },
        () => false,
      );
      if (isSet) return `${zip} is a set of ROIs of ImageJ`;
    }
    return null;
  },
  read: readRois,
  *write(view, context) {
    const own = view.textFormat === 'imagej';
    const names = new Map(view.categories().map(({ id, name }) => [id, name]));
    const images = [...view.images()];
    const places = placesOf(view);
    const files = fileNames(images, places, own);
    for (const [place, image] of images.entries()) {
      if (places[place].renamed) context.losses.add('image-renamed', { imageId: image.id });
      yield { name: files[place], content: setOf(view, image, names, own, context) };
    }
  },
  placeImages: placesOf,
};

function placesOf(view: DatasetView) {
  return stemPlaces(view, 'imagej');
}

/** Zips that are looked into to tell whether a folder is such a dataset. */
const lookedAt = 5;

/** A zip that came keeps its name as long as its picture is found by it. */
function fileNames(images: readonly ViewImage[], places: readonly StemPlace[], own: boolean): string[] {
  const pictures = new Set(places.map(({ picture }) => picture));
  const stems = places.map(({ stem }) => `${stem}.zip`);
  const taken = new Set(stems.map((name) => name.toLowerCase()));
  return images.map(({ text }, place) => {
    const { file } = setOfText((own ? text : null) ?? '');
    const isFree = !taken.has(file.toLowerCase()) && inside(file) === file;
    if (!/\.zip$/i.test(file) || !isFree || pictureOf(pictures, file) !== places[place].picture) return stems[place];
    taken.add(file.toLowerCase());
    return file;
  });
}

/** Whoever unpacks a set is led nowhere else; other names stay, whatever signs they have. */
const leadsOut = /(^|[\\/])\.\.([\\/]|$)|^[\\/]|^[a-zA-Z]:[\\/]|\0/;

/** The same bytes for the same ROIs. */
const written = new Date(2000, 0, 1);

function setOf(
  view: DatasetView,
  image: ViewImage,
  names: ReadonlyMap<number, string>,
  own: boolean,
  context: WriteContext,
): Uint8Array {
  const { others } = setOfText((own ? image.text : null) ?? '');
  const left = new Set(others);
  const files: Record<string, Uint8Array> = {};
  const add = (wanted: string, bytes: Uint8Array) => {
    // ROI Manager lists them by the order in the zip, under their own names.
    let name = leadsOut.test(wanted) ? inside(wanted) : wanted;
    for (let n = 2; files[name]; n++) name = name.replace(/(_\d+)?\.roi$/i, `_${n}.roi`);
    files[name] = bytes;
  };
  const addOthers = (after: string | null) => {
    for (const other of others.filter((one) => one.after === after && left.delete(one))) add(other.name, other.bytes);
  };
  addOthers(null);
  view.annotationsOf(image.id).forEach((record, place) => {
    const label = names.get(record.categoryId) ?? 'object';
    const source = own && record.text !== null ? roiOfText(record.text) : null;
    const bytes =
      source && record.untouched
        ? source.bytes
        : roiOf(record, image, { name: `${label} ${place + 1}`, label, source }, context);
    if (bytes) add(source?.name ?? `${String(place + 1).padStart(4, '0')}.roi`, bytes);
    addOthers(source?.name ?? null);
  });
  // Their neighbours are gone.
  for (const { name, bytes } of left) add(name, bytes);
  return zipSync(files, { mtime: written });
}

/**
 * Its parts; where rings of a path that is filled by the odd number of them would mean others, since they overlap or touch, the
 * edges of its pixels, which never do. null: a box without a mask.
 */
function tellingParts(annotation: Annotation, own: ReturnType<typeof partsOf>, size: readonly [number, number]) {
  const { segmentation } = annotation;
  if (!own || segmentation?.kind !== 'polygons') return own;
  const rings = own.flatMap(({ outer, holes }) => [outer, ...holes]);
  if (rings.length < 2 || deepEqual(nested(rings), own)) return own;
  return partsOf({ ...annotation, segmentation: rleToSegmentation(segmentationToRle(segmentation, size)) });
}

/** `name`: of one that is new. `source`: the ROI that it came as, whose own texts and looks stay. */
function roiOf(
  record: ViewAnnotation,
  { width, height }: ViewImage,
  { name, label, source }: { readonly name: string; readonly label: string; readonly source: RoiFile | null },
  { losses }: WriteContext,
): Uint8Array | null {
  const { annotation } = record;
  const change = source ? changeOf(record) : null;
  if (isEmpty(annotation, [height, width])) {
    losses.add('empty', { imageId: annotation.imageId, annotationId: annotation.id });
    return null;
  }
  noteLeft(record, change, losses, {});
  const shape = change && !change.redrawn ? null : shapeOf(annotation, [height, width], losses);
  if (shape?.kind === 'none') return null;
  if (!source || !change) return encodeRoi({ name, category: label, shape: shape! });
  const before = labelOf(decodeRoi(source.bytes), source.name);
  const texts = textsIn(source.bytes);
  if (label === before) return shape ? changedRoi(source.bytes, { ...texts, shape }) : source.bytes;
  const isNamed = texts.name.startsWith(before);
  return changedRoi(source.bytes, {
    name: isNamed ? label + texts.name.slice(before.length) : texts.name,
    properties: withCategory(texts.properties, label),
    shape,
  });
}

function shapeOf(annotation: Annotation, size: readonly [number, number], losses: WriteContext['losses']): RoiShape {
  const of = { imageId: annotation.imageId, annotationId: annotation.id };
  const own = partsOf(annotation);
  const parts = tellingParts(annotation, own, size);
  if (parts && !deepEqual(parts, own)) {
    if (parts.length === 0) {
      losses.add('empty', of);
      return { kind: 'none', what: 'no pixel' };
    }
    losses.add('outline-as-mask', of);
  }
  const values = parts ? parts.flatMap(({ outer, holes }) => [outer, ...holes].flat()) : boxOf(annotation);
  if (values.some((value) => Math.fround(value) !== value)) losses.add('rounded', of);
  return parts ? { kind: 'parts', parts } : { kind: 'box', box: boxOf(annotation) };
}
