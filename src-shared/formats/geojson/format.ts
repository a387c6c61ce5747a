/** GeoJSON as QuPath writes it: one FeatureCollection an image, in pixels, with holes. */
import type { PolygonPart } from '../../geometry/polygon';
import type { AnnotationContent, DatasetSink } from '../../dataset/records';
import type { DatasetView, ViewAnnotation, ViewImage } from '../../dataset/view';
import { AppError } from '../../errors/appError';
import { amongOthers } from '../amongOthers';
import type { DatasetFormat, DatasetSource, WriteContext } from '../format';
import { headKeys } from '../json/head';
import { jsonElements, parseJson, rawMember, replaceMembers, withList } from '../json/text';
import { stemOf } from '../names';
import { pictureOfStem, stemPlaces } from '../stemPlaces';
import { boxOf, isEmpty, partsOf, ringOfBox } from '../outline';
import { changeOf, noteLeft, withValues } from '../ownRecord';
import { asFields, asList, asNumber, asRing, asText, pointsOf } from '../values';

export const geojsonFormat: DatasetFormat = {
  id: 'geojson',
  title: 'GeoJSON (QuPath)',
  about: 'One GeoJSON file an image with polygons, holes and parts: QuPath and other microscopy tools.',
  textsHoldMasks: true,
  extensions: ['geojson', 'json'],
  target: 'folder',
  options: [],
  losses: [
    'void-border',
    ...(['tags', 'image-fields', 'category-fields', 'supercategory', 'unused-category'] as const),
    'id',
    'score',
    'crowd',
    'attributes',
    'box-as-polygon',
    'empty',
    'image-renamed',
    'no-image-left-out',
    'no-category',
  ],
  async recognise(source) {
    const [first] = await featureFiles(source, 1);
    return first === undefined ? null : `${first} is a collection of features`;
  },
  async read(source, sink) {
    await readFeatures(source, sink);
  },
  *write(view, context) {
    const own = view.textFormat === 'geojson';
    const names = new Map(view.categories().map(({ id, name, color }) => [id, { name, color }]));
    const images = [...view.images()];
    const places = placesOf(view);
    for (const [place, image] of images.entries()) {
      if (places[place].renamed) context.losses.add('image-renamed', { imageId: image.id });
      yield { name: `${places[place].stem}.geojson`, content: fileText(view, image, names, own, context) };
    }
  },
  placeImages: placesOf,
};

function placesOf(view: DatasetView) {
  return stemPlaces(view, 'geojson');
}

/** Files that are looked into to tell whether a folder is such a dataset. */
const lookedAt = 100;

async function featureFiles(source: DatasetSource, most = Infinity): Promise<string[]> {
  const names =
    source.entry === null ? (await source.names()).filter((name) => /\.(geo)?json$/i.test(name)) : [source.entry];
  const found: string[] = [];
  // A folder of many other files is told by its first ones.
  for (const name of most === Infinity ? names : names.slice(0, lookedAt)) {
    if (found.length >= most) break;
    const head = await source.head(name);
    const keys = headKeys(head);
    if (keys?.get('features') === '[' && (keys.has('type') || /"Feature"/.test(head))) found.push(name);
  }
  return found;
}

async function readFeatures(source: DatasetSource, sink: DatasetSink): Promise<void> {
  const names = new Set(await source.names());
  const categories = new Map<string, number>();
  for (const [index, name] of (await featureFiles(source)).entries()) {
    const file = source.fullName(name);
    const text = await source.text(name);
    const json = asFields(parseJson(text, file));
    if (!json || !Array.isArray(json.features))
      throw new AppError('bad-input', `${file} has no features`, { place: { file } });
    const id = index + 1;
    const stem = stemOf(name);
    const fileName = pictureOfStem(names, stem) ?? `${stem}.png`;
    const size = await source.imageSize(fileName);
    sink.image({ id, fileName, width: size?.width ?? null, height: size?.height ?? null }, text, { file, pointer: '' });
    const texts = jsonElements(rawMember(text, 'features') ?? '[]');
    json.features.forEach((feature: unknown, place) => {
      const at = { file, pointer: `/features/${place}` };
      const skip = (message: string) =>
        sink.issue({ code: 'shape-skipped', severity: 'warning', pointer: at.pointer, message }, at);
      const fields = asFields(feature);
      const content = contentOf(feature);
      if (!fields || !content) return skip('the feature has no area: left out');
      const kind = asFields(asFields(fields.properties)?.classification);
      const label = asText(kind?.name) ?? 'object';
      let category = categories.get(label);
      if (category === undefined) {
        categories.set(label, (category = categories.size + 1));
        sink.category({ id: category, name: label, supercategory: null, color: colorOf(kind?.color) }, null, at);
      }
      sink.annotation({ id: null, imageId: id, categoryId: category, maskSize: null, content }, texts[place], at);
    });
  }
}

/** QuPath writes [r, g, b]. */
function colorOf(value: unknown): string | null {
  const parts = asList(value).map((part) => asNumber(part) ?? -1);
  if (parts.length < 3 || parts.some((part) => part < 0 || part > 255)) return null;
  return `#${parts
    .slice(0, 3)
    .map((part) => Math.round(part).toString(16).padStart(2, '0'))
    .join('')}`;
}

function contentOf(feature: unknown): AnnotationContent | null {
  const geometry = asFields(asFields(feature)?.geometry) ?? {};
  const polygons =
    geometry.type === 'Polygon'
      ? [geometry.coordinates]
      : geometry.type === 'MultiPolygon'
        ? asList(geometry.coordinates)
        : [];
  const parts = polygons.flatMap((rings): PolygonPart[] => {
    const [outer, ...holes] = asList(rings).map((ring) => opened(asRing(ring)));
    return outer && outer.length >= 6 ? [{ outer, holes: holes.filter((hole) => hole.length >= 6) }] : [];
  });
  if (parts.length === 0) return null;
  return { segmentation: { kind: 'polygons', parts }, bbox: null, area: null, isCrowd: false, score: null, extra: {} };
}

/** GeoJSON repeats the first point at the end. */
function opened(ring: number[] | null): number[] {
  if (!ring) return [];
  const last = ring.length - 2;
  return last >= 2 && ring[0] === ring[last] && ring[1] === ring[last + 1] ? ring.slice(0, last) : ring;
}

const closed = (ring: readonly number[]) => pointsOf([...ring, ring[0], ring[1]]);

/** A feature of another class: the colour is that class's. */
function classedAs(
  feature: string,
  { name, color }: { readonly name: string; readonly color?: readonly number[] },
): string {
  const properties = rawMember(feature, 'properties') ?? '{}';
  const kind = asFields(asFields(parseJson(properties, ''))?.classification);
  if ((asText(kind?.name) ?? 'object') === name) return feature;
  const said = rawMember(properties, 'classification') ?? '{}';
  const changed = withValues(said, { name, color, ...(color ? { colorRGB: undefined } : {}) });
  const set = (text: string, key: string, value: string) => replaceMembers(text, new Map([[key, value]]));
  return set(feature, 'properties', set(properties, 'classification', changed));
}

function fileText(
  view: DatasetView,
  image: ViewImage,
  names: ReadonlyMap<number, { readonly name: string; readonly color: string | null }>,
  own: boolean,
  { losses }: WriteContext,
): string {
  if (own && image.untouched && image.text !== null) return image.text;
  const written = (record: ViewAnnotation): string[] => {
    if (own && record.untouched && record.text !== null) return [record.text];
    const { annotation } = record;
    const of = { imageId: image.id, annotationId: record.id };
    const { name = 'object', color = null } = names.get(record.categoryId) ?? {};
    const rgb = color === null ? {} : { color: [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)) };
    const change = own ? changeOf(record) : null;
    if (change && !change.redrawn) {
      noteLeft(record, change, losses, {});
      return [classedAs(record.text!, { name, ...rgb })];
    }
    if (isEmpty(annotation, [image.height, image.width])) {
      losses.add('empty', of);
      return [];
    }
    noteLeft(record, change, losses, {});
    const parts = partsOf(annotation) ?? [{ outer: ringOfBox(boxOf(annotation)), holes: [] }];
    if (!annotation.segmentation) losses.add('box-as-polygon', of);
    const polygons = parts.map(({ outer, holes }) => [outer, ...holes].map(closed));
    const geometry =
      polygons.length === 1
        ? { type: 'Polygon', coordinates: polygons[0] }
        : { type: 'MultiPolygon', coordinates: polygons };
    if (change) return [withValues(classedAs(record.text!, { name, ...rgb }), { geometry })];
    const properties = { objectType: 'annotation', classification: { name, ...rgb } };
    return [JSON.stringify({ type: 'Feature', geometry, properties })];
  };
  const records = view.annotationsOf(image.id).map((record) => ({
    sources: own && record.text !== null ? [record.text] : [],
    texts: written(record),
  }));
  const source = own && image.text !== null ? jsonElements(rawMember(image.text, 'features') ?? '[]') : [];
  const features = amongOthers(source, (feature) => contentOf(parseJson(feature, '')) === null, records);
  if (own && image.text !== null) return withList(image.text, 'features', features);
  return `{"type":"FeatureCollection","features":${features.length === 0 ? '[]' : `[\n${features.join(',\n')}\n]`}}\n`;
}
