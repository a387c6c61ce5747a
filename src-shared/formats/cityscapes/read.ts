/** Cityscapes -> records: objects from the maps of numbers, which have no overlaps and holes as they are, or from the polygons. */
import type { AnnotationContent, DatasetSink, IdRef, SourcePlace } from '../../dataset/records';
import { splitOfName } from '../names';
import { rleToSegmentation } from '../../document/segmentation';
import { AppError } from '../../errors/appError';
import { labelsFromRaster, masksByLabel, merge, type Rle, subtract } from '../../mask';
import type { DatasetSource, FormatOption, FormatOptions } from '../format';
import { jsonElements, parseJson, rawMember } from '../json/text';
import { resizeOption } from '../labelMap/read';
import { readSizedMap } from '../labelMap/values';
import { asFields, asList, asRing, asSide, asText } from '../values';
import { drawnPolygon } from './drawn';
import { type CityImage, cityImages, finenessKey, pictureStem } from './files';
import { labelsById, labelsByName, perClass, readLabel } from './labels';

export const readOptions: readonly FormatOption[] = [
  {
    name: 'objects',
    title: 'Objects from',
    choices: [
      { value: 'auto', title: 'The maps, where they say all that the polygons say' },
      { value: 'maps', title: 'The maps' },
      { value: 'polygons', title: 'The polygons' },
    ],
    default: 'auto',
  },
  resizeOption,
];

export async function readCityscapes(
  source: DatasetSource,
  sink: DatasetSink,
  options: FormatOptions = {},
): Promise<void> {
  const images = await cityImages(source);
  if (images.length === 0) {
    throw new AppError('bad-input', `${source.path} has no files of Cityscapes`, {
      place: { file: source.path },
      hint: 'they end in _gtFine_polygons.json, _gtFine_labelIds.png or _gtFine_instanceIds.png',
    });
  }
  if (images.every(({ fineness }) => fineness === 'gtCoarse')) sink.part(finenessKey, 'gtCoarse');
  const categories = new Categories(sink);
  for (const [index, image] of images.entries())
    await readImage({ source, sink, categories, options }, image, index + 1);
}

interface Reading {
  readonly source: DatasetSource;
  readonly sink: DatasetSink;
  readonly categories: Categories;
  readonly options: FormatOptions;
}

async function readImage(reading: Reading, image: CityImage, id: number): Promise<void> {
  const { source, sink, options } = reading;
  const { polygons, picture } = image;
  const fileName = picture ?? `${pictureStem(image.stem)}_leftImg8bit.png`;
  const text = polygons === null ? null : await source.text(polygons);
  const split = splitOfName(polygons ?? image.instanceIds ?? image.labelIds ?? fileName);
  const objects = polygons === null || text === null ? null : objectsOf(text, source.fullName(polygons));
  const map = image.instanceIds ?? image.labelIds;
  const { objects: from = 'auto' } = options;
  const isKnown = !objects || objects.list.every(({ label }) => labelsByName.has(readLabel(label).name));
  if (objects && (from === 'polygons' || map === null || (from === 'auto' && !isKnown))) {
    const at = { file: source.fullName(polygons!), pointer: '' };
    const size = await sizeOf(reading, picture, objects);
    sink.image({ id, fileName, ...size, split }, text, at);
    addPolygons(reading, objects.list, { id, file: at.file, size });
  } else if (map !== null) await addMap(reading, map, { id, fileName, picture, text, split });
}

/** What the file says, else the picture. */
async function sizeOf({ source }: Reading, picture: string | null, { width, height }: Objects) {
  if (width !== null && height !== null) return { width, height };
  const found = picture === null ? null : await source.imageSize(picture);
  return found ? { width: found.width, height: found.height } : { width: null, height: null };
}

async function addMap(
  { source, sink, categories, options }: Reading,
  name: string,
  {
    id,
    fileName,
    picture,
    text,
    split,
  }: { id: number; fileName: string; picture: string | null; text: string | null; split: string | null },
): Promise<void> {
  const file = source.fullName(name);
  const at = { file, pointer: '' };
  const map = await readSizedMap({ source, sink, at, isFitted: options.resize === 'nearest' }, name, picture);
  sink.image({ id, fileName, width: map.width, height: map.height, split }, text ?? '{}', at);
  const hasInstances = name.endsWith('instanceIds.png');
  for (const [value, mask] of masksByLabel(labelsFromRaster(map.values, map.height, map.width))) {
    const isObject = value >= perClass;
    const number = isObject ? Math.floor(value / perClass) : value;
    if (number === 0) continue;
    const label = labelsById.get(number);
    const categoryId = categories.take(label?.name ?? `class ${number}`, at);
    if (!label) {
      const message = `class ${number} is none of Cityscapes': it is called "class ${number}"`;
      sink.issue({ code: 'class-unknown', severity: 'warning', pointer: '', message }, at);
    }
    const isCrowd = hasInstances && !isObject && label?.hasInstances === true;
    const record = { id: null, imageId: id, categoryId, maskSize: null, content: contentOf(mask, isCrowd) };
    sink.annotation(record, String(value), at);
  }
}

const contentOf = (mask: Rle, isCrowd: boolean): AnnotationContent => ({
  segmentation: rleToSegmentation(mask),
  bbox: null,
  area: null,
  isCrowd,
  score: null,
  extra: {},
});

interface CityObject {
  readonly label: string;
  readonly ring: readonly number[];
  readonly text: string;
  readonly pointer: string;
}

interface Objects {
  readonly width: number | null;
  readonly height: number | null;
  readonly list: readonly CityObject[];
}

/** Deleted ones, and those without area, are passed. Throws `bad-input` for another file. */
function objectsOf(text: string, file: string): Objects {
  const json = asFields(parseJson(text, file));
  if (!json || !Array.isArray(json.objects))
    throw new AppError('bad-input', `${file} has no list of objects`, { place: { file } });
  const texts = jsonElements(rawMember(text, 'objects') ?? '[]');
  const list = asList(json.objects).flatMap((entry, place): CityObject[] => {
    const object = asFields(entry);
    const [label, ring] = [asText(object?.label), asRing(object?.polygon)];
    if (label === null || ring === null || ring.length < 6 || object?.deleted) return [];
    return [{ label, ring, text: texts[place], pointer: `/objects/${place}` }];
  });
  return { width: asSide(json.imgWidth), height: asSide(json.imgHeight), list };
}

/**
 * Masks, as the tools draw them: the outline's pixels belong to the object, which no polygon of ours says. Later objects lie on
 * top here, whatever they are; in the flat view stuff lies below things. So things lose what later stuff covers. Where nobody
 * knows the size of the image they stay polygons.
 */
function addPolygons(
  { sink, categories }: Reading,
  objects: readonly CityObject[],
  {
    id,
    file,
    size: { width, height },
  }: { id: number; file: string; size: { width: number | null; height: number | null } },
): void {
  let above: Rle | null = null;
  const contents = [...objects].reverse().map(({ label, ring }): AnnotationContent => {
    const { name, isGroup } = readLabel(label);
    if (width === null || height === null) {
      const segmentation = { kind: 'polygons' as const, parts: [{ outer: ring, holes: [] }] };
      return { segmentation, bbox: null, area: null, isCrowd: isGroup, score: null, extra: {} };
    }
    const mask = drawnPolygon(ring, [height, width]);
    const known = labelsByName.get(name);
    if (known?.hasInstances !== false) return contentOf(above ? subtract(mask, above) : mask, isGroup);
    // The plates lie on their cars, and are drawn into no map.
    if (known.id > 0) above = above ? merge([above, mask]) : mask;
    return contentOf(mask, isGroup);
  });
  contents.reverse();
  objects.forEach(({ label, text, pointer }, place) => {
    const at = { file, pointer };
    const categoryId = categories.take(readLabel(label).name, at);
    sink.annotation({ id: null, imageId: id, categoryId, maskSize: null, content: contents[place] }, text, at);
  });
}

/** As they occur; those of Cityscapes with its numbers. */
class Categories {
  readonly #sink: DatasetSink;
  readonly #ids = new Map<string, IdRef>();

  constructor(sink: DatasetSink) {
    this.#sink = sink;
  }

  take(name: string, at: SourcePlace): IdRef {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const label = labelsByName.get(name);
    const id = label?.id ?? JSON.stringify(name);
    this.#ids.set(name, id);
    const more = label && { color: label.color, isThing: label.hasInstances };
    this.#sink.category({ id, name, supercategory: label?.group ?? null, ...more }, null, at);
    return id;
  }
}
