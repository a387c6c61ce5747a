/** ImageJ and Fiji: ROI sets as ROI Manager saves them, a zip for each image. */
import { zipSync } from 'fflate';
import type { DatasetView, ViewAnnotation, ViewImage } from '../../dataset/view';
import type { DatasetFormat, WriteContext } from '../format';
import { deepEqual } from '../../document/equal';
import { rleToSegmentation, segmentationToRle } from '../../document/segmentation';
import type { Annotation } from '../../document/types';
import { parseJson } from '../json/text';
import { boxOf, isEmpty, noteLeftBehind, partsOf } from '../outline';
import { fromBase64 } from '../png/maskPng';
import { stemPlaces } from '../stemPlaces';
import { asList, asText } from '../values';
import { nested } from './nested';
import { pictureOf, readRois, roiSets, unpackSet } from './read';
import { encodeRoi, type RoiShape } from './roi';

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
    for (const [place, image] of images.entries()) {
      if (places[place].renamed) context.losses.add('image-renamed', { imageId: image.id });
      yield { name: `${places[place].stem}.zip`, content: setOf(view, image, names, own, context) };
    }
  },
  placeImages: placesOf,
};

function placesOf(view: DatasetView) {
  return stemPlaces(view, 'imagej');
}

/** Zips that are looked into to tell whether a folder is such a dataset. */
const lookedAt = 5;

/** The same bytes for the same ROIs. */
const written = new Date(2000, 0, 1);

function setOf(
  view: DatasetView,
  image: ViewImage,
  names: ReadonlyMap<number, string>,
  own: boolean,
  context: WriteContext,
): Uint8Array {
  const files: Record<string, Uint8Array> = {};
  view.annotationsOf(image.id).forEach((record, place) => {
    const label = names.get(record.categoryId) ?? 'object';
    const kept = own && record.untouched && record.text !== null ? sourceOf(record.text) : null;
    const bytes = kept?.bytes ?? roiOf(record, image, `${label} ${place + 1}`, label, context);
    if (!bytes) return;
    // ROI Manager lists them by the order in the zip, under their own names.
    let name = kept?.name ?? `${String(place + 1).padStart(4, '0')}.roi`;
    for (let n = 2; files[name]; n++) name = name.replace(/(_\d+)?\.roi$/i, `_${n}.roi`);
    files[name] = bytes;
  });
  return zipSync(files, { mtime: written });
}

function sourceOf(text: string): { readonly name: string; readonly bytes: Uint8Array } {
  const [name, bytes] = asList(parseJson(text, '')).map((value) => asText(value) ?? '');
  return { name, bytes: fromBase64(bytes) };
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

function roiOf(
  { annotation }: ViewAnnotation,
  { width, height }: ViewImage,
  name: string,
  category: string,
  { losses }: WriteContext,
): Uint8Array | null {
  const of = { imageId: annotation.imageId, annotationId: annotation.id };
  if (isEmpty(annotation, [height, width])) {
    losses.add('empty', of);
    return null;
  }
  noteLeftBehind(annotation, losses);
  const own = partsOf(annotation);
  const parts = tellingParts(annotation, own, [height, width]);
  if (parts && !deepEqual(parts, own)) {
    if (parts.length === 0) {
      losses.add('empty', of);
      return null;
    }
    losses.add('outline-as-mask', of);
  }
  const shape: RoiShape = parts ? { kind: 'parts', parts } : { kind: 'box', box: boxOf(annotation) };
  const values = parts ? parts.flatMap(({ outer, holes }) => [outer, ...holes].flat()) : boxOf(annotation);
  if (values.some((value) => Math.fround(value) !== value)) losses.add('rounded', of);
  return encodeRoi({ name, category, shape });
}
