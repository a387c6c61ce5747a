/** A dataset -> Cityscapes: polygons in the order in which they are drawn, and the maps of classes and of objects. */
import { proxyOf } from '../../dataset/completeView';
import type { DatasetView, ViewAnnotation, ViewImage } from '../../dataset/view';
import { segmentationToRle } from '../../document/segmentation';
import { emptyMask, labelsToRaster, mapLabels, NOBODY } from '../../mask';
import { flatImage, type FlatImage, recordsWithPixels } from '../flatImage';
import type { OutputFile, WriteContext } from '../format';
import { parseJson } from '../json/text';
import { noteLeftBehind } from '../outline';
import { writeGrey16Png, writeGreyPng } from '../png/maskPng';
import { asFields, asText, pointsOf } from '../values';
import { finenessOf, placeImages } from './files';
import { labelsById, labelsByName, perClass, readLabel } from './labels';
import { type Outlines, outlinesOf } from './outlines';
import { ownPolygons } from './ownPolygons';

export function* writeCityscapes(view: DatasetView, context: WriteContext): Generator<OutputFile> {
  const own = view.textFormat === 'cityscapes';
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  const [drawn, plates] = [inTheMaps(view, names, true), inTheMaps(view, names, false)];
  const places = placeImages(view);
  const fineness = finenessOf(view);
  let place = 0;
  for (const image of view.images()) {
    const { labels, renamed } = places[place++];
    if (renamed) context.losses.add('image-renamed', { imageId: image.id });
    const flat = flatImage(drawn, image, context);
    if (!flat) {
      recordsWithPixels(plates, image, context);
      continue;
    }
    const seen = flat.records.filter((_, at) => flat.visible[at] > 0);
    const above = recordsWithPixels(plates, image, context) ?? [];
    for (const { annotation, text: source } of above) {
      noteLeftBehind(annotation, context.losses, { id: own && source !== null });
      // Who reads the maps finds no plates.
      if (!own || source === null)
        context.losses.add('class-unknown', { imageId: image.id, annotationId: annotation.id });
    }
    const isKept = own && image.untouched && image.text !== '{}';
    const text = isKept && flat.records.every((one) => isCalledAsBefore(one, names)) ? image.text : null;
    const known = new Set([...flat.records, ...above].map(({ id }) => id));
    const others = view.annotationsOf(image.id).filter(({ id, text: source }) => source !== null && !known.has(id));
    yield {
      name: `${labels}_${fineness}_polygons.json`,
      content:
        text ??
        (own && image.text !== null && image.text !== '{}'
          ? changedText(image.text, { flat, above, others }, names, context)
          : polygonsText(image, [...seen, ...above], names, context)),
    };
    const { width, height } = image;
    const { classes, objects } = valuesOf(flat, names, own, context);
    const raster = <T extends Uint8Array | Uint16Array>(values: readonly number[], into: T): T =>
      labelsToRaster(
        mapLabels(flat.view.map, (owner) => (owner === NOBODY ? 0 : values[owner])),
        into,
      );
    yield {
      name: `${labels}_${fineness}_labelIds.png`,
      content: () => writeGreyPng(raster(classes, new Uint8Array(width * height)), width, height),
    };
    yield {
      name: `${labels}_${fineness}_instanceIds.png`,
      content: () => writeGrey16Png(raster(objects, new Uint16Array(width * height)), width, height),
    };
  }
}

/** What is drawn into the maps, or what never is: the car below a plate has its pixels. */
function inTheMaps(view: DatasetView, names: ReadonlyMap<number, string>, isWanted: boolean): DatasetView {
  const isDrawn = (categoryId: number) => (labelsByName.get(names.get(categoryId) ?? '')?.id ?? 0) >= 0;
  // What is stuff is the format's to say.
  const categories = view.categories().map((category) => {
    const label = labelsByName.get(category.name);
    return label ? { ...category, isThing: label.hasInstances } : category;
  });
  return {
    ...proxyOf(view),
    categories: () => categories,
    annotationsOf: (imageId) =>
      view.annotationsOf(imageId).filter(({ categoryId }) => isDrawn(categoryId) === isWanted),
  };
}

/** Whether its category still has the name that its text, an object or a number of the map, came with. */
function isCalledAsBefore({ text, categoryId }: ViewAnnotation, names: ReadonlyMap<number, string>): boolean {
  if (text === null) return false;
  const said = parseJson(text, '');
  const label = asText(asFields(said)?.label);
  const number = typeof said !== 'number' ? null : said >= perClass ? Math.floor(said / perClass) : said;
  const before = label !== null ? readLabel(label).name : (labelsById.get(number!)?.name ?? `class ${number}`);
  return names.get(categoryId) === before;
}

/** Of each owner its value in the map of classes, and in that of objects. */
function valuesOf(
  { records, visible }: FlatImage,
  names: ReadonlyMap<number, string>,
  own: boolean,
  { losses }: WriteContext,
): { readonly classes: readonly number[]; readonly objects: readonly number[] } {
  const isNumber = (text: string | null) => own && text !== null && /^\d+$/.test(text);
  const taken = new Set(records.flatMap(({ text }) => (isNumber(text) ? [Number(text)] : [])));
  const next = new Map<number, number>();
  const classes: number[] = [];
  const told = new Set<number>();
  const objects = records.map((record, place) => {
    const { name, isGroup } = readLabel(names.get(record.categoryId) ?? '');
    const label = labelsByName.get(name);
    classes.push(label?.id ?? 0);
    const of = { imageId: record.imageId, annotationId: record.id };
    if (visible[place] > 0)
      noteLeftBehind(record.annotation, losses, { crowd: label?.hasInstances, id: own && record.text !== null });
    if (!label) {
      losses.add('class-unknown', of);
      return 0;
    }
    if (!label.hasInstances || isGroup || record.annotation.isCrowd) return label.id;
    const first = label.id * perClass;
    const before = isNumber(record.text) ? Number(record.text) : 0;
    if (before >= first && before < first + perClass) return before;
    let number = next.get(label.id) ?? first;
    while (taken.has(number)) number++;
    next.set(label.id, number + 1);
    if (number < first + perClass) return number;
    // No number is left.
    losses.add('instances-joined', of);
    told.add(place);
    return label.id;
  });
  const isSeen = (at: number) => visible[at] > 0 && objects[at] > 0 && objects[at] < perClass;
  // Of stuff and of groups there is one number a class.
  const counts = new Map<number, number>();
  objects.forEach((value, at) => isSeen(at) && counts.set(value, (counts.get(value) ?? 0) + 1));
  objects.forEach((value, at) => {
    const { imageId, id: annotationId } = records[at];
    if (isSeen(at) && counts.get(value)! > 1 && !told.has(at))
      losses.add('instances-joined', { imageId, annotationId });
  });
  return { classes, objects };
}

/** The file that the image came with, as its annotations are now. `others`: those without pixels that came with it. */
function changedText(
  text: string,
  { flat, above, others }: { flat: FlatImage; above: readonly ViewAnnotation[]; others: readonly ViewAnnotation[] },
  names: ReadonlyMap<number, string>,
  { losses }: WriteContext,
): string {
  const { size } = flat;
  const now = [...flat.records, ...above, ...others].map((record) => {
    const { segmentation } = record.annotation;
    const mask = segmentation ? segmentationToRle(segmentation, size) : emptyMask(...size);
    return { record, label: labelOf(record, names), mask };
  });
  const changed = ownPolygons({ text, size, now, wanted: flat.view.map });
  for (const [at, outlines] of changed.redrawn) noteOutlines(outlines, now[at].record, names, losses);
  return changed.text;
}

function labelOf({ annotation, categoryId }: ViewAnnotation, names: ReadonlyMap<number, string>): string {
  const name = names.get(categoryId) ?? '';
  return annotation.isCrowd && labelsByName.get(name)?.hasInstances ? `${name}group` : name;
}

function noteOutlines(
  { rings, isKeyholed, isFilled, isExact }: Outlines,
  { annotation, categoryId }: ViewAnnotation,
  names: ReadonlyMap<number, string>,
  losses: WriteContext['losses'],
): void {
  const of = { imageId: annotation.imageId, annotationId: annotation.id };
  if (readLabel(names.get(categoryId) ?? '').isGroup) losses.add('as-group', of);
  if (rings.length > 1) losses.add('parts-split', of);
  if (isKeyholed) losses.add('holes-keyholed', of);
  if (isFilled) losses.add('holes-filled', of);
  if (!isFilled && !isExact) losses.add('inexact-outline', of);
}

/** Those that are seen, the lowest first, and the plates above all; each part is an object of its own. */
function polygonsText(
  { width, height }: ViewImage,
  records: readonly ViewAnnotation[],
  names: ReadonlyMap<number, string>,
  { losses }: WriteContext,
): string {
  const size = [height, width] as const;
  const objects = records.flatMap((record) => {
    const outlines = outlinesOf(segmentationToRle(record.annotation.segmentation!, size), size);
    noteOutlines(outlines, record, names, losses);
    const label = labelOf(record, names);
    return outlines.rings.map((ring) => JSON.stringify({ label, polygon: pointsOf(ring) }));
  });
  return `{"imgHeight": ${height}, "imgWidth": ${width}, "objects": [${objects.join(', ')}]}`;
}
