/** A dataset -> Cityscapes: polygons in the order in which they are drawn, and the maps of classes and of objects. */
import { proxyOf } from '../../dataset/completeView';
import type { DatasetView, ViewImage } from '../../dataset/view';
import { labelsToRaster, mapLabels, NOBODY } from '../../mask';
import { flatImage, type FlatImage } from '../flatImage';
import type { OutputFile, WriteContext } from '../format';
import { noteLeftBehind, partsOf, withoutHoles } from '../outline';
import { writeGrey16Png, writeGreyPng } from '../png/maskPng';
import { pointsOf } from '../values';
import { placeImages } from './files';
import { labelsByName, perClass } from './labels';

export function* writeCityscapes(view: DatasetView, context: WriteContext): Generator<OutputFile> {
  const own = view.textFormat === 'cityscapes';
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  const drawn = inTheMaps(view, names);
  const places = placeImages(view);
  let place = 0;
  for (const image of view.images()) {
    const { labels, renamed } = places[place++];
    if (renamed) context.losses.add('image-renamed', { imageId: image.id });
    const flat = flatImage(drawn, image, context);
    if (!flat) continue;
    const text = own && image.untouched && image.text !== '{}' ? image.text : null;
    yield { name: `${labels}_gtFine_polygons.json`, content: text ?? polygonsText(image, flat, names, context) };
    const { width, height } = image;
    const { classes, objects } = valuesOf(flat, names, own, context);
    const raster = <T extends Uint8Array | Uint16Array>(values: readonly number[], into: T): T =>
      labelsToRaster(
        mapLabels(flat.view.map, (owner) => (owner === NOBODY ? 0 : values[owner])),
        into,
      );
    yield {
      name: `${labels}_gtFine_labelIds.png`,
      content: () => writeGreyPng(raster(classes, new Uint8Array(width * height)), width, height),
    };
    yield {
      name: `${labels}_gtFine_instanceIds.png`,
      content: () => writeGrey16Png(raster(objects, new Uint16Array(width * height)), width, height),
    };
  }
}

/** Without what is never drawn: the car below a plate has its pixels. */
function inTheMaps(view: DatasetView, names: ReadonlyMap<number, string>): DatasetView {
  const isDrawn = (categoryId: number) => (labelsByName.get(names.get(categoryId) ?? '')?.id ?? 0) >= 0;
  // What is stuff is the format's to say.
  const categories = view.categories().map((category) => {
    const label = labelsByName.get(category.name);
    return label ? { ...category, isThing: label.hasInstances } : category;
  });
  return {
    ...proxyOf(view),
    categories: () => categories,
    annotationsOf: (imageId) => view.annotationsOf(imageId).filter(({ categoryId }) => isDrawn(categoryId)),
  };
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
  const objects = records.map((record, place) => {
    const label = labelsByName.get(names.get(record.categoryId) ?? '');
    classes.push(label?.id ?? 0);
    const of = { imageId: record.imageId, annotationId: record.id };
    if (visible[place] > 0)
      noteLeftBehind(record.annotation, losses, { crowd: label?.hasInstances, id: isNumber(record.text) });
    if (!label) {
      losses.add('class-unknown', of);
      return 0;
    }
    if (!label.hasInstances || record.annotation.isCrowd) return label.id;
    const first = label.id * perClass;
    const before = isNumber(record.text) ? Number(record.text) : 0;
    if (before >= first && before < first + perClass) return before;
    let number = next.get(label.id) ?? first;
    while (taken.has(number)) number++;
    next.set(label.id, number + 1);
    if (number < first + perClass) return number;
    losses.add('instances-joined', of);
    return label.id;
  });
  return { classes, objects };
}

/** Those that are seen, the lowest first; each part is an object of its own. */
function polygonsText(
  { width, height }: ViewImage,
  { records, visible, size }: FlatImage,
  names: ReadonlyMap<number, string>,
  context: WriteContext,
): string {
  const objects = records.flatMap(({ annotation, categoryId }, place) => {
    if (visible[place] === 0) return [];
    const name = names.get(categoryId) ?? '';
    const label = annotation.isCrowd && labelsByName.get(name)?.hasInstances ? `${name}group` : name;
    const parts = partsOf(annotation) ?? [];
    if (parts.length > 1)
      context.losses.add('parts-split', { imageId: annotation.imageId, annotationId: annotation.id });
    const rings = withoutHoles(annotation, parts, size, 'fill', context.losses);
    return rings.map((ring) => JSON.stringify({ label, polygon: pointsOf(ring) }));
  });
  return `{"imgHeight": ${height}, "imgWidth": ${width}, "objects": [${objects.join(', ')}]}`;
}
