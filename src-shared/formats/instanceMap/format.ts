/** Instance maps: a PNG an image whose pixels are the numbers of its objects, and a list that says what each is. */
import type { DatasetSink, IdRef } from '../../dataset/records';
import type { DatasetView, ViewImage } from '../../dataset/view';
import { categoryColors } from '../../document/palette';
import { rleToSegmentation } from '../../document/segmentation';
import { labelsFromRaster, labelsToRaster, mapLabels, masksByLabel, NOBODY } from '../../mask';
import { flatImage, type FlatImage } from '../flatImage';
import type { DatasetFormat, DatasetSource, FormatOptions, OutputFile, WriteContext } from '../format';
import { parseJson } from '../json/text';
import { mapFolderOf, noteOthers, recogniseTiffObjects, withoutFolder } from '../labelMap/files';
import { resizeOption } from '../labelMap/read';
import { readSizedMap } from '../labelMap/values';
import { mapPlaces } from '../labelMap/write';
import { baseOf, isMapName } from '../names';
import { noteLeftBehind } from '../outline';
import { writeGrey16Png } from '../png/maskPng';
import { asFields, asList, asNumber, asText, type Fields } from '../values';

const id = 'instance-map';

/** Numbers that 16 bits hold beside 0, which is nobody's. */
const mostObjects = 65535;

export const instanceMapFormat: DatasetFormat = {
  id,
  title: 'Instance maps',
  about:
    'A 16-bit PNG for each image in which every number above 0 is an object, with a list of their categories: Cellpose, StarDist, ImageJ and scripts. Maps that are TIFFs of whole numbers are read too, and written as PNG.',
  extensions: [],
  target: 'folder',
  statesNumbers: true,
  options: [],
  readOptions: [resizeOption],
  keeps: { unused: true, supercategories: true, outlines: false },
  losses: [
    'void-border',
    ...([
      'overlap',
      'outline-as-mask',
      'covered',
      'too-many-objects',
      'id',
      'score',
      'attributes',
      'tags',
      'image-fields',
      'category-fields',
    ] as const),
    ...([
      'box-left-out',
      'empty',
      'other-size',
      'size-unknown',
      'image-renamed',
      'no-image-left-out',
      'no-category',
    ] as const),
  ],
  async recognise(source) {
    if (source.entry !== null) return null;
    const names = await source.names();
    const cellpose = names.filter((name) => /_cp_masks\.(png|tiff?)$/i.test(name));
    if (cellpose.length > 0) return `${cellpose[0]} is called as Cellpose calls its masks`;
    const list = await listFile(source);
    if (list === null) return recogniseTiffObjects(source);
    // Of a dataset without images it is the only file.
    return names.length > 1 && !names.some(isMapName) ? null : `${list} lists the objects of its maps`;
  },
  read: readInstanceMaps,
  write: writeInstanceMaps,
  placeImages: (view) => mapPlaces(view, id, 'instances'),
};

async function listFile(source: DatasetSource): Promise<string | null> {
  for (const name of await source.names()) {
    if (baseOf(name) === 'objects.json' && (await source.head(name)).includes('"maps"')) return name;
  }
  return null;
}

/** What nothing else is said of. */
export const plainObject = { id: 1, name: 'object', supercategory: null };

async function readInstanceMaps(source: DatasetSource, sink: DatasetSink, options: FormatOptions = {}): Promise<void> {
  const file = await listFile(source);
  const list = file === null ? null : asFields(parseJson(await source.text(file), source.fullName(file)));
  const known = addCategories(sink, list);
  const said = asFields(list?.maps) ?? {};
  const order = new Map(Object.keys(said).map((name, place) => [name, place]));
  const placeOf = (name: string) => order.get(name) ?? order.size;
  const { maps: found, others } = await mapFolderOf(source);
  noteOthers(others, source, sink);
  // Those of the list in its order.
  const maps = [...found].sort((a, b) => placeOf(a.name) - placeOf(b.name));
  for (const [index, { name, picture }] of maps.entries()) {
    const at = { file: source.fullName(name), pointer: '' };
    const map = await readSizedMap({ source, sink, at, isFitted: options.resize === 'nearest' }, name, picture);
    const { width, height } = map;
    const imageId = index + 1;
    sink.image({ id: imageId, fileName: picture ?? withoutFolder(name), width, height }, name, at);
    const objects = new Map(asList(said[name]).map((entry) => [asNumber(asFields(entry)?.id), asFields(entry)]));
    const masks = [...masksByLabel(labelsFromRaster(map.values, height, width))].sort(([a], [b]) => a - b);
    for (const [value, mask] of masks) {
      if (value === 0) continue;
      const object = objects.get(value) ?? null;
      const content = {
        segmentation: rleToSegmentation(mask),
        bbox: null,
        area: null,
        isCrowd: object?.iscrowd === 1,
        score: null,
        extra: {},
      };
      const categoryId = known(asNumber(object?.category_id));
      sink.annotation({ id: null, imageId, categoryId, maskSize: null, content }, String(value), at);
    }
  }
}

/** The category's id, or that of a plain object, which is added when it is needed first. */
function addCategories(sink: DatasetSink, list: Fields | null): (id: number | null) => IdRef {
  const known = new Set<number>();
  for (const entry of asList(list?.categories)) {
    const one = asFields(entry);
    const [number, name] = [asNumber(one?.id), asText(one?.name)];
    if (number === null || name === null || known.has(number)) continue;
    known.add(number);
    const isThing = asNumber(one?.isthing);
    const more = isThing === null ? {} : { isThing: isThing !== 0 };
    const record = { id: number, name, supercategory: asText(one?.supercategory), color: asText(one?.color), ...more };
    sink.category(record, null, { pointer: `category ${number}` });
  }
  let plain: IdRef | null = null;
  return (number) => {
    if (number !== null && known.has(number)) return number;
    if (plain === null) {
      plain = known.has(plainObject.id) ? '"object"' : plainObject.id;
      sink.category({ ...plainObject, id: plain }, null, { pointer: 'category object' });
    }
    return plain;
  };
}

function* writeInstanceMaps(view: DatasetView, context: WriteContext): Generator<OutputFile> {
  const places = mapPlaces(view, id, 'instances');
  const lists: string[] = [];
  let place = 0;
  for (const image of view.images()) {
    const { renamed, labels } = places[place++];
    const name = labels!;
    if (renamed) context.losses.add('image-renamed', { imageId: image.id });
    const flat = flatImage(view, image, context);
    if (!flat) continue;
    const numbers = numbersOf(flat, view.textFormat === id, context);
    yield { name, content: () => pngOf(image, flat, numbers) };
    const objects = flat.records.flatMap(({ annotation, categoryId }, at) => {
      if (numbers[at] === 0) return [];
      noteLeftBehind(annotation, context.losses, { crowd: true });
      return [{ id: numbers[at], category_id: categoryId, ...(annotation.isCrowd ? { iscrowd: 1 } : {}) }];
    });
    lists.push(`${JSON.stringify(name)}: ${JSON.stringify(objects)}`);
  }
  const colors = categoryColors(
    view.categories().map(({ id: own, color }, position) => ({ id: own, color, position })),
  );
  const categories = view.categories().map(({ id: own, name, supercategory, isThing }) => {
    return JSON.stringify({ id: own, name, supercategory, color: colors.get(own), isthing: isThing === false ? 0 : 1 });
  });
  const text = `{\n"categories": [\n${categories.join(',\n')}\n],\n"maps": {\n${lists.join(',\n')}\n}\n}\n`;
  yield { name: 'objects.json', content: text };
}

/** Those that came keep theirs where 16 bits hold it, others get the next; 0: no pixel, or no number left. */
function numbersOf({ records, visible }: FlatImage, own: boolean, { losses }: WriteContext): number[] {
  const before = records.map(({ text }) => {
    const number = own && text !== null && /^\d{1,10}$/.test(text) ? Number(text) : 0;
    return number <= mostObjects ? number : 0;
  });
  const taken = new Set(before);
  let next = 1;
  return records.map(({ imageId, id: annotationId }, place) => {
    if (visible[place] === 0) return 0;
    if (before[place] > 0) return before[place];
    while (taken.has(next)) next++;
    if (next <= mostObjects) return next++;
    losses.add('too-many-objects', { imageId, annotationId });
    return 0;
  });
}

function pngOf({ width, height }: ViewImage, { view }: FlatImage, numbers: readonly number[]): Uint8Array {
  const runs = mapLabels(view.map, (owner) => (owner === NOBODY ? 0 : numbers[owner]));
  return writeGrey16Png(labelsToRaster(runs, new Uint16Array(width * height)), width, height);
}
