/** A dataset -> VIA's regions. */
import { segmentationToRle } from '../../document/segmentation';
import type { DatasetView, ViewAnnotation, ViewImage } from '../../dataset/view';
import { inside, losesSigns } from '../../dataset/outputNames';
import { amongOthers, type WrittenRecord } from '../amongOthers';
import type { WriteContext } from '../format';
import { jsonMembers, parseJson, rawMember, replaceMembers, withList } from '../json/text';
import { withElements } from '../json/wholeFile';
import { boxOf, type HoleStyle, isEmpty, partsOf, withoutHoles } from '../outline';
import { ownParts } from '../ownParts';
import { changeOf, noteLeft, withValues } from '../ownRecord';
import { asFields, asList, type Fields } from '../values';
import { contentOf, imagesSpan, labelOf, nameOfAttribute, regionsOf, textsOfRegions } from './read';

export function writeVia(view: DatasetView, context: WriteContext): string {
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  const own = ownParts(view, 'via').get('file') ?? null;
  if (own !== null) {
    const [start, end] = imagesSpan(own);
    const members = jsonMembers(own.slice(start, end));
    const keys = newKeys(
      view,
      members.map(({ key }) => key),
    );
    const attribute = nameOfAttribute(asFields(parseJson(own, ''))!, asFields(parseJson(own.slice(start, end), ''))!);
    // Of keys that come twice nobody knows which is meant.
    const isPlain = new Set(members.map(({ key }) => key)).size === members.length;
    const written = withElements(own, view, {
      spans: isPlain ? members.map(({ keyStart, valueEnd }) => [start + keyStart, start + valueEnd] as const) : [],
      rewrite: (image, member) => {
        const { valueStart } = jsonMembers(`{${member}}`)[0];
        const element = member.slice(valueStart - 1);
        const regions = amongOthers(
          textsOfRegions(element),
          (region) => contentOf(parseJson(region, ''), attribute) === null,
          regionsText(view, image, names, attribute ?? 'category', true, context),
        );
        return member.slice(0, valueStart - 1) + withList(element, 'regions', regions);
      },
      render: (image) => imageText(view, image, keys.get(image.id)!, names, attribute ?? 'category', context),
    });
    if (written !== null) {
      const listed = withImageList(
        written,
        members.map(({ key }) => key),
      );
      return withOptions(listed, own, attribute, new Set(names.values()));
    }
  }
  const keys = newKeys(view);
  const images = [...view.images()].map((image) =>
    imageText(view, image, keys.get(image.id)!, names, 'category', context),
  );
  const options = Object.fromEntries([...names.values()].map((name) => [name, '']));
  const attributes = {
    region: { category: { type: 'dropdown', description: '', options, default_options: {} } },
    file: {},
  };
  const ids = [...keys.values()].map(({ key }) => key);
  return (
    `{"_via_settings":${JSON.stringify(settings(view.name))},"_via_img_metadata":{${images.join(',')}},` +
    `"_via_attributes":${JSON.stringify(attributes)},"_via_data_format_version":"2.0.10","_via_image_id_list":${JSON.stringify(ids)}}`
  );
}

interface NewKey {
  readonly key: string;
  readonly size: number;
}

/** Of each image, were it new: the name with the size of the file, which nobody knows; images of one name are told apart by it. */
function newKeys(view: DatasetView, taken: readonly string[] = []): ReadonlyMap<number, NewKey> {
  const known = new Set(taken);
  const keyOf = ({ fileName }: ViewImage): NewKey => {
    for (let size = -1; ; size--) {
      const key = `${inside(fileName)}${size}`;
      if (known.has(key)) continue;
      known.add(key);
      return { key, size };
    }
  };
  return new Map(Array.from(view.images(), (image) => [image.id, keyOf(image)] as const));
}

/** A new image: its key and its value. */
function imageText(
  view: DatasetView,
  image: ViewImage,
  { key, size }: NewKey,
  names: ReadonlyMap<number, string>,
  attribute: string,
  context: WriteContext,
): string {
  if (losesSigns(image.fileName)) context.losses.add('image-renamed', { imageId: image.id });
  const regions = regionsText(view, image, names, attribute, false, context).flatMap(({ texts }) => texts);
  return `${JSON.stringify(key)}:{"filename":${JSON.stringify(inside(image.fileName))},"size":${size},"regions":[${regions.join(',')}],"file_attributes":{}}`;
}

/** The order of images, where the file has it: without those that are gone, and with the new ones; `before`: their keys. */
function withImageList(text: string, before: readonly string[]): string {
  const list = asList(parseJson(rawMember(text, '_via_image_id_list') ?? '[]', ''));
  const now = jsonMembers(text.slice(...imagesSpan(text))).map(({ key }) => key);
  if (list.length === 0 || (now.length === before.length && now.every((key, index) => key === before[index])))
    return text;
  const [had, has] = [new Set(before), new Set(now)];
  const ids = [...list.filter((id) => typeof id !== 'string' || has.has(id)), ...now.filter((key) => !had.has(key))];
  return replaceMembers(text, new Map([['_via_image_id_list', JSON.stringify(ids)]]));
}

/** Every label of a region in the file. */
function labelsIn(text: string, attribute: string): Set<string> {
  const [start, end] = imagesSpan(text);
  const images = Object.values(asFields(parseJson(text.slice(start, end), '')) ?? {}).map(asFields);
  const regions = images.flatMap((image) => (image ? regionsOf(image) : []));
  return new Set(
    regions.flatMap((region) => labelOf(asFields(asFields(region)?.region_attributes)?.[attribute]) ?? []),
  );
}

/** What can be chosen for a region: names that objects had before and have no more go, new ones come. */
function withOptions(text: string, before: string, attribute: string | null, names: ReadonlySet<string>): string {
  const attributes = rawMember(text, '_via_attributes');
  const region = attributes && rawMember(attributes, 'region');
  const entry = region && attribute !== null ? rawMember(region, attribute) : null;
  const options = entry?.startsWith('{') ? rawMember(entry, 'options') : null;
  if (!attributes || !region || attribute === null || !entry || !options?.startsWith('{')) return text;
  const used = labelsIn(before, attribute);
  const offered = new Set(jsonMembers(options).map(({ key }) => key));
  const changes = new Map<string, string | null>();
  for (const name of offered) if (used.has(name) && !names.has(name)) changes.set(name, null);
  for (const name of names) if (!offered.has(name) && !used.has(name)) changes.set(name, '""');
  if (changes.size === 0) return text;
  const set = (object: string, key: string, value: string) => replaceMembers(object, new Map([[key, value]]));
  const changed = set(entry, 'options', replaceMembers(options, changes));
  return set(text, '_via_attributes', set(attributes, 'region', set(region, attribute, changed)));
}

const settings = (name: string) => ({
  ui: {
    annotation_editor_height: 25,
    annotation_editor_fontsize: 0.8,
    leftsidebar_width: 18,
    image_grid: {
      img_height: 80,
      rshape_fill: 'none',
      rshape_fill_opacity: 0.3,
      rshape_stroke: 'yellow',
      rshape_stroke_width: 2,
      show_region_shape: true,
      show_image_policy: 'all',
    },
    image: {
      region_label: 'category',
      region_color: 'category',
      region_label_font: '10px Sans',
      on_image_annotation_editor_placement: 'NEAR_REGION',
    },
  },
  core: { buffer_size: 18, filepath: {}, default_filepath: '' },
  project: { name },
});

/** What the shapes of VIA are told by. */
const noShape = Object.fromEntries(
  ['name', 'x', 'y', 'width', 'height', 'cx', 'cy', 'r', 'rx', 'ry', 'theta', 'all_points_x', 'all_points_y'].map(
    (key) => [key, undefined],
  ),
);

/** The region of a record with its label and its other attributes as they are now. */
function labelledAs({ text, annotation, baseline }: ViewAnnotation, attribute: string, name: string): string {
  const region = rawMember(text!, 'region_attributes') ?? '{}';
  const [now, before] = [annotation, baseline!].map(({ extra }) => asFields(extra.attributes) ?? {});
  const said = asFields(parseJson(region, ''))?.[attribute];
  const ticked = asFields(said);
  // What is ticked is another box of the same list; a region without a label stays without one.
  const old = labelOf(said);
  const label =
    old === name || (old === null && name === 'object') ? said : ticked ? tickedAs(ticked, old, name) : name;
  const gone = Object.fromEntries(Object.keys(before).map((key) => [key, undefined]));
  const changed = withValues(region, { ...gone, ...now, ...(label === undefined ? {} : { [attribute]: label }) });
  return changed === region ? text! : replaceMembers(text!, new Map([['region_attributes', changed]]));
}

const tickedAs = (ticked: Fields, old: string | null, name: string) => ({
  ...Object.fromEntries(Object.entries(ticked).filter(([key]) => key !== old)),
  [name]: (old === null ? undefined : ticked[old]) ?? true,
});

/** What is written of each annotation of an image, as the texts of regions. */
export function regionsText(
  view: DatasetView,
  image: ViewImage,
  names: ReadonlyMap<number, string>,
  attribute: string,
  own: boolean,
  { losses, options }: WriteContext,
): WrittenRecord[] {
  const size = [image.height, image.width] as const;
  const written = (record: ViewAnnotation): string[] => {
    if (own && record.untouched && record.text !== null) return [record.text];
    const { annotation } = record;
    const of = { imageId: image.id, annotationId: record.id };
    const name = names.get(record.categoryId) ?? '';
    const change = own ? changeOf(record) : null;
    noteLeft(record, change, losses, { extra: ['attributes'] });
    if (change && !change.redrawn) return [labelledAs(record, attribute, name)];
    const region = (shape: object) => {
      if (change) {
        const before = rawMember(record.text!, 'shape_attributes') ?? '{}';
        const values = new Map([['shape_attributes', withValues(before, { ...noShape, ...shape })]]);
        return replaceMembers(labelledAs(record, attribute, name), values);
      }
      const attributes = { [attribute]: name, ...asFields(annotation.extra.attributes) };
      return JSON.stringify({ shape_attributes: shape, region_attributes: attributes });
    };
    const parts = partsOf(annotation);
    if (!parts) {
      const [x, y, width, height] = boxOf(annotation);
      return [region({ name: 'rect', x, y, width, height })];
    }
    if (
      parts.length === 0 ||
      (annotation.segmentation!.kind === 'rle' &&
        isEmpty(annotation, segmentationToRle(annotation.segmentation!, size).size))
    ) {
      losses.add('empty', of);
      return [];
    }
    if (parts.length > 1) losses.add('parts-split', of);
    return withoutHoles(annotation, parts, size, options.holes as HoleStyle, losses).map((ring) =>
      region({
        name: 'polygon',
        all_points_x: ring.filter((_, i) => i % 2 === 0),
        all_points_y: ring.filter((_, i) => i % 2 === 1),
      }),
    );
  };
  return view.annotationsOf(image.id).map((record) => ({
    sources: own && record.text !== null ? [record.text] : [],
    texts: written(record),
  }));
}
