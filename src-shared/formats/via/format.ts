/** VGG Image Annotator 2: one JSON file with the regions of all images. */
import { segmentationToRle } from '../../document/segmentation';
import type { AnnotationContent, DatasetSink } from '../../dataset/records';
import type { DatasetView, ViewAnnotation, ViewImage } from '../../dataset/view';
import { inside } from '../../dataset/outputNames';
import { AppError } from '../../errors/appError';
import { amongOthers, type WrittenRecord } from '../amongOthers';
import type { DatasetFormat, DatasetSource, WriteContext } from '../format';
import { headKeys, isJsonName } from '../json/head';
import { jsonElements, jsonMembers, parseJson, rawMember, replaceMembers } from '../json/text';
import { tellLeftFiles } from '../leftFiles';
import { withElements } from '../json/wholeFile';
import { boxOf, type HoleStyle, isEmpty, noteLeftBehind, partsOf, ringOfEllipse, withoutHoles } from '../outline';
import { asFields, asList, asNumber, asText, type Fields } from '../values';

export const viaFormat: DatasetFormat = {
  id: 'via',
  title: 'VIA 2',
  about: 'One JSON file with polygons and boxes of all images: the VGG Image Annotator.',
  extensions: ['json'],
  target: 'file',
  isUpright: true,
  options: [
    {
      name: 'holes',
      title: 'Objects with holes',
      choices: [
        { value: 'keyhole', title: 'As one outline that goes round the hole' },
        { value: 'fill', title: 'Filled' },
      ],
      default: 'keyhole',
    },
  ],
  losses: [
    ...(['tags', 'turned', 'supercategory', 'unused-category'] as const),
    ...(['id', 'score', 'crowd', 'attributes', 'holes-keyholed', 'holes-filled', 'parts-split'] as const),
    ...(['empty', 'no-image-left-out', 'no-category'] as const),
  ],
  async recognise(source) {
    const file = await viaFile(source);
    return file === null ? null : `${file} has VIA regions`;
  },
  async read(source, sink) {
    const file = source.entry ?? (await viaFile(source)) ?? '';
    await readVia(source, file, sink);
    await tellLeftFiles(source, file, { isCandidate: isJsonName, isOne: isVia }, sink);
  },
  write: (view, context) => [{ name: context.fileName, content: writeVia(view, context) }],
};

async function viaFile(source: DatasetSource): Promise<string | null> {
  const names = source.entry === null ? (await source.names()).filter(isJsonName) : [source.entry];
  for (const name of names.slice(0, 20)) {
    if (isVia(await source.head(name))) return name;
  }
  return null;
}

function isVia(head: string): boolean {
  const keys = headKeys(head);
  if (!keys) return false;
  if (keys.has('_via_img_metadata') || keys.has('_via_settings')) return true;
  // The annotations alone: every key is an image.
  return [...keys.values()][0] === '{' && /"regions"\s*:/.test(head) && /"filename"\s*:/.test(head);
}

/** The text of the images' object: the file itself, or one of its members. */
function imagesSpan(text: string): readonly [start: number, end: number] {
  const member = jsonMembers(text).find(({ key }) => key === '_via_img_metadata');
  return member ? [member.valueStart, member.valueEnd] : [0, text.length];
}

async function readVia(source: DatasetSource, file: string, sink: DatasetSink): Promise<void> {
  const name = source.fullName(file);
  const text = await source.text(file);
  const json = asFields(parseJson(text, name));
  const images = json && (asFields(json._via_img_metadata) ?? (json._via_settings ? null : json));
  if (!json || !images) throw new AppError('bad-input', `${name} has no images of VIA`, { place: { file: name } });
  sink.part('file', text);
  const attribute = nameOfAttribute(json, images);
  const categories = new Map<string, number>();
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  // In the order of the text: an object has keys that look like numbers before all others.
  const keys = new Set(jsonMembers(text.slice(...imagesSpan(text))).map(({ key }) => key));
  for (const [index, key] of [...keys].entries()) {
    const at = { file: name, pointer: `/${key}` };
    const fields = asFields(images[key]);
    const fileName = fields && asText(fields.filename);
    if (!fields || !fileName)
      throw new AppError('bad-input', `${name}: "${key}" names no file`, { place: { file: name } });
    const id = index + 1;
    const size = await source.imageSize(folder + fileName);
    sink.image(
      { id, fileName: folder + fileName, width: size?.width ?? null, height: size?.height ?? null },
      text === '' ? null : key,
      at,
    );
    const texts = regionTexts(text, key);
    regionsOf(fields).forEach((region, place) => {
      const where = { file: name, pointer: `/${key}/regions/${place}` };
      const skip = (message: string) =>
        sink.issue({ code: 'shape-skipped', severity: 'warning', pointer: where.pointer, message }, where);
      const attributes = asFields(asFields(region)?.region_attributes) ?? {};
      const content = contentOf(region, attribute);
      if (!content) return skip('the region has no area: left out');
      const label = attribute === null ? 'object' : (labelOf(attributes[attribute]) ?? 'object');
      let category = categories.get(label);
      if (category === undefined) {
        categories.set(label, (category = categories.size + 1));
        sink.category({ id: category, name: label, supercategory: null }, null, where);
      }
      sink.annotation(
        { id: null, imageId: id, categoryId: category, maskSize: null, content },
        texts[place] ?? null,
        where,
      );
    });
  }
}

/** VIA 1 keeps them by number. */
const regionsOf = (fields: Fields) =>
  Array.isArray(fields.regions) ? asList(fields.regions) : Object.values(asFields(fields.regions) ?? {});

function regionTexts(text: string, key: string): readonly string[] {
  const [start, end] = imagesSpan(text);
  const image = rawMember(text.slice(start, end), key);
  return image === null ? [] : textsOfRegions(image);
}

function textsOfRegions(image: string): readonly string[] {
  const regions = rawMember(image, 'regions');
  if (regions?.startsWith('[')) return jsonElements(regions);
  return regions?.startsWith('{')
    ? jsonMembers(regions).map(({ valueStart, valueEnd }) => regions.slice(valueStart, valueEnd))
    : [];
}

/** What regions are classed by: an attribute of a usual name, else the first there is. */
function nameOfAttribute(json: Fields, images: Fields): string | null {
  const defined = Object.keys(asFields(asFields(json._via_attributes)?.region) ?? {});
  const used = Object.values(images).flatMap((image) => {
    const fields = asFields(image);
    return fields
      ? regionsOf(fields).flatMap((region) => Object.keys(asFields(asFields(region)?.region_attributes) ?? {}))
      : [];
  });
  const names = [...new Set([...defined, ...used])];
  return names.find((name) => /^(class|category|label|name|type|object)$/i.test(name)) ?? names[0] ?? null;
}

/** A text, or what is ticked. */
function labelOf(value: unknown): string | null {
  if (typeof value === 'string' || typeof value === 'number') return String(value) || null;
  const ticked = Object.entries(asFields(value) ?? {}).find(([, on]) => on === true || on === 'true');
  return ticked?.[0] ?? null;
}

function contentOf(region: unknown, attribute: string | null): AnnotationContent | null {
  const shape = asFields(asFields(region)?.shape_attributes) ?? {};
  const attributes = asFields(asFields(region)?.region_attributes) ?? {};
  const others = Object.fromEntries(Object.entries(attributes).filter(([key]) => key !== attribute));
  const extra = Object.keys(others).length > 0 ? { attributes: others } : {};
  const base = { bbox: null, area: null, isCrowd: false, score: null, extra };
  const polygon = (outer: number[]) => ({
    ...base,
    segmentation: { kind: 'polygons' as const, parts: [{ outer, holes: [] }] },
  });
  const numbers = (...names: readonly string[]) => names.map((name) => asNumber(shape[name]) ?? Number.NaN);
  switch (shape.name) {
    case 'polygon': {
      const [xs, ys] = [asList(shape.all_points_x), asList(shape.all_points_y)];
      const outer = xs.flatMap((x, i) => [asNumber(x) ?? Number.NaN, asNumber(ys[i]) ?? Number.NaN]);
      return outer.length >= 6 && outer.every(Number.isFinite) ? polygon(outer) : null;
    }
    case 'rect': {
      const [x, y, w, h] = numbers('x', 'y', 'width', 'height');
      return [x, y, w, h].every(Number.isFinite) ? { ...base, segmentation: null, bbox: [x, y, w, h] } : null;
    }
    case 'circle':
    case 'ellipse': {
      const radii = shape.name === 'circle' ? ['r', 'r'] : ['rx', 'ry'];
      const [cx, cy, rx, ry] = numbers('cx', 'cy', ...radii);
      const turn = asNumber(shape.theta) ?? 0;
      return [cx, cy, rx, ry].every(Number.isFinite) ? polygon(ringOfEllipse(cx, cy, rx, ry, turn)) : null;
    }
    default:
      return null;
  }
}

function writeVia(view: DatasetView, context: WriteContext): string {
  const names = new Map(view.categories().map(({ id, name }) => [id, name]));
  const own = view.textFormat === 'via' ? (view.parts().find(([key]) => key === 'file')?.[1] ?? null) : null;
  if (own !== null) {
    const [start, end] = imagesSpan(own);
    const members = jsonMembers(own.slice(start, end));
    const spans = members.map(({ valueStart, valueEnd }) => [start + valueStart, start + valueEnd] as const);
    const attribute = nameOfAttribute(asFields(parseJson(own, ''))!, asFields(parseJson(own.slice(start, end), ''))!);
    const written = withElements(own, spans, view, (image, element) =>
      replaceMembers(
        element,
        new Map([
          [
            'regions',
            `[${amongOthers(
              textsOfRegions(element),
              (region) => contentOf(parseJson(region, ''), attribute) === null,
              regionsText(view, image, names, attribute ?? 'category', true, context),
            ).join(',')}]`,
          ],
        ]),
      ),
    );
    if (written !== null) return withOptions(written, own, attribute, new Set(names.values()));
  }
  const images = [...view.images()].map((image) => {
    const fileName = inside(image.fileName);
    const regions = regionsText(view, image, names, 'category', false, context).flatMap(({ texts }) => texts);
    return `${JSON.stringify(`${fileName}-1`)}:{"filename":${JSON.stringify(fileName)},"size":-1,"regions":[${regions.join(',')}],"file_attributes":{}}`;
  });
  const options = Object.fromEntries([...names.values()].map((name) => [name, '']));
  const attributes = {
    region: { category: { type: 'dropdown', description: '', options, default_options: {} } },
    file: {},
  };
  const ids = [...view.images()].map(({ fileName }) => `${inside(fileName)}-1`);
  return (
    `{"_via_settings":${JSON.stringify(settings(view.name))},"_via_img_metadata":{${images.join(',')}},` +
    `"_via_attributes":${JSON.stringify(attributes)},"_via_data_format_version":"2.0.10","_via_image_id_list":${JSON.stringify(ids)}}`
  );
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

function regionsText(
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
    noteLeftBehind(annotation, losses, { extra: ['attributes'] });
    const region = (shape: object) =>
      JSON.stringify({
        shape_attributes: shape,
        region_attributes: {
          [attribute]: names.get(record.categoryId) ?? '',
          ...asFields(annotation.extra.attributes),
        },
      });
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
